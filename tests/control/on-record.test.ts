/** That what people do with materials, labels, samples, badges and records of equipment is on record: who, in which role, where, what and why. */
import { afterAll, describe, expect, it } from 'vitest';
import type { RecordEvent, RecordValue, StoredEvent } from '../../plant/record-event.ts';
import { actor as rosasActor, begin, hall, rosa } from './exposure/support/hall.ts';
import { by as signersOf, carl as cora, olga as otto, started as startedLabels } from './materials/labels/world.ts';
import { clean, started as startedExchange } from './materials/exchange/world.ts';
import { olga, selenium, started, tcep } from './materials/world.ts';
import { by, mona, olga as olgaOfEquipment, world } from './equipment/world.ts';

afterAll(clean);

type Told = Readonly<{ stored: readonly StoredEvent[] }>;

/** What the deed left on record, by the person who did it. */
async function left(world: Told, deed: () => Promise<unknown>): Promise<readonly RecordEvent[]> {
  const before = world.stored.length;
  expect(await deed()).toMatchObject({ done: true });
  return world.stored.slice(before).map(({ event }) => event);
}

const onRecord = (
  events: readonly RecordEvent[],
  action: string,
  userName: string,
  more: Partial<RecordEvent> = {},
): void => {
  const found = events.filter((event) => event.action === action);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    ...more,
    object: expect.stringMatching(/./u) as string,
    actor: {
      kind: 'person',
      userName,
      id: expect.stringMatching(/^P-/u) as string,
      printedName: expect.stringMatching(/./u) as string,
      roles: expect.arrayContaining([expect.any(String)]) as string[],
      terminal: expect.stringMatching(/./u) as string,
    },
  });
};

describe('what is done with materials', () => {
  it('is on record, each deed with who did it and why', async () => {
    const at = await started();
    const deed = async (action: string, userName: string, reason: string, done: () => Promise<unknown>) =>
      onRecord(await left(at, done), action, userName, { reason });
    await deed('lot-received', 'olga', 'it came', () => at.desk.receive({ ...at.as(olga, 'it came'), ...selenium }));
    const lot = (await at.desk.lots())[0]!.id;
    const decided = await left(at, () => at.decide(lot, 'released'));
    onRecord(decided, 'lot-status-changed', 'quinn', { old: 'quarantine', new: 'released' });
    await deed('dispensing-opened', 'olga', 'for tomorrow', () =>
      at.desk.open({ ...at.as(olga, 'for tomorrow'), recipe: 'CdSe', version: 3 }),
    );
    const kit = (await at.desk.kits())[0]!.id;
    onRecord(await left(at, () => at.weigh(kit, lot)), 'weighing-entered', 'olga');
    await deed('weighing-struck', 'olga', 'The point was left out.', () => at.strike(kit, 1));
    await deed('dispensing-given-up', 'olga', 'it is too late', () =>
      at.desk.giveUp({ ...at.as(olga, 'it is too late'), kit }),
    );
    const corrected = await left(at, () =>
      at.desk.correct({ ...at.as(olga, 'the delivery note says 90'), lot, ...selenium, received: '90' }),
    );
    onRecord(corrected, 'lot-corrected', 'olga', {
      old: expect.objectContaining({ received: selenium.received }) as RecordValue,
      new: expect.objectContaining({ received: '90' }) as RecordValue,
      reason: 'the delivery note says 90',
    });
  });

  it('is on record where a dispensing that a batch had taken is given back', async () => {
    const at = await started();
    const kit = await at.dispensed(await at.released(selenium), await at.released(tcep));
    await at.room.gate.facts(at.question('B-1'));
    const events = await left(at, () => at.desk.giveBack({ ...at.as(olga, 'it never began'), kit }));
    onRecord(events, 'dispensing-given-back', 'olga', { reason: 'it never began' });
  });
});

describe('what is done with labels', () => {
  it('is on record, each deed with who did it and why', async () => {
    const at = await startedLabels();
    const known = await left(at, () => at.desk.printKnown({ ...at.as(), containers: ['SE-1'] }));
    onRecord(known, 'labels-printed', 'olga');
    onRecord(await left(at, () => at.vials(2)), 'labels-printed', 'olga');
    const again = await left(at, () => at.desk.reprint({ ...at.as(otto, 'smeared'), serial: '26000002' }));
    onRecord(again, 'label-reprinted', 'olga', { reason: 'smeared' });
    const mark = { codes: ['2600000301'], as: 'destroyed' } as const;
    const marked = await left(at, () => at.desk.mark({ ...at.as(otto, 'torn'), ...mark }));
    onRecord(marked, 'labels-marked', 'olga', { reason: 'torn' });
    const count = { subject: 'B-2026-0001', left: ['2600000201', '2600000202'], signers: signersOf(otto, cora) };
    const counted = await left(at, () => at.desk.reconcile({ ...at.as(otto, 'as counted'), ...count }));
    onRecord(counted, 'labels-counted', 'olga', { reason: 'as counted' });
  });
});

describe('what is done with samples and orders', () => {
  it('is on record, each deed with who did it', async () => {
    const at = await startedExchange();
    const asked = { batch: 'B-2026-0001', sample: 'V-1', analyses: ['size'] };
    const events = await left(at, () => at.desk.requestAnalyses({ ...at.as(), ...asked }));
    onRecord(events, 'analyses-requested', 'olga');
    await at.room.stop();
  });
});

describe('what is done with instruments, skids and training', () => {
  it('is on record, each deed with who did it and why', async () => {
    const at = world();
    await at.room.start();
    const told = { stored: at.stored };
    const why = { reason: 'as the procedure has it' };
    onRecord(await left(told, () => at.calibrate()), 'calibration-recorded', 'mona', why);
    onRecord(await left(told, () => at.clean()), 'cleaned', 'olga', why);
    onRecord(await left(told, () => at.clean('to be cleaned', by(olgaOfEquipment))), 'to-be-cleaned', 'olga', why);
    const events = await left(told, () => at.train(mona, 'calibration'));
    onRecord(events, 'training-recorded', 'quinn', why);
  });
});

describe('what is said of people in the hall', () => {
  it('is on record: badges, who comes and goes, results of samples', async () => {
    const here = hall();
    await here.room.start();
    const deed = async (action: string, done: () => Promise<unknown>) =>
      onRecord(await left(here, done), action, 'rosa');
    const { desk } = here.room;
    await deed('badge-given', () => desk.giveBadge({ personId: rosa.id, badge: '17' }, rosasActor));
    await deed('zone-entered', () => desk.presence({ badge: '17', zone: 'hall' }, rosasActor));
    await deed('zone-left', () => desk.presence({ badge: '17', zone: null }, rosasActor));
    const sample = { personId: rosa.id, agent: 'Cd', fraction: 'total', concentration: 1.6, unit: 'µg/m³' } as const;
    const worn = { from: (begin - 3_600_000) as never, to: begin as never, laboratory: 'North', method: 'NIOSH 7048' };
    await deed('filter-result-entered', () => desk.addFilterResult({ ...sample, ...worn }, rosasActor));
    await here.room.stop();
  });
});
