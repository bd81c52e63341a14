/** Makes the database through npm `influx`, whose promises may never settle: a deadline stands around it, and no client is used twice. */
import { InfluxDB } from 'influx';
import { setTimeout as after } from 'node:timers/promises';
import { messageOf } from '../../plant/errors.ts';
import { StoreUnavailable } from '../store.ts';
import { addressOf } from './http.ts';

const deadlineMs = 5_000;

/** Makes `database` with its default retention policy, which keeps everything; one that is there is left as it is. */
export async function createDatabase(base: URL, database: string): Promise<void> {
  const client = new InfluxDB({
    host: base.hostname.replace(/^\[|\]$/g, ''),
    port: Number(base.port === '' ? (base.protocol === 'https:' ? 443 : 80) : base.port),
    protocol: base.protocol === 'https:' ? 'https' : 'http',
    path: base.pathname.replace(/\/$/, ''),
    username: decodeURIComponent(base.username),
    password: decodeURIComponent(base.password),
    pool: { requestTimeout: deadlineMs },
  });
  const given = new AbortController();
  const deadline = after(deadlineMs, 'late' as const, { signal: given.signal, ref: false });
  try {
    const first = await Promise.race([client.createDatabase(database), deadline]);
    if (first === 'late') throw unavailable(base, `No answer came within ${deadlineMs} ms.`);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    throw unavailable(base, `The database ${database} could not be made: ${messageOf(error)}.`, error);
  } finally {
    given.abort();
    deadline.catch(() => undefined);
  }
}

const unavailable = (base: URL, problem: string, cause?: unknown): StoreUnavailable =>
  new StoreUnavailable(
    addressOf(base),
    problem,
    'Check that InfluxDB runs and that its user may make databases.',
    null,
    cause,
  );
