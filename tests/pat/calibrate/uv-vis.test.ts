/** A method of absorbance whose model is a record of an axis in nm. */
import { beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../../../pat/analyse.ts';
import type { SpectrumData } from '../../../plant/spectrum.ts';
import { change, folder } from '../../plant/skid/files.ts';
import { axis, deviates, mixtures, spectrumOf } from '../pls/mixtures.ts';
import { calibrate, calibration, load, methodOf, run, tableOf } from './world.ts';

/** The mixtures, as absorbances: their bands are as good in nm. */
const absorbanceOf = (y: Float64Array, unit = 'nm', title = 'Absorbance'): SpectrumData => ({
  x: { title: 'Wavelength', unit, values: axis },
  y: { title, unit: null, values: y },
  takenAt: null,
  facts: {},
});

describe('an absorbance method that names a record', () => {
  let method: ReturnType<typeof load>;
  let text = '';
  let home = '';
  beforeAll(() => {
    home = folder({ 'set.csv': tableOf(mixtures(6, 10)) });
    expect(run(home, ...calibration, '--axis', 'nm', '--out', 'mixtures-1.json')).toMatchObject({ code: 0 });
    const raman = methodOf(home);
    text = change(raman.slice(0, raman.indexOf('parameters:')), 'kind: raman', 'kind: uv-vis');
    text += 'parameters:\n  axis: { mostStepNm: 5 }\n  model: { kind: pls, record: mixtures-1.json }\n';
    method = load(home, text);
  });
  const draw = deviates(12);
  const told = (data: SpectrumData) => analyse(data, method.parameters, {});
  const sound = (glucose: number) => spectrumOf(glucose, 3, 3, () => 0.01 * draw());

  it('tells what is there within its stated uncertainty, and what is not known it does not use', () => {
    const { verdict, outputs, figures } = told(absorbanceOf(sound(5.5)));
    expect(verdict).toBe('in domain');
    expect(Math.abs(outputs['glucose']!.value - 5.5)).toBeLessThan(1.5 * outputs['glucose']!.uncertainty);
    expect(figures['qResidual']).toBeLessThan(figures['qLimit']!);
    expect(told(absorbanceOf(sound(25))).reasons.join(' ')).toMatch(/Do not use: T²/u);
  });

  it('is undecided of what is no absorbance, or along another axis', () => {
    expect(told(absorbanceOf(sound(5), '1/cm')).reasons).toEqual([expect.stringMatching(/not in nm/u)]);
    expect(told(absorbanceOf(sound(5), 'nm', 'Transmission')).reasons).toEqual([
      expect.stringMatching(/not absorbance/u),
    ]);
  });

  it('does not take a record of an axis in 1/cm', () => {
    const place = folder({ 'set.csv': tableOf(mixtures(6, 10)) });
    calibrate(place);
    expect(() => load(place, text)).toThrow(/of an axis in 1\/cm, and uv-vis is in nm/u);
  });
});
