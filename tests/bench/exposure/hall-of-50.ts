/** Two halls of the demo site, people who have been in them for eight hours, and a service that starts in the middle of it. */
import { createExposure } from '../../../control/exposure/index.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import type { Agent } from '../../../plant/exposure.ts';
import type { HistoryQueries } from '../../../plant/ports/history.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { good } from '../../../plant/quality.ts';
import { recordNumber, type StoredEvent } from '../../../plant/record-event.ts';
import { skidName, type TagName } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { silentLog } from '../support/silent-log.ts';
import { emptyHistory } from '../../support/history.ts';

const hourMs = 3_600_000;
const scanMs = 100;
const type = loadSkidType('plant/skids/cdse.yaml');
const skids: readonly Skid[] = ['QD-1', 'QD-2'].map((name) => ({
  name: skidName(name),
  title: name,
  type,
  links: [],
  twin: true,
}));
const tags: Readonly<Partial<Record<Agent, string>>> = {
  Cd: 'G900/AT-905A',
  H2S: 'G900/AT-901A',
  H2Se: 'G900/AT-902A',
};
const zones = skids.map(({ name, title }) => ({
  name: `hall-${name}`,
  title,
  skids: [name],
  readings: (Object.entries(tags) as [Agent, string][]).map(([agent, local]) => ({
    agent,
    tag: `${name}/${local}` as TagName,
    surrogate: agent === 'Cd',
    cdShare: agent === 'Cd' ? 0.05 : null,
  })),
}));
/** The shift begins at 06:00 in Berlin. */
const shiftFrom = Date.UTC(2026, 9, 2, 4);

/** What was read then: never twice the same, and far below every limit. */
const readAt = (at: number): number => 0.002 + 0.001 * Math.sin(at / 77_000);

const history: HistoryQueries = {
  ...emptyHistory,
  trend: (asked, from, to, buckets) =>
    Promise.resolve(
      asked.map((tag) => ({
        tag,
        buckets: Array.from({ length: buckets }, (_, i) => {
          const time = utcMs(from + (i * (to - from)) / buckets);
          const value = readAt(time);
          return { time, count: 100, min: value, max: value * 1.01, last: value, worst: good };
        }),
      })),
    ),
};

/** Each went in at the beginning, was out for half an hour at noon, and in again. */
const logOf = (people: number): readonly StoredEvent[] =>
  Array.from({ length: people }, (_, person) =>
    [0, 4, 4.5].map((hours, i) => ({ at: shiftFrom + hours * hourMs + person * 1000, isIn: i !== 1, person })),
  )
    .flat()
    .map(({ at, isIn, person }, i) => ({
      scope: 'exposure',
      seq: i + 1,
      hash: '',
      utc: utcMs(at),
      event: {
        scope: 'exposure',
        actor: { kind: 'service', part: 'bench' },
        action: isIn ? 'zone-entered' : 'zone-left',
        object: `P-${person}`,
        new: isIn ? (zones[person % zones.length]?.name ?? null) : null,
        data: { printedName: `Person ${person}`, at: recordNumber(at) },
      },
    }));

/** `cpuMs`: what the thread itself used, whatever else the machine had to do. */
export type Slice = Readonly<{ ms: number; cpuMs: number }>;

export type ExposureFigures = Readonly<{
  people: number;
  linesOfPerson: number;
  coldMs: number;
  coldSlices: readonly Slice[];
  runningSlices: readonly Slice[];
  scansMs: readonly number[];
  mostCells: number;
  percentOfCore: number;
}>;

/** Starts cold after eight hours, then runs for so many seconds of scans, as fast as they go. */
export async function measureExposure(people: number, seconds: number): Promise<ExposureFigures> {
  let now = shiftFrom + 8 * hourMs - 60_000;
  const clock: Clock = {
    timeScale: 1,
    utc: () => utcMs(now),
    monotonic: () => monotonic(now),
    process: () => processTime(now),
  };
  const stored = logOf(people);
  const records: RecordKeeper = {
    append: ({ scope }) => Promise.resolve({ scope, seq: stored.length + 1, hash: '', utc: clock.utc() }),
    read: (_, from, limit) => Promise.resolve(stored.filter(({ seq }) => seq >= from).slice(0, limit)),
    scopes: () => Promise.resolve([]),
  };
  let slices: Slice[] = [];
  const room = createExposure({
    site: 'bench',
    definition: {
      timeZone: 'Europe/Berlin',
      jurisdictions: ['OSHA', 'EU'],
      shifts: ['06:00', '14:00', '22:00'],
      zones,
    },
    skids,
    clock,
    log: silentLog,
    authority: { decide: () => ({ allowed: true }) },
    records,
    people: () => Promise.resolve([]),
    history,
    standing: { stand: () => undefined, gone: () => undefined },
    schedule: (turn) =>
      void setImmediate(() => {
        const [begun, used] = [performance.now(), process.threadCpuUsage()];
        turn();
        const { user, system } = process.threadCpuUsage(used);
        slices.push({ ms: performance.now() - begun, cpuMs: (user + system) / 1000 });
      }),
  });
  const begun = performance.now();
  await room.start();
  const found = await room.desk.people();
  const coldMs = performance.now() - begun;
  const coldSlices = slices;
  slices = [];
  const scansMs: number[] = [];
  const busyFrom = performance.now();
  for (let scan = 0; scan < (seconds * 1000) / scanMs; scan++) {
    now += scanMs;
    for (const { name } of skids) {
      const news = newsOf(name, clock, scan);
      const before = performance.now();
      room.accept(news);
      scansMs.push(performance.now() - before);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  const busyMs = performance.now() - busyFrom;
  const mostCells = room.health().figures?.['sliceCells'] ?? Number.NaN;
  await room.stop();
  return {
    people: found.length,
    linesOfPerson: found[0]?.lines.length ?? 0,
    coldMs,
    coldSlices,
    runningSlices: slices,
    scansMs,
    mostCells,
    percentOfCore: busyMs / (seconds * 10),
  };
}

function newsOf(skid: Skid['name'], clock: Clock, scan: number): ScanNews {
  const utc = clock.utc();
  return {
    batch: {
      skid,
      scan,
      utc,
      monotonic: clock.monotonic(),
      process: clock.process(),
      samples: Object.values(tags).map((local) => ({
        tag: `${skid}/${local}` as TagName,
        value: readAt(utc),
        quality: good,
        sourceTime: utc,
        serverTime: utc,
      })),
    },
    verdict: { demand: 'none', causes: [], releasing: false },
    fieldDemand: 'none',
    blocks: [],
  } as unknown as ScanNews;
}
