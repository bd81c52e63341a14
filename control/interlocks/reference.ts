/**
 * The set point that a deviation is measured from while the set point itself is ramped (row 12): armed once the value has
 * reached it, and while cooling the one before it, until the value has come down to the new one.
 */
import type { Evaluated, Lookup } from '../../plant/expression.ts';
import { evaluate } from '../../plant/expression/evaluate.ts';
import { good, isGood, worstQuality } from '../../plant/quality.ts';
import type { PreparedRow } from './prepare.ts';

export type Reference = Readonly<{
  /** In the unit of the ramped set point; null before the value first reached it. */
  value: number | null;
  /** Whether it follows the ramp upwards. */
  following: boolean;
}>;

/** What it goes by; null where that is not Good. */
export type ReferenceReading = Readonly<{
  target: number | null;
  ramped: number | null;
  value: number | null;
  heating: boolean | null;
}>;

export const noReference: Reference = { value: null, following: false };

/** A reference only falls to where the value is, so that neither a switched-off heater nor a lost one makes a deviation. */
export function stepReference(before: Reference, reading: ReferenceReading, within: number): Reference {
  const { target, ramped, value, heating } = reading;
  if (target === null || ramped === null || heating === null) return before;
  const near = (setPoint: number): boolean => value !== null && Math.abs(value - setPoint) <= within;
  const held = before.value;
  if (held === null) return heating && near(ramped) ? { value: ramped, following: true } : before;
  if (heating && target >= held) {
    const follows = (before.following && ramped >= held) || near(ramped);
    if (!follows || (before.following && ramped === held)) return before;
    return { value: ramped, following: true };
  }
  if (near(target))
    return target === held && before.following === heating ? before : { value: target, following: heating };
  return before.following ? { value: held, following: false } : before;
}

export type ReferenceNow = Readonly<{
  state: Reference;
  /** What `reference` stands for; null while there is none, and its conditions are not looked at. */
  evaluated: Evaluated | null;
}>;

const withoutReference: ReferenceNow = { state: noReference, evaluated: null };

export function referenceAt({ definition }: PreparedRow, before: Reference, lookup: Lookup): ReferenceNow {
  if (definition.reference === null) return withoutReference;
  const { within, ...expressions } = definition.reference;
  const target = evaluate(expressions.target.root, lookup);
  const ramped = evaluate(expressions.ramped.root, lookup);
  const value = evaluate(expressions.value.root, lookup);
  const heating = evaluate(expressions.heating.root, lookup);
  const reading = {
    target: goodNumber(target),
    ramped: goodNumber(ramped),
    value: goodNumber(value),
    heating: isGood(heating.quality) && typeof heating.value === 'boolean' ? heating.value : null,
  };
  const state = stepReference(before, reading, within);
  const quality = worstQuality([target.quality, ramped.quality, heating.quality]);
  if (!isGood(quality)) return { state, evaluated: { value: state.value, quality } };
  if (state.value === null)
    return { state, evaluated: isGood(value.quality) ? null : { value: null, quality: value.quality } };
  return { state, evaluated: { value: state.value, quality: good } };
}

const goodNumber = ({ value, quality }: Evaluated): number | null =>
  isGood(quality) && typeof value === 'number' ? value : null;
