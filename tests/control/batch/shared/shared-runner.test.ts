import { describe, expect, it } from 'vitest';
import { SharedRunner } from '../../../../control/batch/shared/shared-runner.ts';
import { sharedScope } from '../../../../control/batch/shared/shared-record.ts';
import { monotonic, processTime, type Clock } from '../../../../plant/clock.ts';
import type { Log } from '../../../../plant/log.ts';
import type { GroupKeeper } from '../../../../plant/ports/record-keeper.ts';
import type { StoredEvent } from '../../../../plant/record-event.ts';
import { at, chance, openUnit, site, skids, user } from './model.ts';
import { fieldsLost } from '../../../support/on-record.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
type Trouble = 'none' | 'refuses' | 'forgets to answer' | 'says nothing';

/** A ledger that may take what it is given and not say so. */
function ledger() {
  const stored: StoredEvent[] = [];
  const is = { trouble: 'none' as Trouble };
  let now = 0;
  const clock: Clock = {
    timeScale: 1,
    utc: () => at(++now),
    monotonic: () => monotonic(now),
    process: () => processTime(now),
  };
  const append: GroupKeeper['appendAll'] = (events) => {
    if (is.trouble === 'refuses' || is.trouble === 'says nothing') return Promise.reject(new Error('the disk is full'));
    const receipts = events.map((event) => {
      const one = { scope: event.scope, seq: stored.length + 1, hash: '', utc: clock.utc(), event };
      stored.push(one);
      return one;
    });
    return is.trouble === 'none' ? Promise.resolve(receipts) : Promise.reject(new Error('the worker has died'));
  };
  const records: GroupKeeper = {
    append: async (event) => {
      const [receipt] = await append([event]);
      if (receipt === undefined) throw new Error('nothing was written');
      return receipt;
    },
    appendAll: append,
    read: (scope, from, limit) =>
      is.trouble === 'says nothing' || is.trouble === 'forgets to answer'
        ? Promise.reject(new Error('no answer'))
        : Promise.resolve(stored.filter((one) => one.scope === scope && one.seq >= from).slice(0, limit)),
    scopes: () => Promise.resolve([]),
  };
  const refused: string[] = [];
  const open = async (units = [0, 1, 2].map((skid) => user(`B-${skid}`, skid))) => {
    const runner = new SharedRunner({
      shared: site,
      records,
      clock,
      log,
      refused: (_, __, reason) => void refused.push(reason),
    });
    await runner.start(units.map(openUnit));
    return runner;
  };
  const later = (): void => void (now += 1000);
  return { stored, is, open, refused, later };
}

const who = (skid: number, path = 'produce/collect', node = 7) => ({ ...user(`B-${skid}`, skid, path), node });
const owns = (runner: SharedRunner, skid: number): readonly string[] => [
  ...runner.owned(`B-${skid}`, user('', skid).skid),
];

