import { readFileSync } from 'node:fs';
import { convert } from 'jcampconverter';
import { describe, expect, it } from 'vitest';
import { companionsOf, endings, readSpectrum } from '../../../pat/read/forms.ts';
import type { FormReading } from '../../../pat/read/reading.ts';
import { measuredData } from '../../support/measured-data.ts';
import {
  acquisition,
  acqusOf,
  brukerFidOf,
  decayAt,
  jeolOf,
  pagesOf,
  spinsolveOf,
  strongestHz,
  zipOf,
  type Packed,
} from './files.ts';

const widthHz = 5000;
const decay = decayAt(625, 64, widthHz);
const beside = (text: string) => ({ companions: new Map([['acqu.par', Buffer.from(text)]]) });
const file = (name: string, content: string | Uint8Array): Packed => ({ name, bytes: Buffer.from(content) });
const brukerZip = (change: Readonly<Record<string, string>> = {}, form = {}): Buffer =>
  zipOf([file('run/1/fid', brukerFidOf(decay, form)), file('run/1/acqus', acqusOf(64, change))]);

const dataOf = (reading: FormReading) => {
  if (reading.kind !== 'spectrum') throw new Error(`${reading.kind}: ${reading.reason}`);
  const { imaginary, nmr } = reading.data;
  if (imaginary === undefined || nmr === undefined) throw new Error('no decay');
  return { ...reading.data, imaginary, nmr };
};
const told = (reading: FormReading): string =>
  reading.kind === 'spectrum' ? 'spectrum' : `${reading.kind}: ${reading.reason}`;

const readings: readonly [string, () => FormReading, number][] = [
  ['JEOL', () => readSpectrum('a.jdf', jeolOf(decay, widthHz)), 5],
  ['JEOL, single-precision', () => readSpectrum('a.jdf', jeolOf(decay, widthHz, true)), 5],
  ['Spinsolve', () => readSpectrum('data.1d', spinsolveOf(decay), beside(acquisition())), 400 / 32.4],
  [
    'Spinsolve, with an axis in ms',
    () => readSpectrum('data.1d', spinsolveOf(decay, 0.2), beside(acquisition())),
    400 / 32.4,
  ],
  [
    'a Spinsolve folder in a ZIP archive',
    () => readSpectrum('r.zip', zipOf([file('r/data.1d', spinsolveOf(decay)), file('r/acqu.par', acquisition())])),
    400 / 32.4,
  ],
  ['Bruker', () => readSpectrum('a.zip', brukerZip()), 19.9975],
  ['Bruker, big-endian', () => readSpectrum('a.zip', brukerZip({ BYTORDA: '1' }, { bigEndian: true })), 19.9975],
  ['Bruker, floating-point', () => readSpectrum('a.zip', brukerZip({ DTYPA: '2' }, { floating: true })), 19.9975],
  ['JCAMP-DX pages', () => readSpectrum('a.dx', Buffer.from(pagesOf(decay, widthHz))), 12.3457],
];

describe.each(readings)('a decay of %s', (_, read, carrierPpm) => {
  it('has its line where it is, above the carrier, and says what was measured', () => {
    const { x, y, imaginary, nmr } = dataOf(read());
    expect(strongestHz({ real: y.values, imaginary }, widthHz)).toBe(625);
    expect([x.unit, x.values[0], nmr.nucleus]).toEqual(['s', 0, '31P']);
    expect(x.values[1]).toBeCloseTo(1 / widthHz, 12);
    expect(nmr.spectralWidthHz).toBeCloseTo(widthHz, 6);
    expect(nmr.carrierPpm).toBeCloseTo(carrierPpm, 3);
  });
});

