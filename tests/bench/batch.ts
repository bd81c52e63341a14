/**
 * A hundred batches on a hundred skids: what the engine costs at the skids' own pace, how soon a command's effect is at the
 * field, and how long a recipe of 500 steps takes from text to verdict.
 */
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { hundredBatches } from './batch/hundred-batches.ts';
import { checkLongRecipe } from './batch/long-recipe.ts';
import { median, quantile, rounded } from './support/pairs.ts';

/** Of a skid, as its file has it: 10 Hz. */
const scanMs = 100;

export const run: Run = async ({ say, quick = false }) => {
  const [skids, rounds, commands, steps] = quick ? [5, 10, 4, 50] : [100, 600, 300, 500];
  const engine = await hundredBatches({ skids, rounds, commands, scanMs, say });
  const checks = await checkLongRecipe(steps, quick ? 1 : 7);
  const share = (cpuMs: number): number => rounded((100 * cpuMs) / scanMs, 2);
  const mean = engine.scanCpuMs.reduce((sum, each) => sum + each, 0) / engine.scanCpuMs.length;
  return [
    atMost(`engine, ${skids} batches, median of the scans`, share(median(engine.scanCpuMs)), '% of a core', 5),
    atMost(`engine, ${skids} batches, mean of the scans`, share(mean), '% of a core', 5),
    atLeast('batches that ran meanwhile', engine.running, '', skids),
    atMost('a Hold to the field, p99', rounded(quantile(engine.holdMs, 0.99), 1), 'ms', scanMs + 20),
    atMost('a Restart to the field, p99', rounded(quantile(engine.restartMs, 0.99), 1), 'ms', scanMs + 20),
    atMost('  a bare write of the ledger beside it, p99', rounded(quantile(engine.appendMs, 0.99), 1), 'ms'),
    atMost(`a recipe of ${steps} steps, from text to verdict`, rounded(median(checks), 0), 'ms', 1000),
  ];
};
