/** What the command path keeps: who asked before, and what could not be recorded yet. */
import { describe, expect, it } from 'vitest';
import { LateRecords } from '../../../gateway/commands/late-records.ts';
import { Once } from '../../../gateway/commands/once.ts';
import type { CommandOutcome } from '../../../plant/command.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { Desk } from '../support/desk.ts';
import { HandClock, HandTimers, operator, Records, set, silentLog } from '../support/house.ts';

const done: CommandOutcome = { status: 'done', message: '', readBack: null };

describe('the memory of commands', () => {
  const command = new Desk().command(set(['F100/FIC-101.SP', 1]), { id: 'same' });

  it('keeps one for an hour, and forgets it after', async () => {
    const clock = new HandClock();
    const once = new Once(clock);
    let acted = 0;
    const act = (): Promise<CommandOutcome> => Promise.resolve({ ...done, message: String(++acted) });
    await once.run(command, act);
    clock.now += 3_599_999;
    await once.run(command, act);
    expect(acted).toBe(1);
    clock.now += 1;
    await once.run(command, act);
    expect(acted).toBe(2);
    expect(once.size).toBe(1);
  });

  it('is bounded: beyond it new commands are refused, but never a safe state', async () => {
    const once = new Once(new HandClock());
    for (let i = 0; i < 50_000; i += 1) void once.run({ ...command, id: String(i) }, () => Promise.resolve(done));
    expect(await once.run({ ...command, id: 'more' }, () => Promise.resolve(done))).toMatchObject({ by: 'busy' });
    const safe = { ...command, id: 'safe', action: { kind: 'safe-state', action: 'H' } } as const;
    expect(await once.run(safe, () => Promise.resolve(done))).toBe(done);
  });
});

describe('records that follow', () => {
  const event = (object: string): RecordEvent => ({
    scope: 'skid/QD-1',
    actor: operator,
    action: 'command-refused',
    object,
  });

  function begin() {
    const clock = new HandClock();
    const timers = new HandTimers(clock);
    const records = new Records();
    const late = new LateRecords({ records, clock, timers, log: silentLog });
    const settle = async (): Promise<void> => {
      for (let turn = 0; turn < 20_000 && late.waiting > 0; turn += 1) await Promise.resolve();
    };
    return { clock, timers, records, late, settle };
  }

  it('are written in order, with the time they happened', async () => {
    const { clock, records, late, settle } = begin();
    late.add(event('a'));
    clock.now += 10;
    late.add(event('b'));
    await settle();
    expect(records.events.map(({ object, happenedAt }) => [object, happenedAt])).toEqual([
      ['a', clock.now - 10],
      ['b', clock.now],
    ]);
  });

  it('are kept while they cannot be written; what is too much is lost, and that is recorded', async () => {
    const { timers, records, late, settle } = begin();
    records.refuses = true;
    for (let i = 0; i < 1003; i += 1) late.add(event(String(i)));
    await settle();
    expect(late.waiting).toBe(1000);
    records.refuses = false;
    timers.advance(1000);
    await settle();
    expect(records.events).toHaveLength(1001);
    expect(records.events.filter(({ action }) => action === 'record-gap')).toMatchObject([{ data: { lost: '3' } }]);
    expect(late.failing).toBe(false);
  });

  it('are tried once more at the stop, which does not wait for a disk that is full', async () => {
    const { records, late } = begin();
    records.refuses = true;
    late.add(event('a'));
    await late.stop();
    expect(records.events).toEqual([]);
    const again = begin();
    again.late.add(event('b'));
    await again.late.stop();
    expect(again.records.events).toHaveLength(1);
  });
});