describe('JEOL', () => {
  it('says by how many points its filter delays, and units without their prefixes', () => {
    const { nmr, facts } = dataOf(readSpectrum('a.jdf', jeolOf(decay, widthHz)));
    expect([nmr.groupDelayPoints, nmr.frequencyMHz, nmr.pulseDegrees]).toEqual([19.65625, 202.36, 30]);
    expect(facts).toMatchObject({ title: 'a decay', solvent: 'D2O' });
  });

  it.each<[string, (bytes: Buffer) => void, RegExp]>([
    ['two dimensions', (bytes) => bytes.writeUInt8(2, 12), /^malformed: .*dimension/u],
    ['an axis in ppm', (bytes) => bytes.writeUInt8(26, 33), /^malformed: .*processed/u],
    ['data longer than the file', (bytes) => bytes.writeUInt32BE(65, 176), /^malformed: Its data have/u],
    ['as many points as no file has', (bytes) => bytes.writeUInt32BE(4e9, 176), /^malformed: It says 4000000000/u],
    ['parameters outside the file', (bytes) => bytes.writeUInt32BE(1e9, 1212), /^malformed: A part lies/u],
    ['more parameters than there is room for', (bytes) => bytes.writeUInt32LE(4e9, 1368), /parameters of 64/u],
    ['a filter without its orders', (bytes) => bytes.write('2 5x 73', 1376 + 64 * 4 + 16), /delays/u],
    ['no nucleus', (bytes) => bytes.write('Unobtainium7    ', 1376 + 16), /nucleus/u],
    ['a value that is no number', (bytes) => bytes.writeDoubleLE(Number.NaN, bytes.length - 8), /Imaginary value 64/u],
    ['another beginning', (bytes) => bytes.write('JEOL.XYZ', 0), /no JEOL/u],
  ])('is none with %s', (_, spoil, why) => {
    const bytes = jeolOf(decay, widthHz);
    spoil(bytes);
    expect(told(readSpectrum('a.jdf', bytes))).toMatch(why);
  });

  it('measured on a spectrometer has its five lines where they are listed', () => {
    const path = measuredData('nmr/phosphorus.jdf');
    if (path === null) return;
    const { nmr, y, imaginary, facts } = dataOf(readSpectrum('phosphorus.jdf', readFileSync(path)));
    expect(nmr).toMatchObject({ nucleus: '31P', scans: 64, groupDelayPoints: 19.65625, carrierPpm: 0 });
    expect(nmr.frequencyMHz).toBeCloseTo(202.358, 3);
    expect(nmr.spectralWidthHz).toBeCloseTo(100_806.45, 2);
    expect([y.values.length, imaginary.length, facts['started']]).toEqual([32_768, 32_768, '2023-05-05T13:44:34']);
    // At each of the listed shifts the decay has its strongest part within a tenth of a ppm.
    for (const ppm of [32.59, 6.72, -12.53, -13.15, -25.15]) {
      const at = (shift: number) => amplitude(y.values, imaginary, (shift * nmr.frequencyMHz) / nmr.spectralWidthHz);
      const around = Array.from({ length: 21 }, (_, i) => ppm - 0.1 + i * 0.01);
      const best = around.reduce((most, shift) => (at(shift) > at(most) ? shift : most));
      expect(Math.abs(best - ppm)).toBeLessThan(0.021);
    }
  });
});

/** Of one frequency, in turns a point. */
function amplitude(real: Float64Array, imaginary: Float64Array, turns: number): number {
  let [re, im] = [0, 0];
  for (let i = 20; i < 16_384; i += 1) {
    const angle = -2 * Math.PI * turns * i;
    const weight = Math.exp((-3 * i) / 16_384);
    re += weight * (real[i]! * Math.cos(angle) - imaginary[i]! * Math.sin(angle));
    im += weight * (real[i]! * Math.sin(angle) + imaginary[i]! * Math.cos(angle));
  }
  return Math.hypot(re, im);
}

