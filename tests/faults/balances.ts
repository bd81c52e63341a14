/** Ten thousand random schedules for every round: whether the twin's books of mass and heat close after each. */
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { runSchedule, type Outcome } from '../twin/schedules.ts';

const schedules = 10_000;
const secondsAPart = 20;

export const run: Run = ({ rounds, quick, say }) => {
  const count = quick === true ? 200 : schedules * rounds;
  let worst: Outcome | null = null;
  let [open, steps, hot] = [0, 0, 0];
  for (let seed = 0; seed < count; seed += 1) {
    const outcome = runSchedule(seed, secondsAPart);
    steps += outcome.steps;
    if (outcome.hottestC > 100) hot += 1;
    if (outcome.worst.relative > 1e-6) {
      open += 1;
      say(`seed ${seed}: ${outcome.worst.what} is open by ${outcome.worst.relative.toExponential(2)}`);
    }
    if (worst === null || outcome.worst.relative > worst.worst.relative) worst = outcome;
    if (seed % 1000 === 999)
      say(`${seed + 1} schedules, worst ${worst.worst.relative.toExponential(2)} (${worst.worst.what})`);
  }
  return Promise.resolve([
    atLeast('schedules', count, '', schedules),
    atLeast('of them above 100 °C', hot, ''),
    atLeast('hours of process', Math.round((steps * 0.05) / 3600), 'h'),
    atMost('balances that close worse than 1e-6', open, '', 0),
    atMost('worst balance, relative', worst?.worst.relative ?? Number.NaN, '', 1e-6),
  ]);
};
