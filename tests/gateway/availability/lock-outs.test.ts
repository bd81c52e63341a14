import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LockOuts } from '../../../gateway/availability/lock-outs.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { Actor, Role } from '../../../plant/people.ts';
import { skidName } from '../../../plant/sample.ts';
import { HandClock, HandTimers, Records, silentLog } from '../support/house.ts';
import { cdse, skidOf } from '../support/plc.ts';

const person = (id: string, role: Role): Actor => ({
  kind: 'person',
  id,
  userName: id,
  printedName: `${id[0]?.toUpperCase() ?? ''}${id.slice(1)}`,
  roles: [role],
  terminal: 'test',
});
const mara = person('mara', 'maintenance');
const max = person('max', 'maintenance');
const petra = person('petra', 'process engineer');
const olga = person('olga', 'operator');
const skid = skidName('QD-1');

class Bench {
  readonly clock = new HandClock();
  readonly timers = new HandTimers(this.clock);
  readonly records = new Records();
  readable = true;
  lockOuts = this.make();

  /** Anew, as after a start of the service. */
  make(): LockOuts {
    const { clock, timers } = this;
    const records = {
      append: this.records.append.bind(this.records),
      scopes: this.records.scopes.bind(this.records),
      read: (scope: string) =>
        this.readable
          ? this.records.read(scope)
          : Promise.reject(mesolineError('ledger-damaged', scope, 'The ledger is damaged.', 'Verify it.')),
    };
    this.lockOuts = new LockOuts({
      skids: [skidOf(cdse, 1)],
      authority: {
        decide: (actor, permission) => {
          const may: readonly Role[] =
            permission === 'lock out for maintenance' ? ['maintenance', 'process engineer'] : ['process engineer'];
          return actor.kind === 'person' && actor.roles.some((role) => may.includes(role))
            ? { allowed: true }
            : { allowed: false, reason: `May not ${permission}.` };
        },
      },
      records,
      clock,
      timers,
      log: silentLog,
    });
    return this.lockOuts;
  }

  lock = (actor: Actor, device: string | null = 'PLC-1', reason = 'Pump head changed') =>
    this.lockOuts.lockOut({ skid, device, reason, actor });
  back = (actor: Actor, device: string | null = 'PLC-1', reason = 'Done') =>
    this.lockOuts.giveBack({ skid, device, reason, actor });
  holders = () => this.lockOuts.blocks(skid).map(({ by, device }) => [by, device]);
}

const begun = async (): Promise<Bench> => {
  const bench = new Bench();
  await bench.lockOuts.start();
  return bench;
};
const refused = (reason: RegExp) => ({ done: false, reason: expect.stringMatching(reason) as string });

