/** Makes what history is kept in, on each generation of InfluxDB; what is there already is left as it is, but for how long it is kept. */
import { InfluxDB } from 'influx';
import { setTimeout as after } from 'node:timers/promises';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { messageOf } from '../../plant/errors.ts';
import { historyDatabase, keepDaysOf, rawTier, tiers } from '../schema.ts';
import { StoreUnavailable } from '../store.ts';
import { bucketOf, type Capabilities } from './generation.ts';
import { addressOf, type InfluxAnswer, type InfluxRequest } from './http.ts';
import { serverReason } from './write.ts';

const deadlineMs = 5_000;
const dayMs = 86_400_000;

export type Ask = (request: InfluxRequest) => Promise<InfluxAnswer>;

/** `organisation`: of 2.x; null: the only one that the token sees. `rawDays`: how long points are kept; null: for good. */
export type Kept = Readonly<{ organisation: string | null; rawDays: number | null }>;

/** @throws StoreUnavailable */
export async function prepare(
  base: URL,
  { generation, placeOf }: Capabilities,
  ask: Ask,
  { organisation, rawDays }: Kept,
): Promise<void> {
  if (generation === 1) return preparePolicies(base, rawDays);
  if (generation === 2) return prepareBuckets(base, ask, { organisation, rawDays }, placeOf);
  for (const tier of tiers) {
    const body = JSON.stringify({ db: placeOf(tier).db });
    const answer = await ask(json('POST', '/api/v3/configure/database', body));
    if (answer.status >= 300 && answer.status !== 409) throw refused(base, placeOf(tier).db, answer);
  }
}

/**
 * Through npm `influx`, whose promises may never settle: a deadline stands around it, and no client is used twice.
 */
async function preparePolicies(base: URL, rawDays: number | null): Promise<void> {
  const client = new InfluxDB({
    host: base.hostname.replace(/^\[|\]$/g, ''),
    port: Number(base.port === '' ? (base.protocol === 'https:' ? 443 : 80) : base.port),
    protocol: base.protocol === 'https:' ? 'https' : 'http',
    path: base.pathname.replace(/\/$/, ''),
    username: decodeURIComponent(base.username),
    password: decodeURIComponent(base.password),
    pool: { requestTimeout: deadlineMs },
  });
  const make = async (): Promise<'made'> => {
    await client.createDatabase(historyDatabase);
    const there = await client.showRetentionPolicies(historyDatabase);
    for (const tier of tiers) {
      const options = {
        database: historyDatabase,
        duration: durationOf(keepDaysOf(tier, rawDays)),
        replication: 1,
        isDefault: tier === rawTier,
      };
      const known = there.find(({ name }) => name === tier.name);
      if (known === undefined) await client.createRetentionPolicy(tier.name, options);
      else if (secondsOf(known.duration) !== (keepDaysOf(tier, rawDays) ?? 0) * 86_400)
        await client.alterRetentionPolicy(tier.name, options);
    }
    return 'made';
  };
  await withinDeadline(base, make());
}

/** `2160h0m0s`; 0 for good. */
const secondsOf = (duration: string): number =>
  [...duration.matchAll(/(\d+)([hms])/gu)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unit === 'h' ? 3_600 : unit === 'm' ? 60 : 1),
    0,
  );

const durationOf = (days: number | null): string => (days === null ? 'INF' : `${days}d`);

async function withinDeadline(base: URL, made: Promise<'made'>): Promise<void> {
  const given = new AbortController();
  const deadline = after(deadlineMs, 'late' as const, { signal: given.signal, ref: false });
  try {
    const first = await Promise.race([made, deadline]);
    if (first === 'late') throw unavailable(base, `No answer came within ${deadlineMs} ms.`);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    throw unavailable(base, `The database ${historyDatabase} could not be made: ${messageOf(error)}.`, error);
  } finally {
    given.abort();
    deadline.catch(() => undefined);
    made.catch(() => undefined);
  }
}

