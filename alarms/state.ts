/**
 * The states of one alarm (ISA-18.2-2016): active × acknowledged × suppressed by design. Pure.
 *
 * An alarm that is suppressed is watched, but not announced; when the suppression ends while it is active, it is announced
 * then. One that was announced before stays announced, since someone may be acting on it.
 */
import type { UtcMs } from '../plant/clock.ts';
import type { AlarmTransition } from '../plant/ports/alarm-desk.ts';

export type AlarmState = Readonly<{
  /** Its condition holds. */
  active: boolean;
  /** It was raised and has not been cleared since. */
  announced: boolean;
  acknowledged: boolean;
  suppressed: boolean;
  raisedAt: UtcMs | null;
  clearedAt: UtcMs | null;
  acknowledgedBy: string | null;
}>;

export type AlarmChange = AlarmTransition['what'];

export const normal: AlarmState = {
  active: false,
  announced: false,
  acknowledged: true,
  suppressed: false,
  raisedAt: null,
  clearedAt: null,
  acknowledgedBy: null,
};

export type AlarmStep = Readonly<{ state: AlarmState; changes: readonly AlarmChange[] }>;

const nothing: readonly AlarmChange[] = [];

export function stepAlarm(before: AlarmState, active: boolean, suppressed: boolean, at: UtcMs): AlarmStep {
  if (before.active === active && before.suppressed === suppressed) return { state: before, changes: nothing };
  const changes: AlarmChange[] = [];
  let state: AlarmState = { ...before, active, suppressed };
  if (suppressed !== before.suppressed) changes.push(suppressed ? 'suppressed' : 'unsuppressed');
  if (active && !suppressed && !before.announced) {
    state = { ...state, announced: true, acknowledged: false, raisedAt: at, clearedAt: null, acknowledgedBy: null };
    changes.push('raised');
  }
  if (!active && before.announced) {
    state = { ...state, announced: false, clearedAt: at };
    changes.push('cleared');
  }
  return { state, changes };
}

export const acknowledged = (state: AlarmState, by: string): AlarmState => ({
  ...state,
  acknowledged: true,
  acknowledgedBy: by,
});

/** Whether a person should see it. */
export const stands = ({ active, acknowledged: seen }: AlarmState): boolean => active || !seen;

/** The state after a transition that was read back from the record. */
export function replay(state: AlarmState, { what, at, by }: Pick<AlarmTransition, 'what' | 'at' | 'by'>): AlarmState {
  switch (what) {
    case 'raised':
      return stepAlarm({ ...state, suppressed: false }, true, false, at).state;
    case 'cleared':
      return stepAlarm(state, false, state.suppressed, at).state;
    case 'acknowledged':
      return acknowledged(state, by ?? '');
    case 'suppressed':
    case 'unsuppressed':
      return { ...state, suppressed: what === 'suppressed' };
  }
}
