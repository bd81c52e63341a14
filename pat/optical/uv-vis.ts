/** Absorbance of quantum dots: first exciton, diameter by a named sizing curve, amount by extinction, each with its uncertainty. */
import type { AnalysisOutcome, Curve } from '../../plant/analysis.ts';
import type { UvVisParameters } from '../../plant/method/uv-vis.ts';
import type { SpectrumData } from '../../plant/spectrum.ts';
import { interpolateLinear } from '../curve/interpolate.ts';
import { noiseOf } from '../curve/noise.ts';
import { findExciton, nmEv, type Exciton } from './exciton.ts';
import { extinctionOf, sizeOf, sizingCurves, type Size } from './sizing.ts';
import {
  between,
  cutOff,
  estimate,
  meanOf,
  noEvidence,
  opticalSpectrum,
  outcomeOf,
  short,
  type AxisDemand,
  type OpticalSpectrum,
} from './spectrum.ts';

const outputNames = ['firstExciton', 'diameter', 'concentration', 'absorbanceAtExcitation'];

/**
 * Outputs: `firstExciton` nm, `diameter` nm, `concentration` mM of particles, `absorbanceAtExcitation` (of the cell, at `readAtNm`).
 * The diameter's uncertainty holds the scatter of the sizing curve; the figure `diameterRepeatabilityNm` leaves it out.
 */
export function analyseUvVis(data: SpectrumData, parameters: UvVisParameters): AnalysisOutcome {
  const spectrum = absorbanceOf(data, parameters.axis);
  if (typeof spectrum === 'string') return noEvidence(data, outputNames, spectrum);
  const blank = blankOf(spectrum, parameters);
  const net = { nm: spectrum.nm, y: spectrum.y.map((value) => value - blank.offset) };
  const exciton = findExciton(net, parameters.exciton);
  const found = typeof exciton === 'string' ? null : exciton;
  const size = found === null ? null : sizeByCurve(found, parameters);
  const reasons = [
    ...blank.reasons,
    ...tooDark(net, blank.noise, parameters),
    ...cutOff(between(spectrum, ...parameters.axis.rangeNm)),
    ...(typeof exciton === 'string' ? [exciton] : faultsOf(exciton, spectrum, parameters)),
    ...(found === null || size !== null ? [] : [outsideCurve(found, parameters)]),
  ];
  return outcomeOf({
    outputs: {
      firstExciton: found === null ? null : estimate(found.nm, excitonUncertainty(found, parameters)),
      diameter: size === null ? null : estimate(size.diameterNm, size.standardUncertaintyNm),
      concentration: found === null || size === null ? null : concentrationOf(found, size, blank.noise, parameters),
      absorbanceAtExcitation: absorbanceAt(net, blank.noise, parameters),
    },
    reasons,
    figures: {
      blankOffset: blank.offset,
      noiseAbsorbance: blank.noise,
      ...(found === null ? {} : figuresOf(found)),
      ...(size === null ? {} : { diameterRepeatabilityNm: 2 * size.repeatabilityNm }),
    },
    curves: curvesOf(spectrum, net, blank.offset, found),
  });
}

/** An absorbance has no unit; what says that it is something else is believed. */
export function absorbanceOf(data: SpectrumData, axis: AxisDemand): OpticalSpectrum | string {
  const said = `${data.y.title} ${data.y.unit ?? ''}`;
  const other = /transmi|reflect|count|intensity|%/iu.exec(said);
  return other === null ? opticalSpectrum(data, axis) : `Its values are ${said.trim()}, not absorbance.`;
}

type Blank = Readonly<{ offset: number; noise: number; reasons: readonly string[] }>;

