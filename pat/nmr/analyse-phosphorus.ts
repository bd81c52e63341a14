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
import { fitSpecies, type Found } from './fit-species.ts';
import { leftoverOf, type Leftover } from './leftover.ts';
import { between, known, place, placeOfLine, type ModelLine, type Prior } from './line-model.ts';
import { preparedDecay, preparedSpectrum, type Line, type Prepared } from './prepare.ts';
import { readableAs, type Readable } from './refuse.ts';
import { referenceLine } from './reference.ts';
import { responseOf } from './response.ts';

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
  const responses = parameters.species.map((each) => responseOf(each, taking));
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
const notLinear = 1.25;

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

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const degrees = (radian: number): number => (radian * 180) / Math.PI;

function soughtOf(
  prepared: Prepared,
  { species, reference, processing, widthHz }: PhosphorusNmrParameters,
  shifts: readonly Prior[],
  found: Line | null,
) {
  const perPpm = prepared.frequencyMHz;
  const hzOf = ({ mean, deviation, least, most }: Prior): Prior => ({
    mean: mean * perPpm,
    deviation: deviation * perPpm,
    least: least * perPpm,
    most: most * perPpm,
  });
  const lines: readonly ModelLine[] = species.map(({ name, extraWidthHz, satellites }, i) => ({
    name,
    shiftHz: hzOf(shifts[i] ?? known(0)),
    extraWidthHz: between(...extraWidthHz),
    satellites:
      satellites === null ? null : { abundance: satellites.abundance, couplingHz: between(...satellites.couplingHz) },
  }));
  const { expected, tolerance } = processing.firstOrderPhaseDegrees;
  const firstOrder = prepared.phase.first;
  const shiftHz = (reference?.shiftPpm ?? 0) * perPpm;
  return {
    lines,
    reference:
      found === null || reference === null
        ? null
        : {
            found,
            shiftHz,
            line: {
              name: ' reference',
              shiftHz: known(shiftHz),
              extraWidthHz: between(...reference.extraWidthHz),
              satellites: null,
            },
          },
    // The axis as the instrument gives it: its zero is at minus the carrier's shift.
    offsetHz: known(-prepared.carrierPpm * perPpm),
    firstOrderRad:
      tolerance === 0
        ? known(radians(expected))
        : {
            mean: firstOrder,
            deviation: Math.min(0.5, radians(tolerance)),
            least: firstOrder - radians(tolerance),
            most: firstOrder + radians(tolerance),
          },
    widthHz: { mean: prepared.widthHz, deviation: prepared.widthHz / 2, least: widthHz[0], most: widthHz[1] },
    pseudoVoigt: processing.shape === 'pseudo-voigt',
    baselineOrder: processing.baselineOrder,
  };
}

function figuresOf(
  prepared: Prepared,
  { fit, fitted, hidden }: Found,
  leftover: Leftover,
  residual: number,
  { species, reference }: PhosphorusNmrParameters,
  referenceFound: Line | null,
): Record<string, number> {
  const value = (at: number): number => fit.vector[at] ?? 0;
  const figures: Record<string, number> = {
    signalToNoise: 0,
    lineWidthHz: value(place.width),
    phase0Degrees: degrees(prepared.phase.zeroth + value(place.phase)),
    phase1Degrees: degrees(value(place.firstOrder)),
    gaussian: value(place.gaussian),
    residual,
    unexpectedSignalToNoise: leftover.unexpected?.signalToNoise ?? 0,
  };
  const heightAt = (hz: number): number => {
    const step = (prepared.hz[1] ?? 1) - (prepared.hz[0] ?? 0);
    const i = Math.round((hz - (prepared.hz[0] ?? 0)) / step);
    return (prepared.processed[i] ?? 0) - (leftover.residual[i] ?? 0);
  };
  for (const { name } of species) {
    const k = fitted.get(name);
    if (k === undefined) {
      figures['signalToNoise'] = Math.max(figures['signalToNoise'] ?? 0, hidden.get(name)?.significance ?? 0);
      continue;
    }
    const shift = value(placeOfLine(k));
    figures[`${name}Ppm`] = shift / prepared.frequencyMHz;
    const ratio = heightAt(value(place.offset) + shift) / prepared.noise;
    figures['signalToNoise'] = Math.max(figures['signalToNoise'] ?? 0, ratio);
  }
  if (reference !== null) {
    figures['referenceSignalToNoise'] = referenceFound?.signalToNoise ?? 0;
    if (referenceFound !== null) {
      figures['referencePpm'] = prepared.carrierPpm + value(place.offset) / prepared.frequencyMHz + reference.shiftPpm;
    }
  }
  return figures;
}