const Organisations = Type.Object({ orgs: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })) });
const Buckets = Type.Object({ buckets: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })) });
const Bucket = Type.Object({ id: Type.String() });
const Mappings = Type.Object({
  content: Type.Array(Type.Object({ database: Type.String(), retention_policy: Type.String() })),
});

/** Buckets by the v2 API, and for each the mapping by which `/write` and `/query` of 1.x find it. */
async function prepareBuckets(
  base: URL,
  ask: Ask,
  { organisation, rawDays }: Kept,
  placeOf: Capabilities['placeOf'],
): Promise<void> {
  const { orgs } = await got(base, ask, '/api/v2/orgs', Organisations);
  const org =
    organisation === null ? orgs[0] : orgs.find(({ name, id }) => name === organisation || id === organisation);
  if (org === undefined || (organisation === null && orgs.length > 1)) {
    const seen = orgs.map(({ name }) => name).join(', ');
    throw unavailable(
      base,
      `Which organisation is meant is not clear: ${organisation ?? 'none was named'}, of ${seen}.`,
    );
  }
  const { buckets } = await got(base, ask, '/api/v2/buckets', Buckets, { orgID: org.id, limit: '100' });
  const { content } = await got(base, ask, '/api/v2/dbrps', Mappings, { orgID: org.id });
  for (const tier of tiers) {
    const place = placeOf(tier);
    const name = bucketOf(place);
    const id =
      buckets.find((one) => one.name === name)?.id ??
      (await makeBucket(base, ask, org.id, name, keepDaysOf(tier, rawDays)));
    const mapped = content.some(({ database, retention_policy: rp }) => database === place.db && rp === tier.name);
    if (mapped) continue;
    const mapping = {
      bucketID: id,
      database: place.db,
      retention_policy: tier.name,
      default: tier === rawTier,
      orgID: org.id,
    };
    const answer = await ask(json('POST', '/api/v2/dbrps', JSON.stringify(mapping)));
    if (answer.status >= 300 && answer.status !== 409) throw refused(base, `the mapping of ${name}`, answer);
  }
}

async function makeBucket(base: URL, ask: Ask, orgID: string, name: string, keepDays: number | null): Promise<string> {
  const everySeconds = keepDays === null ? 0 : (keepDays * dayMs) / 1_000;
  const body = { orgID, name, retentionRules: everySeconds === 0 ? [] : [{ type: 'expire', everySeconds }] };
  const answer = await ask(json('POST', '/api/v2/buckets', JSON.stringify(body)));
  if (answer.status >= 300) throw refused(base, name, answer);
  return read(base, answer, Bucket).id;
}

async function got<T extends Type.TObject>(
  base: URL,
  ask: Ask,
  path: string,
  schema: T,
  query: Readonly<Record<string, string>> = {},
): Promise<Static<T>> {
  const answer = await ask({ method: 'GET', path, query, deadlineMs });
  if (answer.status >= 300) throw refused(base, path, answer);
  return read(base, answer, schema);
}

function read<T extends Type.TObject>(base: URL, { body }: InfluxAnswer, schema: T): Static<T> {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(body);
  } catch {
    // Said below.
  }
  const check = Compile(schema);
  if (check.Check(parsed)) return parsed;
  throw unavailable(base, `Its answer is not InfluxDB's: ${body.slice(0, 100)}.`);
}

const json = (method: 'POST', path: string, body: string): InfluxRequest => ({
  method,
  path,
  body,
  contentType: 'application/json',
  deadlineMs,
});

const refused = (base: URL, what: string, answer: InfluxAnswer): StoreUnavailable =>
  unavailable(base, `It answers ${answer.status} for ${what}: ${serverReason(answer)}.`);

const unavailable = (base: URL, problem: string, cause?: unknown): StoreUnavailable =>
  new StoreUnavailable(
    addressOf(base),
    problem,
    'Check that InfluxDB runs and that its user or token may make databases and buckets.',
    null,
    cause,
  );