describe('Spinsolve', () => {
  it('asks for what lies beside its data, and is incomplete without', () => {
    expect([companionsOf('data.1d'), companionsOf('a.csv')]).toEqual([['acqu.par'], []]);
    expect(told(readSpectrum('data.1d', spinsolveOf(decay)))).toMatch(/^incomplete: .*acqu\.par/u);
    const cut = acquisition().slice(0, 120);
    expect(told(readSpectrum('data.1d', spinsolveOf(decay), beside(cut)))).toMatch(/^incomplete: acqu\.par/u);
  });

  it('says how it was measured; a start without a zone stays a fact', () => {
    const { nmr, takenAt, facts } = dataOf(readSpectrum('data.1d', spinsolveOf(decay), beside(acquisition())));
    expect(nmr).toMatchObject({
      frequencyMHz: 32.4,
      scans: 16,
      repetitionS: 2.5,
      pulseDegrees: 90,
      groupDelayPoints: 0,
    });
    expect([takenAt, facts['startTime']]).toEqual([null, '2026-11-20T10:11:12.123']);
  });

  it('takes a bandwidth in Hz for what it is, by the dwell time', () => {
    const { nmr } = dataOf(readSpectrum('data.1d', spinsolveOf(decay), beside(acquisition({ bandwidth: '5000' }))));
    expect(nmr.spectralWidthHz).toBe(5000);
  });

  const spoilt = (spoil: (bytes: Buffer) => void, text = acquisition()): string => {
    const bytes = spinsolveOf(decay);
    spoil(bytes);
    return told(readSpectrum('data.1d', bytes, beside(text)));
  };
  it.each<[string, () => string, RegExp]>([
    ['values of another kind', () => spoilt((bytes) => bytes.writeUInt32LE(503, 12)), /kind 503/u],
    ['rows', () => spoilt((bytes) => bytes.writeUInt32LE(7, 20)), /7 rows/u],
    ['more points than bytes', () => spoilt((bytes) => bytes.writeUInt32LE(65, 16)), /^incomplete/u],
    ['another number of points than acqu.par', () => spoilt(() => 0, acquisition({ nrPnts: '65' })), /says 65/u],
    [
      'a width that is none by its dwell time',
      () => spoilt(() => 0, acquisition({ dwellTime: '7' })),
      /no two of one/u,
    ],
    [
      'an axis in ppm',
      () => told(readSpectrum('data.1d', spinsolveOf(decay, 2.4), beside(acquisition()))),
      /processed/u,
    ],
    ['a nucleus that is none', () => spoilt(() => 0, acquisition({ rxChannel: '"P"' })), /nucleus is "P"/u],
    ['lines that are none', () => spoilt(() => 0, 'what is this\n'), /no line of acqu\.par/u],
  ])('is none with %s', (_, read, why) => {
    expect(read()).toMatch(why);
  });
});

describe('a ZIP archive', () => {
  it('says how a Bruker measured, with the time by its clock', () => {
    const { nmr, takenAt, facts, y } = dataOf(readSpectrum('a.zip', brukerZip()));
    expect(nmr).toMatchObject({ scans: 64, groupDelayPoints: 7.9862, frequencyMHz: 161.973239 });
    expect([takenAt, facts['SOLVENT'], y.values[0]]).toEqual([1_795_000_000_000, 'D2O', 250]);
  });

  const acqus = file('acqus', acqusOf(64));
  const fid = file('fid', brukerFidOf(decay));
  it.each<[string, Uint8Array, RegExp]>([
    ['no measurement', zipOf([acqus]), /^malformed: It holds 0 measurements/u],
    ['two measurements', zipOf([fid, acqus, { ...fid, name: '2/fid' }]), /^malformed: It holds 2/u],
    ['no acqus', zipOf([fid]), /^malformed: It has no acqus/u],
    ['an acqus elsewhere', zipOf([fid, { ...acqus, name: '2/acqus' }]), /^malformed: It has no acqus/u],
    ['a fid that is cut off', zipOf([{ ...fid, bytes: fid.bytes.subarray(9) }, acqus]), /^malformed: fid has 503 of/u],
    ['a time that no calendar has', brukerZip({ DATE: '1e300' }), /DATE/u],
    ['an analogue filter that is none', brukerZip({ GRPDLY: '-1' }), /GRPDLY/u],
    ['channels one after the other', brukerZip({ AQ_mod: '2' }), /AQ_mod 2/u],
    ['a file larger than any', zipOf([{ ...fid, says: 4e9 }, acqus]), /would have 4000000000 bytes/u],
    [
      'a file that is larger than it says',
      zipOf([{ ...file('fid', new Uint8Array(3e7)), says: 512 }, acqus]),
      /^malformed/u,
    ],
    ['a stored file that is damaged', zipOf([{ ...fid, says: 511, stored: true }, acqus]), /is damaged/u],
    ['nothing of the kind', Buffer.from('no archive'), /no ZIP/u],
  ])('is none with %s', (_, bytes, why) => {
    expect(told(readSpectrum('a.zip', bytes))).toMatch(why);
  });

  it('is not unpacked beyond what a file says it has', () => {
    const bomb = zipOf([{ ...file('fid', new Uint8Array(60e6)), says: 512 }, acqus]);
    const before = process.memoryUsage().arrayBuffers;
    expect(readSpectrum('a.zip', bomb).kind).toBe('malformed');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10e6);
  });
});

