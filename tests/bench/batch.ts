/**
 * Batches on a hundred skids: what their engine costs at the skids' own pace, how soon a command's effect is at the field, and
 * how long a recipe of 500 steps takes to be checked and let in.
 */
import { atLeast, atMost, type Run } from '../support/measured.ts';
import type { BatchesFigures, BatchesQuestion } from './batch/hundred-batches.ts';
import { measureLongRecipe } from './batch/long-recipe.ts';
import { MeasuringChild } from './support/measuring-child.ts';
import { median, quantile, rounded } from './support/pairs.ts';

/** Of the shipped skids: 10 Hz. */
const scanMs = 100;
/** Beside a scan that is under way. */
const marginMs = 20;

export const run: Run = async ({ say, quick = false }) => {
  const question = quick
    ? { skids: 5, seconds: 1, commands: 3, scanMs }
    : { skids: 100, seconds: 60, commands: 200, scanMs };
  const engine = await measureEngine(question);
  const { skids } = question;
  const mean = engine.scanCpuMs.reduce((sum, each) => sum + each, 0) / engine.scanCpuMs.length;
  const [ofMedian, ofMean] = [median(engine.scanCpuMs), mean].map((ms) => rounded((100 * ms) / scanMs, 2)) as [number, number]; // prettier-ignore
  say(`${skids} batches: median ${ofMedian}, mean ${ofMean}, whole thread ${rounded(engine.threadPercent, 2)} %`);
  const [steps, times] = quick ? [50, 1] : [500, 5];
  const { checkMs, importMs } = await measureLongRecipe(steps, times);
  return [
    atLeast('tags of a skid', engine.tagsOfSkid, ''),
    atLeast('batches that ran before the scans', engine.runningBefore, '', skids),
    atLeast('  and after them', engine.runningAfter, ''),
    atMost(`scans of ${skids} batches at 10 Hz, median`, ofMedian, '% of a core', 5),
    atMost(`scans of ${skids} batches at 10 Hz, mean`, ofMean, '% of a core', 5),
    atMost('  with everything else in that thread', rounded(engine.threadPercent, 2), '% of a core'),
    atMost("  with the ledger's thread and the collector's", rounded(engine.processPercent, 2), '% of a core'),
    atLeast('Holds measured', engine.holdMs.length, '', question.commands),
    atMost('a Hold to the field, p99', rounded(quantile(engine.holdMs, 0.99), 1), 'ms', scanMs + marginMs),
    atLeast('Restarts measured', engine.restartMs.length, '', question.commands),
    atMost('a Restart to the field, p99', rounded(quantile(engine.restartMs, 0.99), 1), 'ms', scanMs + marginMs),
    atMost('  a line of the ledger beside them, p99', rounded(quantile(engine.appendMs, 0.99), 1), 'ms'),
    atMost(`a recipe of ${steps} steps checked, worst`, rounded(quantile(checkMs, 1), 0), 'ms', 1000),
    atMost(`a recipe of ${steps} steps imported, worst`, rounded(quantile(importMs, 1), 0), 'ms', 1000),
  ];
};

async function measureEngine(question: BatchesQuestion): Promise<BatchesFigures> {
  const child = new MeasuringChild(new URL('./batch/batches-child.ts', import.meta.url), []);
  try {
    return await child.ask<BatchesFigures>(question);
  } finally {
    await child.stop();
  }
}
