import { describe, expect, it } from 'vitest';
import { utcMs } from '../../../plant/clock.ts';
import { by, carl, mona, one, two, world } from './world.ts';
import { fieldsLost } from '../../support/on-record.ts';

const device = 'AE-105A';
const name = `QD-1/${device}`;

/** A house whose first device says who it is, looked at as often as a start asks. */
async function begun(stored = world().stored) {
  const house = world(stored);
  await house.room.start();
  const look = async (said: object | null) => {
    house.saying.set(name, said);
    return (await house.verdicts('instrument')).map(({ verdict, found }) => `${verdict}: ${found}`);
  };
  const accept = (said: Readonly<{ serial: string | null; firmware: string | null }>, signers = by(mona, carl)) =>
    house.room.desk.acceptInstrument({ ...house.command(mona), skid: one.name, device, said, signers });
  const told = () =>
    house.stored.filter(({ event }) => event.action === 'instrument-identity').map(({ event }) => event);
  return { ...house, look, accept, told };
}

describe('a device that says who it is', () => {
  it('is recorded as it was first found, with how its calibrations stand, once however often it connects', async () => {
    const { look, told, room, saying } = await begun();
    expect(await look({ serial: 'S-1', firmware: '2.0' })).toEqual([
      'ok: It says serial number S-1, firmware 2.0, as on record.',
    ]);
    saying.set(name, null);
    await look(null);
    await look({ serial: 'S-1', firmware: '2.0' });
    await room.stop();
    expect(told()).toMatchObject([
      {
        scope: 'equipment/QD-1',
        actor: { kind: 'service' },
        object: device,
        old: null,
        new: { serial: 'S-1', firmware: '2.0' },
        data: { calibrations: [{ instrument: device, state: 'never calibrated' }] },
      },
    ]);
  });

  it('and is another than on record blocks product, is an alarm and on record, over a restart too', async () => {
    const first = await begun();
    await first.look({ serial: 'S-1', firmware: '2.0' });
    expect(await first.look({ serial: 'S-2', firmware: '2.0' })).toEqual([
      'blocked: It says serial number S-2, firmware 2.0; on record is serial number S-1, firmware 2.0.',
    ]);
    expect(first.alarms).toEqual([expect.stringMatching(/^\+ QD-1 instrument-identity.*S-2.*S-1/)]);
    await first.look({ serial: 'S-2', firmware: '2.0' });
    expect(first.alarms).toHaveLength(1);
    await first.room.stop();
    expect(first.told().at(-1)).toMatchObject({ old: { serial: 'S-1' }, new: { serial: 'S-2' } });
    const again = await begun(first.stored);
    expect(await again.look({ serial: 'S-2', firmware: '2.0' })).toEqual([expect.stringMatching(/^blocked/)]);
    expect(again.alarms).toHaveLength(1);
    expect(again.told()).toHaveLength(2);
  });

  it('with another firmware is another, and one that is put back is not', async () => {
    const { look, alarms } = await begun();
    await look({ serial: 'S-1', firmware: '2.0' });
    expect(await look({ serial: 'S-1', firmware: '2.1' })).toEqual([expect.stringMatching(/^blocked.*firmware 2\.1/)]);
    expect(await look({ serial: 'S-1', firmware: '2.0' })).toEqual([expect.stringMatching(/^ok/)]);
    expect(alarms.map((text) => text.slice(0, 1))).toEqual(['+', '-']);
  });

  it('is accepted by two people as what it says, and not as something else', async () => {
    const { look, accept, alarms, room, signed, stored } = await begun();
    await look({ serial: 'S-1', firmware: null });
    await look({ serial: 'S-2', firmware: null });
    expect(await accept({ serial: 'S-3', firmware: null })).toMatchObject({ done: false, reason: expect.stringMatching(/says serial number S-2.*Look again/) as string }); // prettier-ignore
    expect(await accept({ serial: 'S-2', firmware: null }, by(mona, mona))).toMatchObject({ done: false });
    expect(await look({ serial: 'S-2', firmware: null })).toEqual([expect.stringMatching(/^blocked/)]);
    expect(await accept({ serial: 'S-2', firmware: null })).toEqual({ done: true });
    const events = stored.map(({ event }) => event);
    const { commandId } = events.findLast(({ action }) => action === 'instrument-accepted')!.data!;
    const accepted = { ':skid': 'QD-1', commandId, reason: 'as the procedure has it', device, said: { serial: 'S-2' } };
    expect(fieldsLost('/api/equipment/:skid/instruments', accepted, events)).toEqual([]);
    expect(signed.at(-1)).toMatch(/^checked carl: QD-1.* is the instrument with serial number S-2/);
    expect(await look({ serial: 'S-2', firmware: null })).toEqual([expect.stringMatching(/^ok/)]);
    expect(alarms.at(-1)).toMatch(/^-/);
    expect(await room.desk.identities()).toMatchObject([{ state: 'as recorded', accepted: { by: 'Mona', checkedBy: 'Carl' } }]); // prettier-ignore
    await room.stop();
    const again = await begun(stored);
    expect(await again.look({ serial: 'S-2', firmware: null })).toEqual([expect.stringMatching(/^ok/)]);
    expect(await again.look({ serial: 'S-1', firmware: null })).toEqual([expect.stringMatching(/^blocked/)]);
  });

  it('and was exchanged for another has no calibration here before one is recorded for it; one with new firmware keeps its own', async () => {
    const { look, accept, calibrate, verdicts, pass, room, stored, now } = await begun();
    const calibrated = async (house: Pick<typeof room, 'desk'>) =>
      (await house.desk.instruments()).map(({ instrument, state }) => `${instrument} ${state}`);
    await look({ serial: 'S-1', firmware: '2.0' });
    for (const instrument of ['R201/PT-201A', device]) await calibrate({ instrument });
    pass(1);
    await look({ serial: 'S-1', firmware: '2.1' });
    expect(await accept({ serial: 'S-1', firmware: '2.1' })).toEqual({ done: true });
    expect((await calibrated(room)).slice(0, 2)).toEqual(['R201/PT-201A in date', 'AE-105A in date']);
    await look({ serial: 'S-2', firmware: '2.1' });
    expect(await accept({ serial: 'S-2', firmware: '2.1' })).toEqual({ done: true });
    expect((await calibrated(room)).slice(0, 2)).toEqual(['R201/PT-201A in date', 'AE-105A never calibrated']);
    expect((await verdicts('calibration')).map(({ verdict }) => verdict)).toEqual(['ok', 'blocked']);
    await room.stop();
    const again = world(stored, now());
    await again.room.start();
    expect((await calibrated(again.room)).slice(0, 2)).toEqual(['R201/PT-201A in date', 'AE-105A never calibrated']);
    await calibrate({ instrument: device, certificate: 'of the other', at: utcMs(now() - 86_400_000) });
    expect((await calibrated(room)).slice(0, 2)).toEqual(['R201/PT-201A in date', 'AE-105A in date']);
  });

  it('that no longer says its serial number blocks, and one that is not connected is not watched', async () => {
    const { look } = await begun();
    await look({ serial: 'S-1', firmware: '2.0' });
    expect(await look({})).toEqual([expect.stringMatching(/^blocked: It is connected and does not say who it is/)]);
    expect(await look({ firmware: '2.0' })).toEqual([expect.stringMatching(/^blocked/)]);
    expect(await look(null)).toEqual(['not watched: It is not connected.']);
  });

  it('in pieces is known by all of them, and no piece replaces another', async () => {
    const { look, told, room } = await begun();
    await look({ firmware: '2.0' });
    await look({ serial: 'S-1', firmware: '2.0' });
    expect(await look({ serial: 'S-9', firmware: '2.0' })).toEqual([expect.stringMatching(/^blocked.*S-9.*S-1/)]);
    await room.stop();
    expect(told()).toHaveLength(3);
  });

  it('that never said anything is asked nothing, nor is one of another skid, and no rehearsal asks', async () => {
    const { look, verdicts, saying } = await begun();
    expect(await look({})).toEqual([]);
    saying.set(`${two.name}/${device}`, { serial: 'S-7' });
    expect(await verdicts('instrument')).toEqual([]);
    await look({ serial: 'S-1' });
    saying.set(name, { serial: 'S-2' });
    expect(await verdicts('instrument', { purpose: 'rehearsal' })).toMatchObject([{ verdict: 'not watched' }]);
  });

  it('goes into the record of a batch with what it says', async () => {
    const { look, room, ask } = await begun();
    await look({ serial: 'S-1', firmware: '2.0' });
    const facts = await room.gate.facts(ask());
    expect(facts['instruments']).toEqual([{ skid: 'QD-1', device, serial: 'S-1', firmware: '2.0', state: 'as recorded' }]); // prettier-ignore
  });

  it('is looked at by itself, within a second of its connection', async () => {
    const { saying, alarms, look } = await begun();
    await look({ serial: 'S-1' });
    saying.set(name, { serial: 'S-2' });
    await expect.poll(() => alarms.length, { timeout: 5000 }).toBe(1);
  });
});
