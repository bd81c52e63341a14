import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAlarms, type Alarms } from '../../alarms/index.ts';
import { batchViewOf } from '../support/batch-view.ts';
import type { BatchView } from '../../plant/batch-view.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { AlarmView } from '../../plant/ports/alarm-desk.ts';
import { badNoCommunication } from '../../plant/quality.ts';
import { skidName } from '../../plant/sample.ts';
import { cdse, person, Plant, running, skidOf } from '../control/interlocks/support/plant.ts';
import { Ledger, quiet } from './support/ledger.ts';

const temperature = 'QD-1/R201/TI-201.temperature.high';
const observer: Actor = { ...person, printedName: 'Otto Observer', roles: ['observer'] } as Actor;
const authority: Authority = {
  decide: (actor) =>
    actor.kind === 'person' && actor.roles.includes('operator')
      ? { allowed: true }
      : { allowed: false, reason: 'An observer may not acknowledge alarms.' },
};

let plant: Plant;
let ledger: Ledger;
let room: Alarms;
let scans = 0;
const clock: Clock = {
  timeScale: 1,
  utc: () => utcMs(1_790_000_000_000 + plant.wall),
  monotonic: () => monotonic(plant.wall),
  process: () => processTime(plant.now),
};
const make = (): Alarms => createAlarms({ skids: [skidOf(cdse)], clock, log: quiet, authority, records: ledger });

/** Scans for `ms` of process time, guard first, as the gateway does. */
function scan(ms = 100): void {
  for (let end = plant.now + ms; plant.now < end;) {
    const { utc, monotonic: wall, process, samples, fieldDemand } = plant.scan();
    const verdict = plant.step();
    const batch = {
      skid: skidName('QD-1'),
      scan: ++scans,
      utc,
      monotonic: wall,
      process,
      samples: [...samples.values()],
    };
    room.accept({ batch, verdict, fieldDemand, blocks: [] });
  }
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};
const standing = async (): Promise<Record<string, AlarmView>> =>
  Object.fromEntries((await room.desk.standing()).map((view) => [view.id, view]));
const hotter = (): void => void plant.set({ 'R201/TT-201A': 188 });
const batchIn = (phase: string | null, state: BatchView['state'] = 'Running'): BatchView =>
  batchViewOf('QD-1', { phase, state });

beforeEach(async () => {
  plant = new Plant({ ...running, 'R201/PT-201A': 15, 'R201/PT-201B': 15, 'R201/PT-201C': 15 });
  plant.set({ 'R201/TIC-201.SP': 183, 'R201/TIC-201.WSP': 183, 'F100/PT-110': 15.5 });
  plant.set({ 'R201/TT-201A': 183, 'R201/TT-201B': 183, 'R201/TT-202': 183 }).released();
  ledger = new Ledger();
  room = make();
  await room.start();
});

afterEach(() => room.stop());

