/** Lots and dispensing as people work with them, on a ledger that outlives the room. */
import { describe, expect, it } from 'vitest';
import { by, carl, olga, quinn, rita, selenium, started, tcep, world } from './world.ts';

const refusal = (words: RegExp) => ({ done: false, reason: expect.stringMatching(words) as string });

describe('a lot', () => {
  it('comes into quarantine under a number of its own, and QA releases it by a signature', async () => {
    const at = await started();
    const lot = await at.receive(selenium);
    expect(lot).toBe('L-2026-0001');
    expect(await at.lot(lot)).toMatchObject({
      status: 'quarantine',
      left: '100',
      unfit: expect.stringMatching(/quarantine/) as string,
    });
    expect(await at.decide(lot, 'released')).toEqual({ done: true, id: lot });
    expect(await at.lot(lot)).toMatchObject({ status: 'released', unfit: null });
    expect(at.signed).toEqual([expect.stringMatching(/^released quinn: lot L-2026-0001 .*Sigma MKCD1234/)]);
    expect((await at.desk.history(lot)).map(({ by: who }) => who)).toEqual(['Olga', 'Quinn']);
    expect(await at.desk.history('SE-1')).toHaveLength(1);
  });

  it('is released by nobody who received it, nor by who is not of QA, nor in the name of another', async () => {
    const at = await started();
    const lot = await at.receive(selenium);
    expect(await at.decide(lot, 'released', olga)).toMatchObject(refusal(/another role/));
    const own = await at.desk.receive({ ...at.as(rita), ...tcep });
    expect(await at.decide(own.done ? own.id : '', 'released', rita)).toMatchObject(refusal(/has received/));
    expect(await at.desk.decide({ ...at.as(quinn), lot, status: 'released', signer: by(rita)[0]! })).toMatchObject(
      refusal(/Quinn decides/),
    );
    expect(
      await at.desk.decide({ ...at.as(quinn), lot, status: 'released', signer: { ...by(quinn)[0]!, password: 'x' } }),
    ).toMatchObject(refusal(/password/));
    expect((await at.lot(lot)).status).toBe('quarantine');
    expect(at.stored.map(({ event }) => event.action)).toEqual(
      expect.arrayContaining(['entry-refused', 'entry-proposed', 'entry-dropped']),
    );
  });

  it('that is rejected is not released before it was in quarantine again, for a reason', async () => {
    const at = await started();
    const lot = await at.released(selenium);
    await at.decide(lot, 'rejected');
    expect(await at.decide(lot, 'released')).toMatchObject(refusal(/is rejected/));
    const back = { ...at.as(quinn, ''), lot, status: 'quarantine' as const, signer: by(quinn)[0]! };
    expect(await at.desk.decide(back)).toMatchObject(refusal(/nothing says why/));
    expect((await at.decide(lot, 'quarantine')).done).toBe(true);
    expect((await at.decide(lot, 'released')).done).toBe(true);
  });

  it('is not taken in where what is entered is wrong, and what is wrong is named', async () => {
    const at = await started();
    await at.receive(selenium);
    const receive = (more: Partial<typeof selenium>) =>
      at.desk.receive({ ...at.as(olga), ...selenium, containers: ['SE-9'], ...more });
    expect(await receive({ material: 'Unobtainium' })).toMatchObject(refusal(/"Unobtainium"/));
    expect(await receive({ received: '1,5' })).toMatchObject(refusal(/"1,5"/));
    expect(await receive({ received: '0' })).toMatchObject(refusal(/"0"/));
    expect(await receive({ expires: '2027-02-30' })).toMatchObject(refusal(/2027-02-30/));
    expect(await receive({ expires: '2026-10-01' })).toMatchObject(refusal(/expired on 2026-10-01/));
    expect(await receive({ supplier: ' ' })).toMatchObject(refusal(/supplier/));
    expect(await receive({ containers: ['DO:RELEASE'] })).toMatchObject(refusal(/DO:RELEASE/));
    expect(await receive({ containers: ['SE-1'] })).toMatchObject(refusal(/is of lot L-2026-0001/));
    expect(await at.desk.lots()).toHaveLength(1);
  });

  it('goes back to quarantine when it is corrected, and keeps what was weighed from it', async () => {
    const at = await started();
    const se = await at.released(selenium);
    await at.weigh(await at.open(), se, { amount: '40' });
    const correct = (received: string, reason = 'The label says so.') =>
      at.desk.correct({ ...at.as(olga, reason), lot: se, ...selenium, received });
    expect(await correct('30')).toMatchObject(refusal(/More than 30 g/));
    expect(await correct('90', ' ')).toMatchObject(refusal(/reason/));
    expect(await correct('90')).toEqual({ done: true, id: se });
    expect(await at.lot(se)).toMatchObject({ received: '90', left: '50', status: 'quarantine' });
    expect((await at.desk.history(se)).map(({ what }) => what).join(' ')).toMatch(/Received: 100 g.*Corrected:.*90 g/);
  });
});

