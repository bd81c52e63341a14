/** A batch's record in its 18 sections: what of a whole batch stands where, and what is said to be missing. */
import { beforeAll, describe, expect, it } from 'vitest';
import { recordSections } from '../../../control/batch/record-sections.ts';
import { sayRecord } from '../../../control/batch/say-record.ts';
import type { RecordSection } from '../../../plant/ports/batch-desk.ts';
import { Bench, signers } from './fake-skid.ts';

let bench: Bench;
let sections: readonly RecordSection[];
const textOf = (number: number): string => sections[number - 1]!.entries.map(({ text }) => text).join('\n');

beforeAll(async () => {
  bench = new Bench();
  bench.gates.push({
    name: 'materials',
    check: () =>
      Promise.resolve([{ gate: 'dispensing', object: 'Se', verdict: 'ok', found: '0.95 g of L-1', remedy: '' }]),
    facts: () => Promise.resolve({ weighings: [{ lot: 'L-2026-0007', amount: '0.95' }] }),
  });
  await bench.begin();
  await bench.until(({ collectedMl }) => collectedMl > 20);
  await bench.command('Hold', null, 'a noise');
  await bench.until(({ state }) => state === 'Held', 10);
  bench.plant.field = 'none';
  await bench.scan();
  await bench.command('Restart');
  await bench.until(({ state }) => state === 'Complete');
  for (const signer of signers)
    await bench.batches.desk.sign({
      batch: 'B-2026-0001',
      meaning: signer.userName === 'operator' ? 'performed' : 'checked',
      credentials: signer,
    });
  sections = (await bench.batches.desk.sections('B-2026-0001')) ?? [];
});

describe('the sections of a whole batch', () => {
  it('are 18, in their order, each with something in it or with what is missing', () => {
    expect(sections.map(({ number }) => number)).toEqual(Array.from({ length: 18 }, (_, i) => i + 1));
    for (const { title, entries, missing } of sections)
      expect([title, entries.length > 0 || missing !== null]).toEqual([title, true]);
    const empty = sections.filter(({ entries }) => entries.length === 0).map(({ title }) => title);
    expect(empty).toEqual([
      'Alarms, exceptions, holds, diversions',
      'Samples and laboratory results',
      'Labels and containers',
    ]);
  });

  it.each([
    [1, 'CdSe-short'],
    [2, 'recipe: CdSe-short'],
    [3, 'performed'],
    [4, 'permitted to start'],
    [5, 'L-2026-0007'],
    [7, 'heat-up'],
    [7, 'leak-test'],
    [8, 'stage-1'],
    [9, 'stage-2'],
    [10, 'volume-collected'],
    [11, 'Held → Restarting'],
    [11, 'a noise'],
    [14, 'shutdown'],
    [15, 'collected'],
    [17, 'checked: record of batch B-2026-0001'],
    [18, 'last of'],
  ])('say in section %i: %s', (number, words) => {
    expect(textOf(number)).toContain(words);
  });

  it('name the line of the record that says it, and each is there', () => {
    const events = new Map(bench.ledger.events.map((stored) => [stored.seq, stored]));
    for (const { entries } of sections)
      for (const { seq, text } of entries) expect([text, events.has(seq)]).toEqual([text, true]);
  });
});

it('sections of a record that only begins say what is there', () => {
  const begun = recordSections([]);
  expect(begun).toHaveLength(18);
  expect(begun.every(({ entries }) => entries.length === 0)).toBe(true);
});

it('sections of no batch are none', async () => {
  expect(await bench.batches.desk.sections('B-2026-0099')).toBeNull();
});

it('a value of a record is said whole', () => {
  expect(sayRecord({ lots: [{ lot: 'L-1', ok: true }, 'x'], left: null })).toBe('lots {[lot L-1, ok yes, x]}, left –');
});
