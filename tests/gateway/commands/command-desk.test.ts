import { describe, expect, it } from 'vitest';
import { utcMs } from '../../../plant/clock.ts';
import type { Actor } from '../../../plant/people.ts';
import { skidName } from '../../../plant/sample.ts';
import { Desk } from '../support/desk.ts';
import { addressesOf } from '../support/fake-field.ts';
import { operator, set, tripped } from '../support/house.ts';

const flow = set(['F100/FIC-101.SP', 10]);
const batch: Actor = { kind: 'batch', batch: 'B-2026-0001' };

describe('a write', () => {
  it('is intended on disk, then written, then read back, then concluded', async () => {
    const desk = await Desk.begin();
    desk.records.onAppend = (event) => void desk.field.did.push(event.action);
    const outcome = await desk.execute(flow);
    expect(outcome).toEqual({
      status: 'done',
      message: 'QD-1/F100/FIC-101.SP 10.0 mL/min was set and read back.',
      readBack: 10,
    });
    expect(desk.field.did).toEqual(['command-intended', 'write F100/FIC-101.SP', 'read back', 'command-done']);
    expect(desk.records.events[0]).toMatchObject({
      scope: 'skid/QD-1',
      actor: operator,
      object: 'QD-1/F100/FIC-101.SP',
      old: '0',
      new: '10',
      unit: 'mL/min',
    });
  });

  it('is refused by the first of authority, expiry, link, limits and interlock that forbids it', async () => {
    const desk = await Desk.begin();
    const tooMuch = set(['F100/FIC-101.SP', 1000]);
    desk.field.verdict = tripped('H');
    desk.field.up = false;
    desk.allows = () => false;
    const expired = { expiresAt: desk.clock.utc() };
    const by = async (action = tooMuch, more = expired): Promise<string> => {
      const outcome = await desk.execute(action, more);
      return outcome.status === 'refused' ? outcome.by : outcome.status;
    };
    expect(await by()).toBe('authority');
    desk.allows = () => true;
    expect(await by()).toBe('expiry');
    const inTime = { expiresAt: utcMs(desk.clock.now + 1000) };
    expect(await by(tooMuch, inTime)).toBe('link');
    desk.field.up = true;
    expect(await by(tooMuch, inTime)).toBe('limits');
    expect(await by(flow, inTime)).toBe('interlock');
    desk.field.verdict = { demand: 'none', causes: [], releasing: false };
    expect(await by(flow, inTime)).toBe('done');
    await desk.settle();
    expect(desk.field.runs).toHaveLength(1);
    expect(desk.actions().filter((action) => action === 'command-refused')).toHaveLength(5);
  });

  it('is refused for another skid, and one issued before the service started', async () => {
    const desk = await Desk.begin();
    expect(await desk.execute(flow, { skid: skidName('QD-9') })).toMatchObject({ status: 'refused', by: 'state' });
    await desk.settle();
    expect(desk.records.events[0]).toMatchObject({ scope: 'service', object: 'QD-9' });
    expect(await desk.execute(flow, { issuedAt: utcMs(desk.clock.now - 1) })).toMatchObject({
      status: 'refused',
      by: 'expiry',
    });
  });

  it('expires by the clock that does not jump', async () => {
    const desk = await Desk.begin();
    let recorded: () => void = () => undefined;
    desk.records.onAppend = () => new Promise((resolve) => (recorded = resolve));
    const outcome = desk.execute(flow, { expiresAt: utcMs(desk.clock.now + 100) });
    await desk.settle();
    desk.clock.now += 99;
    desk.clock.utc = () => utcMs(desk.clock.now + 3_600_000);
    recorded();
    await desk.settle();
    desk.records.onAppend = () => undefined;
    recorded();
    expect(await outcome).toMatchObject({ status: 'done' });
  });

  it('that expires while its record is written is not made', async () => {
    const desk = await Desk.begin();
    let recorded: () => void = () => undefined;
    desk.records.onAppend = ({ action }) =>
      action === 'command-intended' ? new Promise((resolve) => (recorded = resolve)) : undefined;
    const outcome = desk.execute(flow, { expiresAt: utcMs(desk.clock.now + 100) });
    await desk.settle();
    desk.clock.now += 100;
    recorded();
    expect(await outcome).toMatchObject({ status: 'refused', by: 'expiry' });
    expect(desk.field.runs).toEqual([]);
    await desk.settle();
    expect(desk.actions()).toEqual(['command-intended', 'command-refused']);
  });

  it('is not made where a trip comes while its record is written', async () => {
    const desk = await Desk.begin();
    desk.records.onAppend = ({ action }) => {
      if (action === 'command-intended') desk.field.verdict = tripped('S');
    };
    expect(await desk.execute(flow)).toMatchObject({
      status: 'refused',
      by: 'interlock',
      message: expect.stringContaining('R201/TT-202 is 201.3 °C') as string,
    });
    expect(desk.field.runs).toEqual([]);
  });

  it('is refused, not kept, where the link goes while its record is written', async () => {
    const desk = await Desk.begin();
    desk.records.onAppend = ({ action }) => {
      if (action === 'command-intended') desk.field.up = false;
    };
    expect(await desk.execute(flow)).toMatchObject({ status: 'refused', by: 'link' });
    desk.field.up = true;
    await desk.settle();
    expect(desk.field.runs).toEqual([]);
  });

  it('is not made where a trip comes while its frame waits for the wire', async () => {
    const desk = await Desk.begin();
    const write = desk.field.write.bind(desk.field);
    desk.field.write = (run, withdraw) => {
      desk.field.verdict = tripped('H');
      return write(run, withdraw);
    };
    expect(await desk.execute(flow)).toMatchObject({ status: 'refused', by: 'interlock' });
    expect(desk.field.runs).toEqual([]);
  });

  it('is not made where its intent cannot be recorded', async () => {
    const desk = await Desk.begin();
    desk.records.refuses = true;
    expect(await desk.execute(flow)).toMatchObject({ status: 'refused', by: 'record' });
    expect(desk.field.did).toEqual([]);
  });

  it('is not made where its intent is not recorded in time', async () => {
    const desk = await Desk.begin();
    desk.records.onAppend = () => new Promise(() => undefined);
    const outcome = desk.execute(flow, { expiresAt: utcMs(desk.clock.now + 800) });
    await desk.settle();
    desk.timers.advance(800);
    expect(await outcome).toMatchObject({ status: 'refused', by: 'expiry' });
    expect(desk.field.did).toEqual([]);
  });

  it('that reads back as another value fails after 2 s, with what it reads', async () => {
    const desk = await Desk.begin();
    desk.field.stuck.set('F100/FIC-101.SP', 9);
    const outcome = desk.execute(flow);
    let settled = false;
    void outcome.then(() => (settled = true));
    for (let waited = 0; waited < 2000; waited += 50) {
      await desk.settle();
      expect(settled).toBe(false);
      desk.timers.advance(50);
    }
    expect(await outcome).toMatchObject({ status: 'failed', readBack: 9 });
    expect(desk.actions().at(-1)).toBe('command-failed');
  });

  it('of several tags goes out as one frame where their registers are contiguous, whatever their order', async () => {
    const desk = await Desk.begin();
    const outcome = await desk.execute(set(['F100/FIC-103.SP', 24], ['F100/FIC-101.SP', 20], ['F100/FIC-102.SP', 22]));
    expect(outcome).toMatchObject({ status: 'done' });
    expect(desk.field.runs).toHaveLength(1);
    expect(addressesOf(desk.field.runs[0])).toEqual([20, 22, 24]);
  });

  it('of several tags says on record the old value, the new one and the unit of each', async () => {
    const desk = await Desk.begin();
    await desk.execute(set(['F100/FIC-101.SP', 20], ['R201/PIC-203.SP', 8]));
    expect(desk.records.events[0]).toMatchObject({
      action: 'command-intended',
      old: { 'F100/FIC-101.SP': '0', 'R201/PIC-203.SP': expect.any(String) as string },
      new: { 'F100/FIC-101.SP': '20', 'R201/PIC-203.SP': '8' },
      data: { units: { 'F100/FIC-101.SP': 'mL/min', 'R201/PIC-203.SP': 'bar(g)' } },
    });
  });

  it('of several tags apart goes out in the order given, and stops at the first failure', async () => {
    const desk = await Desk.begin();
    desk.field.onWrite = (run) => {
      if (addressesOf(run).includes(22)) throw new Error('exception 4');
    };
    const outcome = await desk.execute(
      set(['F100/FIC-103.SP', 24], ['R201/PIC-203.SP', 8], ['F100/FIC-102.SP', 22], ['F100/FIC-101.SP', 20]),
    );
    expect(desk.field.runs.map(addressesOf)).toEqual([[24], [14]]);
    expect(outcome).toMatchObject({
      status: 'failed',
      message: 'Writing F100/FIC-102.SP failed after F100/FIC-103.SP, R201/PIC-203.SP had been written: exception 4',
    });
  });

  it('says that its record follows, where the outcome cannot be recorded now', async () => {
    const desk = await Desk.begin();
    desk.field.onWrite = () => (desk.records.refuses = true);
    expect(await desk.execute(flow)).toMatchObject({
      status: 'done',
      message: expect.stringContaining('record is not written yet') as string,
    });
    desk.records.refuses = false;
    desk.timers.advance(1000);
    await desk.settle();
    expect(desk.actions()).toEqual(['command-intended', 'command-done', 'record-gap']);
  });

  it('never throws: what goes wrong in the rooms around is an outcome', async () => {
    const desk = await Desk.begin();
    desk.allows = () => {
      throw new Error('the mirror is broken');
    };
    expect(await desk.execute(flow)).toEqual({ status: 'failed', message: 'the mirror is broken', readBack: null });
  });

  it('whose outcome is slow to record is answered, and the record kept where it fails after all', async () => {
    const desk = await Desk.begin();
    let refuse: () => void = () => undefined;
    desk.records.onAppend = ({ action }) =>
      action === 'command-done'
        ? new Promise((_, reject) => {
            refuse = () => reject(new Error('the disk went away'));
          })
        : undefined;
    const outcome = desk.execute(flow);
    await desk.settle();
    desk.timers.advance(2000);
    expect(await outcome).toMatchObject({ status: 'done', message: expect.stringContaining('follows') as string });
    desk.records.onAppend = () => undefined;
    refuse();
    await desk.settle();
    expect(desk.actions()).toEqual(['command-intended', 'command-done']);
  });

  it('of a person needs a role that the tag is for; one of a batch does not', async () => {
    const desk = await Desk.begin();
    desk.allows = (_, roles) => roles === undefined;
    expect(await desk.execute(flow)).toMatchObject({ status: 'refused', by: 'authority' });
    expect(await desk.execute(flow, { actor: batch })).toMatchObject({ status: 'done' });
  });

  it('waits for the one before it, and sees what that one has set', async () => {
    const desk = await Desk.begin();
    const results = await Promise.all([
      desk.execute(set(['F100/FIC-101.SP', 45])),
      desk.execute(set(['F100/FIC-102.SP', 45])),
    ]);
    expect(results).toMatchObject([{ status: 'done' }, { status: 'refused', by: 'limits' }]);
  });
});

