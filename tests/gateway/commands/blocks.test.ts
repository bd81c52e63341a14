import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block } from '../../../plant/block.ts';
import type { CommandAction } from '../../../plant/command.ts';
import { Desk } from '../support/desk.ts';
import { set } from '../support/house.ts';

const block = (kind: Block['kind'], device: string | null, more: Partial<Block> = {}): Block => ({
  device,
  kind,
  message: kind === 'local' ? 'Switched to Local.' : 'Locked out by Mara: Pump head changed.',
  by: kind === 'local' ? null : 'Mara',
  since: null,
  ...more,
});
const flow = set(['F100/FIC-101.SP', 10]);
const safe: CommandAction = { kind: 'safe-state', action: 'H' };
const reset: CommandAction = { kind: 'reset', inspected: true };
const release: CommandAction = { kind: 'release' };

/** `refused by block`, `done`: what becomes of the action while this stands. */
async function outcomeOf(action: CommandAction, ...blocks: readonly Block[]): Promise<string> {
  const desk = await Desk.begin();
  if (action.kind === 'release') {
    await desk.execute(safe);
    desk.field.did.length = 0;
  }
  desk.field.blocked = blocks;
  const outcome = await desk.execute(action);
  return outcome.status === 'refused' ? `refused by ${outcome.by}` : outcome.status;
}

const refused = 'refused by block';

describe('what stands in the way', () => {
  it.each([
    ['the skid locked out', block('locked out', null), { flow: refused, reset: refused, release: refused }],
    ['its device locked out', block('locked out', 'PLC-1'), { flow: refused, reset: refused, release: refused }],
    ['another device locked out', block('locked out', 'P-9'), { flow: 'done', reset: refused, release: refused }],
    [
      'what is locked out not known',
      block('locked out', null, { doubtful: true }),
      { flow: refused, reset: refused, release: refused },
    ],
    ['the skid in Local', block('local', null), { flow: refused, reset: 'done', release: 'done' }],
    ['its device in Local', block('local', 'PLC-1'), { flow: refused, reset: 'done', release: 'done' }],
    ['another device in Local', block('local', 'P-9'), { flow: 'done', reset: 'done', release: 'done' }],
    [
      'a switch that cannot be read',
      block('local', null, { doubtful: true }),
      { flow: refused, reset: 'done', release: 'done' },
    ],
  ] as const)('%s', async (_, standing, expected) => {
    expect({
      flow: await outcomeOf(flow, standing),
      reset: await outcomeOf(reset, standing),
      release: await outcomeOf(release, standing),
    }).toEqual(expected);
  });

  it('is never in the way of a safe state', async () => {
    const anyBlock = fc.record({
      kind: fc.constantFrom('local', 'locked out'),
      device: fc.constantFrom(null, 'PLC-1', 'P-9'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyBlock, { maxLength: 4 }), async (blocks) => {
        expect(await outcomeOf(safe, ...blocks.map(({ kind, device }) => block(kind, device)))).toBe('done');
      }),
      { numRuns: 30 },
    );
  });

  it('is named in the refusal, with whose it is, and stands in the record', async () => {
    const desk = await Desk.begin();
    desk.field.blocked = [block('locked out', 'PLC-1')];
    expect(await desk.execute(flow)).toMatchObject({ message: 'Locked out by Mara: Pump head changed.' });
    await desk.settle();
    expect(desk.records.events).toMatchObject([{ action: 'command-refused' }]);
    expect(desk.field.did).toEqual([]);
  });

  it('is told before a link that is down for its sake, and after one where it is only feared', async () => {
    const desk = await Desk.begin();
    desk.field.up = false;
    desk.field.blocked = [block('locked out', 'PLC-1')];
    expect(await desk.execute(flow)).toMatchObject({ by: 'block' });
    desk.field.blocked = [block('local', null, { doubtful: true })];
    expect(await desk.execute(flow)).toMatchObject({ by: 'link' });
  });
});

describe('a lock-out that comes while a command is under way', () => {
  it.each([flow, reset])('stops it while its intent is written: $kind', async (action) => {
    const desk = await Desk.begin();
    desk.records.onAppend = ({ action: what }) => {
      if (what === 'command-intended') desk.field.blocked = [block('locked out', 'PLC-1')];
    };
    expect(await desk.execute(action)).toMatchObject({ status: 'refused', by: 'block' });
    expect(desk.field.did.filter((did) => did.startsWith('write') || did === 'leave')).toEqual([]);
  });

  it('stops a write when its frame is about to go', async () => {
    const desk = await Desk.begin();
    const write = desk.field.write.bind(desk.field);
    desk.field.write = (run, withdraw) => {
      desk.field.blocked = [block('locked out', 'PLC-1')];
      return write(run, withdraw);
    };
    expect(await desk.execute(flow)).toMatchObject({ status: 'refused', by: 'block' });
    expect(desk.field.runs).toEqual([]);
  });
});
