/** Exposure: how long the scan waits for it, after a start in mid-shift with everyone inside, and while it runs. */
import { mostInSlice } from '../../control/exposure/steps.ts';
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import type { ExposureFigures, Slice } from './exposure/hall-of-50.ts';
import type { ShiftQuestion } from './exposure/shift.ts';
import { MeasuringChild } from './support/measuring-child.ts';
import { quantile, rounded } from './support/pairs.ts';

export const run: Run = async ({ say, quick = false }) => {
  const question: ShiftQuestion = quick ? { people: 5, seconds: 20 } : { people: 50, seconds: 300 };
  const child = new MeasuringChild(new URL('./exposure/shift.ts', import.meta.url), []);
  try {
    const found = await child.ask<ExposureFigures>(question);
    const { coldSlices, runningSlices } = found;
    say(`${found.people} people, ${found.linesOfPerson} limits each: ${coldSlices.length} slices after the start`);
    return [
      atLeast('people judged', found.people, '', question.people),
      atMost('cold start to everyone judged', rounded(found.coldMs, 0), 'ms'),
      atLeast('slices of the cold start', coldSlices.length, ''),
      ...ofSlices('slice of the cold start', coldSlices),
      ...ofSlices('slice while it runs', runningSlices),
      atMost('of a scan, p99', rounded(quantile(found.scansMs, 0.99), 3), 'ms', 5),
      atMost('of a scan, worst', rounded(quantile(found.scansMs, 1), 2), 'ms'),
      atMost('cells in a slice, most', found.mostCells, '', mostInSlice),
      atMost('CPU of two skids at 10 Hz', rounded(found.percentOfCore, 2), '% of a core'),
    ];
  } finally {
    await child.stop();
  }
};

function ofSlices(what: string, slices: readonly Slice[]): readonly Measured[] {
  const [ms, cpuMs] = [slices.map((slice) => slice.ms), slices.map((slice) => slice.cpuMs)];
  return [
    atMost(`${what}, p99`, rounded(quantile(ms, 0.99), 2), 'ms', 5),
    atMost(`${what}, worst`, rounded(quantile(ms, 1), 2), 'ms'),
    atMost(`${what}, p99 of its own CPU time`, rounded(quantile(cpuMs, 0.99), 2), 'ms', 5),
    atMost(`${what}, worst of its own CPU time`, rounded(quantile(cpuMs, 1), 2), 'ms'),
  ];
}
