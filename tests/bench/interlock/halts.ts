/** A process that does nothing but note when its own timer came late: what the machine itself does to whoever has to be on time. */
import { readFileSync } from 'node:fs';
import { answerAsks } from '../support/measuring-child.ts';

/** Wall time, ms: from when on nothing ran, and for how long. */
export type Halt = Readonly<{ from: number; ms: number }>;
/** `stolenPercent`: of both cores' time, what the host gave to others, since the last question. */
export type HaltsAnswer = Readonly<{ halts: readonly Halt[]; stolenPercent: number }>;

const everyMs = 5;
/** Less is a scheduler at work. */
const countsFromMs = 20;

/** The share of the host's theft in the time of all cores, from the kernel's own counts; zero where it keeps none. */
function times(): Readonly<{ all: number; stolen: number }> {
  const [, ...counts] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/u);
  const numbers = counts.slice(0, 8).map(Number);
  return { all: numbers.reduce((sum, one) => sum + one, 0), stolen: numbers[7] ?? 0 };
}

let halts: Halt[] = [];
let before = times();
let last = performance.now();

setInterval(() => {
  const now = performance.now();
  const late = now - last - everyMs;
  if (late >= countsFromMs) halts.push({ from: performance.timeOrigin + last, ms: late });
  last = now;
}, everyMs);

answerAsks((): Promise<HaltsAnswer> => {
  const now = times();
  const answer = { halts, stolenPercent: (100 * (now.stolen - before.stolen)) / Math.max(1, now.all - before.all) };
  halts = [];
  before = now;
  return Promise.resolve(answer);
});