describe('a limit alarm of the skid file', () => {
  it('stands with its value, limit, cause and response, and is journalled', async () => {
    const told: string[] = [];
    room.onChange({ changed: ({ id, active }) => void told.push(`${id} ${active}`) });
    scan();
    hotter();
    scan(5000);
    expect((await standing())[temperature]).toBeUndefined();
    scan();
    expect((await standing())[temperature]).toMatchObject({
      title: 'Reactor temperature high',
      level: 'high',
      priority: 1,
      value: 188,
      unit: '°C',
      limit: 187,
      active: true,
      acknowledged: false,
      response: 'Lower the set point; check the flows against their set points.',
      respondWithinMs: 600_000,
    });
    expect(told).toEqual([`${temperature} true`]);
    await settle();
    expect(ledger.stored[0]?.event).toMatchObject({
      scope: 'alarms',
      action: 'alarm-raised',
      object: temperature,
      new: '188',
      unit: '°C',
      data: { skid: 'QD-1', priority: '1', limit: '187', quality: 'Good' },
    });
    expect(await room.desk.journal(utcMs(0), clock.utc(), 10)).toMatchObject([{ alarm: temperature, what: 'raised' }]);
  });

  it('stays, with its quality shown, when the value is lost', async () => {
    hotter();
    scan(5100);
    plant.lose('R201/TT-201B');
    scan(20_000);
    expect((await standing())[temperature]).toMatchObject({ active: true, value: 188, quality: badNoCommunication });
  });

  it('does not look while its condition does not hold, and looks while that is in doubt', async () => {
    const margin = 'QD-1/R201/PI-201.boilingMargin.low';
    plant.set({ 'R201/PT-201A': 0, 'R201/PT-201B': 0, 'R201/PT-201C': 0 });
    plant.set({ 'R201/TT-201A': 25, 'R201/TT-201B': 25, 'R201/TT-202': 25 });
    scan(6000);
    scan(6000);
    expect((await standing())[margin]).toBeUndefined();
    plant.set({ 'R201/TT-201A': 95, 'R201/TT-201B': 95 });
    scan(6000);
    scan(6000);
    expect((await standing())[margin]).toMatchObject({ active: true });
  });

  it('is suppressed by design in the phases that the file lists, and only there', async () => {
    plant.set({ 'F100/PT-110': 20 });
    room.changed(batchIn('prime'));
    scan(61_000);
    const resistance = 'QD-1/R201/PDI-201.resistance.high';
    expect((await standing())[resistance]).toMatchObject({ suppressed: true, acknowledged: true });
    room.changed(batchIn('collect'));
    scan();
    expect((await standing())[resistance]).toMatchObject({ suppressed: false, acknowledged: false, active: true });
    room.changed(batchIn('collect', 'Complete'));
    scan();
    expect((await standing())[resistance]).toMatchObject({ active: true });
  });
});

describe('acknowledging', () => {
  beforeEach(async () => {
    hotter();
    scan(5100);
    await settle();
  });

  it('is recorded with who and the note, and is told', async () => {
    const told: AlarmView[] = [];
    room.onChange({ changed: (view) => void told.push(view) });
    expect(await room.desk.acknowledge([temperature], person, 'set point lowered')).toEqual([]);
    expect((await standing())[temperature]).toMatchObject({ acknowledged: true, acknowledgedBy: 'Olga Operator' });
    expect(told).toMatchObject([{ id: temperature, acknowledged: true }]);
    expect(ledger.stored.at(-1)?.event).toMatchObject({
      action: 'alarm-acknowledged',
      actor: { userName: 'olga' },
      reason: 'set point lowered',
    });
  });

  it('twice, even at the same time, is once', async () => {
    ledger.hold();
    const both = Promise.all([
      room.desk.acknowledge([temperature, temperature], person, ''),
      room.desk.acknowledge([temperature], person, ''),
    ]);
    await settle();
    ledger.letGo();
    expect(await both).toEqual([[], []]);
    expect(await room.desk.acknowledge([temperature], person, '')).toEqual([]);
    expect(ledger.actions().filter((action) => action.includes('acknowledged'))).toHaveLength(1);
  });

  it('is refused to who may not, and for an alarm that is not there, with the reason', async () => {
    expect(await room.desk.acknowledge([temperature], observer, '')).toEqual([
      { id: temperature, by: 'authority', reason: 'An observer may not acknowledge alarms.' },
    ]);
    expect(await room.desk.acknowledge(['QD-1/none', temperature], person, '')).toEqual([
      { id: 'QD-1/none', by: 'name', reason: 'There is no alarm "QD-1/none".' },
    ]);
    expect((await standing())[temperature]?.acknowledged).toBe(true);
  });

  it('is refused while it cannot be recorded, and the alarm stands as before', async () => {
    ledger.full = true;
    const [refusal] = await room.desk.acknowledge([temperature], person, '');
    expect(refusal?.reason).toContain('the disk is full');
    expect((await standing())[temperature]?.acknowledged).toBe(false);
  });

  it('does not count for a raising that came while it was recorded', async () => {
    ledger.hold();
    const answer = room.desk.acknowledge([temperature], person, '');
    await settle();
    plant.set({ 'R201/TT-201A': 180 });
    scan();
    hotter();
    scan(5100);
    ledger.letGo();
    expect(await answer).toEqual([
      { id: temperature, by: 'raised again', reason: expect.stringContaining('raised again') },
    ]);
    expect((await standing())[temperature]?.acknowledged).toBe(false);
  });
});

