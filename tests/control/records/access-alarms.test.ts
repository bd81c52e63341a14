import { describe, expect, it } from 'vitest';
import { AccessAlarms } from '../../../control/records/access-alarms.ts';
import { monotonic } from '../../../plant/clock.ts';
import type { StandingAlarm, StandingAlarms } from '../../../plant/ports/standing-alarms.ts';

const minutes = (count: number) => monotonic(count * 60_000);

function alarms(): StandingAlarms & { standing: Map<string, StandingAlarm> } {
  const standing = new Map<string, StandingAlarm>();
  return {
    standing,
    stand: (alarm) => {
      standing.set(alarm.id, alarm);
    },
    gone: (id) => {
      standing.delete(id);
    },
  };
}

const lock = (userName: string | null, since: number) => ({ userName, since: minutes(since) });

describe('alarms of access', () => {
  it('stand while a name is shut, and go when its time is over or it is opened', () => {
    const list = alarms();
    const watch = new AccessAlarms();
    watch.raiseAt(list, minutes(0));
    watch.heard({ locks: [lock('ada', 1), lock('grace', 2)], unreadable: [] }, minutes(2));
    expect([...list.standing.keys()]).toEqual(['access.locked.ada', 'access.locked.grace']);
    expect(list.standing.get('access.locked.ada')).toMatchObject({ title: expect.stringContaining('ada'), skid: null });
    watch.look(minutes(15.99));
    expect(list.standing.size).toBe(2);
    watch.look(minutes(16));
    expect([...list.standing.keys()]).toEqual(['access.locked.grace']);
    watch.heard({ locks: [], unreadable: [] }, minutes(16));
    expect(list.standing.size).toBe(0);
  });

  it('are one for all names that belong to nobody', () => {
    const list = alarms();
    const watch = new AccessAlarms();
    watch.raiseAt(list, minutes(0));
    watch.heard({ locks: [lock(null, 0), lock(null, 5)], unreadable: [] }, minutes(5));
    expect([...list.standing.keys()]).toEqual(['access.locked.unknown']);
    watch.look(minutes(16));
    expect(list.standing.size).toBe(1);
    watch.look(minutes(20));
    expect(list.standing.size).toBe(0);
  });

  it('say what was heard before there was anywhere to say it', () => {
    const list = alarms();
    const watch = new AccessAlarms();
    watch.heard({ locks: [lock('ada', 0)], unreadable: ['grace'] }, minutes(0));
    watch.raiseAt(list, minutes(1));
    expect([...list.standing.keys()]).toEqual(['access.locked.ada', 'access.second-factors']);
    expect(list.standing.get('access.second-factors')!.cause).toContain('grace');
    watch.heard({ locks: [], unreadable: [] }, minutes(2));
    expect(list.standing.size).toBe(0);
  });
});
