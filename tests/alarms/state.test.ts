import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acknowledged, normal, replay, stands, stepAlarm, type AlarmState } from '../../alarms/state.ts';
import { utcMs } from '../../plant/clock.ts';

const at = utcMs(1000);
const raised = stepAlarm(normal, true, false, at).state;

describe('the states of an alarm', () => {
  it('goes from normal to unacknowledged, acknowledged, and back to normal', () => {
    expect(raised).toMatchObject({ active: true, acknowledged: false, raisedAt: at, clearedAt: null });
    const seen = acknowledged(raised, 'Olga');
    expect([stands(raised), stands(seen)]).toEqual([true, true]);
    const cleared = stepAlarm(seen, false, false, utcMs(2000));
    expect(cleared.changes).toEqual(['cleared']);
    expect(cleared.state).toMatchObject({ active: false, clearedAt: 2000, acknowledgedBy: 'Olga' });
    expect(stands(cleared.state)).toBe(false);
  });

  it('stands after it has returned, until someone has acknowledged it', () => {
    const returned = stepAlarm(raised, false, false, at).state;
    expect(stands(returned)).toBe(true);
    expect(stands(acknowledged(returned, 'Olga'))).toBe(false);
  });

  it('asks for a new acknowledgement when it is raised again', () => {
    const returned = stepAlarm(acknowledged(raised, 'Olga'), false, false, at).state;
    expect(stepAlarm(returned, true, false, at).state).toMatchObject({ acknowledged: false, acknowledgedBy: null });
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
    const happening = fc.record({ active: fc.boolean(), suppressed: fc.boolean(), acknowledge: fc.boolean() });
    fc.assert(
      fc.property(fc.array(happening), (happenings) => {
        let [state, read]: AlarmState[] = [normal, normal];
        happenings.forEach(({ active, suppressed, acknowledge }, i) => {
          const step = stepAlarm(state!, active, suppressed, utcMs(i));
          state = step.state;
          for (const what of step.changes) read = replay(read!, { what, at: utcMs(i), by: null });
          if (!acknowledge || state.acknowledged) return;
          state = acknowledged(state, 'Olga');
          read = replay(read!, { what: 'acknowledged', at: utcMs(i), by: 'Olga' });
        });
        // A suppressed alarm that was never announced is found again by its value, not by the journal.
        expect(read).toEqual({ ...state, active: state!.announced });
      }),
    );
  });
});
