/** The command that makes a record of an axis: from files of a lamp and of standards to what a method makes of a spectrum. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Value } from 'typebox/value';
import { analyse } from '../../../pat/analyse.ts';
import { neonLines, wavenumberOfAir } from '../../../pat/raman/neon.ts';
import { standards } from '../../../pat/raman/standards.ts';
import { loadMethod } from '../../../plant/method/method-loader.ts';
import { ramanCalibrationSchema, type RamanCalibration } from '../../../plant/method/raman.ts';
import { change, folder } from '../../plant/skid/files.ts';
import { normals, ramanSpectrum, waterArea } from '../raman/synthetic.ts';
import { run, textIn } from './world.ts';

const laserNm = 784.7;
/** Wavelengths of the instrument, which are 0.3 to 0.9 nm off, and its own shifts, made of them for a laser of 785 nm. */
const trueNm = Float64Array.from({ length: 1500 }, (_, i) => 790 + 0.12 * i);
const ownShift = trueNm.map((nm) => 1e7 / 785 - 1e7 / (nm + 0.3 + 0.004 * (nm - 800)));
const trueShift = trueNm.map((nm) => wavenumberOfAir(laserNm) - wavenumberOfAir(nm));

const fileOf = (counts: Float64Array): string =>
  `${Array.from(counts, (count, i) => `${ownShift[i]!.toFixed(4)}\t${count.toFixed(2)}`).join('\n')}\n`;
const noise = normals(31);
const neon = fileOf(
  trueNm.map((nm) =>
    neonLines.reduce(
      (sum, line) => sum + 40 * line.intensity * Math.exp(-0.5 * ((nm - line.nm) / 0.25) ** 2),
      1000 + 5 * noise(),
    ),
  ),
);
const standard = (lines: readonly Readonly<{ perCm: number }>[]): string =>
  fileOf(
    trueShift.map((at) =>
      lines.reduce((sum, { perCm }) => sum + 800 / (1 + ((at - perCm) / 5) ** 2), 2000 - at / 4 + 5 * noise()),
    ),
  );
const files = {
  'neon.txt': neon,
  'silicon.txt': standard(standards.silicon.lines),
  'polystyrene.txt': standard(standards.polystyrene.lines),
};
const asked = [
  ...['raman', '--neon', 'neon.txt', '--standard', 'silicon=silicon.txt', '--standard', 'polystyrene=polystyrene.txt'],
  ...['--laser', '785', '--taken', '2026-03-02T08:00:00Z'],
] as const;

