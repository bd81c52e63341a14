/**
 * A process whose store has been away for hours: it appends what was measured meanwhile as fast as the spool takes it, tells when that is done,
 * and goes on measuring while everything is brought to the store. Arguments: the data folder, the address of InfluxDB, hours, and the time
 * at which they begin. Each line of its output is one JSON object.
 */
import { createHistorian } from '../../../historian/index.ts';
import { utcMs } from '../../../plant/clock.ts';
import { good } from '../../../plant/quality.ts';
import type { Sample } from '../../../plant/sample.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { silentLog } from '../../bench/support/silent-log.ts';
import { line, liveTags, row, scanAt, valueAt } from './history-line.ts';

const [dataFolder = '', url = '', hours = '8', begin = '0'] = process.argv.slice(2);
const secondsOfAppend = 60;
/** Each tag five times a second: as many points as a hundred tags have that change once a second. */
const everyMs = 200;
const liveEveryMs = 100;

const tell = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);
const historian = createHistorian({ skids: line, dataFolder, clock: systemClock(), log: silentLog, influx: { url } });
await historian.start();

const late: number[] = [];
let worstLoopMs = 0;
let expectedAt = performance.now() + liveEveryMs;
let live = 0;
let mostBytes = 0;
setInterval(() => {
  const now = performance.now();
  worstLoopMs = Math.max(worstLoopMs, now - expectedAt);
  expectedAt = now + liveEveryMs;
  mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
  const time = utcMs(Date.now());
  historian.accept(scanAt(time));
  const sample: Sample = { tag: row, value: live, quality: good, sourceTime: time, serverTime: time };
  void historian.store.append([sample]).then(() => late.push(performance.now() - now));
  live += 1;
}, liveEveryMs);

const from = Number(begin);
const seconds = Number(hours) * 3_600;
for (let s = 0; s < seconds; s += secondsOfAppend) {
  const samples: Sample[] = [];
  for (let at = 1_000 * s; at < 1_000 * Math.min(seconds, s + secondsOfAppend); at += everyMs) {
    const time = utcMs(from + at);
    for (const [i, tag] of liveTags.entries()) {
      samples.push({ tag, value: valueAt(i, time), quality: good, sourceTime: time, serverTime: time });
    }
  }
  await historian.store.append(samples);
}
// The figures come twice a second.
const unwritten = (): number => historian.health().figures?.['unwrittenPoints'] ?? 0;
while (unwritten() < seconds) await new Promise((resolve) => setTimeout(resolve, 50));
tell({ what: 'appended', spoolBytes: historian.health().figures?.['spoolBytes'], rss: mostBytes });
late.length = 0;
mostBytes = 0;
worstLoopMs = 0;
const began = performance.now();
process.stdin.once('data', () => {
  const timer = setInterval(() => {
    if (unwritten() > 200) return;
    clearInterval(timer);
    const sorted = Float64Array.from(late).sort();
    const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
    tell({
      what: 'replayed',
      seconds: (performance.now() - began) / 1_000,
      live: late.length,
      medianMs: at(0.5),
      p99Ms: at(0.99),
      worstMs: at(1),
      worstLoopMs,
      mostBytes,
      givenUp: historian.health().figures?.['pointsGivenUp'],
    });
  }, 50);
  process.stdin.once('data', () => {
    void historian.stop().then(() => {
      tell({ what: 'stopped', live });
      process.exit(0);
    });
  });
});