describe('shared equipment as the service runs', () => {
  it('is told to be owned when it is on record, and comes to the next when it is given back', async () => {
    const { open, stored } = ledger();
    const runner = await open();
    runner.ask(who(0), 'nmr-31p');
    runner.ask(who(1), 'nmr-31p');
    expect(owns(runner, 0)).toEqual([]);
    await runner.settled();
    expect(owns(runner, 0)).toEqual(['7 nmr-31p 1']);
    expect(runner.views()[0]).toMatchObject({ owner: { batch: 'B-0' }, queue: [{ batch: 'B-1' }] });
    runner.giveBack(who(0), 'nmr-31p');
    await runner.settled();
    expect([owns(runner, 0), owns(runner, 1)]).toEqual([[], ['7 nmr-31p 1']]);
    expect(stored.every(({ scope }) => scope === sharedScope)).toBe(true);
  });

  it('is owned by whoever owned it after a restart, once he asks again', async () => {
    const { open, stored } = ledger();
    const first = await open();
    first.ask(who(0), 'nmr-31p');
    await first.settled();
    const second = await open();
    expect(owns(second, 0)).toEqual([]);
    const told = stored.length;
    second.ask(who(0), 'nmr-31p');
    await second.settled();
    expect(owns(second, 0)).toEqual(['7 nmr-31p 1']);
    expect(stored).toHaveLength(told);
  });

  it('is freed at a start where its owner has no open batch', async () => {
    const { open } = ledger();
    const first = await open();
    first.ask(who(0), 'nmr-31p');
    first.ask(who(1), 'nmr-31p');
    await first.settled();
    const second = await open([user('B-1', 1)]);
    expect(second.views()[0]).toMatchObject({ owner: { batch: 'B-1' }, queue: [] });
  });

  it("is nobody's while the ledger takes nothing, and is given when it does", async () => {
    const { open, is, later } = ledger();
    const runner = await open();
    is.trouble = 'refuses';
    runner.ask(who(0), 'nmr-31p');
    await runner.settled();
    expect([owns(runner, 0), runner.waiting]).toEqual([[], 1]);
    is.trouble = 'none';
    later();
    runner.tick();
    await runner.settled();
    expect([owns(runner, 0), runner.waiting]).toEqual([['7 nmr-31p 1'], 0]);
  });

  it('is told to nobody while it is not known whether the ledger has it, and written once', async () => {
    const { open, is, stored, later } = ledger();
    const runner = await open();
    is.trouble = 'forgets to answer';
    runner.ask(who(0), 'nmr-31p');
    await runner.settled();
    expect(owns(runner, 0)).toEqual([]);
    expect(stored).toHaveLength(2);
    is.trouble = 'none';
    later();
    runner.tick();
    await runner.settled();
    expect(owns(runner, 0)).toEqual(['7 nmr-31p 1']);
    expect(stored).toHaveLength(2);
  });

  it("is asked for in the site's order by itself: what comes later waits for what comes before", async () => {
    const { open, refused } = ledger();
    const runner = await open();
    runner.ask(who(0), 'nmr-31p');
    runner.ask(who(1), 'nmr-31p');
    runner.ask(who(1, 'end', 9), 'product-line');
    await runner.settled();
    expect(owns(runner, 1)).toEqual([]);
    runner.giveBack(who(0), 'nmr-31p');
    await runner.settled();
    expect(owns(runner, 1)).toEqual(['7 nmr-31p 1', '9 product-line 1']);
    expect(refused).toEqual([]);
  });

  it('is refused against that order with a reason, and asked for again when the later piece is given back', async () => {
    const { open, refused } = ledger();
    const runner = await open();
    runner.ask(who(0, 'end', 9), 'product-line');
    runner.ask(who(0), 'nmr-31p');
    await runner.settled();
    expect(refused).toEqual([expect.stringContaining('PRODUCT-1')]);
    runner.giveBack(who(0, 'end', 9), 'product-line');
    await runner.settled();
    expect(owns(runner, 0)).toEqual(['7 nmr-31p 1']);
  });

  it('is taken away by a person, by name, and goes to the next', async () => {
    const { open, stored, is } = ledger();
    const runner = await open();
    runner.ask(who(0), 'nmr-31p');
    runner.ask(who(1), 'nmr-31p');
    await runner.settled();
    const actor = { kind: 'person', id: 'P-1', userName: 'r', printedName: 'R', roles: [], terminal: 't' } as const;
    is.trouble = 'refuses';
    await expect(runner.takeAway('NMR-1', 'stuck', actor)).rejects.toThrow('disk');
    is.trouble = 'none';
    expect(await runner.takeAway('NMR-1', 'stuck', actor)).toBeNull();
    expect(owns(runner, 1)).toEqual(['7 nmr-31p 1']);
    expect(stored.find(({ event }) => event.action === 'equipment-taken-away')?.event).toMatchObject({
      actor,
      reason: 'stuck',
    });
    const events = stored.map(({ event }) => event);
    const request = { ':name': 'NMR-1', reason: 'stuck' };
    expect(fieldsLost('/api/shared-equipment/:name/release', request, events)).toEqual([]);
    expect(await runner.takeAway('WASTE-1', 'stuck', actor)).toBe('Nobody has WASTE-1.');
  });

  it('has one owner and forgets nobody whatever the ledger does and whenever the service ends', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const { open, is, stored, later } = ledger();
      const any = chance(seed);
      let runner = await open();
      const wants = new Set<number>();
      for (let step = 0; step < 25; step++) {
        is.trouble =
          (['none', 'none', 'none', 'refuses', 'forgets to answer', 'says nothing'] as const)[any(6)] ?? 'none';
        const skid = any(3);
        if (any(3) > 0) {
          wants.add(skid);
          runner.ask(who(skid), 'nmr-31p');
        } else {
          wants.delete(skid);
          runner.giveBack(who(skid), 'nmr-31p');
        }
        await runner.settled();
        later();
        runner.tick();
        await runner.settled();
        if (any(6) === 0) {
          is.trouble = 'none';
          runner = await open();
          for (const each of [0, 1, 2])
            if (wants.has(each)) runner.ask(who(each), 'nmr-31p');
            else runner.giveBack(who(each), 'nmr-31p');
          await runner.settled();
        }
        const owners = skids.filter((_, each) => owns(runner, each).length > 0);
        expect(owners.length, `seed ${seed}`).toBeLessThan(2);
      }
      is.trouble = 'none';
      for (let turn = 0; runner.waiting > 0 && turn < 50; turn++) {
        later();
        runner.tick();
        await runner.settled();
      }
      const [view] = runner.views();
      const there = [view?.owner, ...(view?.queue ?? [])].flatMap((one) => (one ? [one.batch] : [])).sort();
      expect(there, `seed ${seed}`).toEqual([...wants].map((each) => `B-${each}`).sort());
      expect(
        view?.inDoubt ?? null,
        `seed ${seed}: ${JSON.stringify(stored.map(({ event }) => event.action))}`,
      ).toBeNull();
    }
  });
});