function blankOf(spectrum: OpticalSpectrum, { blank }: UvVisParameters): Blank {
  const [from, to] = blank.rangeNm;
  const part = between(spectrum, from, to);
  const [offset, noise] = [meanOf(part.y), noiseOf(part.y)];
  const reasons = [];
  if (!(Math.abs(offset) <= blank.mostOffset))
    reasons.push(
      `Between ${from} and ${to} nm, where nothing absorbs, it is ${short(offset)}: the lamp has drifted by more than ${blank.mostOffset} since the blank, or the window is fouled.`,
    );
  if (!(noise <= blank.mostNoise)) reasons.push(`Its noise is ${short(noise)}, more than ${blank.mostNoise}.`);
  return { offset, noise, reasons };
}

function tooDark({ nm, y }: OpticalSpectrum, noise: number, { absorbance, axis }: UvVisParameters): readonly string[] {
  const [from, to] = axis.rangeNm;
  const dark = y.findIndex(
    (value, i) => (nm[i] ?? 0) >= from && (nm[i] ?? 0) <= to && value < absorbance.least - 5 * noise,
  );
  return dark < 0
    ? []
    : [
        `At ${short(nm[dark] ?? NaN)} nm it is ${short(y[dark] ?? NaN)}: the dark signal or the blank is not what it was.`,
      ];
}

function faultsOf(exciton: Exciton, raw: OpticalSpectrum, parameters: UvVisParameters): readonly string[] {
  const { exciton: limits, absorbance } = parameters;
  const reasons: string[] = [];
  const blueEnd = exciton.fit.nm[0] ?? NaN;
  const most = between(raw, blueEnd, Infinity).y.reduce((high, value) => Math.max(high, value), -Infinity);
  if (!(most <= absorbance.most))
    reasons.push(
      `Its absorbance reaches ${short(most)} about the exciton, where more than ${absorbance.most} is not measured truly.`,
    );
  if (!(exciton.absorbance >= limits.leastAbsorbance))
    reasons.push(`The absorbance at the exciton is ${short(exciton.absorbance)}, less than ${limits.leastAbsorbance}.`);
  const disagreement = Math.abs(exciton.nm - exciton.derivativeNm);
  if (!(disagreement <= limits.mostDisagreementNm))
    reasons.push(
      `Shoulder and second derivative differ by ${short(disagreement)} nm, more than ${limits.mostDisagreementNm}.`,
    );
  const residual = 100 * exciton.residualShare;
  if (!(residual <= limits.mostResidualPercent))
    reasons.push(`The shoulder's fit leaves ${short(residual)} %, more than ${limits.mostResidualPercent}.`);
  const uncertainty = 2 * excitonUncertainty(exciton, parameters);
  if (!(uncertainty <= limits.mostUncertaintyNm))
    reasons.push(`The exciton is known to ${short(uncertainty)} nm only, more than ${limits.mostUncertaintyNm}.`);
  const leapNm = leapOf(between(raw, blueEnd, parameters.blank.rangeNm[0]), exciton.absorbance);
  if (leapNm !== null)
    reasons.push(
      `At ${short(leapNm)} nm it leaps from one point to the next: lamp or detector were changed over there, or a bubble passed.`,
    );
  if (exciton.atBound) reasons.push('The shoulder fits only at the end of what a first exciton may be.');
  return reasons;
}

/** Beyond the noise about it, and a share of the exciton that moves where the shoulder is found. */
const leap = { overNoise: 6.5, share: 0.1, window: 20, leastNoise: 3e-4 };

/** The wavelength where a step is none of the curve's: by how much it is more than the mean of the steps beside it; null where none is. */
function leapOf({ nm, y }: OpticalSpectrum, excitonAbsorbance: number): number | null {
  const at = (i: number): number => y[i] ?? NaN;
  for (let i = 1; i < y.length - 2; i += 1) {
    const more = Math.abs(1.5 * (at(i + 1) - at(i)) - 0.5 * (at(i + 2) - at(i - 1)));
    if (!(more > leap.share * excitonAbsorbance)) continue;
    const near = y.subarray(Math.max(0, i - leap.window), i + leap.window);
    // Of white noise, this difference has √5 times the deviation.
    if (more > leap.overNoise * Math.sqrt(5) * Math.max(noiseOf(near), leap.leastNoise)) return nm[i] ?? null;
  }
  return null;
}

