/** Accuracy of what absorbance and emission say: measured growth of CdSe against the listed peaks, and synthetic dots of known size. */
import { join } from 'node:path';
import { analyseEmission, analyseUvVis } from '../../../pat/optical/index.ts';
import { loadMethod } from '../../../plant/method/method-loader.ts';
import type { EmissionParameters } from '../../../plant/method/emission.ts';
import type { UvVisParameters } from '../../../plant/method/uv-vis.ts';
import type { AccuracyRow } from '../accuracy-row.ts';
import { listedEmission, listedExciton, spectraOf, type GrowthSpectrum } from './support/growth-of-cdse.ts';
import { dotsOfKnownSize } from './support/synthetic-dots.ts';

const methodFolder = join(import.meta.dirname, '../../../pat/methods');
const source = 'Imperial College MS 3.02, CdSe against growth time (MIT)';

export function opticalRows(): Promise<readonly AccuracyRow[]> {
  return Promise.resolve([
    ...[4, 5, 2, 6, 7].map(emissionRow),
    ...[2, 6].map(excitonRow),
    ...['cds', 'cdse', 'cdte', 'cdse-zns'].map(sizeRow),
    speedRow(),
  ]);
}

/** As shipped for CdSe, but for the ranges and the level of counts of these files. */
function emissionParameters(spectrum: GrowthSpectrum): EmissionParameters {
  const { parameters } = loadMethod(join(methodFolder, 'emission-cdse.yaml'));
  if (parameters.kind !== 'emission') throw new TypeError(parameters.kind);
  const from = spectrum.data.x.values.reduce((least, value) => Math.min(least, value), Infinity);
  return {
    ...parameters,
    axis: { ...parameters.axis, rangeNm: [from, 600] },
    background: { leftNm: null, rightNm: [590, 600] },
    maximum: { ...parameters.maximum, searchNm: [from + 2, 598] },
  };
}

function absorbanceParameters(): UvVisParameters {
  const { parameters } = loadMethod(join(methodFolder, 'uv-vis-cdse.yaml'));
  if (parameters.kind !== 'uv-vis' || 'pls' in parameters) throw new TypeError(parameters.kind);
  return {
    ...parameters,
    axis: { ...parameters.axis, rangeNm: [430, 599] },
    blank: { ...parameters.blank, rangeNm: [585, 599] },
    exciton: { ...parameters.exciton, searchNm: [450, 580] },
    readAtNm: null,
  };
}

function emissionRow(run: number): AccuracyRow {
  const goal = '≤ 0.5';
  const spectra = spectraOf(run, 'emission');
  const listed = listedEmission(run);
  const what = `Emission maximum of run ${run}, median distance from the listed peaks`;
  if (spectra === null || listed === null) return skipped(what, 'nm', goal);
  const errors = spectra.map((spectrum, i) => {
    const { outputs } = analyseEmission(spectrum.data, emissionParameters(spectrum), {});
    return Math.abs((outputs['emissionMaximum']?.value ?? Infinity) - (listed[i] ?? NaN));
  });
  const got = median(errors);
  return { what, got, unit: 'nm', goal, passed: got <= 0.5, source: `${source}, emission-peaks.txt` };
}

function excitonRow(run: number): AccuracyRow {
  const goal = '≤ 2';
  const spectra = spectraOf(run, 'uvvis');
  const what = `First exciton of run ${run}, median distance from the listed shoulders (read to 1 nm)`;
  if (spectra === null) return skipped(what, 'nm', '≤ 2');
  const parameters = absorbanceParameters();
  const errors = spectra.flatMap(({ data, seconds }) => {
    const listed = listedExciton(run, seconds);
    const { outputs } = analyseUvVis(data, parameters);
    return Number.isFinite(listed) ? [Math.abs((outputs['firstExciton']?.value ?? Infinity) - listed)] : [];
  });
  const got = median(errors);
  return {
    what,
    got,
    unit: 'nm',
    goal,
    passed: got <= 2,
    source: `${source}, uvvis-peaks.csv`,
  };
}

/** Of those decided, how many are within the stated repeatability, which leaves the curve's own scatter out. */
function sizeRow(material: string): AccuracyRow {
  const { parameters } = loadMethod(join(methodFolder, `uv-vis-${material}.yaml`));
  if (parameters.kind !== 'uv-vis' || 'pls' in parameters) throw new TypeError(parameters.kind);
  const all = dotsOfKnownSize(parameters.sizing.curve, 200, parameters.sizing.shiftNm.value);
  const decided = all.flatMap(({ data, diameterNm }) => {
    const { outputs, verdict, figures } = analyseUvVis(data, parameters);
    const { diameter } = outputs;
    if (verdict !== 'in domain' || diameter === null || diameter === undefined) return [];
    return [Math.abs(diameter.value - diameterNm) <= (figures['diameterRepeatabilityNm'] ?? NaN)];
  });
  const got = (100 * decided.filter(Boolean).length) / decided.length;
  const what = `uv-vis-${material}: diameter within its stated repeatability, ${decided.length} of ${all.length} decided`;
  return {
    what,
    got,
    unit: '%',
    goal: '≥ 95',
    passed: got >= 95,
    source: 'own synthesis of known size, 3.3 to 4.0 nm',
  };
}

function speedRow(): AccuracyRow {
  const { parameters } = loadMethod(join(methodFolder, 'uv-vis-cdse.yaml'));
  if (parameters.kind !== 'uv-vis' || 'pls' in parameters) throw new TypeError(parameters.kind);
  const times = dotsOfKnownSize(parameters.sizing.curve, 30).map(({ data }) => {
    const start = performance.now();
    analyseUvVis(data, parameters);
    return performance.now() - start;
  });
  const got = median(times);
  return {
    what: 'One absorbance of 981 points, median',
    got,
    unit: 'ms',
    goal: '≤ 50',
    passed: got <= 50,
    source: 'this machine',
  };
}

const skipped = (what: string, unit: string, goal: string): AccuracyRow => ({
  what,
  got: NaN,
  unit,
  goal,
  passed: null,
  source: 'skipped: the measured data qd-cdse are not here',
});

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
