/** The gateway as it is, with the interlocks as they are, for skids at the ports given; what stands around them keeps nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createInterlocks } from '../../../control/interlocks/index.ts';
import { createGateway } from '../../../gateway/index.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { isGood } from '../../../plant/quality.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { answerAsks } from '../support/measuring-child.ts';
import { forgetful as records } from '../support/forgetful-records.ts';
import { silentLog } from '../support/silent-log.ts';
import { Cadence, type Steadiness } from './cadence.ts';
import { skidAt } from './skid-of-120.ts';

export type Question = Readonly<{ milliseconds: number }>;
export type Figures = Steadiness &
  Readonly<{
    skids: number;
    cpuMs: number;
    milliseconds: number;
    /** Of every tag of every scan of the measurement, the part that was Good, and changed since the scan before. */
    good: number;
    changed: number;
    missed: number;
    heapMb: number;
  }>;

const skids = process.argv.slice(2).map((port, i) => skidAt(Number(port), i + 1));
const clock = systemClock();
const cadence = new Cadence();
const latest = new Map<string, ScanNews>();
const seen = { samples: 0, good: 0, changed: 0 };
/** A look at every tag of every scan would be a part of what is measured: one scan in 50 is looked at. */
let looks = 0;

function accept(news: ScanNews): void {
  const { skid, samples } = news.batch;
  cadence.turn(skid);
  looks += 1;
  const before = latest.get(skid)?.batch.samples;
  if (looks % 50 === 0 && before !== undefined) {
    samples.forEach((sample, i) => {
      seen.samples += 1;
      if (isGood(sample.quality)) seen.good += 1;
      if (!Object.is(sample.value, before[i]?.value)) seen.changed += 1;
    });
  }
  latest.set(skid, news);
}

const kept = mkdtempSync(join(tmpdir(), 'mesoline-bench-'));
process.once('exit', () => rmSync(kept, { recursive: true, force: true }));
const interlocks = createInterlocks({
  skids,
  clock,
  log: silentLog,
  records,
  authority: { decide: () => ({ allowed: true }) },
  dataFolder: kept,
  alarms: { stand: () => undefined, gone: () => undefined },
});
const gateway = createGateway({
  skids,
  clock,
  log: silentLog,
  guard: (skid) => interlocks.guard(skid),
  interlocks: interlocks.desk,
  authority: { decide: () => ({ allowed: true }) },
  records,
  samples: { append: () => Promise.resolve(), cursors: () => Promise.resolve([]) },
  consumers: [{ accept }],
});
await interlocks.start();
await gateway.start();
cadence.start();

async function measure({ milliseconds }: Question): Promise<Figures> {
  cadence.begin();
  Object.assign(seen, { samples: 0, good: 0, changed: 0 });
  const missed = gateway.health().figures?.['scansMissed'] ?? 0;
  const from = performance.now();
  const cpu = process.cpuUsage();
  await pause(milliseconds);
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...cadence.figures(),
    skids: skids.length,
    cpuMs: (user + system) / 1000,
    milliseconds: performance.now() - from,
    good: seen.good / seen.samples,
    changed: seen.changed / seen.samples,
    missed: (gateway.health().figures?.['scansMissed'] ?? 0) - missed,
    heapMb: process.memoryUsage().heapUsed / 1e6,
  };
}

// It ends without a good-bye: handing the field over would take longer than the measurement.
answerAsks(measure);