describe('a weighing', () => {
  it('is signed by whoever weighs and another who checks, and is taken from its lot', async () => {
    const at = await started();
    const se = await at.released(selenium);
    const kit = await at.open();
    expect(await at.weigh(kit, se)).toEqual({ done: true, id: kit });
    expect(at.signed.slice(1).map((each) => each.split(':')[0])).toEqual(['performed olga', 'checked carl']);
    expect(await at.lot(se)).toMatchObject({ left: '99.05' });
    const { weighings, lines } = await at.kit(kit);
    expect(weighings).toMatchObject([{ by: 'Olga', checkedBy: 'Carl', amount: '0.95', tare: '12.1', scale: 'W-1' }]);
    expect(lines[0]).toMatchObject({ name: 'Se', enough: true, weighed: 12.0297 });
    expect(await at.desk.history(`${kit}-Se`)).toHaveLength(1);
  });

  it('is checked by nobody who weighed it, by nobody untrained, and by nobody who is not there', async () => {
    const at = await started();
    const se = await at.released(selenium);
    const kit = await at.open();
    expect(await at.weigh(kit, se, { signers: by(olga, olga) })).toMatchObject(refusal(/another person/));
    expect(await at.weigh(kit, se, { signers: by(olga) })).toMatchObject(refusal(/checked by another/));
    expect(await at.weigh(kit, se, { signers: by(carl, olga) })).toMatchObject(refusal(/checked by another/));
    at.faults.untrained = 'carl check';
    expect(await at.weigh(kit, se)).toMatchObject(refusal(/Carl never had/));
    at.faults.untrained = 'olga dispense';
    expect(await at.weigh(kit, se)).toMatchObject(refusal(/Olga never had/));
    expect((await at.kit(kit)).weighings).toEqual([]);
    expect((await at.lot(se)).left).toBe('100');
  });

  it('is refused from a lot that is not released, out of date, of something else, or has not that much', async () => {
    const at = await started();
    const se = await at.receive(selenium);
    const tc = await at.released(tcep);
    const kit = await at.open();
    expect(await at.weigh(kit, se)).toMatchObject(refusal(/quarantine/));
    await at.decide(se, 'released');
    expect(await at.weigh(kit, tc)).toMatchObject(refusal(/does not count as Se/));
    expect(await at.weigh(kit, se, { amount: '100.000000001' })).toMatchObject(refusal(/more than the 100 g/));
    expect(await at.weigh(kit, se, { material: 'Te' })).toMatchObject(refusal(/wants no Te/));
    expect(await at.weigh(kit, se, { container: 'SE-1' })).toMatchObject(refusal(/is of a lot/));
    expect(await at.weigh(kit, se, { scale: '' })).toMatchObject(refusal(/scale/));
    expect(await at.weigh('D-2026-0009', se)).toMatchObject(refusal(/no dispensing D-2026-0009/));
    await at.weigh(kit, se);
    expect(await at.weigh(kit, tc, { material: 'TCEP', container: `${kit}-Se`, signers: by(olga) })).toMatchObject(
      refusal(/holds Se/),
    );
    await at.decide(se, 'rejected');
    expect(await at.weigh(kit, se)).toMatchObject(refusal(/rejected/));
    at.pass(300);
    expect(await at.weigh(kit, tc, { material: 'TCEP', container: 'T', signers: by(olga) })).toMatchObject(
      refusal(/expired on 2027-06-30/),
    );
  });
});

