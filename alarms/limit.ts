/**
 * Limit detection for one analogue value: is it beyond its limit, for long enough to say so?
 *
 * Pure. A definition, the state so far, one sample and the time go in; the next state comes out. Values are in the
 * alarm's engineering unit, delays in process time. Deadband and delays as ISA-18.2-2016 defines them.
 */
import { elapsed, type Milliseconds, type ProcessTime } from '../plant/clock.ts';
import { isGood, type Quality } from '../plant/quality.ts';

export type LimitDefinition = Readonly<{
  side: 'high' | 'low';
  limit: number;
  /** How far the value must come back inside the limit before the alarm may clear; ≥ 0. */
  deadband: number;
  /** How long the value must stay beyond the limit before the alarm is raised. */
  onDelay: Milliseconds;
  /** How long it must stay inside the deadband before the alarm clears. */
  offDelay: Milliseconds;
}>;

export type LimitState = Readonly<{
  active: boolean;
  /** Since when Good samples have spoken, without a break, for leaving this state; null while they have not. */
  leavingSince: ProcessTime | null;
}>;

/** The value is null where there is none; such a sample is never Good. */
export type LimitSample = Readonly<{ value: number | null; quality: Quality }>;

export const initialLimitState: LimitState = { active: false, leavingSince: null };

/**
 * The state after `sample`. A sample that is not Good is no evidence: it neither raises nor clears, and the delay starts
 * anew. So it does when the clock was set back, as at the start of another recording.
 */
export function stepLimit(
  definition: LimitDefinition,
  state: LimitState,
  sample: LimitSample,
  now: ProcessTime,
): LimitState {
  if (!isGood(sample.quality) || sample.value === null || !speaksForLeaving(definition, state.active, sample.value)) {
    return state.leavingSince === null ? state : { ...state, leavingSince: null };
  }
  const since = state.leavingSince === null || state.leavingSince > now ? now : state.leavingSince;
  const delay = state.active ? definition.offDelay : definition.onDelay;
  if (elapsed(since, now) >= delay) return { active: !state.active, leavingSince: null };
  return since === state.leavingSince ? state : { ...state, leavingSince: since };
}

function speaksForLeaving({ side, limit, deadband }: LimitDefinition, active: boolean, value: number): boolean {
  const beyond = side === 'high' ? value - limit : limit - value;
  return active ? beyond <= -deadband : beyond > 0;
}
