/** The guards of skids by themselves: what a step costs while every value moves, without the scan around it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterlocks } from '../../../control/interlocks/index.ts';
import { FieldImage } from '../../../gateway/scan/field-image.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import type { ScanGuard } from '../../../plant/ports/scan-guard.ts';
import { good } from '../../../plant/quality.ts';
import { skidName, type LocalTag, type Sample } from '../../../plant/sample.ts';
import type { Skid, TagDefinition } from '../../../plant/skid/definition.ts';
import { shippedSkidFolder } from '../../../plant/skid/folders.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { forgetful as records } from '../support/forgetful-records.ts';
import { median } from '../support/pairs.ts';
import { silentLog } from '../support/silent-log.ts';

const type = loadSkidType(`${shippedSkidFolder}/cdse.yaml`);
export const rows = type.interlocks.length;

const scanMs = 100;

/** A run at 160 °C, as the points say it. */
const middle = ({ name, unit, normal }: TagDefinition): number => {
  if (/F100\/(FT|FIC)-10[123]/.test(name)) return 15;
  if (name.startsWith('R201/PT') || name.startsWith('R201/PIC')) return 12;
  if (/R201\/(TT-20[12]|TIC-201\.W?SP)/.test(name)) return 160;
  if (name.startsWith('G900/FT')) return 0.6;
  if (name.startsWith('G900/PDT')) return -30;
  if (/AT-[13]05/.test(name)) return 11;
  if (normal !== null) return (normal.low + normal.high) / 2;
  return unit === '°C' ? 25 : 0;
};

const skidAt = (number: number): Skid => ({
  name: skidName(`QD-${number}`),
  title: `Line ${number}`,
  type,
  links: [],
  twin: true,
});

/** Scans of a skid, every number of which moves with every one. */
function scansOf(skid: Skid, count: number): readonly ReadonlyMap<LocalTag, Sample>[] {
  const image = new FieldImage(skid, utcMs(0));
  return Array.from({ length: count }, (_, scan) => {
    const at = monotonic(scan * scanMs);
    for (const tag of type.tags) {
      if (tag.source.kind !== 'point') continue;
      const noise = 1 + 0.001 * Math.sin(1.7 * scan + tag.name.length);
      const value = tag.valueType === 'boolean' ? /run|cooling/.test(tag.name) : middle(tag) * noise;
      image.take(tag.source.device, tag.source.point.name, { value, quality: good }, utcMs(at), utcMs(at), at);
    }
    return new Map(image.sample(at, utcMs(at)));
  });
}

/** As the gateway does it with every scan of a skid. */
function step(guard: ScanGuard, samples: ReadonlyMap<LocalTag, Sample>, scan: number): void {
  const now = scan * scanMs;
  guard.forces(monotonic(now));
  guard.step({
    utc: utcMs(now),
    monotonic: monotonic(now),
    process: processTime(now),
    samples,
    fieldDemand: 'none',
    asked: 'none',
    leaving: false,
    commanded: null,
    firstOutRow: null,
    batch: true,
  });
}

const clock: Clock = {
  timeScale: 1,
  utc: () => utcMs(0),
  monotonic: () => monotonic(0),
  process: () => processTime(0),
};

export type StepFigures = Readonly<{ medianUs: number; percentOfCore: number }>;

/** @param seconds of scans of 100 skids for the CPU; as many steps of one alone for the median */
export function measureSteps(skidCount: number, seconds: number): StepFigures {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-bench-steps-'));
  try {
    const skids = Array.from({ length: skidCount }, (_, i) => skidAt(i + 1));
    const interlocks = createInterlocks({
      skids,
      clock,
      log: silentLog,
      records,
      authority: { decide: () => ({ allowed: true }) },
      dataFolder: folder,
      alarms: { stand: () => undefined, gone: () => undefined },
    });
    const [first] = skids;
    if (first === undefined) return { medianUs: Number.NaN, percentOfCore: Number.NaN };
    const seen = scansOf(first, 50);
    const guards = skids.map(({ name }) => interlocks.guard(name));
    const each = (scan: number): ReadonlyMap<LocalTag, Sample> => seen[scan % seen.length] ?? new Map();
    const [guard] = guards;
    const times: number[] = [];
    const count = Math.round(seconds * 1000);
    for (let scan = 0; scan < count; scan += 1) {
      const samples = each(scan);
      const from = performance.now();
      if (guard !== undefined) step(guard, samples, scan);
      // Its code is compiled by then.
      if (scan >= count / 4) times.push(1000 * (performance.now() - from));
    }
    const cpu = process.threadCpuUsage();
    const scans = Math.round((1000 / scanMs) * seconds);
    for (let scan = count; scan < count + scans; scan += 1) for (const one of guards) step(one, each(scan), scan);
    const { user, system } = process.threadCpuUsage(cpu);
    return { medianUs: median(times), percentOfCore: (100 * (user + system)) / 1e6 / seconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
