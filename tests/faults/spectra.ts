/**
 * Batches on a twin, whose conversion and size come of processed spectra alone, held against what stood before the probes in
 * truth: `npm run campaign -- spectra --rounds 3`.
 */
import { join } from 'node:path';
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { shareWithin, watchBatch, type Compared } from './support/watched-batch.ts';

export const run: Run = async ({ rounds, say }) => {
  const conversions: Compared[] = [];
  const diameters: Compared[] = [];
  let [undecided, errors, incomplete] = [0, 0, 0];
  for (let round = 1; round <= rounds; round += 1) {
    const batch = await watchBatch({
      recipe: 'CdSe-3.6',
      recipes: join(process.cwd(), 'control/recipes/shipped'),
      seed: round,
      timeScale: 20,
      withinMs: 900_000,
      say,
    });
    conversions.push(...batch.conversions);
    diameters.push(...batch.diameters);
    undecided += batch.undecided.length;
    errors += batch.errors.length;
    if (batch.state.toLowerCase() !== 'complete') incomplete += 1;
    for (const reason of new Set(
      batch.undecided.flatMap(({ analysis, reasons }) => reasons.map((each) => `${analysis}: ${each}`)),
    ))
      say(`undecided: ${reason}`);
    for (const error of batch.errors) say(error);
    for (const { at, value, uncertainty, truth } of batch.conversions.filter((one) => shareWithin([one]) === 0))
      say(
        `outside: ${new Date(at).toISOString()} ${value.toFixed(1)} ± ${uncertainty.toFixed(1)} %, in truth ${truth.toFixed(1)} %`,
      );
    say(`round ${round}: ${batch.state}, ${batch.conversions.length} conversions, ${batch.diameters.length} diameters`);
  }
  return [
    atLeast('conversions compared', conversions.length, '', 20 * rounds),
    atLeast('conversions within their stated uncertainty', percent(shareWithin(conversions)), '%', 95),
    atMost('conversion, largest error', largest(conversions), '%'),
    atMost('conversion, median uncertainty (k = 2)', medianUncertainty(conversions), '%'),
    atLeast('diameters compared', diameters.length, '', 50 * rounds),
    atLeast('diameters within their stated uncertainty', percent(shareWithin(diameters)), '%', 95),
    atMost('diameter, largest error', largest(diameters), 'nm'),
    atMost('diameter, median uncertainty (k = 2)', medianUncertainty(diameters), 'nm'),
    atMost('results undecided while there was something to see', undecided, ''),
    atMost('batches that were not complete', incomplete, '', 0),
    atMost('errors in the log', errors, '', 0),
  ];
};

const percent = (share: number): number => Math.round(share * 1000) / 10;
const rounded = (value: number): number => Number(value.toPrecision(3));
const largest = (all: readonly Compared[]): number =>
  rounded(all.reduce((most, { value, truth }) => Math.max(most, Math.abs(value - truth)), 0));
const medianUncertainty = (all: readonly Compared[]): number =>
  rounded(
    all.map(({ uncertainty }) => uncertainty).sort((one, other) => one - other)[Math.floor(all.length / 2)] ??
      Number.NaN,
  );
