import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { convert } from 'jcampconverter';
import { describe, expect, it } from 'vitest';
import { readSpectrum } from '../../pat/read/forms.ts';
import type { FormReading } from '../../pat/read/reading.ts';
import {
  columnsOf,
  fileOf,
  jcampDxOf,
  spcOf,
  type Curve,
  type SpectrumForm,
} from '../../twin/instruments/spectrum-files.ts';
import { measuredData } from '../support/measured-data.ts';

const curveOf = (points: number, from = 400, step = 1.5): Curve => ({
  x: Float64Array.from({ length: points }, (_, i) => from + i * step),
  y: Float64Array.from({ length: points }, (_, i) => 1000 + 800 * Math.sin(i / 7) - i),
});
const text = (name: string, content: string): FormReading => readSpectrum(name, Buffer.from(content));
const dataOf = (reading: FormReading) => {
  if (reading.kind !== 'spectrum') throw new Error(`${reading.kind}: ${reading.reason}`);
  return reading.data;
};
const reasonOf = (reading: FormReading): string => (reading.kind === 'spectrum' ? 'a spectrum' : reading.reason);
const forms: readonly SpectrumForm[] = ['spc', 'jdx', 'csv'];
/** How far a form's own rounding may move a value. */
const within: Record<SpectrumForm, number> = { spc: 1e-3, jdx: 0.0051, csv: 0.00051 };

