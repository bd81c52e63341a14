/**
 * Emission of quantum dots: where it is strongest, how wide it is, how much of the absorbed light it gives back. The size of the
 * particles is no result of it: how far emission lies from absorption depends on more than the size.
 */
import type { AnalysisOutcome, Curve, Estimate } from '../../plant/analysis.ts';
import type { EmissionParameters } from '../../plant/method/emission.ts';
import type { SpectrumData } from '../../plant/spectrum.ts';
import { backgroundOf, findTop, mostReabsorptionShiftNm, widthAtHalf, type Top, type Width } from './emission-band.ts';
import { relativeYield } from './quantum-yield.ts';
import {
  between,
  cutOff,
  estimate,
  noEvidence,
  opticalSpectrum,
  outcomeOf,
  short,
  type OpticalSpectrum,
} from './spectrum.ts';

const outputNames = ['emissionMaximum', 'fwhm', 'plqy'];

/**
 * Outputs: `emissionMaximum` nm, `fwhm` nm, `plqy` %. The maximum is the one that is seen; its uncertainty holds what the cell takes up again.
 *
 * Of the inputs `absorbanceAtExcitation` is used. Where it is too small to divide by, there is no yield, and the rest stands; where it is too
 * large nothing does, and where it is not known neither, since it may be too large.
 */
export function analyseEmission(
  data: SpectrumData,
  parameters: EmissionParameters,
  inputs: Readonly<Record<string, number | null>>,
): AnalysisOutcome {
  const spectrum = countsOf(data, parameters);
  if (typeof spectrum === 'string') return noEvidence(data, outputNames, spectrum);
  const background = backgroundOf(spectrum, parameters.background);
  if (background === null)
    return noEvidence(data, outputNames, 'There are too few points where nothing shines to know its background.');
  const line = spectrum.nm.map(background.line);
  const net = { nm: spectrum.nm, y: spectrum.y.map((value, i) => value - (line[i] ?? NaN)) };
  const { searchNm, topFraction } = parameters.maximum;
  const top = findTop(net, searchNm, topFraction);
  const width = top === null ? null : widthAtHalf(net, top, background.noise, background.standardUncertainty);
  const emitted = emittedOf(net, background, parameters);
  const given = inputs['absorbanceAtExcitation'] ?? null;
  const absorbance = given !== null && Number.isFinite(given) ? given : null;
  const { quantumYield, innerFilter } = parameters;
  const plqy =
    quantumYield === null || absorbance === null || top === null
      ? null
      : relativeYield({ ...emitted, absorbance }, quantumYield, innerFilter.correctedAbove);
  const reasons = [
    ...saturated(spectrum, parameters),
    ...faultsOf(top, width, background.noise, parameters),
    ...filtered(absorbance, parameters),
    ...tooBright(plqy),
  ];
  return outcomeOf({
    outputs: {
      emissionMaximum: top === null ? null : estimate(top.nm, maximumUncertainty(top, width, absorbance, parameters)),
      fwhm: width === null ? null : estimate(width.nm, width.standardUncertaintyNm),
      plqy,
    },
    reasons,
    figures: {
      noiseCounts: background.noise,
      backgroundCounts: line[line.length >> 1] ?? NaN,
      areaCountsNm: emitted.area,
      ...(absorbance === null ? {} : { absorbanceAtExcitation: absorbance }),
      ...(top === null ? {} : figuresOf(top, width, background.noise)),
    },
    curves: curvesOf(spectrum, line, net, top),
  });
}

/**
 * What is seen lies to the red of where the dots shine, by something between nothing and the most that the absorbance can do: half a
 * rectangle of that width. Where the absorbance is not known it is undecided anyhow, and taken for all that is allowed.
 */
function maximumUncertainty(
  top: Top,
  width: Width | null,
  absorbance: number | null,
  { axis, innerFilter }: EmissionParameters,
): number {
  const atExciton = innerFilter.excitonShare * Math.min(absorbance ?? innerFilter.most, innerFilter.most);
  const reabsorbed = width === null ? 0 : mostReabsorptionShiftNm(width, atExciton) / Math.sqrt(3);
  return Math.hypot(top.standardUncertaintyNm, axis.standardUncertaintyNm, reabsorbed);
}

function countsOf(data: SpectrumData, { axis }: EmissionParameters): OpticalSpectrum | string {
  const said = `${data.y.title} ${data.y.unit ?? ''}`;
  return /absorb|transmi|%/iu.test(said)
    ? `Its values are ${said.trim()}, not light that was counted.`
    : opticalSpectrum(data, axis);
}

