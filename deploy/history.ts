/**
 * `npm run history:migrate` brings the embedded store of a data folder into an InfluxDB; `npm run history:fill` fills the gaps of one history with
 * what another has of that time. Exit codes: 0 done · 1 not done, or not whole · 2 asked wrongly.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findInflux } from '../historian/index.ts';
import { embeddedIn, fillGaps, influxAt, migrateHistory, seriesOf } from '../historian/transfer/index.ts';
import { isoUtc } from '../plant/clock.ts';
import { loadSite } from '../plant/skid/site.ts';
import { systemClock } from '../plant/system-clock.ts';
import { takeDataFolder } from './data-folder.ts';
import { asked, endWith, UsageError } from './drill/command-line.ts';

const usage = `Usage: npm run history:migrate -- --data DIR --influx URL [--site FILE]
       npm run history:fill -- (--data DIR | --influx URL) (--from-data DIR | --from-influx URL) [--site FILE]

  migrate       everything of the embedded store of a data folder into an InfluxDB: points, tiers, events, gaps; each point is read
                back. The service must be stopped; it may be broken off and begun again. Afterwards start with INFLUX_URL.
  fill          gaps on record of the one history are filled with what the other has of that time; what is there stays
  --data DIR    a data folder with an embedded store, whose service is stopped
  --influx URL  http://USER:PASSWORD@HOST:8086; INFLUX_TOKEN and INFLUX_ORG for 2.x and 3 Core
  --site FILE   the site, for how long history is kept (deploy/sites/demo.yaml)
`;

const called = process.env['INIT_CWD'] ?? '.';
const options = {
  data: { type: 'string' },
  influx: { type: 'string' },
  'from-data': { type: 'string' },
  'from-influx': { type: 'string' },
  site: { type: 'string', default: 'deploy/sites/demo.yaml' },
} as const;

const clock = systemClock();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const ending = new AbortController();
process.once('SIGINT', () => ending.abort());

function given(words: readonly string[]) {
  return asked(() => parseArgs({ args: [...words], options }).values);
}

function folderOf(flag: string, path: string): string {
  const folder = resolve(called, path);
  if (!existsSync(join(folder, 'history', 'history.db')))
    throw new UsageError(`--${flag} ${folder}: no embedded store is there.`);
  return folder;
}

/** With INFLUX_TOKEN and INFLUX_ORG, as the service takes them. */
function influxOf(url: string, rawDays: number | null) {
  const choice = findInflux({ ...process.env, INFLUX_URL: url });
  if (choice === 'embedded' || !('url' in choice)) throw new UsageError('--influx: give its address.');
  return influxAt(choice.url, () => clock.utc(), rawDays, choice.organisation ?? null);
}

async function migrate(words: readonly string[]): Promise<number> {
  const { data, influx, site } = given(words);
  if (data === undefined || influx === undefined) throw new UsageError('--data and --influx are needed.');
  const folder = folderOf('data', data);
  const { rawHistoryDays } = loadSite(resolve(called, site));
  const held = takeDataFolder(folder);
  const [from, to] = [embeddedIn(folder, rawHistoryDays), influxOf(influx, rawHistoryDays)];
  try {
    await from.start();
    const { series, points, rows, gaps, events, refused } = await migrateHistory(from, to, ending.signal, say);
    say(
      `${series} series, ${points} points, ${rows} rows of tiers, ${gaps} gaps and ${events} events are in ${to.name}.`,
    );
    for (const { point, reason } of refused.slice(0, 10))
      say(`refused: ${point.series.skid}/${point.series.tag} at ${isoUtc(point.time)}: ${reason}`);
    if (refused.length > 0) say(`${refused.length} points are refused by it; the embedded store keeps them.`);
    say(refused.length > 0 ? 'NOT WHOLE.' : 'MIGRATED.');
    return refused.length > 0 ? 1 : 0;
  } finally {
    await from.stop();
    await to.stop();
    held.release();
  }
}

async function fill(words: readonly string[]): Promise<number> {
  const { data, influx, 'from-data': fromData, 'from-influx': fromInflux, site } = given(words);
  if ((data === undefined) === (influx === undefined)) throw new UsageError('Give --data or --influx.');
  if ((fromData === undefined) === (fromInflux === undefined))
    throw new UsageError('Give --from-data or --from-influx.');
  const { rawHistoryDays, skids } = loadSite(resolve(called, site));
  const [own, other] = [
    data === undefined ? null : folderOf('data', data),
    fromData === undefined ? null : folderOf('from-data', fromData),
  ];
  if (own !== null && own === other) throw new UsageError('A history cannot be filled from itself.');
  const held = [own, other].filter((folder) => folder !== null).map((folder) => takeDataFolder(folder));
  const to = own === null ? influxOf(influx ?? '', rawHistoryDays) : embeddedIn(own, rawHistoryDays);
  const from = other === null ? influxOf(fromInflux ?? '', rawHistoryDays) : embeddedIn(other, rawHistoryDays);
  try {
    await to.start();
    await from.start();
    const filled = await fillGaps(from, to, seriesOf(skids), clock.utc(), ending.signal);
    for (const { gap, points } of filled)
      say(`${gap.skid} from ${isoUtc(gap.from)} to ${isoUtc(gap.to)} (${gap.kind}): ${points} points`);
    const open = filled.filter(({ points }) => points === 0).length;
    say(filled.length === 0 ? 'There is no open gap.' : `${filled.length - open} gaps filled, ${open} still open.`);
    return 0;
  } finally {
    await from.stop();
    await to.stop();
    for (const folder of held) folder.release();
  }
}

const [what = '', ...words] = process.argv.slice(2);
await endWith(
  () => {
    if (what === 'migrate') return migrate(words);
    if (what === 'fill') return fill(words);
    throw new UsageError(`"${what}" is neither migrate nor fill.`);
  },
  usage,
  'It could not be done',
  'NOT DONE.',
);
