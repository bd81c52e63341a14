import { describe, expect, it } from 'vitest';
import { lockedAfter, longestSession, Sessions, tokenHashOf } from '../../../control/access/sessions.ts';
import { movableClock } from '../records/support.ts';

function begun() {
  const clock = movableClock();
  const touched: string[] = [];
  const sessions = new Sessions(clock, (tokenHash) => touched.push(tokenHash));
  const stored = { ...sessions.draft('token'), personId: 'P-1' };
  sessions.add(stored);
  return { clock, sessions, stored, touched };
}

describe('a session', () => {
  it('is found by its token, of which only the hash is kept', () => {
    const { sessions, stored } = begun();
    expect(sessions.find('token')).toEqual({ personId: 'P-1', expiresUtc: stored.expiresUtc, locked: false });
    expect(sessions.find('another')).toBeNull();
    expect(stored.tokenHash).toBe(tokenHashOf('token'));
    expect(JSON.stringify(stored)).not.toContain('"token"');
  });

  it('is locked after ten minutes without use, and asking for it no longer counts as use', () => {
    const { clock, sessions, touched } = begun();
    expect(lockedAfter).toBe(10 * 60_000);
    clock.pass(lockedAfter - 1);
    expect(sessions.find('token')).toMatchObject({ locked: false });
    clock.pass(lockedAfter);
    expect(sessions.find('token')).toMatchObject({ locked: true });
    const before = touched.length;
    clock.pass(60_000);
    expect(sessions.find('token')).toMatchObject({ locked: true });
    expect(touched).toHaveLength(before);
  });

  it('is not kept open by a page that only watches', () => {
    const { clock, sessions } = begun();
    for (let minute = 0; minute < 9; minute += 1) {
      clock.pass(60_000);
      expect(sessions.find('token', true)).toMatchObject({ locked: false });
    }
    clock.pass(60_000);
    expect(sessions.find('token', true)).toMatchObject({ locked: true });
  });

  it('goes on once its person was proven again, and stays locked until then, also over a restart', () => {
    const { clock, sessions, stored } = begun();
    clock.pass(lockedAfter);
    expect(sessions.find('token')).toMatchObject({ locked: true });
    const restarted = new Sessions(clock, () => undefined);
    restarted.add(stored);
    expect(restarted.find('token')).toMatchObject({ locked: true });
    sessions.unlock('token');
    expect(sessions.find('token')).toMatchObject({ locked: false });
  });

  it('ends after twelve hours, however busy it was', () => {
    const { clock, sessions } = begun();
    const step = 5 * 60_000;
    for (let passed = step; passed < longestSession; passed += step) {
      clock.pass(step);
      expect(sessions.find('token')).not.toBeNull();
    }
    clock.pass(step);
    expect(sessions.find('token')).toBeNull();
  });

  it('ends with all others of its person', () => {
    const { sessions } = begun();
    sessions.add({ ...sessions.draft('second'), personId: 'P-1' });
    sessions.add({ ...sessions.draft('other'), personId: 'P-2' });
    sessions.removePerson('P-1');
    expect(['token', 'second', 'other'].map((token) => sessions.find(token)?.personId)).toEqual([
      undefined,
      undefined,
      'P-2',
    ]);
  });

  it('writes its use down at most once a minute', () => {
    const { clock, sessions, touched } = begun();
    for (let second = 0; second < 180; second += 1) {
      clock.pass(1000);
      sessions.find('token');
    }
    expect(touched).toHaveLength(3);
  });

  it('that was written down goes on after a restart with what was left of it', () => {
    const { clock, stored } = begun();
    clock.pass(longestSession - 1000);
    const later = new Sessions(clock, () => undefined);
    later.add(stored);
    clock.pass(999);
    expect(later.find('token')).not.toBeNull();

    clock.pass(2);
    const tooLate = new Sessions(clock, () => undefined);
    tooLate.add(stored);
    expect(tooLate.find('token')).toBeNull();
  });

  it('does not live longer because the clock on the wall was set back', () => {
    const { clock, stored } = begun();
    const sessions = new Sessions(clock, () => undefined);
    sessions.add({ ...stored, expiresUtc: (stored.expiresUtc + 10 * longestSession) as typeof stored.expiresUtc });
    for (let passed = 0; passed < longestSession; passed += 20 * 60_000) {
      clock.pass(20 * 60_000);
      sessions.find('token');
    }
    expect(sessions.find('token')).toBeNull();
  });

  it('is listed by a name that opens nothing, and being listed is no use of it', () => {
    const { clock, sessions, stored } = begun();
    clock.pass(lockedAfter - 1);
    const [listed] = sessions.all();
    expect(listed).toMatchObject({ personId: 'P-1', ends: stored.expiresUtc, begun: stored.usedUtc, locked: false });
    expect(listed?.lastUsed).toBe(stored.usedUtc);
    expect(sessions.find(listed!.id)).toBeNull();
    expect(sessions.named(listed!.id)).toEqual({ tokenHash: stored.tokenHash, personId: 'P-1', terminal: '' });
    expect(sessions.named('another')).toBeNull();
    clock.pass(1);
    expect(sessions.all()).toMatchObject([{ locked: true }]);
    clock.pass(longestSession);
    expect(sessions.all()).toEqual([]);
  });
});
