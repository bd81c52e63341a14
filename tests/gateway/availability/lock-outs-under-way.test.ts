/** Lock-outs while the ledger is slow, or leaves open whether it has them. */
import { describe, expect, it } from 'vitest';
import { LockOuts } from '../../../gateway/availability/lock-outs.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { Actor } from '../../../plant/people.ts';
import { skidName } from '../../../plant/sample.ts';
import { HandClock, HandTimers, Records, silentLog } from '../support/house.ts';
import { cdse, skidOf } from '../support/plc.ts';

const skid = skidName('QD-1');
const person = (id: string): Actor => ({
  kind: 'person',
  id,
  userName: id,
  printedName: id,
  roles: ['maintenance'],
  terminal: 'test',
});

async function begin() {
  const [clock, records] = [new HandClock(), new Records()];
  const ledger = { gone: false };
  const make = async (): Promise<LockOuts> => {
    const lockOuts = new LockOuts({
      skids: [skidOf(cdse, 1)],
      authority: { decide: () => ({ allowed: true }) },
      records: {
        append: (event) => records.append(event),
        scopes: (prefix) => records.scopes(prefix),
        read: (scope) => (ledger.gone ? Promise.reject(new Error('The worker is gone.')) : records.read(scope)),
      },
      clock,
      timers: new HandTimers(clock),
      log: silentLog,
    });
    await lockOuts.start();
    return lockOuts;
  };
  const ask = (id: string, device: string | null) => ({ skid, device, reason: 'Pump head', actor: person(id) });
  return { records, ledger, make, ask, lockOuts: await make() };
}
const holders = (lockOuts: LockOuts) => lockOuts.blocks(skid).map(({ by, device }) => [by, device]);

describe('a lock-out', () => {
  it('blocks at once, though the record of the one before it is not written yet', async () => {
    const { records, lockOuts, ask } = await begin();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    records.onAppend = () => promise;
    const first = lockOuts.lockOut(ask('mara', 'PLC-1'));
    const second = lockOuts.lockOut(ask('max', null));
    expect(holders(lockOuts)).toEqual([
      ['mara', 'PLC-1'],
      ['max', null],
    ]);
    resolve(undefined);
    expect(await Promise.all([first, second])).toEqual([{ done: true }, { done: true }]);
    expect(holders(lockOuts)).toHaveLength(2);
    expect(records.actions()).toEqual(['locked-out', 'locked-out']);
  });

  it('that is refused leaves nothing behind', async () => {
    const { lockOuts, ask } = await begin();
    expect(await lockOuts.lockOut(ask('mara', 'PLC-9'))).toMatchObject({ done: false });
    await lockOuts.lockOut(ask('mara', 'PLC-1'));
    expect(await lockOuts.lockOut(ask('mara', 'PLC-1'))).toMatchObject({ done: false });
    expect(holders(lockOuts)).toEqual([['mara', 'PLC-1']]);
  });
});

describe('where the ledger has written an event and could not say so', () => {
  /** Written, and the answer lost. */
  const silent = (records: Records, event: Parameters<Records['append']>[0]): void => {
    records.events.push(event);
    throw mesolineError('record-refused', 'the records worker', 'It does not answer.', 'Restart the service.');
  };

  it.each([true, false])('what stands now is what stands after a start (locking out: %s)', async (locking) => {
    const { records, lockOuts, ask, make } = await begin();
    if (!locking) await lockOuts.lockOut(ask('mara', 'PLC-1'));
    records.onAppend = (event) => silent(records, event);
    await (locking ? lockOuts.lockOut(ask('mara', 'PLC-1')) : lockOuts.giveBack(ask('mara', 'PLC-1')));
    expect(holders(lockOuts)).toEqual(holders(await make()));
    expect(holders(lockOuts)).toHaveLength(locking ? 1 : 0);
  });

  it('and cannot be read either, everything is blocked', async () => {
    const { records, lockOuts, ask, ledger } = await begin();
    await lockOuts.lockOut(ask('mara', 'PLC-1'));
    records.onAppend = (event) => silent(records, event);
    ledger.gone = true;
    expect(await lockOuts.giveBack(ask('mara', 'PLC-1'))).toMatchObject({ done: false });
    expect(lockOuts.blocks(skid)).toMatchObject([{ device: null, kind: 'locked out', doubtful: true }]);
  });
});
