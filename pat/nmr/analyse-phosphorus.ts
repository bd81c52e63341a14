/**
 * Conversion of the phosphine to its chalcogenide by ³¹P NMR. Pure: the same decay, parameters and inputs give the same outcome, and
 * a spectrum that cannot be judged is undecided with its reasons.
 */
import type { AnalysisOutcome, Curve, Estimate } from '../../plant/analysis.ts';
import type { PhosphorusNmrParameters } from '../../plant/method/phosphorus-nmr.ts';
import type { SpectrumData } from '../../plant/spectrum.ts';
import { amountsOf, areasOf, type Amounts } from './amounts.ts';
import { decayOf } from './decay.ts';
import { expectedShift } from './expected-shift.ts';
import { doubtsOf, figuresOf, hiddenByReference } from './figures.ts';
import { fitSpecies } from './fit-species.ts';
import { leftoverOf, type Leftover } from './leftover.ts';
import { preparedDecay, preparedSpectrum, type Prepared } from './prepare.ts';
import { readableAs, type Readable } from './refuse.ts';
import { referenceLine } from './reference.ts';
import { responseOf } from './response.ts';
import { radians, soughtOf } from './sought.ts';

export type PhosphorusInputs = Readonly<Record<string, number | null>>;

/**
 * Outputs, all in %, with expanded uncertainty (k = 2): `conversion`, and the fractions of phosphorus `tcep` (residual), `oxide` and `tcepX`.
 * Inputs: `pH` (null: the phosphine is looked for from its base to its acid), `flow` in mL/min.
 *
 * Figures: `signalToNoise` of the highest line of a species and `referenceSignalToNoise`, both as height over one standard deviation of the
 * noise in the spectrum matched to the lines' width; `lineWidthHz`; `referencePpm`, where the reference stood on the instrument's axis;
 * `phase0Degrees`, `phase1Degrees` as they were found; `residual`, mean square of what the fit left over that of the noise;
 * `unexpectedSignalToNoise` of the highest line of nobody; the shift of each species that was fitted, as `tcepPpm`.
 */
export function analysePhosphorus(
  data: SpectrumData,
  parameters: PhosphorusNmrParameters,
  inputs: PhosphorusInputs,
): AnalysisOutcome {
  const readable = readableAs(data, parameters);
  if (readable.kind === 'neither') return undecided([readable.reason]);
  const pH = inputs['pH'] ?? null;
  const flow = inputs['flow'] ?? null;
  const [leastPH, mostPH] = parameters.limits.pH;
  const reasons: string[] = [];
  if (pH !== null && !(pH >= leastPH && pH <= mostPH))
    reasons.push(`The pH is ${pH}; the method holds from ${leastPH} to ${mostPH}.`);
  if (flow === null || !(flow >= 0)) reasons.push('The flow is not known, so areas are not amounts.');
  if (reasons.length > 0) return undecided(reasons);

  const prepared = preparedOf(data, readable, parameters);
  if (!(prepared.fittedNoise > 0)) return undecided(['It has no noise: it was not measured, or is constant.']);
  const shifts = parameters.species.map((each) => expectedShift(each, pH));
  const { reference } = parameters;
  const referenceFound = reference === null ? null : referenceLine(prepared, reference, shifts);
  if (reference?.required === true && referenceFound === null) {
    const [from, to] = reference.windowPpm;
    return undecided([`The reference ${reference.name} is not there, between ${from} and ${to} ppm.`], {
      figures: { referenceSignalToNoise: 0 },
      curves: curvesOf(prepared, null),
    });
  }

  const found = fitSpecies(prepared, soughtOf(prepared, parameters, shifts, referenceFound));
  const unit = prepared.fittedNoise * Math.sqrt(prepared.correlation);
  const leftover = leftoverOf(prepared, found, unit, parameters.processing.baselineOrder);
  const residual = found.fit.residual * prepared.correlation;
  const { repetitionS, pulseDegrees } = parameters.acquisition;
  const taking = {
    flowMlPerMin: flow ?? 0,
    repetitionS: readable.nmr.repetitionS ?? repetitionS,
    pulseDegrees: readable.nmr.pulseDegrees ?? pulseDegrees,
    ...parameters.flowCell,
  };
  const responses = parameters.species.map((each) => {
    const { factor, relative } = responseOf(each, taking);
    return { factor, relative: Math.hypot(relative, shapeUncertainty) };
  });
  const amounts = amountsOf(
    areasOf(found, parameters.species, notLinear * Math.max(1, residual)),
    parameters,
    responses,
  );
  const figures = figuresOf(prepared, found, leftover, residual, parameters, referenceFound);
  const doubts = [
    ...hiddenByReference(prepared, found, parameters, shifts),
    ...doubtsOf(prepared, parameters, figures, leftover, amounts),
  ];
  return {
    outputs: amounts ?? none,
    verdict: doubts.length === 0 ? 'in domain' : 'undecided',
    reasons: doubts,
    figures,
    x: axis,
    curves: curvesOf(prepared, leftover),
  };
}

/**
 * What the covariance does not know, as a factor on it: that a line was picked where noise made it highest, and that places, widths and phases
 * are not linear where the signal is weak. Found by decays of known amounts, so that the stated intervals hold as often as they say.
 */
const notLinear = 1.35;

/** Relative, k = 1: no line is quite as its model has it, and no two lines alike. */
const shapeUncertainty = 0.004;

const none: Readonly<Record<keyof Amounts, Estimate | null>> = {
  conversion: null,
  tcep: null,
  oxide: null,
  tcepX: null,
};
const axis = { title: 'Chemical shift', unit: 'ppm' };

const undecided = (reasons: readonly string[], more: Partial<AnalysisOutcome> = {}): AnalysisOutcome => ({
  outputs: none,
  verdict: 'undecided',
  reasons,
  figures: {},
  x: axis,
  curves: [],
  ...more,
});

function preparedOf(
  data: SpectrumData,
  readable: Exclude<Readable, { kind: 'neither' }>,
  { processing, widthHz }: PhosphorusNmrParameters,
): Prepared {
  const { expected, tolerance } = processing.firstOrderPhaseDegrees;
  const skipped = readable.nmr.groupDelayPoints % 1;
  const how = {
    lineBroadeningHz: processing.lineBroadeningHz,
    firstOrder: { expected: radians(expected - 360 * skipped), tolerance: radians(tolerance) },
    baselineOrder: processing.baselineOrder,
    widthHz,
  };
  return readable.kind === 'decay'
    ? preparedDecay(decayOf(data, readable.nmr, readable.imaginary), how)
    : preparedSpectrum(data.x.values, data.y.values, readable.nmr.frequencyMHz, how);
}

function curvesOf(prepared: Prepared, leftover: Leftover | null): readonly Curve[] {
  const { raw, processed, baseline } = prepared;
  const x = prepared.hz.map((hz) => prepared.carrierPpm + hz / prepared.frequencyMHz);
  const curves: Curve[] = [
    { name: 'raw', x, y: raw },
    { name: 'processed', x, y: processed },
    { name: 'baseline', x, y: baseline },
  ];
  if (leftover === null) return curves;
  const fit = processed.map((value, i) => value - (leftover.residual[i] ?? 0));
  return [...curves, { name: 'fit', x, y: fit }, { name: 'residual', x, y: leftover.residual }];
}