describe('a weighing that was wrong', () => {
  it('is struck out by two for a reason: the lot has its amount again, and what was entered stays to be read', async () => {
    const at = await started();
    const se = await at.released(selenium);
    const kit = await at.open();
    await at.weigh(kit, se, { amount: '9.5' });
    await at.weigh(kit, se);
    expect(await at.strike(kit, 1)).toEqual({ done: true, id: kit });
    expect((await at.lot(se)).left).toBe('99.05');
    const { weighings, struck, lines } = await at.kit(kit);
    expect(weighings).toMatchObject([{ number: 2, amount: '0.95' }]);
    const strike = { reason: 'The point was left out.', by: 'Olga', checkedBy: 'Carl', gone: false };
    expect(struck).toMatchObject([{ number: 1, amount: '9.5', by: 'Olga', checkedBy: 'Carl', strike }]);
    expect(lines[0]).toMatchObject({ name: 'Se', weighed: 12.0297 });
    expect(at.signed.slice(-2)).toEqual([
      expect.stringMatching(/^performed olga: weighing 1 of D-2026-0001 struck out: 9.5 g Se from lot L-2026-0001 /),
      expect.stringMatching(/^checked carl: /),
    ]);
    for (const of of [kit, se, `${kit}-Se`])
      expect((await at.desk.history(of)).at(-1)).toMatchObject({
        what: expect.stringMatching(/^Weighing 1 struck out: 9.5 g Se/) as string,
        reason: 'The point was left out.',
      });
    expect(await at.weigh(kit, se, { container: 'third' })).toMatchObject({ done: true });
    expect((await at.kit(kit)).weighings.map(({ number }) => number)).toEqual([2, 3]);
  });

  it('is not struck out without a reason, a second person, or twice; nor once a batch has taken it', async () => {
    const at = await started();
    const kit = await at.dispensed(await at.released(selenium), await at.released(tcep));
    expect(await at.strike(kit, 1, at.as(olga, ' '))).toMatchObject(refusal(/Nothing says why/));
    expect(await at.strike(kit, 1, { signers: by(olga) })).toMatchObject(refusal(/another checks/));
    expect(await at.strike(kit, 1, { signers: by(olga, olga) })).toMatchObject(refusal(/another person/));
    expect(await at.strike(kit, 1, { signers: by(carl, olga) })).toMatchObject(refusal(/Olga strikes it out/));
    expect(await at.strike(kit, 3)).toMatchObject(refusal(/no weighing 3/));
    expect(await at.strike(kit, 1, { ...at.as(quinn), signers: by(quinn, carl) })).toMatchObject(refusal(/role/));
    expect((await at.kit(kit)).struck).toEqual([]);
    await at.strike(kit, 2);
    expect(await at.strike(kit, 2)).toMatchObject(refusal(/no weighing 2/));
    expect(await at.verdicts('B-1')).toEqual(['Se ok', 'TCEP blocked']);
    const other = await at.dispensed('L-2026-0001', 'L-2026-0002');
    await at.room.gate.facts(at.question('B-1'));
    expect(await at.strike(other, 1)).toMatchObject(refusal(/taken by B-1/));
  });

  it('of what was spilt leaves its lot without it, and its container is not empty', async () => {
    const at = await started();
    const [se, tc] = [await at.released(selenium), await at.released(tcep)];
    const kit = await at.open();
    const spoilt = { material: 'TCEP', container: `${kit}-Se`, signers: by(olga) };
    await at.weigh(kit, se);
    await at.strike(kit, 1, { gone: true });
    expect((await at.lot(se)).left).toBe('99.05');
    expect(await at.weigh(kit, tc, spoilt)).toMatchObject(refusal(/holds Se/));
    await at.weigh(kit, se, { container: 'never' });
    await at.strike(kit, 2);
    expect(await at.weigh(kit, tc, { ...spoilt, container: 'never' })).toMatchObject({ done: true });
  });

  it('that had used up its lot leaves it in quarantine, for QA to look at', async () => {
    const at = await started();
    const se = await at.released(selenium);
    const kit = await at.open();
    await at.weigh(kit, se, { amount: '100' });
    expect(await at.lot(se)).toMatchObject({ status: 'used up', left: '0' });
    await at.strike(kit, 1);
    expect(await at.lot(se)).toMatchObject({ status: 'quarantine', left: '100' });
  });
});

