import { beforeEach, describe, expect, it } from 'vitest';
import { createAlarms, type Alarms } from '../../alarms/index.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { StandingAlarm } from '../../plant/ports/standing-alarms.ts';
import { skidName } from '../../plant/sample.ts';
import { Ledger, quiet } from './support/ledger.ts';

const olga: Actor = {
  kind: 'person',
  id: 'p-1',
  userName: 'olga',
  printedName: 'Olga Operator',
  roles: ['operator'],
  terminal: 'test',
};
const overdue: StandingAlarm = {
  id: 'proof-tests',
  skid: skidName('QD-1'),
  title: 'Proof tests overdue',
  priority: 2,
  cause: 'Row 9 was last proven 400 days ago.',
  consequence: 'Whether it would trip is not known.',
  response: 'Have it tested.',
  respondWithinMs: 86_400_000,
};
const exposure: StandingAlarm = { ...overdue, id: 'exposure.OP-1.Cd', skid: null, priority: 1, title: 'Cd, OP-1' };
const ofTests = 'QD-1/proof-tests';

let wall = 0;
const clock: Clock = {
  timeScale: 1,
  utc: () => utcMs(1_790_000_000_000 + wall),
  monotonic: () => monotonic(wall),
  process: () => processTime(wall),
};
let ledger: Ledger;
let room: Alarms;
const make = (): Alarms =>
  createAlarms({ skids: [], clock, log: quiet, authority: { decide: () => ({ allowed: true }) }, records: ledger });
const settle = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};
const scan = (): void => {
  const batch = {
    skid: skidName('QD-1'),
    scan: 1,
    utc: clock.utc(),
    monotonic: clock.monotonic(),
    process: clock.process(),
    samples: [],
  };
  room.accept({ batch, verdict: { demand: 'none', causes: [], releasing: false }, fieldDemand: null, blocks: [] });
};
async function restart(): Promise<void> {
  await settle();
  await room.stop();
  room = make();
  await room.start();
}

beforeEach(async () => {
  ledger = new Ledger();
  room = make();
  await room.start();
});

describe('an alarm that another room judges', () => {
  it('stands with the words of that room until it takes them back, and is journalled once for each', async () => {
    room.standing.stand(overdue);
    room.standing.stand(overdue);
    expect(await room.desk.standing()).toMatchObject([{ ...overdue, id: ofTests, active: true, acknowledged: false }]);
    await room.desk.acknowledge([ofTests], olga, 'ordered');
    room.standing.gone('proof-tests', skidName('QD-1'));
    expect(await room.desk.standing()).toEqual([]);
    expect(ledger.actions()).toEqual(['raised', 'acknowledged', 'cleared'].map((what) => `${ofTests} alarm-${what}`));
  });

  it('changes its words and its priority without being raised anew', async () => {
    room.standing.stand(overdue);
    const told: string[] = [];
    room.onChange({ changed: ({ cause }) => void told.push(cause) });
    room.standing.stand({ ...overdue, cause: 'Rows 9 and 11.', priority: 1 });
    expect(await room.desk.standing()).toMatchObject([{ cause: 'Rows 9 and 11.', priority: 1 }]);
    expect(told).toEqual(['Rows 9 and 11.']);
    await settle();
    expect(ledger.actions()).toEqual([`${ofTests} alarm-raised`]);
  });

  it('of the site is of no skid', async () => {
    room.standing.stand(exposure);
    expect(await room.desk.standing()).toMatchObject([{ id: 'site/exposure.OP-1.Cd', skid: 'site', priority: 1 }]);
  });

  it('that was never raised is not taken back either', async () => {
    room.standing.gone('proof-tests', null);
    await settle();
    expect(ledger.actions()).toEqual([]);
  });

  it('said before the alarms have started is raised when they have', async () => {
    room = make();
    room.standing.stand(overdue);
    room.standing.stand(exposure);
    room.standing.gone(exposure.id, null);
    expect(await room.desk.standing()).toEqual([]);
    await room.start();
    expect((await room.desk.standing()).map(({ id }) => id)).toEqual([ofTests]);
  });

  it('stands on over a restart with all its words, acknowledged as it was', async () => {
    room.standing.stand(overdue);
    await room.desk.acknowledge([ofTests], olga, '');
    const before = await room.desk.standing();
    await restart();
    room.standing.stand(overdue);
    expect(await room.desk.standing()).toEqual(before);
    wall += 120_000;
    scan();
    expect(await room.desk.standing()).toEqual(before);
  });

  it('of which nobody says anything for a minute after a restart has gone', async () => {
    room.standing.stand(overdue);
    await room.desk.acknowledge([ofTests], olga, '');
    await restart();
    wall += 59_000;
    scan();
    expect(await room.desk.standing()).toHaveLength(1);
    wall += 1000;
    scan();
    expect(await room.desk.standing()).toEqual([]);
  });
});
