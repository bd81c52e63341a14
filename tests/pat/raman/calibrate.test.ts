import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { calibrateRaman, calibratedShifts, type CalibrationSpectrum } from '../../../pat/raman/index.ts';
import { correctAxis, correctWavelengths, seamsOf } from '../../../pat/raman/axis-correction.ts';
import { observeLamp } from '../../../pat/raman/lamp-lines.ts';
import { neonLines, wavenumberOfAir, type LampLine } from '../../../pat/raman/neon.ts';
import { laserShift } from '../../../pat/raman/laser-shift.ts';
import { findStandard, type FoundLine } from '../../../pat/raman/standard-position.ts';
import { standards, type Standard } from '../../../pat/raman/standards.ts';
import { ramanCalibrationSchema, type RamanCalibration } from '../../../plant/method/raman.ts';
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

function lamp(lines: readonly LampLine[] = neonLines): Float64Array {
  const noise = normals(21);
  return trueNm.map(
    (nm) =>
      lines.reduce((sum, line) => sum + 40 * line.intensity * Math.exp(-0.5 * ((nm - line.nm) / 0.25) ** 2), 1000) +
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

  it('does not hang upon which of two lines close to each other a lamp shows', () => {
    // Of 808.25 and 808.43, of 826.48 and 826.61, of 841.72 and 841.84, and of 867.95 and 868.19 this lamp has the one alone.
    const missing = [808.4345, 826.4807, 841.84274, 868.19211];
    const other = neonLines.filter(({ nm }) => !missing.includes(nm));
    const off = observeLamp(ownNm, lamp(other), neonLines).map(({ nm, observedNm, deviationNm }) => ({
      isOff: Math.abs(observedNm - nm - error(nm)),
      deviationNm,
    }));
    expect(off.length).toBeGreaterThan(20);
    // Lines half a slit image's standard width apart are hardly two: such a place is uncertain, and says so.
    for (const { isOff, deviationNm } of off) expect(isOff).toBeLessThan(Math.max(0.03, 3 * deviationNm));
    expect(off.filter(({ deviationNm }) => deviationNm > 0.01).length).toBeLessThan(3);
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

describe('the laser', () => {
  const found = (off: number, deviation = 0.5, deviationPerCm = 0.1): FoundLine => ({
    line: { perCm: 1000, deviation },
    foundPerCm: 1000 + off,
    deviationPerCm,
  });
  const positions = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 12 });

  it('is told by every standard alike, however many lines it has', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), positions, (single, many) => {
        const one = { of: 'silicon', line: found(single) };
        const others = many.map((off) => ({ of: 'polystyrene', line: found(off) }));
        const together = laserShift([one, ...others]);
        expect(together.perCm).toBeCloseTo((single + laserShift(others).perCm) / 2, 9);
        expect(together).toEqual(laserShift([...others, one]));
      }),
    );
  });

  it('is known no better than two standards agree', () => {
    const { perCm, deviationPerCm } = laserShift([
      { of: 'silicon', line: found(1, 0.01, 0.01) },
      { of: 'polystyrene', line: found(-1, 0.01, 0.01) },
    ]);
    expect([perCm, deviationPerCm]).toEqual([0, expect.closeTo(1, 9)]);
  });

  it('is told by lines of one standard as well as each is known', () => {
    const { perCm } = laserShift([
      { of: 'polystyrene', line: found(0, 0.3, 0.4) },
      { of: 'polystyrene', line: found(3, 0.6, 0.8) },
    ]);
    expect(perCm).toBeCloseTo(3 / 5, 9);
  });
});

describe('polystyrene at 1450.5', () => {
  const axis = Float64Array.from({ length: 500 }, (_, i) => 900 + 1.6 * i);
  const wide = (shoulder: number): Float64Array => {
    const noise = normals(23);
    return axis.map(
      (at) =>
        [...polystyreneBands, [1440, shoulder] as const].reduce(
          (sum, [perCm, height]) => sum + height * Math.exp(-4 * Math.LN2 * ((at - perCm) / 13) ** 2),
          3000 - at,
        ) +
        3 * noise(),
    );
  };
  const polystyreneBands = standards.polystyrene.lines.slice(2).map(({ perCm }) => [perCm, 900] as const);
  const offAt1450 = (counts: Float64Array, beside: Standard['beside']): number => {
    const { lines } = standards.polystyrene;
    const line = findStandard(axis, counts, { lines: lines.slice(2), beside }).find(
      ({ line: { perCm } }) => perCm === 1450.5,
    );
    return line!.foundPerCm - 1450.5;
  };

  it('stands where it is published, whether the shoulder below it is seen or not', () => {
    for (const shoulder of [0, 150, 300, 500])
      expect(Math.abs(offAt1450(wide(shoulder), standards.polystyrene.beside))).toBeLessThan(0.4);
  });

  it('would be found too low by an instrument of wide lines that knows of no shoulder', () => {
    expect(offAt1450(wide(300), [])).toBeLessThan(-1);
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
  const records = new Map<string, RamanCalibration>();
  beforeAll(() => {
    for (const { op } of measured)
      records.set(
        op,
        calibrateRaman({
          takenAt: '2022-01-01T00:00:00Z',
          nominalLaserNm,
          neon: read(`NeonSNQ043_iR785_${op}.txt`),
          standards: [
            { of: 'polystyrene', ...read(files[op][0]) },
            { of: 'silicon', ...read(files[op][1]) },
          ],
        }),
      );
  });

  it('one calibration leaves silicon within 0.5 cm⁻¹ and polystyrene’s eight lines within 1.5', () => {
    for (const { standards: lines } of records.values()) {
      expect(lines.map(({ of }) => of).sort()).toEqual([...Array<string>(8).fill('polystyrene'), 'silicon']);
      for (const { of, residualPerCm } of lines)
        expect(Math.abs(residualPerCm)).toBeLessThan(of === 'silicon' ? 0.5 : 1.5);
    }
  });

  it('says of the laser what the standards’ disagreement leaves unknown', () => {
    for (const { laserNm, laserUncertaintyNm, standards: lines } of records.values()) {
      const silicon = lines.find(({ of }) => of === 'silicon')!;
      expect((laserUncertaintyNm * 1e7) / laserNm ** 2).toBeCloseTo(Math.abs(silicon.residualPerCm), 6);
    }
  });
});
