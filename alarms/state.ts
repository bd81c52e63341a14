/**
 * The states of one alarm (ISA-18.2-2016): active × acknowledged × suppressed by design. Pure.
 *
 * Confirmed (OPC UA Part 9, 5.7) stands beside them: the cause was dealt with. ISA-18.2 has no such state, so that it keeps
 * no alarm in the list.
 *
 * An alarm that is suppressed is watched, but not announced; when the suppression ends while it is active, it is announced
 * then. One that was announced before stays announced, since someone may be acting on it.
 */
import type { UtcMs } from '../plant/clock.ts';
import type { AlarmComment, AlarmTransition } from '../plant/ports/alarm-desk.ts';

export type AlarmState = Readonly<{
  /** Its condition holds. */
  active: boolean;
  /** It was raised and has not been cleared since. */
  announced: boolean;
  acknowledged: boolean;
  confirmed: boolean;
  suppressed: boolean;
  raisedAt: UtcMs | null;
  clearedAt: UtcMs | null;
  acknowledgedBy: string | null;
  confirmedBy: string | null;
  comment: AlarmComment | null;
}>;

export type AlarmChange = AlarmTransition['what'];

export const normal: AlarmState = {
  active: false,
  announced: false,
  acknowledged: true,
  confirmed: true,
  suppressed: false,
  raisedAt: null,
  clearedAt: null,
  acknowledgedBy: null,
  confirmedBy: null,
  comment: null,
};

export type AlarmStep = Readonly<{ state: AlarmState; changes: readonly AlarmChange[] }>;

const nothing: readonly AlarmChange[] = [];

export function stepAlarm(before: AlarmState, active: boolean, suppressed: boolean, at: UtcMs): AlarmStep {
  if (before.active === active && before.suppressed === suppressed) return { state: before, changes: nothing };
  const changes: AlarmChange[] = [];
  let state: AlarmState = { ...before, active, suppressed };
  if (suppressed !== before.suppressed) changes.push(suppressed ? 'suppressed' : 'unsuppressed');
  if (active && !suppressed && !before.announced) {
    state = { ...normal, active, suppressed, announced: true, acknowledged: false, confirmed: false, raisedAt: at };
    changes.push('raised');
  }
  if (!active && before.announced) {
    state = { ...state, announced: false, clearedAt: at };
    changes.push('cleared');
  }
  return { state, changes };
}

/** What a person does to an alarm. */
export type Deed = Extract<AlarmChange, 'acknowledged' | 'confirmed' | 'commented'>;

/** @param note what was said with it; null leaves what was said before */
export function done(state: AlarmState, deed: Deed, by: string, at: UtcMs, note: string | null): AlarmState {
  const said = note === null ? state : { ...state, comment: { text: note, by, at } };
  switch (deed) {
    case 'acknowledged':
      return { ...said, acknowledged: true, acknowledgedBy: by };
    case 'confirmed':
      return { ...said, confirmed: true, confirmedBy: by };
    case 'commented':
      return said;
  }
}

/** Whether a person should see it. */
export const stands = ({ active, acknowledged: seen }: AlarmState): boolean => active || !seen;

/** The state after a transition that was read back from the record. */
export function replay(
  state: AlarmState,
  { what, at, by, note }: Pick<AlarmTransition, 'what' | 'at' | 'by' | 'note'>,
): AlarmState {
  switch (what) {
    case 'raised':
      return stepAlarm({ ...state, suppressed: false }, true, false, at).state;
    case 'cleared':
      return stepAlarm(state, false, state.suppressed, at).state;
    case 'acknowledged':
    case 'confirmed':
    case 'commented':
      return done(state, what, by ?? '', at, note);
    case 'suppressed':
    case 'unsuppressed':
      return { ...state, suppressed: what === 'suppressed' };
  }
}
