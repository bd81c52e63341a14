/**
 * What the request word of a field controller has to hold, and what its step says. Pure.
 *
 * What is held is the highest of what the interlocks demand and what a command asked for; it is written while the field's
 * step is not as safe, or its register reads something else, so that a device that comes back is asked anew.
 */
import type { ControllerWords } from '../plant/device-model.ts';
import { isGood, type Quality } from '../plant/quality.ts';
import { asksField, fieldSatisfies, higherDemand, type Demand } from '../plant/safe-state.ts';

export type FieldDemand = Exclude<Demand, 'none' | 'B'>;

/** What a command may ask of the field until it is released. */
export type Asked = 'none' | 'H' | 'S';

export type Wishes = Readonly<{
  interlocks: Demand;
  /** The interlocks have accepted a reset: while we leave, their demand does not hold the field. */
  releasing: boolean;
  asked: Asked;
  /** The sequence that leaves a safe state is under way. */
  leaving: boolean;
}>;

/** What the field is to be held in, or `none`. */
export function heldDemand({ interlocks, releasing, asked, leaving }: Wishes): 'none' | FieldDemand {
  const fromInterlocks = leaving && releasing ? 'none' : interlocks;
  const held = higherDemand(fromInterlocks, leaving ? 'none' : asked);
  return held === 'none' || held === 'B' ? 'none' : held;
}

/** Whether anything forbids every write but those of the safe state itself. */
export const holdsField = ({ interlocks, asked }: Pick<Wishes, 'interlocks' | 'asked'>): boolean =>
  asksField(higherDemand(interlocks, asked));

/**
 * The number to write into the request word now, or null.
 * @param field what the controller's step belongs to; null while it is not known
 * @param readBack what the request register reads; null while it is not known
 */
export function requestToWrite(
  words: Pick<ControllerWords, 'requests'>,
  held: 'none' | FieldDemand,
  field: Demand | null,
  readBack: number | null,
): number | null {
  if (held === 'none') return null;
  const request = words.requests[held];
  const asSafe = field !== null && fieldSatisfies(field, held);
  return asSafe && readBack === request ? null : request;
}

/** The safe state the controller's step belongs to; null where it does not answer, or says a step that nobody knows. */
export function fieldDemandOf(
  words: Pick<ControllerWords, 'steps'>,
  step: Readonly<{ value: number | boolean | string | null; quality: Quality }> | null,
): Demand | null {
  if (step === null || !isGood(step.quality)) return null;
  return words.steps.find(({ value }) => value === step.value)?.demand ?? null;
}

/** The counter after this one: 16 bits, rolling. */
export const nextHeartbeat = (counter: number): number => (counter + 1) & 0xffff;
