import { personActor } from '../../../plant/people.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConditionFeed } from '../../../gateway/opcua/conditions/conditions-feed.ts';
import type { FromConditions, ToConditions } from '../../../gateway/opcua/conditions/conditions-messages.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { AlarmDesk, AlarmRefusal, AlarmView } from '../../../plant/ports/alarm-desk.ts';
import { alarmOf, person } from '../../hmi/support/fakes.ts';

const t0 = utcMs(1000);
const id = 'QD-1/a.high';
const raised = alarmOf(id, { raisedAt: t0 });
const olga = personActor(person('olga', ['operator']), 'OPC UA');

let known: () => Promise<readonly AlarmView[]>;
let refusals: readonly AlarmRefusal[];
let asked: string[];
let feed: ConditionFeed;
let told: ToConditions[];
const tell = (message: ToConditions): void => void told.push(message);
const ask = (more: Partial<FromConditions> = {}, actor: typeof olga | null = olga): Promise<void> =>
  feed.asked(
    { kind: 'alarm-deed', id: 3, login: 1, deed: 'acknowledge', alarm: id, raisedAt: t0, note: '', ...more },
    actor,
    tell,
  );

beforeEach(async () => {
  known = () => Promise.resolve([raised]);
  [refusals, asked, told] = [[], [], []];
  const deed = (name: string) => (ids: readonly string[]) => {
    asked.push(`${name} ${ids.join(' ')}`);
    return Promise.resolve(refusals);
  };
  feed = new ConditionFeed({
    known: () => known(),
    acknowledge: deed('acknowledge'),
    confirm: deed('confirm'),
    comment: deed('comment'),
    standing: () => known(),
    journal: () => Promise.resolve([]),
  } satisfies AlarmDesk);
  await feed.learn();
});

describe('a worker', () => {
  it('is started with every alarm there is, and told what changed while it started', () => {
    expect(feed.forNewWorker()).toEqual([raised]);
    const cleared = { ...raised, active: false };
    feed.changed(cleared, utcMs(2000));
    feed.changed(alarmOf('QD-1/new'), utcMs(2001));
    expect(told).toEqual([]);
    feed.attach(tell);
    expect(told).toEqual([
      { kind: 'alarm', view: cleared, at: 2000 },
      { kind: 'alarm', view: alarmOf('QD-1/new'), at: 2001 },
    ]);
    feed.changed(raised, utcMs(2002));
    expect(told).toHaveLength(3);
  });

  it('that is started again is given what is known now, and nothing twice', () => {
    feed.forNewWorker();
    feed.attach(tell);
    feed.detach();
    const acknowledged = { ...raised, acknowledged: true };
    feed.changed(acknowledged, utcMs(2000));
    expect(feed.forNewWorker()).toEqual([acknowledged]);
    feed.attach(tell);
    expect(told).toEqual([]);
  });

  it('is not given what the desk said before a change as what is now', async () => {
    const acknowledged = { ...raised, acknowledged: true };
    known = () => {
      queueMicrotask(() => feed.changed(acknowledged, utcMs(2000)));
      return Promise.resolve([raised]).then((views) => views);
    };
    await feed.learn();
    expect(feed.forNewWorker()).toEqual([acknowledged]);
  });
});

describe('what a client does to an alarm', () => {
  it.each(['acknowledge', 'confirm', 'comment'] as const)('goes to the desk: %s', async (deed) => {
    await ask({ deed });
    expect([asked, told]).toEqual([[`${deed} ${id}`], [{ kind: 'alarm-deed-answer', id: 3, status: 'Good' }]]);
  });

  it.each([
    ['authority', 'BadUserAccessDenied'],
    ['name', 'BadNodeIdUnknown'],
    ['state', 'BadInvalidState'],
    ['raised again', 'BadEventIdUnknown'],
    ['record', 'BadResourceUnavailable'],
  ] as const)('that is refused for %s is %s', async (by, status) => {
    refusals = [{ id, by, reason: '' }];
    await ask();
    expect(told).toEqual([{ kind: 'alarm-deed-answer', id: 3, status }]);
  });

  it('is refused where nobody is logged in any more', async () => {
    await ask({}, null);
    expect([asked, told]).toEqual([[], [{ kind: 'alarm-deed-answer', id: 3, status: 'BadUserAccessDenied' }]]);
  });

  it('does not count for a raising that it has not seen', async () => {
    feed.changed({ ...raised, raisedAt: utcMs(5000) }, utcMs(5000));
    await ask();
    expect([asked, told]).toEqual([[], [{ kind: 'alarm-deed-answer', id: 3, status: 'BadEventIdUnknown' }]]);
  });
});
