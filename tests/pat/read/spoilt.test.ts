import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSpectrum } from '../../../pat/read/forms.ts';
import type { FormReading } from '../../../pat/read/reading.ts';
import { columnsOf, jcampDxOf, spcOf } from '../../../twin/instruments/spectrum-files.ts';
import { measuredData } from '../../support/measured-data.ts';
import { acquisition, acqusOf, brukerFidOf, decayAt, jeolOf, pagesOf, spinsolveOf, zipOf } from './files.ts';

const decay = decayAt(625, 32, 5000);
const curve = {
  x: Float64Array.from({ length: 32 }, (_, i) => 400 + i),
  y: Float64Array.from({ length: 32 }, (_, i) => i % 7),
};
const acqu = Buffer.from(acquisition());
const bruker = zipOf([
  { name: 'fid', bytes: brukerFidOf(decay) },
  { name: 'acqus', bytes: Buffer.from(acqusOf(32)), stored: true },
]);

type Spoilt = Readonly<{ name: string; bytes: Uint8Array; column?: string }>;
const files: readonly Spoilt[] = [
  { name: 'a.jdf', bytes: jeolOf(decay, 5000) },
  { name: 'data.1d', bytes: spinsolveOf(decay) },
  { name: 'a.zip', bytes: bruker },
  { name: 'pages.dx', bytes: Buffer.from(pagesOf(decay, 5000)) },
  {
    name: 'link.dx',
    bytes: Buffer.from(`##TITLE= l\n##DATA TYPE= LINK\n##BLOCKS= 2\n${jcampDxOf(curve, 'x')}##END=\n`),
  },
  { name: 'a.spc', bytes: spcOf(curve, 'memo') },
  { name: 'a.csv', bytes: Buffer.from(columnsOf(curve, 'x')) },
  { name: 'several.csv', bytes: Buffer.from('nm,a,b\n1,2,3\n2,3,4\n3,4,5\n'), column: 'b' },
];

const read = ({ name, column }: Spoilt, bytes: Uint8Array, parameters: Uint8Array = acqu): FormReading =>
  readSpectrum(name, bytes, { companions: new Map([['acqu.par', parameters]]), column: column ?? null });

/** What may be believed of anything that is called a spectrum, whatever it was read from. */
function expectSound(reading: FormReading): void {
  if (reading.kind !== 'spectrum') {
    expect(reading.reason).not.toBe('');
    return;
  }
  const { x, y, imaginary, nmr } = reading.data;
  expect([y.values.length, imaginary?.length ?? x.values.length]).toEqual([x.values.length, x.values.length]);
  for (const values of [x.values, y.values, imaginary ?? []]) expect(values.every(Number.isFinite)).toBe(true);
  const rising = x.values[1]! > x.values[0]!;
  expect(x.values.every((value, i) => i === 0 || value > x.values[i - 1]! === rising)).toBe(true);
  if (nmr === undefined) return;
  const { frequencyMHz, spectralWidthHz, carrierPpm, groupDelayPoints } = nmr;
  expect([frequencyMHz, spectralWidthHz, carrierPpm, groupDelayPoints].every(Number.isFinite)).toBe(true);
}

const changes = (length: number) => fc.array(fc.tuple(fc.nat(length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
const changed = (bytes: Uint8Array, by: readonly (readonly [number, number])[]): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  for (const [at, byte] of by) copy[at] = byte;
  return copy;
};

describe.each(files)('$name', (file) => {
  it('is a spectrum as it is', () => {
    expect(read(file, file.bytes).kind).toBe('spectrum');
  });

  it('with its bytes changed, cut off or gone on, is a sound spectrum or none, and nothing is thrown', () => {
    const { length } = file.bytes;
    fc.assert(
      fc.property(changes(length), fc.nat(length), fc.constantFrom('whole', 'cut', 'long'), (by, cut, end) => {
        const bytes = changed(file.bytes, by);
        if (end === 'whole') expectSound(read(file, bytes));
        else if (end === 'cut') expectSound(read(file, bytes.subarray(0, cut)));
        else expectSound(read(file, Buffer.concat([bytes, bytes.subarray(0, cut)])));
      }),
      { numRuns: 150 },
    );
  });

  it('cut off anywhere is never another spectrum', () => {
    // The end of a last line, and what follows a mark of the end, may be gone.
    for (let length = 0; length < file.bytes.length - 4; length += 7) {
      const reading = read(file, file.bytes.subarray(0, length));
      if (file.name !== 'several.csv') expect([length, reading.kind]).toEqual([length, 'incomplete']);
      else expectSound(reading);
    }
  });

  it('is none under any other name', () => {
    for (const { name } of files) {
      const of = (each: string): string => each.slice(each.lastIndexOf('.'));
      if (of(name) !== of(file.name)) expect([name, readSpectrum(name, file.bytes).kind]).not.toContain('spectrum');
    }
  });
});

it('nonsense is no spectrum under any name', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(...files), (bytes, file) => {
      expectSound(read(file, bytes));
      expectSound(read(file, file.bytes, bytes));
    }),
    { numRuns: 300 },
  );
});

