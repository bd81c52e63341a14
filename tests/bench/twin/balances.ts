/** Whether the twin's books close after ten thousand random schedules; `npm run campaign -- balances` runs longer ones. */
import { runSchedule } from '../../twin/schedules.ts';
import type { AccuracyRow } from '../accuracy-row.ts';

const schedules = 10_000;

export function balancesRows(): Promise<readonly AccuracyRow[]> {
  let [worst, what, hot] = [0, '', 0];
  for (let seed = 0; seed < schedules; seed += 1) {
    const outcome = runSchedule(seed, 8);
    if (outcome.hottestC > 100) hot += 1;
    if (outcome.worst.relative > worst) [worst, what] = [outcome.worst.relative, outcome.worst.what];
  }
  return Promise.resolve([
    {
      what: `mass and heat balances over ${schedules} random schedules of four skids, ${hot} of them above 100 °C: worst, of ${what}`,
      got: worst,
      unit: 'relative',
      goal: '≤ 1e-6',
      passed: worst <= 1e-6,
      source: 'own accounts of every species, element, of liquid and heat (twin/skid/balances.ts)',
    },
  ]);
}
