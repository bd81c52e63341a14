import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { calibrateRaman, calibratedShifts, type CalibrationSpectrum } from '../../../pat/raman/index.ts';
import { correctAxis, correctWavelengths, seamsOf } from '../../../pat/raman/axis-correction.ts';
import { observeLamp } from '../../../pat/raman/lamp-lines.ts';
import { neonLines, wavenumberOfAir } from '../../../pat/raman/neon.ts';
import { findStandard } from '../../../pat/raman/standard-position.ts';
import { standards } from '../../../pat/raman/standards.ts';
import { ramanCalibrationSchema } from '../../../plant/method/raman.ts';
import { Value } from 'typebox/value';
import { measuredData } from '../../support/measured-data.ts';
import { normals } from './synthetic.ts';

const nominalLaserNm = 785;
const laserNm = 784.7;
/** An instrument whose wavelengths are off by a curve, and beyond 855 nm, where its detector joins two images, by another. */
const error = (nm: number): number => (nm < 855 ? 0.3 + 0.004 * (nm - 800) : 0.1 + 0.003 * (nm - 855));
const trueNm = Float64Array.from({ length: 1700 }, (_, i) => 790 + 0.12 * i).filter((nm) => nm < 855 || nm > 855.37);
const ownNm = trueNm.map((nm) => nm + error(nm));
const ownShift = ownNm.map((nm) => 1e7 / nominalLaserNm - 1e7 / nm);
const trueShift = trueNm.map((nm) => wavenumberOfAir(laserNm) - wavenumberOfAir(nm));

function lamp(): Float64Array {
  const noise = normals(21);
  return trueNm.map(
    (nm) =>
      neonLines.reduce((sum, line) => sum + 40 * line.intensity * Math.exp(-0.5 * ((nm - line.nm) / 0.25) ** 2), 1000) +
      5 * noise(),
  );
}
function standard(lines: readonly (readonly [number, number])[]): Float64Array {
  const noise = normals(22);
  return trueShift.map(
    (shift) =>
      lines.reduce((sum, [at, height]) => sum + height / (1 + ((shift - at) / 5) ** 2), 2000 - shift / 4) + 5 * noise(),
  );
}
const spectrum = (counts: Float64Array): CalibrationSpectrum => ({ shiftPerCm: ownShift, counts });
const polystyrene = standard(standards.polystyrene.lines.map(({ perCm }) => [perCm, 800] as const));

describe('an instrument’s axis', () => {
  it('has a seam where its step is unlike the others', () => {
    const joined = Float64Array.from([...Array(40).keys()], (i) => 800 + 0.25 * i - (i > 20 ? 0.12 : 0));
    expect(seamsOf(joined)).toEqual([expect.closeTo((joined[20]! + joined[21]!) / 2, 6)]);
    expect(seamsOf(Float64Array.from({ length: 200 }, (_, i) => 800 + 0.25 * i - 1e-5 * i * i))).toEqual([]);
  });

  it('is corrected from neon’s lines, on either side of a seam', () => {
    const correction = correctAxis(ownNm, observeLamp(ownNm, lamp(), neonLines))!;
    expect(correction.pieces.length).toBe(2);
    const corrected = correctWavelengths(ownNm, correction.pieces);
    for (const [i, nm] of corrected.entries()) {
      const own = ownNm[i]!;
      if (own > correction.coveredNm[0] && own < correction.coveredNm[1])
        expect(Math.abs(nm - trueNm[i]!)).toBeLessThan(0.03);
    }
  });

  it('is calibrated by neon and a standard that tells the laser’s wavelength', () => {
    const record = calibrateRaman({
      takenAt: '2026-03-02T08:00:00Z',
      nominalLaserNm,
      neon: spectrum(lamp()),
      standards: [{ of: 'polystyrene', ...spectrum(polystyrene) }],
    });
    expect(Value.Check(ramanCalibrationSchema, record)).toBe(true);
    expect(Math.abs(record.laserNm - laserNm)).toBeLessThan(3 * record.laserUncertaintyNm);
    const shifts = calibratedShifts(ownShift, record);
    const silicon = findStandard(shifts, standard([[520.45, 500]]), standards.silicon);
    expect(silicon[0]!.foundPerCm).toBeCloseTo(520.45, 0);
    expect(Math.max(...record.standards.map(({ residualPerCm }) => Math.abs(residualPerCm)))).toBeLessThan(0.6);
  });

  it('is refused where there is no lamp, or no standard', () => {
    const [neon, flat] = [spectrum(lamp()), spectrum(new Float64Array(ownShift.length).fill(100))];
    const base = { takenAt: '2026-03-02T08:00:00Z', nominalLaserNm };
    expect(() => calibrateRaman({ ...base, neon: flat, standards: [] })).toThrow('neon');
    expect(() => calibrateRaman({ ...base, neon, standards: [{ of: 'silicon', ...flat }] })).toThrow('standards');
  });
});

describe('light in air', () => {
  it('has the wavenumbers of the tables', () => {
    // Ne I 837.7607 nm in air is 837.9909 nm in vacuum.
    expect(1e7 / wavenumberOfAir(837.7608)).toBeCloseTo(837.991, 3);
  });
});

const measured = (['OP01', 'OP02'] as const).map((op) => ({
  op,
  neon: measuredData(`raman/NeonSNQ043_iR785_${op}.txt`),
}));
describe.skipIf(measured.some(({ neon }) => neon === null))('measured on two instruments', () => {
  const files = {
    OP01: ['PST10_iR785_OP01_40000msx4.txt', 'S0B10_iR785_OP01_6000msx4.txt'],
    OP02: ['PST10_iR785_OP02_50000msx2.txt', 'S0B10_iR785_OP02_25000msx2.txt'],
  } as const;
  const read = (name: string): CalibrationSpectrum => {
    const rows = readFileSync(measuredData(`raman/${name}`)!, 'utf8')
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/u).map(Number));
    return { shiftPerCm: Float64Array.from(rows, (row) => row[0]!), counts: Float64Array.from(rows, (row) => row[1]!) };
  };
  const found = new Map<string, number[]>();
  beforeAll(() => {
    for (const { op } of measured) {
      const neon = read(`NeonSNQ043_iR785_${op}.txt`);
      const given = read(files[op][0]);
      const record = calibrateRaman({
        takenAt: '2022-01-01T00:00:00Z',
        nominalLaserNm,
        neon,
        standards: [{ of: 'polystyrene', ...given }],
      });
      found.set(
        op,
        record.standards.map(({ residualPerCm }) => residualPerCm),
      );
    }
  });

  it('polystyrene’s eight lines stand within 1.5 cm⁻¹ of the published ones', () => {
    for (const residuals of found.values()) {
      expect(residuals.length).toBe(8);
      for (const residual of residuals) expect(Math.abs(residual)).toBeLessThan(1.5);
    }
  });
});