it('text of more than 16 MiB is refused unread', () => {
  const reading = readSpectrum('a.csv', Buffer.alloc(17 * 2 ** 20, '1 2\n'));
  expect(reading).toMatchObject({ kind: 'malformed', reason: expect.stringMatching(/more than 16777216/u) as string });
});

it('a header of a real measurement with changed bytes gives a sound spectrum or none, and soon', () => {
  const path = measuredData('nmr/phosphorus.jdf');
  if (path === null) return;
  const bytes = readFileSync(path);
  fc.assert(
    fc.property(changes(20_000), (by) => {
      const before = performance.now();
      expectSound(readSpectrum('phosphorus.jdf', changed(bytes, by)));
      expect(performance.now() - before).toBeLessThan(2000);
    }),
    { numRuns: 20 },
  );
});

describe('two columns of several', () => {
  const table = 'Wavelength (nm),60 s,90 s\n400,1,7\n401,2,8\n402,3,9\n';
  const of = (column: string | null, text = table): FormReading => readSpectrum('a.csv', Buffer.from(text), { column });
  const reasonOf = (reading: FormReading): string => (reading.kind === 'spectrum' ? '' : reading.reason);

  it('are the first and the one that is named', () => {
    const reading = of('90 s');
    if (reading.kind !== 'spectrum') throw new Error(reading.reason);
    const { x, y } = reading.data;
    expect([[...x.values], [...y.values], x.unit, y.title]).toEqual([[400, 401, 402], [7, 8, 9], 'nm', '90 s']);
  });

  it.each<[string, FormReading, RegExp]>([
    ['without a name', of(null), /device model does not name/u],
    ['with a name that is none of theirs', of('120 s'), /no column "120 s", but 60 s, 90 s/u],
    ['with the name of the axis', of('Wavelength (nm)'), /no column/u],
    ['without titles', of('90 s', '400,1,7\n401,2,8\n'), /no titles/u],
    ['where a row has fewer', of('90 s', `${table}403,4\n`), /Row 4 is not 3 numbers/u],
    ['where the value is none', of('90 s', `${table}403,4,NaN\n`), /Row 4/u],
    ['of two, where a name is given that is none of theirs', of('b', 'nm,a\n1,2\n2,3\n'), /no column "b"/u],
  ])('are no spectrum %s', (_, reading, why) => {
    expect(reading.kind).toBe('malformed');
    expect(reasonOf(reading)).toMatch(why);
  });

  it.each(['run2-uvvis.csv', 'run4-emission.csv', 'run7-uvvis.csv'])(
    'of the measured %s are read number by number',
    (name) => {
      const path = measuredData(`qd-cdse/${name}`);
      if (path === null) return;
      // The file's own last line is not ended, which a file that is being written is not either.
      const text = `${readFileSync(path, 'utf8').trimEnd()}\n`;
      const [titles, ...rows] = text
        .replace('\uFEFF', '')
        .trim()
        .split(/\r\n|\r|\n/u)
        .map((line) => line.split(','));
      const column = titles?.[3] ?? '';
      const reading = readSpectrum(name, Buffer.from(text), { column });
      if (reading.kind !== 'spectrum') throw new Error(reading.reason);
      expect([...reading.data.y.values]).toEqual(rows.map((row) => Number(row[3])));
      expect([...reading.data.x.values]).toEqual(rows.map((row) => Number(row[0])));
      expect([reading.data.x.unit, reading.data.y.title]).toEqual(['nm', column.trim()]);
    },
  );
});