describe.each(forms)('a spectrum written as %s', (form) => {
  it('is read as it was written', () => {
    const curve = curveOf(500);
    const { x, y } = dataOf(readSpectrum(`a.${form.toUpperCase()}`, fileOf(form, curve, 'polystyrene')));
    expect(x.unit).toBe('1/cm');
    expect(x.values.length).toBe(500);
    for (let i = 0; i < 500; i += 1) {
      expect(Math.abs(x.values[i]! - curve.x[i]!)).toBeLessThan(1e-3);
      expect(Math.abs(y.values[i]! - curve.y[i]!)).toBeLessThan(within[form]);
    }
  });

  it('is incomplete wherever it is cut off, and never another spectrum', () => {
    const bytes = fileOf(form, curveOf(40), 'cut');
    for (let length = 0; length < bytes.length - 2; length += 1) {
      expect([length, readSpectrum(`a.${form}`, bytes.subarray(0, length)).kind]).toEqual([length, 'incomplete']);
    }
  });

  it('is incomplete while its end is still zero bytes', () => {
    const bytes = fileOf(form, curveOf(40), 'preallocated');
    const half = Buffer.alloc(bytes.length);
    half.set(bytes.subarray(0, 100));
    // A length that was set beforehand says nothing in SPC, whose values may well be zero.
    expect(readSpectrum(`a.${form}`, form === 'spc' ? Buffer.alloc(bytes.length) : half).kind).toBe('incomplete');
  });

  it('whatever is done to its bytes, gives finite values along an axis that does not turn, or none', () => {
    const bytes = fileOf(form, curveOf(30), 'mutated');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(bytes.length),
        (changes, length) => {
          const mutated = Uint8Array.from(bytes);
          for (const [at, byte] of changes) mutated[at] = byte;
          const reading = readSpectrum(`a.${form}`, mutated.subarray(0, changes.length > 4 ? length : bytes.length));
          if (reading.kind !== 'spectrum') return;
          const { x, y } = reading.data;
          expect(x.values.length).toBe(y.values.length);
          expect([...x.values, ...y.values].every(Number.isFinite)).toBe(true);
          const rising = x.values[1]! > x.values[0]!;
          expect(x.values.every((value, i) => i === 0 || value > x.values[i - 1]! === rising)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('JCAMP-DX', () => {
  const block = (table: readonly string[], change: Readonly<Record<string, string>> = {}): string => {
    const labels = { TITLE: 'a', 'JCAMP-DX': '4.24', XUNITS: '1/CM', FIRSTX: '1', LASTX: '4', NPOINTS: '4', ...change };
    const lines = Object.entries(labels).map(([name, value]) => `##${name}=${value}`);
    return [...lines, ...table, '##END=', ''].join('\n');
  };
  const ordinates = ['##XYDATA=(X++(Y..Y))', '1 10 20', '3 30 40'];

  it('is read as another reader reads it, in every form of number that one knows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -99_999, max: 99_999 }), { minLength: 2, maxLength: 60 }), (values) => {
        const curve = { x: Float64Array.from(values, (_, i) => 100 + i), y: Float64Array.from(values) };
        const content = jcampDxOf(curve, 'whole numbers', 1);
        const other = convert(content).flatten[0]?.spectra[0]?.data;
        const ours = dataOf(text('a.jdx', content));
        expect([...ours.y.values]).toEqual(values);
        expect([...ours.y.values]).toEqual([...(other as { y: number[] }).y]);
      }),
      { numRuns: 200 },
    );
  });

  it('reads exponents, which have a sign, apart from squeezed digits', () => {
    const { y } = dataOf(text('a.dx', block(['##XYDATA=(X++(Y..Y))', '1 1.5E-3 2E+2', '3 30 4e-1'])));
    expect([...y.values]).toEqual([0.0015, 200, 30, 0.4]);
  });

  it('reads duplicates of values and of differences', () => {
    const { y } = dataOf(text('a.dx', block(['##XYDATA=(X++(Y..Y))', '1A0SB0U'], { NPOINTS: '4', LASTX: '4' })));
    expect([...y.values]).toEqual([10, 20, 20, 20]);
    const rising = dataOf(text('a.dx', block(['##XYDATA=(X++(Y..Y))', '1A0J0U'])));
    expect([...rising.y.values]).toEqual([10, 20, 30, 40]);
  });

  it('reads pairs', () => {
    const { x, y } = dataOf(text('a.dx', block(['##XYPOINTS=(XY..XY)', '1,10; 2.5,20', '3,30 4,40'])));
    expect([[...x.values], [...y.values]]).toEqual([
      [1, 2.5, 3, 4],
      [10, 20, 30, 40],
    ]);
  });

  it('takes its time from it where it says the zone, and else from nobody', () => {
    const at = (date: string) => dataOf(text('a.dx', block(ordinates, { LONGDATE: date }))).takenAt;
    expect(at('2026/10/02 09:30:00.25 +0200')).toBe(Date.UTC(2026, 9, 2, 7, 30, 0, 250));
    expect(at('2026/10/02 09:30:00')).toBeNull();
  });

  it.each<[string, string, RegExp]>([
    ['fewer points than it says', block(ordinates, { NPOINTS: '5' }), /4 points, and says 5/u],
    ['more points than it says', block(ordinates, { NPOINTS: '3' }), /more than the 3/u],
    ['another last x', block(ordinates, { LASTX: '8' }), /says x 3 where/u],
    ['a line with another x', block(['##XYDATA=(X++(Y..Y))', '1 10 20', '7 30 40']), /says x 7/u],
    ['another first y', block(ordinates, { FIRSTY: '17' }), /FIRSTY 17/u],
    ['a repeated value that is not the one before', block(['##XYDATA=(X++(Y..Y))', '1A0J0', '2B5J0J0']), /repeats 25/u],
    ['a value that is missing', block(['##XYDATA=(X++(Y..Y))', '1 10 ?', '3 30 40']), /no line/u],
    ['a duplicate of a thousand million', block(['##XYDATA=(X++(Y..Y))', '1A0Z99999999']), /more than the 4/u],
    ['a count without end', block(ordinates, { NPOINTS: '4000000000' }), /NPOINTS/u],
    ['several blocks', block(ordinates, { BLOCKS: '2' }), /BLOCKS/u],
    ['something after its end', `${block(ordinates)}##TITLE=b\n`, /follows/u],
    ['no beginning', 'Spectrum of today\n', /TITLE/u],
    ['pairs that turn', block(['##XYPOINTS=(XY..XY)', '1,1 3,1 2,1 4,1']), /turns/u],
  ])('is malformed with %s', (_, content, why) => {
    const reading = text('a.jdx', content);
    expect(reading.kind).toBe('malformed');
    expect(reasonOf(reading)).toMatch(why);
  });
});

describe('JCAMP-DX', () => {
  it.each([
    ['##YUNITS= % TRANSMITTANCE', '% TRANSMITTANCE', '%'],
    ['##YUNITS= TRANSMITTANCE', 'TRANSMITTANCE', null],
    ['##YUNITS= TRANSMITTANCE\r\n##YLABEL= Signal', 'Signal, TRANSMITTANCE', null],
  ])('that says %s says what its values are', (labels, title, unit) => {
    const content = jcampDxOf(curveOf(16), 'a').replace('##YUNITS= COUNTS', labels);
    const { y } = dataOf(text('a.dx', content));
    expect([y.title, y.unit]).toEqual([title, unit]);
  });
});

describe('SPC', () => {
  it.each([
    [11, 'Percent', '%'],
    [9, 'Millivolts', 'mV'],
    [128, 'Transmission', null],
  ])('of values of type %i says what they are', (type, title, unit) => {
    const bytes = Buffer.from(spcOf(curveOf(16), 'memo'));
    bytes.writeUInt8(type, 29);
    const { y } = dataOf(readSpectrum('a.spc', bytes));
    expect([y.title, y.unit]).toEqual([title, unit]);
  });

  const whole = (): Buffer => Buffer.from(spcOf(curveOf(16), 'memo'));
  const changed = (change: (bytes: Buffer) => void): FormReading => {
    const bytes = whole();
    change(bytes);
    return readSpectrum('a.spc', bytes);
  };

  it('reads whole numbers with their exponent', () => {
    const bytes = whole();
    bytes.writeInt8(10, 3);
    bytes.writeInt8(10, 513);
    for (let i = 0; i < 16; i += 1) bytes.writeInt32LE((i - 8) * 2 ** 22, 544 + 4 * i);
    expect([...dataOf(readSpectrum('a.spc', bytes)).y.values]).toEqual(Array.from({ length: 16 }, (_, i) => i - 8));
  });

  it.each<[string, FormReading, RegExp]>([
    ['several spectra', changed((bytes) => bytes.writeUInt8(4, 0)), /several/u],
    ['a number of points that no file holds', changed((bytes) => bytes.writeUInt32LE(4e9, 4)), /points/u],
    ['an axis without extent', changed((bytes) => bytes.writeDoubleLE(400, 16)), /turns|axis/iu],
    ['an axis that is no number', changed((bytes) => bytes.writeDoubleLE(Number.NaN, 8)), /axis/iu],
    ['a value that is no number', changed((bytes) => bytes.writeFloatLE(Number.NaN, 560)), /NaN/u],
    ['16 bits and floating-point at once', changed((bytes) => bytes.writeUInt8(1, 0)), /at once/u],
    ['another form', changed((bytes) => bytes.writeUInt8(0x50, 1)), /no SPC/u],
  ])('is malformed with %s', (_, reading, why) => {
    expect(reading.kind).toBe('malformed');
    expect(reasonOf(reading)).toMatch(why);
  });

  it('does not follow the offsets of its log', () => {
    expect(changed((bytes) => bytes.writeUInt32LE(0xffff_0000, 248)).kind).toBe('spectrum');
  });
});

describe('two columns', () => {
  it.each<[string, string]>([
    ['tabs', '1\t10\n2\t20.5\n'],
    ['semicolons and decimal commas', '1,0;10\r\n2,0;20,5\r\n'],
    ['spaces', '  1   10\n  2   2.05e1\n'],
    [
      'a head of facts and titles',
      '# laser: 785 nm\nIntegration time=40000 ms\nPoints,2\nShift [cm-1],Counts\n1,10\n2,20.5\n',
    ],
  ])('are read with %s', (_, content) => {
    const { x, y } = dataOf(text('a.txt', content));
    expect([[...x.values], [...y.values]]).toEqual([
      [1, 2],
      [10, 20.5],
    ]);
  });

  it('say their axes and facts where they have a head', () => {
    const { x, y, facts } = dataOf(text('a.csv', columnsOf(curveOf(3), 'operator: A. Weiss')));
    expect([x.title, x.unit, y.title, facts['operator']]).toEqual(['Raman shift', '1/cm', 'Counts', 'A. Weiss']);
  });

  it.each<[string, string, string | null]>([
    ['Wavelength (nm),Transmittance (%)', 'Transmittance', '%'],
    ['Wavelength (nm);Transmittance [%]', 'Transmittance', '%'],
    ['nm,%T', '%T', '%'],
    ['nm,% Transmittance', 'Transmittance', '%'],
    ['nm,Transmittance %', 'Transmittance', '%'],
    ['nm,Transmittance/%', 'Transmittance', '%'],
    ['nm,Percent transmittance', 'transmittance', '%'],
    ['Wavelength,Transmittance\nnm,%', '%', '%'],
    ['Wavelength (nm),Transmittance (%)\n', 'Transmittance', '%'],
    ['Wavelength (nm),Absorbance (mAU)', 'Absorbance', 'mAU'],
    ['Wavelength (nm),Absorbance', 'Absorbance', null],
    ['Wavelength (nm),Emission (corrected)', 'Emission (corrected)', null],
  ])('headed "%s" say what their values are', (head, title, unit) => {
    const delimiter = head.includes(';') ? ';' : ',';
    const { y } = dataOf(text('a.csv', `${head}\n400${delimiter}90\n401${delimiter}91\n`));
    expect([y.title, y.unit]).toEqual([title, unit]);
  });

  it('say what they are where the titles stand apart otherwise than the numbers', () => {
    const { x, y } = dataOf(text('a.txt', 'Wavelength (nm) Transmittance (%)\n400 90\n401 91\n'));
    expect([x.title, x.unit, y.title, y.unit]).toEqual(['Wavelength', 'nm', 'Transmittance', '%']);
  });

  it('are not in seconds where the model asks for the column S', () => {
    const bytes = Buffer.from('nm,R,S\n400,1,90\n401,2,91\n');
    const { y } = dataOf(readSpectrum('a.csv', bytes, { companions: new Map(), column: 'S' }));
    expect([y.title, y.unit, [...y.values]]).toEqual(['S', null, [90, 91]]);
  });

  it.each<[string, string, 'incomplete' | 'malformed']>([
    ['a last line that is not ended', '1 10\n2 20\n3 3', 'incomplete'],
    ['fewer rows than it says', '# points: 3\n1 10\n2 20\n', 'incomplete'],
    ['more rows than it says', '# points: 2\n1 10\n2 20\n3 30\n', 'malformed'],
    ['a row of words in it', '1 10\n2 20\nend of file\n', 'malformed'],
    ['a third column', '1 10\n2 20 5\n', 'malformed'],
    ['an axis that turns', '1 10\n3 20\n2 30\n', 'malformed'],
    ['an axis that stands', '1 10\n1 20\n2 30\n', 'malformed'],
    ['a value that is no number', '1 10\n2 NaN\n', 'malformed'],
    ['one row', '1 10\n', 'malformed'],
    ['two ways to write decimals', '1.5;10,5\n2.5;20\n', 'malformed'],
  ])('with %s', (_, content, kind) => {
    expect(text('a.csv', content).kind).toBe(kind);
  });
});

it('reads nothing by an ending it does not know', () => {
  expect(reasonOf(text('a.wip', '1 2\n2 3\n'))).toMatch(/"\.wip" is not read/u);
});

describe('measured files', () => {
  const names = ['PST10_iR785_OP01_40000msx4.txt', 'S0B10_iR785_OP02_25000msx2.txt', 'NeonSNQ043_iR785_OP01.txt'];
  it.each(names)('%s is read whole, number by number', (name) => {
    const path = measuredData(`raman/${name}`);
    if (path === null) return;
    const bytes = readFileSync(path);
    const numbers = bytes.toString().trim().split(/\s+/u).map(Number);
    const { x, y } = dataOf(readSpectrum(name, bytes));
    expect([...x.values]).toEqual(numbers.filter((_, i) => i % 2 === 0));
    expect([...y.values]).toEqual(numbers.filter((_, i) => i % 2 === 1));
    expect(readSpectrum(name, bytes.subarray(0, bytes.length - 4)).kind).toBe('incomplete');
  });

  it('a table of many spectra is no spectrum', () => {
    const path = measuredData('raman-glucose/small.csv');
    if (path === null) return;
    expect(readSpectrum('small.csv', readFileSync(path)).kind).toBe('malformed');
  });
});

describe('a table whose first value is none', () => {
  it.each(['NaN', '-', 'saturated'])('is no spectrum that begins at the next: %s', (value) => {
    const rows = Array.from({ length: 20 }, (_, i) => `${401 + i}\t${0.1 + i / 100}`);
    const text = [`400\t${value}`, ...rows, ''].join('\n');
    expect(readSpectrum('x.csv', Buffer.from(text)).kind).toBe('malformed');
    expect(readSpectrum('x.csv', Buffer.from(['400\t0.09', ...rows, ''].join('\n'))).kind).toBe('spectrum');
  });
});
