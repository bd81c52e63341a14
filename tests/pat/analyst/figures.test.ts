/** The checker of methods knows the figures of merit by their names; these are the ones that the analyses give. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../pat/analyse.ts';
import { figureNamesOf } from '../../../plant/method/figures.ts';
import { loadMethod } from '../../../plant/method/method-loader.ts';
import type { MethodParameters } from '../../../plant/method/parameters.ts';
import { shippedMethodFolder } from '../../../plant/skid/folders.ts';
import type { SpectrumData } from '../../../plant/spectrum.ts';
import { benchtop80, fidOf } from '../../../twin/spectra/fid.ts';
import { cleanOptics } from '../../../twin/spectra/optics.ts';
import { phosphorusLines } from '../../../twin/spectra/phosphorus-lines.ts';
import { raman785, ramanOf as ramanOfTwin } from '../../../twin/spectra/raman.ts';
import { folder } from '../../plant/skid/files.ts';
import { drawsFrom, truth } from '../../twin/spectra/support.ts';
import { calibrate, load, ramanOf, tableOf } from '../calibrate/world.ts';
import { absorbance, emission } from '../optical/spectra.ts';
import { mixtures, spectrumOf } from '../pls/mixtures.ts';

const shipped = (name: string): MethodParameters => loadMethod(join(shippedMethodFolder, `${name}.yaml`)).parameters;

function decay(): SpectrumData {
  const { points, spectralWidthHz } = benchtop80;
  const lines = phosphorusLines(truth, 'Se', benchtop80);
  const { real, imaginary } = fidOf(lines, benchtop80, { fieldPpm: 0.1, phaseDegrees: 70 }, drawsFrom(1));
  return {
    x: { title: 'Time', unit: 's', values: Float64Array.from({ length: points }, (_, i) => i / spectralWidthHz) },
    y: { title: 'Signal', unit: null, values: real },
    imaginary,
    nmr: { ...benchtop80, nucleus: '31P', groupDelayPoints: 0 },
    takenAt: null,
    facts: {},
  };
}

function twinRaman(): SpectrumData {
  const { x, y } = ramanOfTwin(truth, 'Se', raman785, cleanOptics, drawsFrom(3));
  return ramanOf(Float64Array.from(y), Float64Array.from(x));
}

/** What a sound spectrum gives, and what the result of every method has besides. */
function given(data: SpectrumData, parameters: MethodParameters, inputs: Readonly<Record<string, number>>) {
  return [...Object.keys(analyse(data, parameters, inputs).figures), 'arrivedAfterS'].toSorted();
}

describe('the figures that the checker knows are those that are given', () => {
  it.each<[string, () => SpectrumData, Readonly<Record<string, number>>]>([
    ['p31-tcep-se', decay, { pH: truth.pH, flow: truth.flowMlPerMin }],
    ['uv-vis-cdse', () => absorbance({ excitonNm: 540 }), {}],
    ['emission-cdse', () => emission({ maximumNm: 560 }), { absorbanceAtExcitation: 0.05 }],
    ['raman-cdse', twinRaman, {}],
  ])('by %s', (name, data, inputs) => {
    const parameters = shipped(name);
    expect(given(data(), parameters, inputs)).toEqual([...figureNamesOf(parameters)].toSorted());
  });

  it('by a calibration that is a record', () => {
    const home = folder({ 'set.csv': tableOf(mixtures(6, 10)) });
    expect(calibrate(home)).toMatchObject({ code: 0 });
    const { parameters } = load(home);
    const data = ramanOf(spectrumOf(5, 3, 3, () => 0));
    expect(given(data, parameters, {})).toEqual([...figureNamesOf(parameters)].toSorted());
  });
});
