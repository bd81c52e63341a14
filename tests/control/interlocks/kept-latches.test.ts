import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptLatches } from '../../../control/interlocks/kept.ts';
import type { Latch } from '../../../control/interlocks/state.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { Log } from '../../../plant/log.ts';
import { skidName } from '../../../plant/sample.ts';

const skid = skidName('QD-1');
const latch = (row: number, message = `Row ${row}.`): Latch => ({
  source: 'row',
  row,
  title: 'Pressure high-high',
  demand: 'S',
  measures: [],
  stampedBy: 'gateway',
  message,
  at: utcMs(1_790_000_000_000 + row),
  scan: row,
  awaySince: null,
  cleared: false,
});
const kept = (row: number) => {
  const { source, title, demand, message, at, scan } = latch(row);
  return { source, row, title, demand, message, at, scan };
};

let folder: string;
let said: string[];
const log: Log = {
  debug() {},
  info() {},
  warn() {},
  error: (_, message) => void said.push(message),
  child: () => log,
};
const make = (name = skid): KeptLatches => new KeptLatches(name, join(folder, 'interlocks'), log);
const file = (): string => join(folder, 'interlocks', 'QD-1.json');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the latches kept beside the record', () => {
  it('are none before the first', async () => {
    expect(await make().read()).toEqual([]);
    expect(said).toEqual([]);
  });

  it('are read back by the next service in the order in which they came', async () => {
    const one = make();
    one.keep([latch(9), latch(12)]);
    await one.settle();
    expect(await make().read()).toEqual([kept(9), kept(12)]);
  });

  it('are in the end what was given last, however many were given while one was written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 4 }), { maxLength: 8 }),
        async (turns) => {
          const one = make();
          await one.read();
          for (const rows of turns) one.keep(rows.map((row) => latch(row)));
          await one.settle();
          if (turns.length > 0) expect(await make().read()).toEqual((turns.at(-1) ?? []).map(kept));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are gone after a reset', async () => {
    const one = make();
    one.keep([latch(9)]);
    one.keep([]);
    await one.settle();
    expect(await make().read()).toEqual([]);
  });

  it('are written again only when their words or times change', async () => {
    const one = make();
    one.keep([latch(9)]);
    await one.settle();
    writeFileSync(file(), 'untouched');
    one.keep([{ ...latch(9), cleared: true }]);
    await one.settle();
    expect(readFileSync(file(), 'utf8')).toBe('untouched');
    one.keep([latch(9, 'Higher now.')]);
    await one.settle();
    expect(readFileSync(file(), 'utf8')).toContain('Higher now.');
  });

  it.each([
    ['cut off', '{"version":1,"skid":"QD-1","latc'],
    ['of another form', '{"version":2,"skid":"QD-1","latches":[]}'],
    ['of another skid', '{"version":1,"skid":"QD-2","latches":[]}'],
    [
      'with a demand that there is not',
      JSON.stringify({ version: 1, skid: 'QD-1', latches: [{ ...kept(9), demand: 'X' }] }),
    ],
    [
      'with a time that is no number',
      JSON.stringify({ version: 1, skid: 'QD-1', latches: [{ ...kept(9), at: 'now' }] }),
    ],
    ['with more than it says', JSON.stringify({ version: 1, skid: 'QD-1', latches: [{ ...kept(9), note: '' }] })],
    ['empty', ''],
  ])('that are %s are said and set aside, and nothing is taken from them', async (_, text) => {
    const one = make();
    one.keep([latch(9)]);
    await one.settle();
    writeFileSync(file(), text);
    expect(await make().read()).toEqual([]);
    expect(said).toEqual([expect.stringContaining('set aside')]);
    expect(readdirSync(join(folder, 'interlocks'))).toEqual(['QD-1.json.broken']);
  });

  it('that cannot be written are said and counted, hold nothing up, and are written with the next change', async () => {
    writeFileSync(join(folder, 'interlocks'), 'a file where the folder should be');
    const one = make();
    one.keep([latch(9)]);
    await one.settle();
    expect(one.failures).toBe(1);
    expect(said).toEqual([expect.stringContaining('cannot be written')]);
    rmSync(join(folder, 'interlocks'));
    one.keep([latch(9)]);
    await one.settle();
    expect(await make().read()).toEqual([kept(9)]);
  });

  it('that may not be read are said', async () => {
    const one = make();
    one.keep([latch(9)]);
    await one.settle();
    rmSync(file());
    writeFileSync(join(folder, 'notes'), '');
    expect(await new KeptLatches(skid, join(folder, 'notes'), log).read()).toEqual([]);
    expect(said).toEqual([expect.stringContaining('cannot be read')]);
  });
});
