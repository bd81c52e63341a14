import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chainOf } from '../../../control/review/chain.ts';
import { recordPdf } from '../../../control/review/pdf/record-pdf.ts';
import { strokeWord, trendSvg } from '../../../control/review/pdf/trend-svg.ts';
import { recordFolder } from '../../../control/review/record-folder.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { DocumentBlock, RecordDocument } from '../../../plant/record-document.ts';
import type { SealedSegment } from '../../../plant/ports/sealed-telemetry.ts';
import type { TagName } from '../../../plant/sample.ts';
import { batch } from './told.ts';

type Trend = Extract<DocumentBlock, { kind: 'trend' }>;
type Pen = Trend['trace']['pens'][number];

const pen = (points: Pen['points'], more: Partial<Pen> = {}): Pen => ({
  tag: 'T' as TagName,
  title: 'T',
  unit: '°C',
  low: null,
  high: null,
  points,
  ...more,
});
const trend = (pens: readonly Pen[], marks: Trend['marks'] = []): Trend => ({
  kind: 'trend',
  title: 'T',
  trace: { from: utcMs(0), to: utcMs(1000), pens },
  marks,
});
const linesOf = (svg: string): number[][][] =>
  [...svg.matchAll(/<polyline points="([^"]*)"/gu)].map(([, points = '']) =>
    points.split(' ').map((point) => point.split(',').map(Number)),
  );

describe('a trend on paper', () => {
  it('is a step from value to value, and ends where nobody knows: no line is drawn through a gap', () => {
    const [first, second, ...others] = linesOf(trendSvg(trend([pen([[0, 10], [300, 20], [500, null], [700, 10], [1000, 10]])]))); // prettier-ignore
    expect(others).toEqual([]);
    expect(first!.map(([, y]) => y)).toEqual([first![0]![1], first![0]![1], first![2]![1], first![2]![1]]);
    expect(Math.max(...first!.map(([x]) => x!))).toBeLessThan(Math.min(...second!.map(([x]) => x!)));
  });

  it('has its limits as broken lines, inside the frame', () => {
    const svg = trendSvg(trend([pen([[0, 60], [1000, 60]], { low: 50, high: 70 })])); // prettier-ignore
    expect(svg.match(/stroke="#b00020"/gu)).toHaveLength(2);
  });

  it('stays inside its frame, and is well formed, whatever it is given', () => {
    const value = fc.option(fc.double({ noNaN: true, min: -1e6, max: 1e6 }));
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), value), { maxLength: 40 });
    fc.assert(
      fc.property(fc.array(points, { maxLength: 4 }), fc.array(fc.string(), { maxLength: 5 }), (pens, words) => {
        const sorted = pens.map((one) => pen(one.sort((a, b) => a[0] - b[0])));
        const marks = words.map((text, n) => ({ at: utcMs(n * 200), text }));
        const svg = trendSvg(trend(sorted, marks));
        expect(svg).not.toContain('NaN');
        expect(svg).not.toContain('Infinity');
        expect(svg.replaceAll(/<[^<>]*>/gu, '')).not.toMatch(/[<>]/u);
        for (const [x, y] of linesOf(svg).flat()) {
          expect(x).toBeGreaterThanOrEqual(51.9);
          expect(x).toBeLessThanOrEqual(748.1);
          expect(y).toBeGreaterThanOrEqual(13.9);
          expect(y).toBeLessThanOrEqual(164.1);
        }
      }),
    );
  });

  it('shows markup in a mark as the text it is, and no mark from outside its time', () => {
    const svg = trendSvg(trend([pen([[0, 1]])], [{ at: utcMs(100), text: '<b>"&' }, { at: utcMs(5000), text: 'later' }])); // prettier-ignore
    expect(svg).toContain('&lt;b&gt;&quot;&amp;');
    expect(svg).not.toContain('later');
  });

  it('tells its pens apart in words', () => {
    expect(new Set([0, 1, 2, 3].map(strokeWord)).size).toBe(4);
  });
});

describe('the record on paper', () => {
  const document = (blocks: readonly DocumentBlock[]): RecordDocument => ({
    batch,
    title: 'CdSe',
    site: 'House',
    status: 'released',
    purpose: 'production',
    madeAt: utcMs(0),
    head: { count: 7, hash: 'a'.repeat(64) },
    build: '0.1.0',
    sections: [{ number: 1, title: 'Header', blocks }],
    signatures: [],
  });

  it('is a PDF, also of a parameter of which nothing is known', async () => {
    const unknown = trend([pen([[0, null], [1000, null]], { low: 50, high: 70 }), pen([])]); // prettier-ignore
    const none = trend([pen([])], [{ at: utcMs(100), text: 'Holding' }]);
    const lines: DocumentBlock = { kind: 'lines', title: 'Lines', lines: [{ seq: 1, text: '<img src=x>' }], left: 3 };
    const table: DocumentBlock = { kind: 'table', title: 'Empty', columns: ['A', 'B'], rows: [], left: 0 };
    const bytes = await recordPdf(document([unknown, none, lines, table, { kind: 'missing', text: 'more' }]));
    expect(Buffer.from(bytes.subarray(0, 5)).toString()).toBe('%PDF-');
    expect(bytes.length).toBeGreaterThan(5000);
  });
});