describe('a command that still waits for its turn when the service begins to stop', () => {
  it('is refused: nothing runs, and nothing is let go, while the skids are handed over', async () => {
    const desk = await Desk.begin();
    let recorded: () => void = () => undefined;
    desk.records.onAppend = () => new Promise((resolve) => (recorded = resolve));
    const first = desk.execute(flow);
    await desk.settle();
    const waiting = [desk.execute(flow), desk.execute({ kind: 'reset', inspected: true })];
    desk.desk.refuse('The service is stopping.');
    desk.records.onAppend = () => undefined;
    recorded();
    expect(await first).toMatchObject({ status: 'done' });
    for (const each of waiting) expect(await each).toMatchObject({ status: 'refused', by: 'busy' });
    expect(desk.field.runs).toHaveLength(1);
    expect(desk.field.did).not.toContain('leave');
  });
});

describe('the same command', () => {
  it('sent again while it runs, or after, has the same outcome and acts once', async () => {
    const desk = await Desk.begin();
    const command = desk.command(flow);
    const running = [desk.desk.execute(command), desk.desk.execute(command)];
    const [first, second] = await Promise.all(running);
    expect(second).toBe(first);
    desk.clock.now += 3_599_000;
    expect(await desk.desk.execute(command)).toBe(first);
    expect(desk.field.runs).toHaveLength(1);
  });

  it('of another sender is another command; of the same sender with other content it is refused', async () => {
    const desk = await Desk.begin();
    await desk.execute(flow, { id: 'one' });
    expect(await desk.execute(flow, { id: 'one', actor: batch })).toMatchObject({ status: 'done' });
    expect(await desk.execute(set(['F100/FIC-101.SP', 11]), { id: 'one' })).toMatchObject({
      status: 'refused',
      by: 'state',
    });
    expect(desk.field.runs).toHaveLength(2);
  });
});

