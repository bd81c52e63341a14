/**
 * The store has been away for hours: `npm run campaign -- outage [--rounds HOURS]`. Everything is brought to it in order while live values go
 * on, with bounded memory, and the live path is not starved.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../control/records/support.ts';
import { Apart } from '../support/child.ts';
import { Influxd } from '../support/influxd.ts';
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { until } from '../support/waiting.ts';
import { liveTags } from './support/history-line.ts';

/** Points of a tag in a second, as the child makes them. */
const perSecond = 5;
const child = 'tests/faults/support/outage-child.ts';

export type OutageOutcome = Readonly<{
  hours: number;
  points: number;
  missing: number;
  outOfOrder: number;
  spoolMegabytes: number;
  replaySeconds: number;
  live: number;
  liveP99Ms: number;
  liveWorstMs: number;
  worstLoopMs: number;
  /** More than before the store came back. */
  grownMegabytes: number;
  givenUp: number;
}>;

type Told = Readonly<Record<string, number | string>>;

export async function outage(hours: number, say: (line: string) => void): Promise<OutageOutcome> {
  const folder = temporaryFolder();
  const influxd = await Influxd.make(join(folder.path, 'influxdb'));
  const begin = Math.floor(Date.now() / 1_000) * 1_000 - (hours * 3_600 + 60) * 1_000;
  const between = await listening(influxd, begin + hours * 3_600_000);
  const ours = new Apart(child, [join(folder.path, 'data'), between.url, String(hours), String(begin)]);
  const told = (what: string): Told | undefined =>
    ours.lines
      .filter((one) => one.startsWith('{'))
      .map((one) => JSON.parse(one) as Told)
      .find((one) => one['what'] === what);
  const heard = async (what: string, withinMs: number): Promise<Told> => {
    await until(() => told(what) !== undefined || ours.child.exitCode !== null, { what, withinMs });
    const found = told(what);
    if (found === undefined) throw new Error(`it ended: ${ours.lines.slice(-5).join('\n')}`);
    return found;
  };
  try {
    const appended = await heard('appended', 300_000);
    say(`${hours} h are in the spool: ${JSON.stringify(appended)}`);
    await influxd.start();
    ours.child.stdin?.write('the store is back\n');
    const replayed = await heard('replayed', 600_000);
    say(`the store has them: ${JSON.stringify(replayed)}`);
    ours.child.stdin?.write('stop\n');
    await heard('stopped', 30_000);
    const points = hours * 3_600 * liveTags.length * perSecond;
    let found = 0;
    for (const tag of liveTags) {
      const field = tag.slice(tag.indexOf('/') + 1);
      const to = begin + hours * 3_600_000;
      const q = `SELECT count("${field}") AS n FROM "raw"."cdse-two-stage" WHERE time >= ${begin}ms AND time < ${to}ms`;
      found += Number((await influxd.query(q))[0]?.['n'] ?? 0);
    }
    const figure = (of: Told, name: string): number => Number(of[name] ?? 0);
    return {
      hours,
      points,
      missing: points - found,
      outOfOrder: between.outOfOrder(),
      spoolMegabytes: figure(appended, 'spoolBytes') / 1e6,
      replaySeconds: figure(replayed, 'seconds'),
      live: figure(replayed, 'live'),
      liveP99Ms: figure(replayed, 'p99Ms'),
      liveWorstMs: figure(replayed, 'worstMs'),
      worstLoopMs: figure(replayed, 'worstLoopMs'),
      grownMegabytes: (figure(replayed, 'mostBytes') - figure(appended, 'rss')) / 1e6,
      givenUp: figure(replayed, 'givenUp'),
    };
  } finally {
    await ours.stop('SIGKILL');
    await influxd.stop();
    between.close();
    folder.remove();
  }
}

/** Stands before influxd, and sees in which order each device's lines come. */
async function listening(influxd: Influxd, liveFrom: number) {
  const newest = new Map<string, number>();
  let outOfOrder = 0;
  const look = (body: string): void => {
    for (const line of body.split('\n')) {
      if (line === '') continue;
      const time = Number(line.slice(line.lastIndexOf(' ') + 1));
      // What is measured meanwhile comes between what has waited.
      if (time >= liveFrom) continue;
      const key = line.slice(0, line.indexOf(' '));
      if (time < (newest.get(key) ?? -Infinity)) outOfOrder += 1;
      newest.set(key, time);
    }
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      void fetch(`${influxd.url}${request.url ?? ''}`, {
        method: request.method ?? 'GET',
        ...(body.length > 0 && { body }),
        headers: { 'content-type': request.headers['content-type'] ?? 'text/plain' },
      }).then(
        async (answer) => {
          if (answer.ok && request.url?.startsWith('/write') === true && request.url.includes('rp=raw'))
            look(body.toString());
          response.writeHead(answer.status, {
            'x-influxdb-version': answer.headers.get('x-influxdb-version') ?? '1.6.7',
          });
          response.end(Buffer.from(await answer.arrayBuffer()));
        },
        () => response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    outOfOrder: () => outOfOrder,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const run: Run = async ({ rounds, say, quick = false }) => {
  const found = await outage(quick ? 0.5 : Math.max(8, rounds), say);
  return [
    atLeast('hours of outage', found.hours, 'h', quick ? null : 8),
    atLeast('points that waited', found.points, ''),
    atMost('  lost', found.missing, '', 0),
    atMost('  out of order', found.outOfOrder, '', 0),
    atMost('  on disk', Math.round(found.spoolMegabytes * 10) / 10, 'MB'),
    atMost('until the store had them', Math.round(found.replaySeconds * 10) / 10, 's'),
    atMost('memory meanwhile, more than before', Math.round(found.grownMegabytes), 'MB', 256),
    atLeast('live rows acknowledged meanwhile', found.live, ''),
    atMost('  p99 until they were on disk', Math.round(found.liveP99Ms * 10) / 10, 'ms', 500),
    atMost('  the longest', Math.round(found.liveWorstMs * 10) / 10, 'ms'),
    atMost('main thread late by at most', Math.round(found.worstLoopMs * 10) / 10, 'ms', 100),
    atMost('live points given up', found.givenUp, '', 0),
  ];
};
