/**
 * What a recipe has to know of a phase: its arguments, from which state of the line it begins and which it leaves, what it
 * sets and what it uses. What a phase does is control/batch's.
 */
import type { SetPointName } from './roles.ts';

/** What the line is like between two phases. `any` in `begins` only: the phase leaves the line as it is. */
export const lineStates = [
  'unknown',
  'clear',
  'tested',
  'primed',
  'hot',
  'fed',
  'reacting',
  'steady',
  'rinsed',
  'acid',
  'cold',
  'ended',
] as const;
export type LineState = (typeof lineStates)[number];

export type ArgumentForm =
  | Readonly<{
      kind: 'quantity';
      /** Null: a pure number; `tau`: residence times. */
      unit: string | null;
      /** A difference: units with a zero point of their own (°C, bar(g)) are refused. */
      difference?: true;
      least?: number;
      most?: number;
      default?: number;
      /** What may stand in a quantity's place, such as `boiling margin`; the value is the word then. */
      words?: readonly string[];
      /** The word that stands where nothing is written. */
      word?: string;
      /** It may be left out, and is not among the values then. */
      optional?: true;
    }>
  | Readonly<{ kind: 'choice'; of: readonly string[]; default?: string }>
  | Readonly<{ kind: 'list'; of: readonly string[] | null; default?: readonly string[] }>
  | Readonly<{ kind: 'text'; default?: string }>
  /**
   * Limits of the formula by name, written as a list or as `conversion and emission in range`; no default: none. The value is
   * the list.
   */
  | Readonly<{ kind: 'limits' }>;

/** What is otherwise where an argument is a certain word. */
export type PhaseVariant = Readonly<{
  argument: string;
  is: string;
  begins?: readonly LineState[];
  leaves?: LineState;
  needs?: readonly string[];
}>;

export type PhaseForm = Readonly<{
  name: string;
  title: string;
  arguments: Readonly<Record<string, ArgumentForm>>;
  /** `any`: it may run beside others, and leaves the line as it finds it. */
  begins: readonly LineState[] | 'any';
  /** From where it begins beside that, in a cleaning. */
  beginsInCleaning?: readonly LineState[];
  /** The line afterwards; null where it leaves it as it is. */
  leaves: LineState | null;
  /** Set points that it may move; two that run at once must not share one. */
  sets: readonly SetPointName[];
  /** Capabilities of the skid that it needs beside those of the recipe. */
  needs: readonly string[];
  /** Shared equipment that it holds while it runs, where the site shares it. */
  uses: readonly string[];
  /** A restart after HOT-HOLD runs it again before what stands on it goes on. */
  proves: boolean;
  /** It asks people, and waits for them. */
  asks: boolean;
  variants?: readonly PhaseVariant[];
}>;