describe('a lock-out', () => {
  it('says who, why and since when, and is in the record before it is answered', async () => {
    const bench = await begun();
    expect(await bench.lock(mara)).toEqual({ done: true });
    expect(bench.lockOuts.blocks(skid)).toEqual([
      {
        device: 'PLC-1',
        kind: 'locked out',
        message: 'QD-1/PLC-1 is locked out for maintenance by Mara since 1970-01-01 00:16:40 UTC: Pump head changed.',
        by: 'Mara',
        holder: 'mara',
        since: 1_000_000,
      },
    ]);
    expect(bench.records.events).toMatchObject([
      {
        scope: 'maintenance/QD-1',
        action: 'locked-out',
        object: 'QD-1/PLC-1',
        actor: { id: 'mara' },
        reason: 'Pump head changed',
      },
    ]);
  });

  it('blocks from the moment it is asked for, while its record is still being written', async () => {
    const bench = await begun();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    bench.records.onAppend = () => promise;
    const asked = bench.lock(mara);
    await new Promise(setImmediate);
    expect(bench.holders()).toEqual([['Mara', 'PLC-1']]);
    resolve(undefined);
    expect(await asked).toEqual({ done: true });
  });

  it('that cannot be recorded is refused and blocks no more', async () => {
    const bench = await begun();
    bench.records.refuses = true;
    expect(await bench.lock(mara)).toEqual(refused(/not locked out.*disk is full/));
    expect(bench.holders()).toEqual([]);
  });

  it.each([
    ['by somebody who may not', olga, 'PLC-1', 'Service', /May not lock out/],
    ['without a reason', mara, 'PLC-1', '  ', /reason/],
    ['of a device that is not there', mara, 'PLC-7', 'Service', /no device PLC-7.*PLC-1/],
  ] as const)('is refused and recorded as refused %s', async (_, actor, device, reason, why) => {
    const bench = await begun();
    expect(await bench.lock(actor, device, reason)).toEqual(refused(why));
    expect(bench.holders()).toEqual([]);
    expect(bench.records.actions()).toEqual(['lock-out-refused']);
  });

  it('stands until everybody who locked has given back', async () => {
    const bench = await begun();
    await bench.lock(mara);
    await bench.lock(max);
    expect(await bench.lock(mara)).toEqual(refused(/You have locked it out already, .*: Pump head changed\.$/));
    expect(await bench.back(mara)).toEqual({ done: true });
    expect(bench.holders()).toEqual([['Max', 'PLC-1']]);
    expect(await bench.back(mara)).toEqual(refused(/^The lock is Max's. May not give back another's lock\.$/));
    expect(await bench.back(petra)).toEqual({ done: true });
    expect(bench.holders()).toEqual([]);
    expect(await bench.back(petra)).toEqual(refused(/not locked out/));
    expect(bench.records.events.at(-2)).toMatchObject({
      action: 'given-back',
      actor: { id: 'petra' },
      data: { holder: 'max' },
    });
  });

  it('stays where giving it back cannot be recorded', async () => {
    const bench = await begun();
    await bench.lock(mara);
    bench.records.refuses = true;
    expect(await bench.back(mara)).toEqual(refused(/stays locked out/));
    expect(bench.holders()).toEqual([['Mara', 'PLC-1']]);
  });

  it('is there again after a start of the service, as it stood', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            who: fc.constantFrom(mara, max, petra),
            device: fc.constantFrom('PLC-1', null),
            back: fc.boolean(),
          }),
          { maxLength: 12 },
        ),
        async (steps) => {
          const bench = await begun();
          for (const { who, device, back } of steps) {
            bench.clock.now += 1000;
            await (back ? bench.back(who, device) : bench.lock(who, device));
          }
          const before = bench.lockOuts.blocks(skid);
          await bench.lockOuts.stop();
          bench.make();
          await bench.lockOuts.start();
          expect(bench.lockOuts.blocks(skid)).toEqual(before);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('while it is not known what is locked out', () => {
  it('everything is blocked: before the start', () => {
    const bench = new Bench();
    expect(bench.lockOuts.blocks(skid)).toMatchObject([{ device: null, kind: 'locked out', doubtful: true }]);
    expect(bench.lockOuts.notes()).toHaveLength(1);
  });

  it('everything is blocked, nothing is given back or locked, until the record can be read', async () => {
    const bench = await begun();
    await bench.lock(mara);
    bench.readable = false;
    bench.make();
    await bench.lockOuts.start();
    const [block] = bench.lockOuts.blocks(skid);
    expect(block).toMatchObject({ device: null, doubtful: true });
    expect(block?.message).toContain('The ledger is damaged');
    expect(await bench.back(mara)).toEqual(refused(/not known/));
    expect(await bench.lock(max)).toEqual(refused(/not known/));
    bench.readable = true;
    bench.timers.advance(5000);
    await new Promise(setImmediate);
    expect(bench.holders()).toEqual([['Mara', 'PLC-1']]);
    expect(bench.lockOuts.notes()).toEqual([]);
  });

  it('an event that does not say whose lock it is blocks everything', async () => {
    const bench = new Bench();
    bench.records.events.push({ scope: 'maintenance/QD-1', actor: mara, action: 'locked-out', object: 'QD-1/PLC-1' });
    await bench.lockOuts.start();
    expect(bench.lockOuts.blocks(skid)).toMatchObject([{ device: null, doubtful: true }]);
  });
});