const excitonUncertainty = (exciton: Exciton, { axis }: UvVisParameters): number =>
  Math.hypot(exciton.standardUncertaintyNm, axis.standardUncertaintyNm);

/** Of the core: what a shell has done to the exciton is taken off before the curve is read. */
function sizeByCurve(exciton: Exciton, parameters: UvVisParameters): Size | null {
  const { curve, shiftNm } = parameters.sizing;
  const uncertainty = Math.hypot(excitonUncertainty(exciton, parameters), shiftNm.standardUncertainty);
  return sizeOf(curve, exciton.nm - shiftNm.value, uncertainty);
}

function outsideCurve(exciton: Exciton, { sizing }: UvVisParameters): string {
  const { title, rangeNm } = sizingCurves[sizing.curve];
  return `The exciton is at ${exciton.nm.toFixed(1)} nm, and the curve of ${title} stands from ${rangeNm[0]} to ${rangeNm[1]} nm.`;
}

function concentrationOf(exciton: Exciton, size: Size, noise: number, { concentration, sizing }: UvVisParameters) {
  const extinction = extinctionOf(sizing.curve, size);
  if (concentration === null || extinction === null) return null;
  const { pathCm, pathUncertaintyPercent } = concentration;
  const milliMolar = (1000 * exciton.absorbance) / (extinction.perMolarPerCm * pathCm);
  const relative = Math.hypot(extinction.relativeUncertainty, pathUncertaintyPercent / 100, noise / exciton.absorbance);
  return estimate(milliMolar, milliMolar * relative);
}

/** The mean of what is within 1 nm, and its noise together with the blank's; null where so much is not measured truly. */
function absorbanceAt(net: OpticalSpectrum, noise: number, { readAtNm, axis, absorbance }: UvVisParameters) {
  if (readAtNm === null) return null;
  const { y } = between(net, readAtNm - 1, readAtNm + 1);
  const value = y.length > 0 ? meanOf(y) : (interpolateLinear(net.nm, net.y, Float64Array.of(readAtNm))[0] ?? NaN);
  if (value > absorbance.most) return null;
  const [left = NaN, right = NaN] = interpolateLinear(net.nm, net.y, Float64Array.of(readAtNm - 2, readAtNm + 2));
  const byAxis = (Math.abs(right - left) / 4) * axis.standardUncertaintyNm;
  return estimate(value, Math.hypot(noise / Math.sqrt(Math.max(1, y.length)), byAxis));
}

const figuresOf = (exciton: Exciton): Record<string, number> => ({
  signalToNoise: exciton.signalToNoise,
  excitonAbsorbance: exciton.absorbance,
  lineWidthMeV: exciton.widthMeV,
  lineWidthNm: (exciton.widthMeV / 1000) * (exciton.nm ** 2 / nmEv),
  derivativeNm: exciton.derivativeNm,
  disagreementNm: Math.abs(exciton.nm - exciton.derivativeNm),
  residualPercent: 100 * exciton.residualShare,
});

function curvesOf(
  raw: OpticalSpectrum,
  net: OpticalSpectrum,
  offset: number,
  exciton: Exciton | null,
): readonly Curve[] {
  const measured: Curve[] = [
    { name: 'raw', x: raw.nm, y: raw.y },
    { name: 'baseline', x: raw.nm, y: new Float64Array(raw.nm.length).fill(offset) },
    { name: 'processed', x: net.nm, y: net.y },
  ];
  if (exciton === null) return measured;
  const { nm, curve, residual } = exciton.fit;
  return [...measured, { name: 'fit', x: nm, y: curve }, { name: 'residual', x: nm, y: residual }];
}
