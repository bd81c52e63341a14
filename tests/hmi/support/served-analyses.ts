/** What analyses of a moving skid would have found, with curves of a shape, to look at their page without a plant. */
import type { AnalysisResult } from '../../../plant/analysis.ts';
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import type { Suitability } from '../../../plant/ports/analysis-desk.ts';
import { tagName } from '../../../plant/sample.ts';
import type { AnalysisDefinition, Skid } from '../../../plant/skid/definition.ts';

const axes: Readonly<Record<string, readonly [title: string, unit: string, low: number, high: number, top: number]>> = {
  'phosphorus-nmr': ['Chemical shift', 'ppm', -60, 60, 42],
  raman: ['Raman shift', 'cm-1', 150, 1800, 12_000],
  'uv-vis': ['Wavelength', 'nm', 350, 750, 0.8],
  emission: ['Wavelength', 'nm', 420, 800, 1_200_000],
};

/** The odd ones undecided; each older than the one before it. */
export const servedResults = (skid: Skid, now: UtcMs): readonly AnalysisResult[] =>
  skid.type.analyses.map((analysis, index) => servedResult(skid, analysis, now - index * 180_000, index % 2 === 1));

/** Newest first. */
export const servedEarlier = (skid: Skid, now: UtcMs): readonly AnalysisResult[] =>
  skid.type.analyses.flatMap((analysis) =>
    Array.from({ length: 12 }, (_, i) => servedResult(skid, analysis, now - i * 60_000, i % 4 === 3)),
  );

export const servedSuitability = (skid: Skid): readonly Suitability[] =>
  skid.type.analyses.map(({ name, title, method, required }, index) => ({
    skid: skid.name,
    analysis: name,
    title,
    method,
    fit: index % 2 === 0,
    required,
    checks: method.suitability.checks.map(({ title: what, least, most }) => ({
      what,
      found: '12.3',
      asked: `${least ?? '-'} to ${most ?? '-'}`,
      passed: index % 2 === 0,
    })),
  }));

function servedResult(skid: Skid, analysis: AnalysisDefinition, at: number, undecided: boolean): AnalysisResult {
  const { name, spectrum, method } = analysis;
  const [title, unit, low, high, top] = axes[method.parameters.kind] ?? ['x', 'nm', 0, 1, 1];
  const x = Float64Array.from({ length: 2000 }, (_, i) => low + ((high - low) * i) / 2000);
  const fit = x.map((one) => top * Math.exp(-(((one - 0.6 * high - 0.4 * low) / ((high - low) / 20)) ** 2)));
  const residual = x.map((_, i) => 0.01 * top * Math.sin(i * i));
  const sampleTime = utcMs(at - 20_000);
  return {
    skid: skid.name,
    analysis: name,
    spectrum: tagName(skid.name, spectrum),
    method,
    input: 'e'.repeat(64),
    sampleTime,
    measuredAt: utcMs(at - 2000),
    analysedAt: utcMs(at),
    outcome: {
      outputs: Object.fromEntries(method.outputs.map((output) => [output.name, { value: 98.234, uncertainty: 1.12 }])),
      verdict: undecided ? 'undecided' : 'in domain',
      reasons: undecided ? ['The baseline is 12.3 of noise off, and 5 is the most.'] : [],
      figures: { signalToNoise: 120.5, areaCountsNm: 14_312_440.3, backgroundCounts: 412, leftOfBand: 0.000_312 },
      x: { title, unit },
      curves: [
        { name: 'processed', x, y: fit.map((one, i) => one + (residual[i] ?? 0)) },
        { name: 'fit', x, y: fit },
        { name: 'residual', x, y: residual },
      ],
    },
  };
}
