import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { done, normal, replay, stands, stepAlarm, type AlarmState } from '../../alarms/state.ts';
import { utcMs } from '../../plant/clock.ts';

const at = utcMs(1000);
const raised = stepAlarm(normal, true, false, at).state;

describe('the states of an alarm', () => {
  it('goes from normal to unacknowledged, acknowledged, and back to normal', () => {
    expect(raised).toMatchObject({ active: true, acknowledged: false, raisedAt: at, clearedAt: null });
    const seen = done(raised, 'acknowledged', 'Olga', at, null);
    expect([stands(raised), stands(seen)]).toEqual([true, true]);
    const cleared = stepAlarm(seen, false, false, utcMs(2000));
    expect(cleared.changes).toEqual(['cleared']);
    expect(cleared.state).toMatchObject({ active: false, clearedAt: 2000, acknowledgedBy: 'Olga' });
    expect(stands(cleared.state)).toBe(false);
  });

  it('stands no longer once it has returned and was acknowledged, confirmed or not', () => {
    const seen = done(raised, 'acknowledged', 'Olga', at, null);
    const returned = stepAlarm(seen, false, false, at).state;
    expect([stands(returned), returned.confirmed]).toEqual([false, false]);
    expect(stands(done(seen, 'confirmed', 'Olga', at, null))).toBe(true);
  });

  it('stands after it has returned, until someone has acknowledged it', () => {
    const returned = stepAlarm(raised, false, false, at).state;
    expect(stands(returned)).toBe(true);
    expect(stands(done(returned, 'acknowledged', 'Olga', at, null))).toBe(false);
  });

  it('asks for a new acknowledgement when it is raised again', () => {
    const seen = done(raised, 'acknowledged', 'Olga', at, 'It is the heater.');
    const dealtWith = done(seen, 'confirmed', 'Rosa', at, null);
    expect(dealtWith).toMatchObject({ confirmed: true, confirmedBy: 'Rosa', comment: { text: 'It is the heater.' } });
    const returned = stepAlarm(dealtWith, false, false, at).state;
    expect(stepAlarm(returned, true, false, at).state).toEqual(raised);
  });

  it('is watched but not announced while it is suppressed, and announced when that ends', () => {
    const suppressed = stepAlarm(normal, false, true, at);
    expect(suppressed.changes).toEqual(['suppressed']);
    const silent = stepAlarm(suppressed.state, true, true, at);
    expect(silent.changes).toEqual([]);
    expect(silent.state).toMatchObject({ active: true, suppressed: true, acknowledged: true });
    expect(stepAlarm(silent.state, false, true, at).changes).toEqual([]);
    const announced = stepAlarm(silent.state, true, false, at);
    expect(announced.changes).toEqual(['unsuppressed', 'raised']);
    expect(announced.state.acknowledged).toBe(false);
  });

  it('stays announced when a suppression comes after it', () => {
    const suppressed = stepAlarm(raised, true, true, at);
    expect(suppressed.changes).toEqual(['suppressed']);
    expect(stepAlarm(suppressed.state, false, true, at).changes).toEqual(['cleared']);
  });

  it('is the same after its journal was read back', () => {
    const deed = fc.constantFrom('acknowledged', 'confirmed', 'commented', null);
    const happening = fc.record({ active: fc.boolean(), suppressed: fc.boolean(), deed });
    fc.assert(
      fc.property(fc.array(happening), (happenings) => {
        let [state, read]: AlarmState[] = [normal, normal];
        happenings.forEach(({ active, suppressed, deed: what }, i) => {
          const step = stepAlarm(state!, active, suppressed, utcMs(i));
          state = step.state;
          for (const what of step.changes) {
            read = replay(read!, { what, at: utcMs(i), by: null, note: null });
          }
          if (what === null) return;
          const note = i % 2 === 0 ? `note ${i}` : null;
          state = done(state, what, 'Olga', utcMs(i), note);
          read = replay(read!, { what, at: utcMs(i), by: 'Olga', note });
        });
        // A suppressed alarm that was never announced is found again by its value, not by the journal.
        expect(read).toEqual({ ...state, active: state!.announced });
      }),
    );
  });
});