function doubtsOf(
  prepared: Prepared,
  { limits }: PhosphorusNmrParameters,
  figures: Readonly<Record<string, number>>,
  { unexpected }: Leftover,
  amounts: Amounts | null,
): readonly string[] {
  const doubts: string[] = [];
  const signalToNoise = figures['signalToNoise'] ?? 0;
  const residual = figures['residual'] ?? 0;
  if (signalToNoise < limits.leastSignalToNoise) {
    doubts.push(`Signal to noise is ${signalToNoise.toFixed(1)}; ${limits.leastSignalToNoise} is the least.`);
  }
  if (!(residual <= limits.mostResidual)) {
    doubts.push(
      `The fit leaves ${residual.toFixed(1)} times the noise's mean square; ${limits.mostResidual} is the most.`,
    );
  }
  const highest = prepared.processed.reduce((most, value) => Math.max(most, value), 0);
  if (
    unexpected !== null &&
    unexpected.signalToNoise > limits.unexpectedSignalToNoise &&
    unexpected.height > (limits.unexpectedPercent / 100) * highest
  ) {
    const ppm = prepared.carrierPpm + unexpected.hz / prepared.frequencyMHz - (figures['referencePpm'] ?? 0);
    doubts.push(
      `There is a line of no species at ${ppm.toFixed(2)} ppm, ${unexpected.signalToNoise.toFixed(1)} times the noise.`,
    );
  }
  const uncertainty = amounts?.conversion.uncertainty ?? Number.POSITIVE_INFINITY;
  if (amounts === null) doubts.push('There is neither phosphine nor chalcogenide to be seen.');
  else if (uncertainty > limits.mostUncertaintyPercent) {
    doubts.push(
      `The conversion is known to ${uncertainty.toFixed(1)} % only; ${limits.mostUncertaintyPercent} % is the most.`,
    );
  }
  return doubts;
}

/** A species that may stand on the reference: what is seen there may be either, and what is not seen may be under it. */
function hiddenByReference(
  { frequencyMHz, widthHz }: Prepared,
  { fit, fitted }: Found,
  { species, reference }: PhosphorusNmrParameters,
  shifts: readonly Prior[],
): readonly string[] {
  if (reference === null) return [];
  const margin = (2 * widthHz) / frequencyMHz;
  const [from, to] = reference.windowPpm;
  return species.flatMap(({ name }, i) => {
    const { mean, deviation, least, most } = shifts[i] ?? known(Number.NaN);
    const low = Math.max(least, mean - 2 * deviation) - margin;
    const high = Math.min(most, mean + 2 * deviation) + margin;
    if (!(low < reference.shiftPpm && high > reference.shiftPpm)) return [];
    const k = fitted.get(name);
    const shift = k === undefined ? reference.shiftPpm : (fit.vector[placeOfLine(k)] ?? 0) / frequencyMHz;
    if (Math.abs(shift - reference.shiftPpm) > (to - from) / 2) return [];
    return [
      `${name} may stand on the reference ${reference.name}: it is expected between ${low.toFixed(1)} and ${high.toFixed(1)} ppm.`,
    ];
  });
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