describe('a safe state', () => {
  it('is asked before anything is waited for, and its record follows', async () => {
    const desk = await Desk.begin();
    const outcome = desk.execute({ kind: 'safe-state', action: 'H' });
    expect(desk.field.did).toEqual(['ask H']);
    expect(desk.records.events).toEqual([]);
    expect(await outcome).toMatchObject({ status: 'done', readBack: 10 });
    await desk.settle();
    expect(desk.actions()).toEqual(['command-intended', 'command-done']);
  });

  it('goes first though a write is under way, the disk is full, the command expired and the service is stopping', async () => {
    const desk = await Desk.begin();
    desk.records.onAppend = () => new Promise(() => undefined);
    void desk.execute(flow);
    await desk.settle();
    desk.desk.refuse('The service is stopping.');
    void desk.execute({ kind: 'safe-state', action: 'S' }, { expiresAt: utcMs(0), issuedAt: utcMs(0) });
    expect(desk.field.did).toEqual(['ask S']);
  });

  it('that cannot be recorded is recorded late, and the gap as well', async () => {
    const desk = await Desk.begin();
    desk.records.refuses = true;
    expect(await desk.execute({ kind: 'safe-state', action: 'H' })).toMatchObject({ status: 'done' });
    const askedAt = desk.clock.utc();
    await desk.settle();
    expect(desk.records.events).toEqual([]);
    desk.records.refuses = false;
    desk.timers.advance(5000);
    await desk.settle();
    expect(desk.actions()).toEqual(['command-intended', 'command-done', 'record-gap']);
    expect(desk.records.events[0]).toMatchObject({ happenedAt: askedAt });
  });

  it('that the field does not confirm fails, and still stands', async () => {
    const desk = await Desk.begin();
    desk.field.confirms = false;
    expect(await desk.execute({ kind: 'safe-state', action: 'H' })).toMatchObject({ status: 'failed' });
    expect(desk.field.asked).toBe('H');
  });

  it('is refused to whoever may not ask for it', async () => {
    const desk = await Desk.begin();
    desk.allows = (permission) => permission !== 'ask safe state';
    expect(await desk.execute({ kind: 'safe-state', action: 'H' })).toMatchObject({
      status: 'refused',
      by: 'authority',
    });
    expect(desk.field.did).toEqual([]);
  });
});