describe('a start', () => {
  it('takes a dispensing that has everything, and no other batch gets it', async () => {
    const at = await started();
    const [se, tc] = [await at.released(selenium), await at.released(tcep)];
    expect(await at.verdicts('B-1')).toEqual(['Se blocked', 'TCEP blocked']);
    expect(await at.verdicts('B-1', 'rehearsal')).toEqual(['Se not watched', 'TCEP not watched']);
    // An older one that was only begun is left where it is.
    await at.open();
    const kit = await at.dispensed(se, tc);
    expect(await at.verdicts('')).toEqual(['Se ok', 'TCEP ok']);
    expect(await at.room.gate.facts(at.question('B-1'))).toMatchObject({
      dispensing: kit,
      weighings: [{ lot: se, supplierLot: 'MKCD1234', checkedBy: 'Carl' }, { lot: tc }],
    });
    expect(await at.kit(kit)).toMatchObject({ status: 'taken', batch: 'B-1' });
    expect(await at.verdicts('B-1')).toEqual(['Se ok', 'TCEP ok']);
    expect(await at.verdicts('B-2')).toEqual(['Se blocked', 'TCEP blocked']);
    expect(await at.weigh(kit, se)).toMatchObject(refusal(/taken by B-1/));
  });

  it('of a rehearsal takes nothing', async () => {
    const at = await started();
    const kit = await at.dispensed(await at.released(selenium), await at.released(tcep));
    expect(await at.room.gate.facts(at.question('B-1', 'rehearsal'))).toEqual({ dispensing: null, weighings: [] });
    expect(await at.kit(kit)).toMatchObject({ status: 'open', batch: null });
  });

  it('is shut by a lot that was rejected after the weighing, until that dispensing is given up', async () => {
    const at = await started();
    const [se, tc] = [await at.released(selenium), await at.released(tcep)];
    const kit = await at.dispensed(se, tc);
    await at.decide(se, 'rejected');
    expect(await at.verdicts('B-1', 'rehearsal')).toContain(`${se} blocked`);
    expect(await at.desk.giveUp({ ...at.as(olga), kit })).toEqual({ done: true, id: kit });
    expect(await at.verdicts('B-1', 'rehearsal')).toEqual(['Se not watched', 'TCEP not watched']);
    expect((await at.lot(tc)).left).toBe('97.13');
  });

  it('that failed after it took a dispensing gives it back; one that began keeps it', async () => {
    const at = await started();
    const kit = await at.dispensed(await at.released(selenium), await at.released(tcep));
    await at.room.gate.facts(at.question('B-1'));
    at.begun.add('B-1');
    expect(await at.desk.giveBack({ ...at.as(olga), kit })).toMatchObject(refusal(/B-1 began/));
    at.begun.clear();
    expect(await at.desk.giveBack({ ...at.as(olga), kit })).toEqual({ done: true, id: kit });
    await at.room.gate.facts(at.question('B-2'));
    expect(await at.kit(kit)).toMatchObject({ batch: 'B-2' });
  });

  it('of two at once leaves one without', async () => {
    const at = await started();
    await at.dispensed(await at.released(selenium), await at.released(tcep));
    const both = await Promise.allSettled(['B-1', 'B-2'].map((batch) => at.room.gate.facts(at.question(batch))));
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a command', () => {
  it('is done once under its id, and another under the same id is refused', async () => {
    const at = await started();
    const request = { ...at.as(olga), ...selenium };
    const first = await at.desk.receive(request);
    expect(await at.desk.receive(request)).toEqual(first);
    expect(await at.desk.receive({ ...request, received: '200' })).toMatchObject(refusal(/another command/));
    expect(await at.desk.lots()).toHaveLength(1);
  });

  it('that the ledger kept and did not acknowledge is done, and done once', async () => {
    const at = await started();
    at.faults.silentFor = 'lot-received';
    const request = { ...at.as(olga), ...selenium };
    expect(await at.desk.receive(request)).toEqual({ done: true, id: 'L-2026-0001' });
    at.faults.silentFor = null;
    expect(await at.desk.receive(request)).toEqual({ done: true, id: 'L-2026-0001' });
    expect(await at.desk.lots()).toHaveLength(1);
  });

  it('is not done where the disk is full, and can be asked again', async () => {
    const at = await started();
    const request = { ...at.as(olga), ...selenium };
    at.faults.full = true;
    await expect(at.desk.receive(request)).rejects.toThrow(/full/);
    expect(await at.desk.lots()).toEqual([]);
    at.faults.full = false;
    expect(await at.desk.receive(request)).toEqual({ done: true, id: 'L-2026-0001' });
  });
});

describe('the room', () => {
  it('knows after a restart what it knew before', async () => {
    const at = await started();
    const kit = await at.dispensed(await at.released(selenium), await at.released(tcep));
    await at.room.gate.facts(at.question('B-1'));
    const again = await started(at.stored);
    expect(await again.desk.lots()).toEqual(await at.desk.lots());
    expect(await again.desk.kits()).toEqual(await at.desk.kits());
    expect(await again.desk.history(kit)).toEqual(await at.desk.history(kit));
    expect(await again.receive({ ...tcep, containers: [] })).toBe('L-2026-0003');
  });

  it('doubts a lot of which an entry cannot be read', async () => {
    const at = await started();
    const lot = await at.released(selenium);
    const torn = at.stored.map((each) =>
      each.event.action === 'lot-status-changed' ? { ...each, event: { ...each.event, data: {} } } : each,
    );
    const again = await started(torn);
    expect(again.room.health()).toMatchObject({ state: 'degraded' });
    expect((await again.lot(lot)).status).toBe('quarantine');
  });

  it('answers nothing before it has read the ledger', async () => {
    const at = world();
    await expect(at.desk.lots()).rejects.toThrow(/stopped/);
    await expect(at.room.gate.check(at.question('B-1'))).rejects.toThrow(/stopped/);
  });
});