describe('confirming', () => {
  const confirm = (note = '') => room.desk.confirm([temperature], person, note);

  beforeEach(async () => {
    hotter();
    scan(5100);
    await settle();
  });

  it('says that the cause was dealt with, by whom and how, once someone has seen the alarm', async () => {
    expect(await confirm()).toEqual([{ id: temperature, by: 'state', reason: expect.stringContaining('acknowledge') }]);
    await room.desk.acknowledge([temperature], person, 'set point lowered');
    expect(await confirm('valve replaced')).toEqual([]);
    expect((await standing())[temperature]).toMatchObject({
      active: true,
      confirmed: true,
      confirmedBy: 'Olga Operator',
      comment: { text: 'valve replaced', by: 'Olga Operator' },
    });
    expect(ledger.stored.at(-1)?.event).toMatchObject({ action: 'alarm-confirmed', reason: 'valve replaced' });
    expect(await confirm()).toEqual([]);
    expect(ledger.actions().filter((action) => action.includes('confirmed'))).toHaveLength(1);
  });

  it('is refused as acknowledging is, and is undone by the next raising', async () => {
    await room.desk.acknowledge([temperature], person, '');
    expect(await room.desk.confirm([temperature], observer, '')).toMatchObject([{ by: 'authority' }]);
    ledger.full = true;
    expect(await confirm()).toMatchObject([{ by: 'record' }]);
    ledger.full = false;
    await confirm();
    plant.set({ 'R201/TT-201A': 180 });
    scan();
    hotter();
    scan(5100);
    expect((await standing())[temperature]).toMatchObject({ acknowledged: false, confirmed: false, comment: null });
  });

  it('can come after the alarm has gone from the list, and is known after a restart', async () => {
    await room.desk.acknowledge([temperature], person, '');
    plant.set({ 'R201/TT-201A': 180 });
    scan();
    expect((await standing())[temperature]).toBeUndefined();
    const known = async () => (await room.desk.known()).find(({ id }) => id === temperature);
    expect(await known()).toMatchObject({ active: false, confirmed: false, tag: 'QD-1/R201/T.max' });
    await room.stop();
    room = make();
    await room.start();
    expect(await known()).toMatchObject({ active: false, confirmed: false });
    expect(await confirm()).toEqual([]);
    expect(await known()).toMatchObject({ confirmed: true, confirmedBy: 'Olga Operator' });
  });
});

describe('a remark', () => {
  it('is recorded and shown, and changes nothing else', async () => {
    hotter();
    scan(5100);
    await settle();
    expect(await room.desk.comment([temperature], person, 'Looking into it.')).toEqual([]);
    expect((await standing())[temperature]).toMatchObject({
      acknowledged: false,
      comment: { text: 'Looking into it.', by: 'Olga Operator' },
    });
    expect(ledger.stored.at(-1)?.event).toMatchObject({ action: 'alarm-commented', reason: 'Looking into it.' });
  });
});

describe('whoever listens', () => {
  it('hears of the quality of an alarm that stands, and when', () => {
    const told: unknown[] = [];
    room.onChange({
      changed: ({ id, quality }, at) => {
        if (id === temperature) told.push([quality, at]);
      },
    });
    hotter();
    scan(5100);
    plant.lose('R201/TT-201B');
    scan(1000);
    expect(told).toEqual([
      [0, expect.any(Number)],
      [badNoCommunication, clock.utc() - 1000],
    ]);
  });
});

