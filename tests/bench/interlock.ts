/**
 * The interlocks: what one step costs, what a hundred skids cost, and how long it takes from a register that changes in the field
 * to the safe command's bytes there.
 */
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import { measureTrips } from './interlock/trips.ts';
import type { StepAnswer, StepQuestion } from './interlock/steps.ts';
import { canBuild } from './support/c-server.ts';
import { MeasuringChild } from './support/measuring-child.ts';
import { median, quantile, rounded } from './support/pairs.ts';

const scanMs = 100;

export const run: Run = async ({ say, quick = false }) => {
  const steps = await measureSteps({ skids: 100, seconds: quick ? 0.5 : 20 });
  say(`${steps.rows} rows: ${rounded(steps.medianUs, 1)} µs a step, 100 skids ${rounded(steps.percentOfCore, 1)} %`);
  const stepResults = [
    atLeast('rows of the skid', steps.rows, ''),
    atMost('one step, median', rounded(steps.medianUs, 1), 'µs', 50),
    atMost('steps of 100 skids at 10 Hz', rounded(steps.percentOfCore, 2), '% of a core', 10),
  ];
  if (quick && !canBuild('field-server')) {
    say('No trips: the field in C cannot be built here.');
    return stepResults;
  }
  const [skids, trips] = quick ? [2, 4] : [100, 200];
  const { beyondMs, undisturbedMs, ...trip } = await measureTrips(skids, trips, say);
  const results: Measured[] = [
    ...stepResults,
    atLeast(`trips measured, ${skids} skids`, beyondMs.length, '', 200),
    atMost('skids that were in that step before', trip.before, ''),
    atMost(`register to safe command beyond the row's delay, median`, rounded(median(beyondMs), 1), 'ms'),
    atMost(
      `register to safe command beyond the row's delay, p99`,
      rounded(quantile(beyondMs, 0.99), 1),
      'ms',
      scanMs + 20,
    ),
    atMost(`register to safe command beyond the row's delay, worst`, rounded(quantile(beyondMs, 1), 1), 'ms'),
    atLeast('trips while nothing was held up by the machine', undisturbedMs.length, ''),
    atMost('  of these: register to safe command, p99', rounded(quantile(undisturbedMs, 0.99), 1), 'ms', scanMs + 20),
    atMost('  of these: worst', rounded(quantile(undisturbedMs, 1), 1), 'ms'),
    atMost('times an idle process was held up for 20 ms and more', trip.halts, ''),
    atMost('  at worst', rounded(trip.worstHaltMs, 1), 'ms'),
    atMost("the cores' time that the host gave to others", rounded(trip.stolenPercent, 2), '%'),
    atMost('CPU of the service meanwhile', rounded(trip.servicePercent, 1), '% of a core'),
    atMost('CPU of the field', rounded(trip.fieldPercent, 2), '% of a core'),
    atLeast('changes that the OPC UA client saw', trip.changes, ''),
    atLeast('bytes that the page saw', trip.streamBytes, ''),
  ];
  return results;
};

async function measureSteps(question: StepQuestion): Promise<StepAnswer> {
  const child = new MeasuringChild(new URL('./interlock/steps.ts', import.meta.url), []);
  try {
    return await child.ask<StepAnswer>(question);
  } finally {
    await child.stop();
  }
}