describe('a reset', () => {
  const reset = { kind: 'reset', inspected: true } as const;

  it('is taken by the interlocks, then intended, then the field is let go', async () => {
    const desk = await Desk.begin();
    desk.records.onAppend = (event) => void desk.field.did.push(event.action);
    expect(await desk.execute(reset)).toMatchObject({ status: 'done', readBack: 0 });
    expect(desk.field.did).toEqual(['reset', 'command-intended', 'leave', 'command-done']);
  });

  it('is refused without a link, and then the interlocks are not asked', async () => {
    const desk = await Desk.begin();
    desk.field.up = false;
    expect(await desk.execute(reset)).toMatchObject({ status: 'refused', by: 'link' });
    expect(desk.field.did).toEqual([]);
  });

  it('that cannot be recorded lets nothing go', async () => {
    const desk = await Desk.begin();
    desk.records.refuses = true;
    expect(await desk.execute(reset)).toMatchObject({ status: 'refused', by: 'record' });
    expect(desk.field.did).toEqual(['reset']);
  });

  it('that the field does not follow fails', async () => {
    const desk = await Desk.begin();
    desk.field.leaveFails = 'The field controller did not leave.';
    expect(await desk.execute(reset)).toMatchObject({ status: 'failed' });
    expect(desk.actions().at(-1)).toBe('command-failed');
  });
});

describe('the start', () => {
  it('concludes what the last run left open, and nothing else', async () => {
    const desk = new Desk();
    const event = (action: string, command: string, actor: Actor = operator) => ({
      scope: 'skid/QD-1',
      actor,
      action,
      object: 'QD-1/F100/FIC-101.SP',
      data: { command, kind: 'write' },
    });
    desk.records.events.push(
      event('command-intended', 'a'),
      event('command-done', 'a'),
      event('command-intended', 'b'),
      event('command-intended', 'b', batch),
      event('command-refused', 'c'),
      event('command-intended', 'c'),
      event('command-failed', 'b', batch),
    );
    await desk.desk.start();
    expect(desk.records.events.slice(7)).toEqual([
      {
        scope: 'skid/QD-1',
        actor: operator,
        object: 'QD-1/F100/FIC-101.SP',
        action: 'command-failed',
        data: { command: 'b', kind: 'write', outcome: 'unknown: the service ended in between' },
      },
    ]);
  });

  it('does not fail because the ledger cannot be read: the safe direction has to work', async () => {
    const desk = new Desk();
    desk.records.scopes = () => Promise.reject(new Error('the disk is gone'));
    await desk.desk.start();
    expect(await desk.execute({ kind: 'safe-state', action: 'H' })).toMatchObject({ status: 'done' });
  });
});