function filtered(absorbance: number | null, { innerFilter }: EmissionParameters): readonly string[] {
  if (absorbance === null)
    return [
      'The absorbance at the excitation is not known: the cell may filter its own light, by nobody knows how much.',
    ];
  if (absorbance <= innerFilter.most) return [];
  return [
    `The absorbance at the excitation is ${short(absorbance)}, more than ${innerFilter.most}: the cell filters its own light.`,
  ];
}

function tooBright(plqy: Estimate | null): readonly string[] {
  if (plqy === null || plqy.value - plqy.uncertainty <= 100) return [];
  return [
    `The quantum yield comes out as ${short(plqy.value)} %: absorbance and emission are not of the same liquid, or the reference is not this instrument's.`,
  ];
}

function saturated(spectrum: OpticalSpectrum, { saturationCounts, axis }: EmissionParameters): readonly string[] {
  const { nm, y } = between(spectrum, ...axis.rangeNm);
  const first = y.findIndex((value) => value >= saturationCounts);
  if (first >= 0)
    return [`From ${short(nm[first] ?? NaN)} nm on the detector is saturated: ${saturationCounts} counts or more.`];
  return cutOff({ nm, y });
}

function faultsOf(
  top: Top | null,
  width: Width | null,
  noise: number,
  { maximum, leastWidthNm, mostWidthNm }: EmissionParameters,
): readonly string[] {
  const [from, to] = maximum.searchNm;
  if (top === null) return [`No emission has its maximum between ${from} and ${to} nm.`];
  const reasons: string[] = [];
  const signalToNoise = top.height / noise;
  if (!(signalToNoise >= maximum.leastSignalToNoise))
    reasons.push(`Its height is ${short(signalToNoise)} times the noise, less than ${maximum.leastSignalToNoise}.`);
  const residual = 100 * top.residualShare;
  if (!(residual <= maximum.mostResidualPercent))
    reasons.push(`The fit of the top leaves ${short(residual)} % of it, more than ${maximum.mostResidualPercent}.`);
  if (width === null) reasons.push('It does not fall to half of its height on both sides.');
  else if (!(width.nm >= leastWidthNm))
    reasons.push(
      `It is ${short(width.nm)} nm wide, less than ${leastWidthNm}: the line of a lamp, or light that the liquid scatters.`,
    );
  else if (!(width.nm <= mostWidthNm))
    reasons.push(
      `It is ${short(width.nm)} nm wide, more than ${mostWidthNm}: more than one kind of particles, or traps.`,
    );
  return reasons;
}

/** Trapezia over the axis's range; the background's uncertainty is one of all points together. */
function emittedOf(
  net: OpticalSpectrum,
  { noise, standardUncertainty }: Readonly<{ noise: number; standardUncertainty: number }>,
  { axis }: EmissionParameters,
) {
  const { nm, y } = between(net, ...axis.rangeNm);
  let area = 0;
  for (let i = 1; i < nm.length; i += 1)
    area += 0.5 * ((y[i] ?? NaN) + (y[i - 1] ?? NaN)) * ((nm[i] ?? NaN) - (nm[i - 1] ?? NaN));
  const span = (nm.at(-1) ?? NaN) - (nm[0] ?? NaN);
  return { area, areaUncertainty: Math.hypot(span * standardUncertainty, (span * noise) / Math.sqrt(nm.length)) };
}

const figuresOf = (top: Top, width: Width | null, noise: number): Record<string, number> => ({
  signalToNoise: top.height / noise,
  heightCounts: top.height,
  residualPercent: 100 * top.residualShare,
  ...(width === null ? {} : { asymmetry: (width.rightNm - top.nm) / (top.nm - width.leftNm) }),
});

function curvesOf(raw: OpticalSpectrum, line: Float64Array, net: OpticalSpectrum, top: Top | null): readonly Curve[] {
  const measured: Curve[] = [
    { name: 'raw', x: raw.nm, y: raw.y },
    { name: 'baseline', x: raw.nm, y: line },
    { name: 'processed', x: net.nm, y: net.y },
  ];
  if (top === null) return measured;
  const { nm, curve, residual } = top.fit;
  return [...measured, { name: 'fit', x: nm, y: curve }, { name: 'residual', x: nm, y: residual }];
}
