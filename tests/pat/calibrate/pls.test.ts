/** The command that makes records of tables: what it prints, what it writes, and what it refuses. */
import { mkdirSync, openSync, closeSync, ftruncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlsRecord } from '../../../plant/method/pls-record.ts';
import { measuredData } from '../../support/measured-data.ts';
import { change, folder } from '../../plant/skid/files.ts';
import { mixtures } from '../pls/mixtures.ts';
import { calibrate, calibration, run, tableOf, textIn } from './world.ts';

const sound = tableOf(mixtures(4, 6));
const withSet = (text: string | Buffer): string => {
  const made = folder({});
  writeFileSync(join(made, 'set.csv'), text);
  return made;
};
const calibrated = (): string => {
  const place = withSet(sound);
  expect(calibrate(place)).toMatchObject({ code: 0 });
  return place;
};

describe('a table', () => {
  it('becomes a record, with its errors by number of factors, its limits and the digest of the set said', () => {
    const place = withSet(sound);
    const { code, said } = run(place, ...calibration, '--try', '4', '--out', 'mixtures-1.json');
    expect(code).toBe(0);
    const model = readPlsRecord(join(place, 'mixtures-1.json'));
    expect(model).toMatchObject({ name: 'mixtures-1', version: 1, components: 3, axisUnit: '1/cm', samples: 24 });
    expect(model.groups).toEqual(['batch 0', 'batch 1', 'batch 2', 'batch 3']);
    const [glucose] = model.responses;
    expect(said).toMatch(/24 samples of 4 batches, 150 points\. SHA-256 [0-9a-f]{64}/u);
    expect(said.match(/^ +\d factors?/gmu)).toHaveLength(4);
    expect(said).toContain(`3 factors: glucose ${glucose!.rmsecv.toFixed(4)} mmol/L, lactate `);
    expect(said).toContain(`T² ${model.limits.hotellingT2.toPrecision(5)}, Q ${model.limits.q.toPrecision(5)}`);
    expect(said).toContain(`calibrationSet: ${model.calibrationSet}`);
    expect(said).toContain(model.digest);
  });

  it('is the same whether cells are parted by semicolons, stand in quotes, or lines end as on another system', () => {
    const digest = (text: string): string => {
      const place = withSet(text);
      expect(calibrate(place)).toMatchObject({ code: 0 });
      return readPlsRecord(join(place, 'mixtures-1.json')).digest;
    };
    const first = digest(sound);
    expect(digest(`\uFEFF${sound.replaceAll(',', ';').replaceAll('\n', '\r\n')}\r\n`)).toBe(first);
    expect(digest(sound.replace(/^.*/u, (head) => head.replaceAll(/[^,]+/gu, '"$&"')))).toBe(first);
  });

  const [, second = '', ...others] = sound.split('\n');
  const cell = (at: number, text: string): string =>
    change(sound, `\n${second}\n`, `\n${second.split(',').with(at, text).join(',')}\n`);
  const head = (change: (titles: string[]) => readonly string[]): string =>
    [change(sound.split('\n')[0]!.split(',')).join(','), second, ...others].join('\n');

  it.each([
    ['of one batch', sound.replaceAll(/batch \d/gu, 'batch 1'), /of 1 batch.*two or more/u],
    ['without a reference value', cell(1, ''), /set\.csv:2: glucose is missing/u],
    ['with a NaN in a spectrum', cell(9, 'NaN'), /set\.csv:2: 424 is "NaN"/u],
    ['with an infinite value', cell(9, '1e999'), /set\.csv:2: 424 is "1e999"/u],
    ['with a decimal comma in quotes', cell(9, '"1,5"'), /set\.csv:2: 424 is "1,5"\. Write a number with a point/u],
    ['with a sample of no batch', cell(0, ''), /set\.csv:2: The sample has no batch/u],
    [
      'with a cell too few',
      change(sound, second, second.slice(0, second.lastIndexOf(','))),
      /set\.csv:2: It has 152 cells, and the head 153/u,
    ],
    ['with a quote that is not closed', cell(0, '"batch 0'), /set\.csv:2: A quote is not closed/u],
    ['with a point of the axis twice', head((titles) => titles.with(8, '416')), /set\.csv:1: 416 stands twice/u],
    ['with an axis that turns', head((titles) => titles.with(8, '300')), /set\.csv:1: The axis turns at 300/u],
    ['with a word in the axis', head((titles) => titles.with(8, 'note')), /set\.csv:1: "note" stands among/u],
    [
      'without the batch’s column',
      head((titles) => titles.with(0, 'lot')),
      /no column "batch".*lot, glucose, lactate/u,
    ],
    ['with a column twice', head((titles) => titles.with(2, 'glucose')), /2 columns "glucose"/u],
    ['with an axis of a few points', 'batch,glucose,lactate,400,404\na,1,2,3,4\n', /have 2 points/u],
    ['of a head alone', sound.split('\n')[0]!, /holds no sample/u],
    ['of nothing', '', /It is empty/u],
    ['of zero bytes', Buffer.alloc(1000), /zero bytes/u],
    ['of other bytes', Buffer.from([0x62, 0xff, 0xfe, 0x0a]), /not UTF-8/u],
  ])('%s is refused, and nothing is written', (_, text, reason) => {
    const place = withSet(text);
    const { code, said } = calibrate(place);
    expect([code, said]).toEqual([1, expect.stringMatching(reason) as string]);
    expect(() => textIn(place, 'mixtures-1.json')).toThrow('ENOENT');
  });

  it('of a gigabyte, or an endless line, is refused without being read', () => {
    const place = folder({});
    const file = openSync(join(place, 'set.csv'), 'w');
    ftruncateSync(file, 2 ** 30);
    closeSync(file);
    const before = process.memoryUsage().rss;
    expect(calibrate(place).said).toMatch(/set\.csv: It has 1073741824 bytes, more than/u);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    expect(calibrate(withSet(Buffer.alloc(5 * 1024 * 1024, '1'))).said).toMatch(/set\.csv:1: It is longer than/u);
  });

  it('that is a folder is refused', () => {
    const place = folder({});
    mkdirSync(join(place, 'set.csv'));
    expect(calibrate(place)).toMatchObject({ code: 1, said: expect.stringMatching(/It is no file/u) });
  });

  it('that somebody spoilt is refused by its line or gives a record, and never anything else', () => {
    const small = tableOf(mixtures(3, 4).map((one) => ({ ...one, y: one.y.slice(0, 150) })));
    fc.assert(
      fc.property(
        fc.nat(small.length - 1),
        fc.integer({ min: 0, max: 20 }),
        fc.string({ maxLength: 4 }),
        (at, length, text) => {
          const place = withSet(small.slice(0, at) + text + small.slice(at + length));
          const { code, said } = calibrate(place);
          if (code === 0) readPlsRecord(join(place, 'mixtures-1.json'));
          else expect(said).toMatch(/^(?:.*set\.csv|sample \d+|partial least|--|the calibration set)/u);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('with fewer components in it than are asked for is refused', () => {
    const flat = tableOf(mixtures(3, 4).map((one) => ({ ...one, y: one.y.map((__, i) => one.values[0]! * (1 + i)) })));
    expect(calibrate(withSet(flat))).toMatchObject({
      code: 1,
      said: expect.stringMatching(/with 1 components, and 3/u),
    });
  });

  it('whose axis is not even needs a step', () => {
    const uneven = change(sound, ',404,', ',403.5,');
    expect(calibrate(withSet(uneven))).toMatchObject({ code: 2, said: expect.stringMatching(/--step: .*not even/u) });
    const place = withSet(uneven);
    expect(run(place, ...calibration, '--step', '4', '--out', 'even.json')).toMatchObject({ code: 0 });
    expect(readPlsRecord(join(place, 'even.json')).grid).toEqual({ from: 400, step: 4, points: 150 });
  });
});

describe('a record', () => {
  it('is never written over what is there', () => {
    const place = calibrated();
    const before = textIn(place, 'mixtures-1.json');
    expect(calibrate(place)).toMatchObject({ code: 1, said: expect.stringMatching(/already there/u) });
    expect(textIn(place, 'mixtures-1.json')).toBe(before);
  });

  const pairs = (slope: number, bias: number, count = 12): string =>
    [
      'predicted,reference',
      ...Array.from({ length: count }, (_, i) => `${3 + i / 3},${slope * (3 + i / 3) + bias}`),
      '',
    ].join('\n');
  const corrected = (place: string, text: string, ...more: readonly string[]) => {
    writeFileSync(join(place, 'pairs.csv'), text);
    const files = ['--record', 'mixtures-1.json', '--pairs', 'pairs.csv', '--out', 'mixtures-2.json'];
    return run(place, 'correct', ...files, ...more);
  };

  it('is corrected as its next version, which names the one before; that stays as it was', () => {
    const place = calibrated();
    const before = textIn(place, 'mixtures-1.json');
    const { code, said } = corrected(place, pairs(1.1, -0.4), '--kind', 'slope', '--response', 'glucose');
    expect([code, said]).toEqual([0, expect.stringMatching(/1\.10000 · raw \+ -0\.400000/u) as string]);
    const [old, now] = [1, 2].map((version) => readPlsRecord(join(place, `mixtures-${version}.json`)));
    expect(now).toMatchObject({ version: 2, corrects: old!.digest, calibrationSet: old!.calibrationSet });
    expect(textIn(place, 'mixtures-1.json')).toBe(before);
  });

  it.each([
    ['too few pairs', pairs(1, 1, 4), ['--kind', 'bias', '--response', 'glucose'], 1, /4 pairs/u],
    ['a pair that is none', `${pairs(1, 1)}7,\n`, ['--kind', 'bias', '--response', 'glucose'], 1, /pairs\.csv:14: /u],
    ['other columns', pairs(1, 1).replace('predicted', 'said'), ['--kind', 'bias'], 2, /several.*glucose, lactate/u],
    [
      'other columns',
      pairs(1, 1).replace('predicted', 'said'),
      ['--kind', 'bias', '--response', 'glucose'],
      1,
      /Its columns are said/u,
    ],
    ['another kind', pairs(1, 1), ['--kind', 'offset', '--response', 'glucose'], 2, /"offset".*bias, slope/u],
    ['no kind', pairs(1, 1), ['--response', 'glucose'], 2, /--kind: It is not given/u],
    ['no such response', pairs(1, 1), ['--kind', 'bias', '--response', 'maltose'], 1, /no response/u],
  ] as const)('is not corrected with %s', (_, text, more, code, reason) => {
    const place = calibrated();
    expect(corrected(place, text, ...more)).toEqual({ code, said: expect.stringMatching(reason) });
    expect(() => textIn(place, 'mixtures-2.json')).toThrow('ENOENT');
  });
});

describe('the command', () => {
  const place = withSetOnce();
  it.each([
    [[], /^npm run method:calibrate -- raman/u],
    [['toString'], /^npm run method:calibrate -- raman/u],
    [['pls', '--sett', 'x'], /'--sett'/u],
    [['pls'], /--factors: It is not given/u],
    [[...calibration.slice(0, -1), '0', '--out', 'a.json'], /--factors: "0"/u],
    [[...calibration, '--out', 'a.txt'], /A method cannot name "a\.txt"/u],
    [[...calibration, '--out', 'a.json', '--ranges', '700-600'], /"700-600" is no range/u],
    [[...calibration, '--out', 'a.json', '--ranges', '1700-1800'], /1700 to 1800 is not within 400 to 996/u],
    [[...calibration, '--out', 'a.json', '--window', '8'], /--window: 8 is even/u],
    [[...calibration, '--out', 'a.json', '--derivative', '3'], /--derivative: "3"/u],
    [[...calibration, '--out', 'a.json', '--scatter', 'msc'], /"msc".*snv, none/u],
    [[...calibration, '--out', 'a.json', '--unit', 'g/L'], /1 units for 2 responses/u],
    [[...calibration, '--out', 'a.json', '--response', 'glucose (g/L)'], /cannot be an output/u],
    [[...calibration, '--out', 'a.json', '--confidence', '99'], /--confidence: "99"/u],
    [['raman', '--neon', 'n.txt', '--laser', '785', '--out', 'a.yaml'], /--standard: None/u],
    [['raman', '--standard', 'gold=x'], /"gold=x" names no standard's file/u],
  ])('asked as %j says what it would take', (args, reason) => {
    expect(run(place(), ...args)).toEqual({ code: 2, said: expect.stringMatching(reason) });
  });
});

/** One folder for what never gets as far as to write. */
function withSetOnce(): () => string {
  let made: string | null = null;
  return () => (made ??= withSet(sound));
}

const measured = measuredData('raman-glucose/small.csv');
describe.skipIf(measured === null)('a fermentation that was measured', () => {
  it('has the published errors on batches left out', () => {
    const place = folder({});
    const { code, said } = run(
      place,
      ...[
        'pls',
        '--set',
        join(process.cwd(), measured ?? ''),
        '--batch',
        'batch_id',
        '--response',
        'glucose',
        '--unit',
        'g/L',
      ],
      ...['--ranges', '600-1700,2800-3000', '--derivative', '1', '--window', '25', '--order', '2', '--scatter', 'snv'],
      ...['--factors', '4', '--out', 'glucose-1.json'],
    );
    expect([code, said]).toEqual([0, expect.stringMatching(/210 samples of 15 batches/u) as string]);
    expect(Math.abs(readPlsRecord(join(place, 'glucose-1.json')).responses[0]!.rmsecv - 2.713)).toBeLessThan(1e-3);
  }, 30_000);
});