describe('lamp and standards', () => {
  let place = '';
  let said = '';
  let record: RamanCalibration;
  beforeAll(() => {
    place = folder(files);
    const ran = run(place, ...asked, '--out', 'axis.yaml');
    expect(ran.code).toBe(0);
    said = ran.said;
    const { calibration } = parse(textIn(place, 'axis.yaml')) as { calibration: unknown };
    if (!Value.Check(ramanCalibrationSchema, calibration)) throw new TypeError('no calibration');
    record = calibration;
  });

  it('become a record that tells the laser, and names the files it was made of', () => {
    expect(Math.abs(record.laserNm - laserNm)).toBeLessThan(0.03);
    expect(record.takenAt).toBe('2026-03-02T08:00:00Z');
    const digest = (name: string): string =>
      createHash('sha256')
        .update(readFileSync(join(place, name)))
        .digest('hex');
    expect(record.spectra).toEqual([
      { of: 'neon', digest: digest('neon.txt') },
      { of: 'silicon', digest: digest('silicon.txt') },
      { of: 'polystyrene', digest: digest('polystyrene.txt') },
    ]);
  });

  it('say line by line what is left over', () => {
    for (const { of, perCm, residualPerCm } of record.standards)
      expect(said).toContain(
        `${of.padEnd(12)} ${perCm.toFixed(2).padStart(8)} cm⁻¹, off by ${residualPerCm < 0 ? '−' : '+'}${Math.abs(residualPerCm).toFixed(2)}`,
      );
    expect(said.match(/off by/gu)).toHaveLength(9);
  });

  it('give a method its axis: what the instrument has elsewhere is found where it belongs', () => {
    const calibration = textIn(place, 'axis.yaml')
      .replace(/^#.*\n\n/u, '')
      .trimEnd()
      .replaceAll('\n', '\n  ');
    const shipped = readFileSync(new URL('../../../pat/methods/raman-cdse.yaml', import.meta.url), 'utf8');
    const methods = folder({ 'raman-cdse.yaml': change(shipped, 'calibration: null', calibration) });
    const { parameters } = loadMethod(join(methods, 'raman-cdse.yaml'));
    const { x, y } = ramanSpectrum(
      [
        [207, 15, 0.2 * waterArea],
        [414, 26, 0.094 * waterArea],
      ],
      { noise: normals(5) },
    );
    // As this instrument would write the same light.
    const shift = x.values.map((at) => {
      const i = Math.max(
        1,
        trueShift.findIndex((one) => one > at),
      );
      const share = (at - trueShift[i - 1]!) / (trueShift[i]! - trueShift[i - 1]!);
      return ownShift[i - 1]! + share * (ownShift[i]! - ownShift[i - 1]!);
    });
    const own = { x: { ...x, values: shift }, y, takenAt: null, facts: {} };
    const outcome = analyse(own, parameters, {});
    expect(outcome.reasons).toEqual([]);
    expect(Math.abs(outcome.figures['shiftErrorPerCm']!)).toBeLessThan(0.6);
    // By the instrument's own axis the sapphire stands off its place.
    const { parameters: bare } = loadMethod(new URL('../../../pat/methods/raman-cdse.yaml', import.meta.url).pathname);
    expect(Math.abs(analyse(own, bare, {}).figures['shiftErrorPerCm']!)).toBeGreaterThan(1.2);
  });

  it('are never written over a record that is there', () => {
    const before = textIn(place, 'axis.yaml');
    expect(run(place, ...asked, '--out', 'axis.yaml')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/already there/u),
    });
    expect(textIn(place, 'axis.yaml')).toBe(before);
  });

  it('whose files do not say when they were taken are of when they were written, and that is said', () => {
    const bare = asked.slice(0, -2);
    const { code, said: told } = run(place, ...bare, '--out', 'second.yaml');
    expect([code, told]).toEqual([0, expect.stringMatching(/neon\.txt does not say when/u) as string]);
  });

  it.each([
    ['no lamp', { 'neon.txt': fileOf(new Float64Array(1500).fill(100)) }, /^neon: Only \d+ of its lines/u],
    [
      'no standard',
      {
        'silicon.txt': fileOf(new Float64Array(1500).fill(100)),
        'polystyrene.txt': fileOf(new Float64Array(1500).fill(100)),
      },
      /^standards: None/u,
    ],
    ['a file cut off', { 'silicon.txt': files['silicon.txt'].slice(0, -4) }, /silicon\.txt: It is no whole spectrum/u],
    ['a NaN', { 'neon.txt': neon.replace(/^(?:.*\n){40}\S+\t/u, '$&NaN') }, /neon\.txt: It is no whole spectrum/u],
    ['wavelengths', { 'neon.txt': `Wavelength (nm)\tCounts\n${neon}` }, /neon\.txt: Its axis is in nm/u],
    ['nothing', { 'neon.txt': '' }, /neon\.txt: It is no whole spectrum/u],
  ])('with %s are refused, and nothing is written', (_, other, reason) => {
    const spoilt = folder({ ...files, ...other });
    expect(run(spoilt, ...asked, '--out', 'axis.yaml')).toEqual({ code: 1, said: expect.stringMatching(reason) });
    expect(() => textIn(spoilt, 'axis.yaml')).toThrow('ENOENT');
  });

  it('that are not there, or of a form nobody reads, are refused by their name', () => {
    const none = folder(files);
    writeFileSync(join(none, 'lamp.pdf'), '%PDF');
    const with_ = (file: string) =>
      run(none, ...asked.map((word) => (word === 'neon.txt' ? file : word)), '--out', 'axis.yaml').said;
    expect(with_('gone.txt')).toMatch(/gone\.txt: It cannot be read/u);
    expect(with_('lamp.pdf')).toMatch(/lamp\.pdf: .*\.pdf/u);
  });
});
