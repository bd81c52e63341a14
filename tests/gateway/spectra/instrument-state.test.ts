import { describe, expect, it } from 'vitest';
import { asModelled } from '../../../gateway/spectra/as-modelled.ts';
import { milliseconds, utcMs } from '../../../plant/clock.ts';
import type { SpectrumSource } from '../../../plant/device-model.ts';
import type { SpectrumData } from '../../../plant/spectrum.ts';

const hour = 3_600_000;
const now = utcMs(Date.UTC(2026, 10, 20, 12));
const taken = (facts: Record<string, string>, change: Partial<SpectrumData> = {}): SpectrumData => ({
  x: { title: 'Shift', unit: '1/cm', values: Float64Array.of(1, 2) },
  y: { title: 'Counts', unit: null, values: Float64Array.of(3, 4) },
  takenAt: null,
  facts,
  ...change,
});
const asked: Pick<SpectrumSource, 'x' | 'y'> = {
  x: { title: 'Raman shift', unit: '1/cm' },
  y: { title: 'Intensity', unit: null },
};
const faultOf = (data: SpectrumData, more: Partial<SpectrumSource>): string | null => {
  const modelled = asModelled(data, { ...asked, ...more }, now);
  return 'fault' in modelled ? modelled.fault : null;
};

describe('a spectrum', () => {
  it('has the axes of the model, and keeps its other channel', () => {
    const imaginary = Float64Array.of(5, 6);
    expect(asModelled(taken({}, { imaginary }), asked, now)).toMatchObject({
      data: { x: { title: 'Raman shift', unit: '1/cm' }, y: { title: 'Intensity' }, imaginary },
    });
  });

  const absorbance = { y: { title: 'Absorbance', unit: null } };
  it.each<[string, string, string | null, Partial<SpectrumSource>, RegExp | null]>([
    ['absorbance as it is asked for', 'ABSORBANCE', null, absorbance, null],
    ['absorbance by another name', 'Abs', null, absorbance, null],
    ['what does not say what it is', 'Sample 1', null, absorbance, null],
    [
      'transmittance in percent for absorbance',
      'Transmittance',
      '%',
      absorbance,
      /are Transmittance in %, and the device model has Absorbance without a unit/u,
    ],
    ['a unit where none is asked for', '', 'mAU', absorbance, /in mAU, and the device model has Absorbance without/u],
    [
      'a share of transmitted light for absorbance',
      'TRANSMITTANCE',
      null,
      absorbance,
      /TRANSMITTANCE, and .* Absorbance/u,
    ],
    ['counts for absorbance', 'Counts', null, absorbance, /are Counts, and the device model has Absorbance/u],
    ['counts for an intensity', 'Counts', null, {}, null],
    ['reflectance for an intensity', 'Reflectance', null, {}, /are Reflectance, and the device model has Intensity/u],
    ['transmittance as it is asked for', '%T', '%', { y: { title: 'Transmittance', unit: '%' } }, null],
    ['another unit than is asked for', 'Signal', 'mV', { y: { title: 'Signal', unit: 'V' } }, /in mV, and .* in V/u],
    ['no unit where one is asked for', 'Signal', null, { y: { title: 'Signal', unit: 'V' } }, null],
  ])('of %s', (_, title, unit, model, fault) => {
    const found = faultOf(taken({}, { y: { title, unit, values: Float64Array.of(3, 4) } }), model);
    if (fault === null) expect(found).toBeNull();
    else expect(found).toMatch(fault);
  });

  it.each<[string, Record<string, string>, Record<string, string>, RegExp | null]>([
    ['of the instrument that is asked for', { Serial: 'SPA-0815' }, { serial: 'SPA-0815' }, null],
    ['whose laser is what it may be', { 'Laser wavelength': '785.02 nm' }, { 'laser wavelength': '785*' }, null],
    [
      'whose label a form has written together',
      { 'SPECTROMETER/DATASYSTEM': 'A' },
      { 'Spectrometer/Data system': 'A' },
      null,
    ],
    ['of another one', { serial: 'SPA-0816' }, { serial: 'SPA-0815' }, /serial is SPA-0816, not SPA-0815/u],
    ['that does not say of which', {}, { serial: 'SPA-0815' }, /does not say its serial/u],
    ['with a part of the name only', { serial: 'XSPA-08' }, { serial: 'SPA-08' }, /not SPA-08/u],
  ])('%s', (_, facts, instrument, fault) => {
    const found = faultOf(taken(facts), { instrument });
    if (fault === null) expect(found).toBeNull();
    else expect(found).toMatch(fault);
  });

  it('of a nucleus that its acquisition names is asked for it as for a fact', () => {
    const nmr = { nucleus: '1H' } as NonNullable<SpectrumData['nmr']>;
    expect(faultOf(taken({}, { nmr }), { instrument: { nucleus: '31P' } })).toMatch(/nucleus is 1H, not 31P/u);
  });

  const day = { fact: 'calibrated', maximumAge: milliseconds(24 * hour) };
  it.each<[string, Record<string, string>, Partial<typeof day & { taken: string }>, RegExp | null]>([
    ['a calibration of this morning', { calibrated: '2026-11-20T06:00:00Z' }, {}, null],
    ['one of the day before yesterday', { calibrated: '2026-11-18T06:00:00Z' }, {}, /54 h old, and at most 24 h/u],
    ['one in a zone of its own', { calibrated: '2026-11-19 20:00:00+09:00' }, {}, /25 h old/u],
    ['none', {}, {}, /does not say when it was calibrated/u],
    ['one that is no time', { calibrated: 'yesterday' }, {}, /"yesterday" \(calibrated\), which is no time/u],
    ['one that is still to come', { calibrated: '2026-11-21T06:00:00Z' }, {}, /after it was taken/u],
    ['one without a zone, which may be older than it seems', { calibrated: '2026-11-20T01:00:00' }, {}, /25 h old/u],
    ['one without a zone that is young enough all the same', { calibrated: '2026-11-20T03:00:00' }, {}, null],
    ['one by the same clock', { calibrated: '2026-11-20T01:00', began: '2026-11-20T23:00' }, { taken: 'began' }, null],
    [
      'an old one by the same clock',
      { calibrated: '2026-11-01', began: '2026-11-20' },
      { taken: 'began' },
      /456 h old/u,
    ],
    [
      'one, and no beginning by the same clock',
      { calibrated: '2026-11-20' },
      { taken: 'began' },
      /taken "" \(began\)/u,
    ],
  ])('with %s', (_, facts, change, fault) => {
    const found = faultOf(taken(facts), { calibration: { ...day, ...change } });
    if (fault === null) expect(found).toBeNull();
    else expect(found).toMatch(fault);
  });

  it('is judged at the time it was taken, where it says that', () => {
    const data = taken({ calibrated: '2026-11-10' }, { takenAt: utcMs(Date.UTC(2026, 10, 10, 6)) });
    expect(faultOf(data, { calibration: day })).toBeNull();
  });
});
