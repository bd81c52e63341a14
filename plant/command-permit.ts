/**
 * Which command is permitted under which demand. Pure, and total over its finite inputs: whoever proves that no way of a
 * command opens what is forbidden goes through all of them.
 *
 * From HOT-HOLD upwards nothing is written. B withholds what starts something, and so does a field that is not ready to run,
 * or of which that is not known. The safe direction is never withheld.
 */
import { asksField, demands, measures, type Demand, type Measure } from './safe-state.ts';

/** What a field controller's step belongs to; `unknown`: it does not say; `absent`: the skid has none. */
export const fieldStates = [...demands, 'unknown', 'absent'] as const;
export type FieldState = (typeof fieldStates)[number];

/** What a command may ask of the field until it is released. */
export const askedStates = ['none', 'H', 'S'] as const satisfies readonly Demand[];

/** As things stand when a command is looked at: when it is given, after its record, and when its frame is about to go. */
export type Standing = Readonly<{
  /** What the interlocks demand. */
  interlocks: Demand;
  asked: (typeof askedStates)[number];
  field: FieldState;
  measures: readonly Measure[];
}>;

/** A command, as far as it matters here. */
export type PermitQuestion =
  | Readonly<{ kind: 'safe-state' | 'reset' | 'release' }>
  | Readonly<{
      kind: 'write';
      /** Along the tag's safe direction; or against it, as from a value that is not known every write may be. */
      direction: 'safe' | 'running';
      /** It would put acid into the flush. */
      acid: boolean;
      /** The tag is held at a value for now, so that what is written there could not be seen. */
      forced: boolean;
    }>;

/** What forbids it; `nothing held`: there is nothing to release. */
export type Forbidding = 'interlocks' | 'asked' | 'field' | 'measure' | 'force' | 'no controller' | 'nothing held';

/**
 * What forbids the command, or null. That a reset may be tried says nothing of the latches: the interlocks judge their causes
 * themselves, and refuse it while one is present.
 */
export function forbids(question: PermitQuestion, standing: Standing): Forbidding | null {
  const { interlocks, asked, field } = standing;
  switch (question.kind) {
    case 'safe-state':
      return field === 'absent' ? 'no controller' : null;
    case 'reset':
      return null;
    case 'release':
      if (interlocks !== 'none') return 'interlocks';
      return asked === 'none' ? 'nothing held' : null;
    case 'write':
      if (asksField(interlocks)) return 'interlocks';
      if (asksField(asked)) return 'asked';
      if (question.forced) return 'force';
      if (question.acid && standing.measures.includes('block acid')) return 'measure';
      if (question.direction === 'safe') return null;
      if (interlocks === 'B') return 'interlocks';
      return field === 'none' || field === 'absent' ? null : 'field';
  }
}

/** Every question there is. */
export const permitQuestions: readonly PermitQuestion[] = [
  { kind: 'safe-state' },
  { kind: 'reset' },
  { kind: 'release' },
  ...(['safe', 'running'] as const).flatMap((direction) =>
    [false, true].flatMap((acid) =>
      [false, true].map((forced) => ({ kind: 'write' as const, direction, acid, forced })),
    ),
  ),
];

const subsets: readonly (readonly Measure[])[] = measures.reduce<readonly (readonly Measure[])[]>(
  (sets, measure) => sets.flatMap((set) => [set, [...set, measure]]),
  [[]],
);

/** Every standing there is. */
export const permitStandings: readonly Standing[] = demands.flatMap((interlocks) =>
  askedStates.flatMap((asked) =>
    fieldStates.flatMap((field) => subsets.map((held) => ({ interlocks, asked, field, measures: held }))),
  ),
);
