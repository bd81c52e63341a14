import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin } from '../../../control/equipment/calibration.ts';
import { by, mona, olga, paul, carl, one, two, recipe, world, actorOf, at } from './world.ts';

describe('an instrument of a skid', () => {
  it('blocks a start until it was calibrated, by name and with what to do', async () => {
    const { room, verdicts, calibrate } = world();
    await room.start();
    const before = await verdicts('calibration');
    expect(before.map(({ object, verdict }) => [object, verdict])).toEqual([
      ['QD-1/R201/PT-201A', 'blocked'],
      ['QD-1/AE-105A', 'blocked'],
    ]);
    expect(before[0]).toMatchObject({ found: 'Reactor pressure: It was never calibrated here.' });
    expect(await calibrate()).toEqual({ done: true });
    expect(await verdicts('calibration')).toMatchObject([{ verdict: 'ok' }, { verdict: 'blocked' }]);
  });

  it('blocks from the day on at which it is due, and names the day', async () => {
    const { room, verdicts, calibrate, pass } = world();
    await room.start();
    await calibrate();
    pass(364.9);
    expect(await verdicts('calibration')).toMatchObject([{ verdict: 'ok' }, {}]);
    pass(0.2);
    const [check] = await verdicts('calibration');
    expect(check).toMatchObject({
      verdict: 'blocked',
      found: 'Reactor pressure: Its calibration was due on 2027-10-02.',
    });
    expect(check?.remedy).toContain('QD-1/R201/PT-201A');
  });

  it('is due when its certificate says, where that is earlier than the interval, and never later', async () => {
    const { room, calibrate, now } = world();
    await room.start();
    await calibrate({ due: at(now() + 1000) });
    await calibrate({ due: at(now() + 1e12) });
    const dues = (await room.desk.calibrations(one.name, 'R201/PT-201A')).map(({ due }) => due - now());
    expect(dues.sort((a, b) => a - b)).toEqual([1000, 365 * 86_400_000]);
  });

  it('that was left out of tolerance is not gone by, whatever its date', async () => {
    const { room, verdicts, calibrate } = world();
    await room.start();
    await calibrate({ asLeft: [{ reference: '10', reading: '10.11' }] });
    const [check] = await verdicts('calibration');
    expect(check).toMatchObject({ verdict: 'blocked', found: expect.stringContaining('out of tolerance') as string });
    const [view] = await room.desk.instruments();
    expect(view).toMatchObject({ state: 'out of tolerance', last: { asFoundWithin: true, asLeftWithin: false } });
  });

  it('is watched by nobody in a rehearsal', async () => {
    const { room, verdicts } = world();
    await room.start();
    const checks = await verdicts('calibration', { purpose: 'rehearsal' });
    expect(checks.map(({ verdict }) => verdict)).toEqual(['not watched', 'not watched']);
  });

  it('is calibrated by one and checked by another, or not at all', async () => {
    const { room, calibrate, signed, stored } = world();
    await room.start();
    const wrong = [{ ...by(paul)[0], password: 'wrong' }] as ReturnType<typeof by>;
    for (const signers of [by(mona), by(mona, mona), [...by(mona), ...wrong], by(paul, mona), by(mona, olga)])
      expect(await calibrate({ signers })).toMatchObject({ done: false });
    expect((await room.desk.instruments())[0]?.last).toBeNull();
    expect(stored.some(({ event }) => event.action === 'calibration-recorded')).toBe(false);
    expect(await calibrate({ signers: by(mona, carl) })).toEqual({ done: true });
    expect(signed.at(-1)).toMatch(/^checked carl: calibration of QD-1\/R201\/PT-201A/u);
    expect((await room.desk.instruments())[0]?.last).toMatchObject({ by: 'Mona', checkedBy: 'Carl' });
  });

  it.each([
    ['a time that has not come', { at: at(1e13) }, /has not come yet/u],
    ['an instrument that is not calibrated', { instrument: 'R201/PT-9' }, /not calibrated by its skid file/u],
    ['a skid that is not there', { skid: 'QD-9' as never }, /no skid QD-9/u],
    ['no certificate', { certificate: ' ' }, /Name the certificate/u],
    ['a number in octal', { tolerance: '010' }, /"010" is no decimal/u],
    ['a number that is none', { asFound: [{ reference: '1', reading: 'NaN' }] }, /"NaN" is no decimal/u],
    ['a tolerance of nothing', { tolerance: '0.0' }, /tolerance of 0.0/u],
    ['no point', { asLeft: [] }, /1 to 50 points/u],
    ['a due date before it', { due: at(5) }, /before it was done/u],
    ['no reason', { reason: ' ' }, /Say why/u],
  ])('takes no calibration with %s', async (_, more, says) => {
    const { room, calibrate, stored } = world();
    await room.start();
    const told = stored.length;
    const answer = await calibrate(more);
    expect(answer).toMatchObject({ done: false });
    expect('reason' in answer ? answer.reason : '').toMatch(says);
    expect(stored).toHaveLength(told);
  });

  it('is recorded once however often the same command comes, and another under its id is refused', async () => {
    const { room, calibrate, stored } = world();
    await room.start();
    const same = { commandId: 'once' };
    expect(await calibrate(same)).toEqual({ done: true });
    const told = stored.length;
    expect(await calibrate(same)).toEqual({ done: true });
    expect(stored).toHaveLength(told);
    expect(await calibrate({ ...same, certificate: 'K-18' })).toMatchObject({ done: false });
  });

  it('is recorded and checked by trained people alone', async () => {
    const untrained = world([]);
    await untrained.room.start();
    expect(await untrained.calibrate()).toMatchObject({
      done: false,
      reason: expect.stringMatching(/^Mona may not record/u) as string,
    });
    await untrained.train(mona, 'calibration');
    expect(await untrained.calibrate()).toMatchObject({
      done: false,
      reason: expect.stringMatching(/^Paul may not check/u) as string,
    });
    await untrained.train(paul, 'batch-records');
    expect(await untrained.calibrate()).toEqual({ done: true });
  });

  it('has its dates after a restart', async () => {
    const { room, calibrate, stored } = world();
    await room.start();
    await calibrate({ commandId: 'once' });
    const again = world(stored);
    await again.room.start();
    expect(await again.room.desk.instruments()).toEqual(await room.desk.instruments());
    expect(await again.calibrate({ commandId: 'once' })).toEqual({ done: true });
  });

  it('is recorded by nobody who may not', async () => {
    const { room, calibrate } = world();
    await room.start();
    const actor = { ...actorOf(olga), roles: ['observer'] as const };
    expect(await calibrate({ actor })).toEqual({ done: false, reason: 'Olga may not record calibration here.' });
  });
});

