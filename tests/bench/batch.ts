/**
 * Batches on a hundred skids: what their engine costs at the skids' own pace, how soon a command's effect is at the field, and
 * how long a recipe of 500 steps takes to be checked and let in.
 */
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import type { BatchesFigures, BatchesQuestion, Reached } from './batch/hundred-batches.ts';
import { measureLongRecipe } from './batch/long-recipe.ts';
import type { Halt, HaltsAnswer } from './interlock/halts.ts';
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
  const { engine, halts } = await measureEngine(question);
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
    ...ofCommand('Hold', engine.holds, halts, question.commands),
    ...ofCommand('Restart', engine.restarts, halts, question.commands),
    atMost('  a line of the ledger beside them, p99', rounded(quantile(engine.appendMs, 0.99), 1), 'ms'),
    atMost(`a recipe of ${steps} steps checked, worst`, rounded(quantile(checkMs, 1), 0), 'ms', 1000),
    atMost(`a recipe of ${steps} steps imported, worst`, rounded(quantile(importMs, 1), 0), 'ms', 1000),
  ];
};

/** Of commands during which the machine let an idle process run, too: what the others waited for was not only the service. */
function ofCommand(name: string, all: readonly Reached[], halts: readonly Halt[], asked: number): readonly Measured[] {
  const undisturbed = all.filter(
    ({ from, ms }) => !halts.some((halt) => halt.from < from + ms && halt.from + halt.ms > from),
  );
  const of = (some: readonly Reached[], part: number): number => rounded(quantile(some.map(({ ms }) => ms), part), 1); // prettier-ignore
  return [
    atLeast(`${name}s measured`, all.length, '', asked),
    atMost(`a ${name} to the field, median`, of(all, 0.5), 'ms'),
    atMost(`a ${name} to the field, p99`, of(all, 0.99), 'ms', scanMs + marginMs),
    atLeast(`  ${name}s while nothing was held up by the machine`, undisturbed.length, ''),
    atMost(`  of these: a ${name} to the field, p99`, of(undisturbed, 0.99), 'ms', scanMs + marginMs),
  ];
}

async function measureEngine(
  question: BatchesQuestion,
): Promise<Readonly<{ engine: BatchesFigures; halts: readonly Halt[] }>> {
  const child = new MeasuringChild(new URL('./batch/batches-child.ts', import.meta.url), []);
  const idle = new MeasuringChild(new URL('./interlock/halts.ts', import.meta.url), []);
  try {
    const engine = await child.ask<BatchesFigures>(question);
    return { engine, halts: (await idle.ask<HaltsAnswer>({})).halts };
  } finally {
    await child.stop();
    await idle.stop();
  }
}
