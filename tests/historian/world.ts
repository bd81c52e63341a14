/** A small site for the historian's tests, and its clock, log and folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { milliseconds, monotonic, processTime, utcMs, type Clock } from '../../plant/clock.ts';
import type { Log } from '../../plant/log.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import { good, type Quality } from '../../plant/quality.ts';
import { localTag, skidName, tagName, type Sample, type TagValue } from '../../plant/sample.ts';
import type { Skid, TagDefinition, TagSource } from '../../plant/skid/definition.ts';
import { batchOf, type Point, type Series, type SpoolEntry } from '../../historian/point.ts';
import type { Notes } from '../../historian/store.ts';

export const qd1 = skidName('QD-1');
export const temperature = tagName(qd1, localTag('R201/TT-201A'));
export const pump = tagName(qd1, localTag('F100/P101.run'));
export const step = tagName(qd1, localTag('PLC/safeState'));
export const row = tagName(qd1, localTag('rig/pressure'));

const tag = (
  name: string,
  valueType: 'number' | 'boolean',
  states: TagDefinition['states'] = null,
  source: TagSource = { kind: 'derived', expression: {} as never },
): TagDefinition => ({
  name: localTag(name),
  title: name,
  unitName: 'R201',
  source,
  valueType,
  unit: null,
  range: null,
  normal: null,
  states,
  decimals: 1,
  critical: false,
  staleAfter: milliseconds(2_000),
  historyEvery: milliseconds(1_000),
  deadband: 0,
  write: null,
});

export const site: readonly Skid[] = [
  {
    name: qd1,
    title: 'QD-1',
    links: [],
    twin: true,
    type: {
      type: 'cdse-two-stage',
      title: 'CdSe line',
      definition: 1,
      limits: { totalFlowMlPerMin: null, pressureBarG: null, automaticTemperatureC: null },
      capabilities: [],
      volumesMl: {},
      wetted: [],
      units: [],
      devices: [],
      tags: [
        tag('R201/TT-201A', 'number'),
        tag('F100/P101.run', 'boolean'),
        tag('PLC/safeState', 'number', { 0: 'running', 1: 'blocked' }),
        tag('rig/pressure', 'number', null, { kind: 'row', device: 'logger', column: 'pressure' }),
      ],
      analyses: [],
      loops: [],
      spectra: [],
      local: null,
      interlocks: [],
      alarms: [],
      phases: [],
      page: { overview: [], trend: [] },
      digest: '',
    },
  },
];

export const sample = (of: Sample['tag'], value: TagValue, at: number, quality: Quality = good): Sample => ({
  tag: of,
  value,
  quality,
  sourceTime: utcMs(at),
  serverTime: utcMs(at + 3),
});

export const reactor: Series = {
  measurement: 'cdse-two-stage',
  skid: qd1,
  device: null,
  tag: 'R201/TT-201A',
  valueType: 'number',
};

/** Points as they are appended to the spool. */
export const entry = (points: readonly Point[], more: Omit<SpoolEntry, 'points'> = {}): SpoolEntry => ({
  points: batchOf(points),
  ...more,
});

export const noNotes: Notes = { gaps: [], events: [] };

export const point = (value: TagValue, at: number, quality: Quality = good, series: Series = reactor): Point => ({
  series,
  value,
  quality,
  time: utcMs(at),
  serverTime: utcMs(at + 3),
});

/** One scan at `at` ms of both clocks. */
export const scan = (at: number, samples: readonly Sample[]): ScanNews => ({
  batch: { skid: qd1, scan: 1, utc: utcMs(at), monotonic: monotonic(at), process: processTime(at), samples },
  verdict: { demand: 'none', causes: [], releasing: false },
  fieldDemand: 'none',
  blocks: [],
});

/** A clock that stands until it is moved. */
export function standingClock(at = 1_700_000_000_000): Clock & { move(ms: number): void } {
  let now = at;
  return {
    timeScale: 1,
    utc: () => utcMs(now),
    monotonic: () => monotonic(now),
    process: () => processTime(now),
    move: (ms) => (now += ms),
  };
}

export type Said = Readonly<{ level: string; fields: object; message: string }>;

export function quietLog(said: Said[] = []): Log {
  const say = (level: string) => (fields: object, message: string) => void said.push({ level, fields, message });
  const log: Log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error'), child: () => log };
  return log;
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-historian-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits until `met` holds; fails by the test's own time limit. */
export async function until(met: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await met())) await new Promise((resolve) => setTimeout(resolve, 10));
}