describe('a restart of the service', () => {
  it('keeps what stood and what was acknowledged, and raises nothing anew', async () => {
    hotter();
    plant.set({ 'X300/LT-302': 85 });
    scan(5100);
    await settle();
    await room.desk.acknowledge([temperature], person, '');
    await room.stop();
    const before = await standing();
    room = make();
    await room.start();
    expect(await standing()).toEqual({
      ...before,
      [temperature]: expect.objectContaining({ active: true, acknowledged: true, acknowledgedBy: 'Olga Operator' }),
    });
    const recorded = ledger.stored.length;
    scan(20_000);
    await settle();
    expect(ledger.stored).toHaveLength(recorded);
    expect(await room.desk.journal(utcMs(0), clock.utc(), 2)).toHaveLength(2);
  });

  it('keeps the trip of an interlock until the guard says otherwise', async () => {
    plant.set({ 'R201/TT-202': 194 });
    scan(1200);
    await settle();
    await room.stop();
    room = make();
    await room.start();
    expect(await standing()).toMatchObject({ 'QD-1/interlock-12': { active: true, priority: 1 } });
  });
});

describe('the interlocks among the alarms', () => {
  it('has one for each cause, the first-out first, with what the row says and what to do', async () => {
    plant.set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17 });
    scan(600);
    plant.set({ 'R201/TT-202': 194 });
    scan(1200);
    const [first, second] = await room.desk.standing();
    expect(first).toMatchObject({
      id: 'QD-1/interlock-9',
      title: 'Interlock 9: Pressure high-high',
      priority: 1,
      limit: null,
      suppressed: false,
    });
    expect(first?.cause).toContain('17.00 bar(g)');
    expect(first?.response).toContain('bursts above its allowable pressure. Remove the cause');
    expect(second?.id).toBe('QD-1/interlock-12');
  });

  it('clears them upon the reset, not when the cause goes', async () => {
    plant.set({ 'R201/TT-202': 194 });
    scan(1200);
    plant.fieldDemand = 'S';
    plant.set({ 'R201/TT-202': 183 });
    scan(61_000);
    expect(await standing()).toMatchObject({ 'QD-1/interlock-12': { active: true } });
    expect(plant.reset()).toEqual([]);
    plant.letGo();
    scan();
    expect(await standing()).toMatchObject({ 'QD-1/interlock-12': { active: false, acknowledged: false } });
  });

  it('shows a lost channel and a warning, which clear by themselves without flickering', async () => {
    for (let i = 0; i < 10; i++) {
      plant.lose('R201/PT-201C');
      scan();
      plant.set({ 'R201/PT-201C': 15 });
      scan();
    }
    await settle();
    const ofLoss = (): string[] => ledger.actions().filter((action) => action.startsWith('QD-1/interlock-9.loss'));
    expect(ofLoss()).toEqual(['QD-1/interlock-9.loss alarm-raised']);
    scan(10_100);
    await settle();
    expect(ofLoss()).toHaveLength(2);
    plant.set({ 'R201/TT-202': 189 });
    scan(5200);
    expect(await standing()).toMatchObject({ 'QD-1/interlock-12.warning': { active: true, priority: 2 } });
  });

  it('has one for interlocks that fail themselves', async () => {
    const batch = { skid: skidName('QD-1'), scan: 1, utc: clock.utc(), monotonic: clock.monotonic(), samples: [] };
    const causes = [{ row: null, title: 'Interlocks', message: 'The interlocks could not be evaluated.' }];
    const verdict = { demand: 'H', causes, releasing: false } as const;
    room.accept({ batch: { ...batch, process: clock.process() }, verdict, fieldDemand: 'H', blocks: [] });
    expect(await standing()).toMatchObject({ 'QD-1/interlock-interlocks': { active: true, priority: 1 } });
  });

  it('takes the start of the service for no alarm where the skid is cold', async () => {
    plant = new Plant();
    scan(1000);
    expect(Object.keys(await standing()).filter((id) => id.includes('interlock'))).toEqual([]);
  });
});