const segment = (number: number): SealedSegment => ({
  batch,
  skid: 'QD-1' as never,
  number,
  from: utcMs(0),
  to: utcMs(1000),
  scans: 1,
  samples: 1,
  digest: '',
  file: `telemetry/${batch}/QD-1/00000${number}.jsonl.gz`,
  recovered: false,
  gaps: [],
  dropped: 0,
  aside: null,
  seq: number,
});
const clock = { timeScale: 1, utc: () => utcMs(1), monotonic: () => 0 as never, process: () => 0 as never };

describe('the chain that a decision rests on', () => {
  const chain = (holds: boolean | Error, broken: number | null) =>
    chainOf(
      {
        clock,
        exports: {
          verified: () =>
            holds instanceof Error ? Promise.reject(holds) : Promise.resolve({ holds, at: utcMs(1), said: [holds ? 'It holds.' : 'Event 7.'] }), // prettier-ignore
        },
        sealed: {
          file: ({ number }) =>
            number === broken ? Promise.reject(new Error(`segment ${number} is damaged`)) : Promise.resolve(new Uint8Array()), // prettier-ignore
        },
      },
      batch,
      [segment(1), segment(2)],
    );

  it('holds where the verifier says so and every sealed file gives its digest', async () => {
    expect(await chain(true, null)).toMatchObject({
      holds: true,
      said: ['It holds.', expect.stringMatching(/^2 segments/)],
    });
  });

  it.each([
    ['the verifier says no', false, null, ['Event 7.']],
    ['the verifier fails', new Error('it is busy'), null, ['it is busy']],
    ['a sealed file is damaged', true, 2, ['segment 2 is damaged']],
    ['both', false, 1, ['Event 7.', 'segment 1 is damaged']],
  ] as const)('does not hold where %s, and says what', async (_, holds, broken, said) => {
    expect(await chain(holds, broken)).toMatchObject({ holds: false, said });
  });
});

describe('the folder of an export', () => {
  const bytesOf = new Map([1, 2].map((number) => [number, new TextEncoder().encode(`segment ${number}`)]));
  const asked: unknown[] = [];
  const folder = (file: (number: number) => Promise<Uint8Array>) =>
    recordFolder(
      {
        clock,
        exports: {
          signFolder: (request) => {
            asked.push(request);
            return Promise.resolve({ manifest: '{"signed":true}' });
          },
        },
        sealed: { file: ({ number }) => file(number) },
      },
      {
        batch,
        record: { text: '{}', head: 'h', events: 7, texts: { 'audit.csv': 'a,b' } } as never,
        paper: new TextEncoder().encode('%PDF'),
        segments: [segment(1), segment(2)],
      },
    );
  const read = async (content: AsyncIterable<Uint8Array>): Promise<Buffer> => {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    return Buffer.concat(parts);
  };

  it('has every file in its signed manifest, by size and SHA-256, and each of them in the ZIP', async () => {
    const { fileName, content } = await folder((number) => Promise.resolve(bytesOf.get(number)!));
    const zip = await read(content);
    expect(fileName).toBe(`${batch}.export.zip`);
    const { files } = asked.at(-1) as { files: Record<string, { bytes: number; sha256: string }> };
    expect(Object.keys(files)).toHaveLength(5);
    const telemetry = Object.keys(files).filter((path) => path.startsWith('telemetry/'));
    expect(telemetry.map((path) => files[path]!.sha256)).toEqual(
      [1, 2].map((number) => createHash('sha256').update(bytesOf.get(number)!).digest('hex')),
    );
    for (const path of [...Object.keys(files), 'manifest.json']) expect(zip.includes(`${batch}/${path}`)).toBe(true);
    expect(zip.includes('segment 2')).toBe(true);
  });

  it('breaks off where a sealed file changes between being signed for and being handed out', async () => {
    let times = 0;
    const { content } = await folder((number) =>
      Promise.resolve((times += 1) > 2 ? new TextEncoder().encode('other') : bytesOf.get(number)!),
    );
    await expect(read(content)).rejects.toThrow(/changed while it was handed out/);
  });

  it('is not begun where a sealed file is damaged', async () => {
    await expect(folder(() => Promise.reject(new Error('segment 1 is damaged')))).rejects.toThrow('damaged');
  });
});
