/**
 * Records of batches that were made before batches had units, line by line as the release before wrote them: one that ran to its end
 * and was signed, and one that was collecting when the service was renewed.
 */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { foldBatch } from '../../../../control/batch/batch-fold.ts';
import { factsOf } from '../../../../control/batch/control-recipe.ts';
import { recordSections } from '../../../../control/batch/record-sections.ts';
import { verifyExport } from '../../../../control/records/verify/verify-export.ts';
import type { RecordEvent } from '../../../../plant/record-event.ts';
import { looking } from './recipes.ts';
import { RoomBench } from './support.ts';
import { ownCheckpoint } from '../../records/support.ts';

const ended = 'batch/B-2026-0001';
const open = 'batch/B-2026-0002';

const lines = readFileSync(new URL('earlier-form.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as RecordEvent);

let bench: RoomBench;

/** Signatures are the ledger's own lines: first whoever performed, then whoever checked. */
async function sign({ scope, object: subject }: RecordEvent): Promise<void> {
  const isFirst = (await bench.record(scope)).every(
    ({ event }) => event.object !== subject || event.action !== 'signed',
  );
  const [role, meaning] = isFirst ? (['operator', 'performed'] as const) : (['checker', 'checked'] as const);
  const [signer] = bench.signers(role);
  await bench.keeper.records.sign({ ...signer!, scope, subject, role, meaning, notPersons: [] }, bench.stamp());
}

beforeEach(async () => {
  bench = await RoomBench.open({ recipes: [looking()] });
  const group: RecordEvent[] = [];
  const write = (): Promise<unknown> => bench.keeper.appendAll(group.splice(0));
  for (const line of lines) {
    if (line.action !== 'record-signed') group.push(line);
    else {
      await write();
      await sign(line);
    }
  }
  await write();
});
afterEach(() => bench.close());

it('an earlier batch that was open and that the first start did not end would be led on by a service that cannot', async () => {
  const before = (await bench.record(open)).length;
  await bench.restart();
  const record = await bench.record(open);
  expect(record).toHaveLength(before + 1);
  expect(record.at(-1)?.event).toMatchObject({
    action: 'batch-ended',
    actor: { kind: 'service', part: 'batch' },
    new: 'Aborted',
    reason: expect.stringContaining('look at the skid, and flush it') as string,
  });
  expect(bench.commands).toEqual([]);
});

it('and that was ended at every start would end again and again', async () => {
  for (let i = 0; i < 3; i++) await bench.restart();
  for (const scope of [ended, open])
    expect((await bench.record(scope)).filter(({ event }) => event.action === 'batch-ended')).toHaveLength(1);
  expect(bench.room.health().state).toBe('ready');
});

it('an earlier batch that had ended, changed by a start, would be another record than was signed', async () => {
  const before = await bench.record(ended);
  await bench.restart();
  expect(await bench.record(ended)).toEqual(before);
});

it('an earlier record that took its skid or its number would stand in the way of every batch after it', async () => {
  await bench.restart();
  expect(bench.room.isOn(bench.skids[0]!.name)).toBe(false);
  const started = await bench.start();
  expect(started).toMatchObject({ done: true, batch: { id: 'B-2026-0003' } });
});

it('is told apart from one that contradicts itself, and from one that never began', async () => {
  const of = async (scope: string) => foldBatch(await bench.record(scope), factsOf, bench.room.shared);
  expect([await of(ended), await of(open)]).toEqual([
    { kind: 'earlier form', isOpen: false },
    { kind: 'earlier form', isOpen: true },
  ]);
  const prepared = (await bench.record(open)).slice(0, 3);
  expect(foldBatch(prepared, factsOf, bench.room.shared)).toEqual({ kind: 'never started' });
});

it('has its sections, whose lines each stand in its record', async () => {
  const record = await bench.record(ended);
  const sections = recordSections(record);
  expect(sections).toHaveLength(18);
  const textOf = (title: string): string => {
    const section = sections.find((one) => one.title === title);
    return section!.entries.map(({ text }) => text).join('\n');
  };
  expect(textOf('Header')).toContain('timeScale');
  expect(textOf('Control recipe')).toContain('controlDigest');
  expect(textOf('People, roles, training, signatures')).toContain('checked: record of batch B-2026-0001');
  for (const words of ['a noise', 'Held → Restarting', '→ Complete'])
    expect(textOf('States, commands, modes, interventions')).toContain(words);
  expect(textOf('Yield and reconciliation')).toContain('collected 141.2 mL');
  expect(textOf('Manifest')).toContain(`last of ${record.length} events`);
  const seqs = new Set(record.map(({ seq }) => seq));
  for (const { entries } of sections) for (const { seq } of entries) expect(seqs.has(seq)).toBe(true);
});

it('is verified as any other, before and after the start that ended it', async () => {
  await bench.restart();
  for (const scope of [ended, open]) {
    const { text } = await bench.keeper.records.export(scope, bench.stamp());
    const trusted = bench.keeper.records.opened.fingerprint;
    expect(verifyExport({ bytes: Buffer.from(text), trusted, witness: ownCheckpoint(text) })).toMatchObject({
      holds: true,
      findings: [],
    });
  }
});