describe('a calibration that finds an instrument out of tolerance', () => {
  const bad = { asFound: [{ reference: '10', reading: '10.2' }] };
  const listed = async (room: ReturnType<typeof world>['room']) =>
    (await room.desk.calibrations(one.name, 'R201/PT-201A'))[0]?.batches;

  it('lists the batches that ran on its skid since it was last left good, on record too, and tells who has to know', async () => {
    const { room, calibrate, run, pass, stored, failed } = world();
    await room.start();
    run('B-1', recipe());
    pass(1);
    await calibrate();
    pass(1);
    run('B-2', recipe());
    run('B-3', recipe());
    pass(1);
    expect(await calibrate(bad)).toEqual({ done: true });
    expect(await listed(room)).toEqual(['B-2', 'B-3']);
    expect(stored.at(-1)?.event.data?.['batches']).toEqual(['B-2', 'B-3']);
    expect(failed).toEqual(['QD-1/R201/PT-201A: B-2, B-3']);
  });

  it('lists none twice: a good one between ends what it reaches back to, one that left it bad does not', async () => {
    const { room, calibrate, run, pass } = world();
    await room.start();
    run('B-1', recipe());
    pass(1);
    await calibrate({ ...bad, asLeft: bad.asFound });
    pass(1);
    run('B-2', recipe());
    pass(1);
    await calibrate(bad);
    expect(await listed(room)).toEqual(['B-1', 'B-2']);
    pass(1);
    run('B-3', recipe());
    pass(1);
    await calibrate(bad);
    expect(await listed(room)).toEqual(['B-3']);
  });

  it('lists a batch that runs, and none that began after it was set right', async () => {
    const { room, calibrate, pass, now } = world();
    await room.start();
    const calibrated = now();
    const began = (batch: string) =>
      room.listener.batchBegan({ skid: one.name, batch, at: now(), recipe: 'CdSe', kind: 'production', chemistry: 'selenium', purpose: 'production' }); // prettier-ignore
    began('B-1');
    pass(1);
    const set = now();
    pass(1);
    room.listener.batchEnded({ skid: one.name, batch: 'B-1', at: now(), outcome: 'Complete' });
    began('B-2');
    expect(await calibrate({ ...bad, at: set })).toEqual({ done: true });
    expect(await listed(room)).toEqual(['B-1']);
    expect(calibrated).toBeLessThan(set);
  });

  it('is told again after a start, and says of one on another skid nothing', async () => {
    const before = world();
    await before.room.start();
    before.run('B-1', recipe());
    await before.calibrate({ ...bad, skid: two.name });
    expect(before.failed).toEqual([]);
    before.pass(1);
    await before.calibrate(bad);
    const after = world(before.stored, before.now());
    await after.room.start();
    expect(after.failed).toEqual(['QD-1/R201/PT-201A: B-1']);
    expect(await listed(after.room)).toEqual(['B-1']);
  });

  it('of a record from before batches were listed lists none', async () => {
    const { room, calibrate, run, pass, stored, now } = world();
    await room.start();
    run('B-1', recipe());
    pass(1);
    await calibrate(bad);
    const old = stored.map((each) => {
      if (each.event.action !== 'calibration-recorded') return each;
      const data = Object.fromEntries(Object.entries(each.event.data ?? {}).filter(([field]) => field !== 'batches'));
      return { ...each, event: { ...each.event, data } };
    });
    const after = world(old, now());
    await after.room.start();
    expect(await listed(after.room)).toEqual([]);
    expect(after.room.health().state).toBe('ready');
  });
});

describe('a tolerance', () => {
  it('is compared as decimals are, without a binary rounding', () => {
    expect(isWithin([{ reference: '0.3', reading: '0.4' }], '0.1')).toBe(true);
    expect(isWithin([{ reference: '0.3', reading: '0.400000000001' }], '0.1')).toBe(false);
    expect(isWithin([{ reference: '-0.05', reading: '0.05' }], '0.1')).toBe(true);
    expect(isWithin([{ reference: '-0.5', reading: '0.5' }], '0.99')).toBe(false);
  });

  it('is kept exactly by errors up to it', () => {
    const cents = fc.integer({ min: -100_000, max: 100_000 });
    const text = (value: number): string => {
      const digits = String(Math.abs(value)).padStart(3, '0');
      return `${value < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
    };
    fc.assert(
      fc.property(cents, cents, fc.integer({ min: 1, max: 100_000 }), (reference, reading, tolerance) => {
        const points = [{ reference: text(reference), reading: text(reading) }];
        expect(isWithin(points, text(tolerance))).toBe(Math.abs(reading - reference) <= tolerance);
      }),
    );
  });
});