describe('a lost link', () => {
  const link = 'QD-1/link';
  const pressure = 'QD-1/interlock-9.doubt';

  it('comes first, at priority 1 while HOT-HOLD is demanded, with the rows that lost their channels behind it', async () => {
    scan();
    plant.lose('R201/PT-201A', 'R201/PT-201B', 'R201/PT-201C');
    scan(2000);
    plant.loseAll();
    scan(1000);
    const [first, ...others] = await room.desk.standing();
    expect(first).toMatchObject({ id: link, priority: 1, title: 'Link lost' });
    expect(others.map(({ id }) => id)).toContain(pressure);
    expect(others.filter(({ level }) => level === 'trip')).toEqual([]);
  });

  it('is no measured trip of the rows: their alarms say that no channel is left, and what holds', async () => {
    scan();
    plant.loseAll();
    scan(1000);
    expect((await standing())[pressure]).toMatchObject({
      title: 'No Good channel left for: Pressure high-high; HOT-HOLD by the doubt rule',
      cause: expect.stringContaining('No Good channel is left') as string,
      level: 'doubt',
      priority: 1,
    });
    expect((await standing())[pressure]?.response).not.toContain('bursts');
  });

  it('leaves the doubts standing when it is back, until the reset, and keeps their words over a restart', async () => {
    scan();
    plant.loseAll();
    scan(1000);
    await settle();
    const before = await standing();
    await room.stop();
    room = make();
    await room.start();
    expect((await standing())[pressure]).toEqual(before[pressure]);
    plant.set({ 'R201/PT-201A': 15, 'R201/PT-201B': 15, 'R201/PT-201C': 15 });
    scan(1000);
    expect((await standing())[pressure]).toMatchObject({ active: true });
    expect((await standing())['QD-1/interlock-9']).toBeUndefined();
  });

  it('does not turn a measured trip into a doubt', async () => {
    plant.set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17 });
    scan(600);
    plant.loseAll();
    scan(1000);
    expect(await standing()).toMatchObject({
      'QD-1/interlock-9': { active: true, title: 'Interlock 9: Pressure high-high' },
    });
    expect((await standing())[pressure]).toBeUndefined();
  });

  it('tells who listens when its priority changes', () => {
    const told: string[] = [];
    room.onChange({ changed: ({ id, priority }) => void told.push(`${id} ${priority}`) });
    const batch = () => ({
      skid: skidName('QD-1'),
      scan: ++scans,
      utc: clock.utc(),
      monotonic: clock.monotonic(),
      process: clock.process(),
      samples: [...plant.scan().samples.values()],
    });
    plant.loseAll();
    for (const demand of ['none', 'none', 'H', 'H'] as const) {
      plant.wall += 10_001;
      room.accept({ batch: batch(), verdict: { demand, causes: [], releasing: false }, fieldDemand: null, blocks: [] });
    }
    expect(told.filter((line) => line.startsWith(link))).toEqual([`${link} 2`, `${link} 1`]);
  });

  it('is an alarm of its own when every tag is Bad, and clears when one is seen again', async () => {
    scan();
    plant.loseAll();
    scan();
    expect((await standing())[link]).toMatchObject({ active: true, title: 'Link lost' });
    plant.set({ 'X300/LT-302': 10 });
    scan();
    expect((await standing())[link]).toMatchObject({ active: false });
  });

  it('gives a skid that was never seen its time to answer first', async () => {
    plant = new Plant().loseAll();
    scan(9900);
    expect((await standing())[link]).toBeUndefined();
    scan(300);
    expect((await standing())[link]).toMatchObject({ active: true });
  });
});