describe('JCAMP-DX', () => {
  const read = (text: string): FormReading => readSpectrum('a.dx', Buffer.from(text));

  it('in pages is read as another reader reads it', () => {
    const text = pagesOf(decay, widthHz);
    const { y, imaginary, takenAt, nmr } = dataOf(read(text));
    const spectra = convert(text).flatten[0]?.spectra as unknown as readonly { data: { y: readonly number[] } }[];
    for (const [i, ours] of [y.values, imaginary].entries())
      for (const [j, value] of ours.entries()) expect(value).toBeCloseTo(spectra[i]!.data.y[j]!, 9);
    expect([takenAt, nmr.scans]).toEqual([Date.UTC(2026, 10, 20, 9, 11, 12), 16]);
  });

  it('of a Spinsolve is turned round as its own data are', () => {
    const turned = { real: decay.real, imaginary: decay.imaginary.map((value) => -value) };
    const { y, imaginary } = dataOf(read(pagesOf(turned, widthHz, { ORIGIN: 'Magritek Spinsolve' })));
    expect(strongestHz({ real: y.values, imaginary }, widthHz)).toBe(625);
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['pages over Hz', { UNITS: 'HZ, ARBITRARY UNITS, ARBITRARY UNITS, ' }, /over HZ/u],
    ['another number of values', { VAR_DIM: '64, 63, 64, 2' }, /63 values of R/u],
    ['another number of times', { VAR_DIM: '65, 65, 65, 2' }, /^malformed/u],
    ['no word of its carrier', { $BF1: '', $SF: '' }, /\$BF1|carrier/u],
    ['a carrier far from where it observed', { $BF1: '81.0' }, /observed at/u],
    ['a filter of unknown delay', { $DIGMOD: '1' }, /GRPDLY/u],
    ['another nucleus than there is', { '.OBSERVE NUCLEUS': 'P' }, /nucleus/u],
  ])('in pages is none with %s', (_, change, why) => {
    expect(told(read(pagesOf(decay, widthHz, change)))).toMatch(why);
  });

  it('in pages is none with one page only, or two alike', () => {
    const text = pagesOf(decay, widthHz);
    expect(told(read(text.replace(/##PAGE= N=2[\s\S]*?(?=##END N)/u, '')))).toMatch(/1 pages/u);
    expect(told(read(text.replace('(X++(I..I))', '(X++(R..R))')))).toMatch(/2 pages of R/u);
  });

  const head = '##TITLE= all\n##JCAMP-DX= 5.00\n##DATA TYPE= LINK\n';
  const note = '##TITLE= note\n##JCAMP-DX= 5.00\n##DATA TYPE= INFRARED PEAK TABLE\n##END=\n';
  it('with one block of data among others is read by that one', () => {
    const text = `${head}##BLOCKS= 3\n${note}${pagesOf(decay, widthHz)}##END=\n`;
    expect(dataOf(read(text)).nmr.nucleus).toBe('31P');
    for (let length = 30; length < text.length - 1; length += 97)
      expect([length, read(text.slice(0, length)).kind]).toEqual([length, 'incomplete']);
  });

  it.each<[string, string, RegExp]>([
    ['two blocks of data', `${head}${pagesOf(decay, widthHz)}${pagesOf(decay, widthHz)}##END=\n`, /2 of its BLOCKS/u],
    ['none', `${head}${note}##END=\n`, /0 of its BLOCKS/u],
    [
      'fewer blocks than it says',
      `${head}##BLOCKS= 4\n${pagesOf(decay, widthHz)}##END=\n`,
      /says 4 BLOCKS, and has 2/u,
    ],
    ['something after it', `${head}${pagesOf(decay, widthHz)}##END=\nmore\n`, /follows/u],
  ])('is none with %s', (_, text, why) => {
    expect(told(read(text))).toMatch(why);
  });
});

it('says which endings it reads', () => {
  expect(endings).toEqual(expect.arrayContaining(['.jdf', '.1d', '.zip', '.dx', '.spc', '.csv']));
});
