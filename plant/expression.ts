/**
 * Expressions over tags, as skid files write them: `min(R201/PT-201A, R201/PT-201B) + 1.013 bar - psat(R201/T.max)`.
 *
 * A division has blanks around its stroke, since tag names hold one. Units are inferred and checked when the file is read,
 * so that evaluation is plain arithmetic in the tags' own units.
 */
import type { LocalTag, TagValue } from './sample.ts';
import type { Quality } from './quality.ts';

export type Expression =
  | Readonly<{ kind: 'number'; value: number }>
  | Readonly<{ kind: 'tag'; tag: LocalTag }>
  /** A name bound by whoever evaluates, such as `value` in a vote's condition. */
  | Readonly<{ kind: 'name'; name: string }>
  | Readonly<{ kind: 'call'; function: string; arguments: readonly Expression[] }>
  | Readonly<{ kind: 'unary'; operator: '-' | 'not'; of: Expression }>
  | Readonly<{ kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression }>;

export const binaryOperators = ['+', '-', '*', '/', '<', '<=', '>', '>=', '=', '!=', 'and', 'or'] as const;
export type BinaryOperator = (typeof binaryOperators)[number];

/** An expression with its text, as the file has it, and the unit that was inferred for it (`null`: pure number; `bool`). */
export type CheckedExpression = Readonly<{
  text: string;
  unit: string | null;
  root: Expression;
  tags: readonly LocalTag[];
}>;

/** What an evaluation gives: the worst quality of the tags it read; the value is null where a tag had none. */
export type Evaluated = Readonly<{ value: TagValue; quality: Quality }>;
export type Lookup = (tag: LocalTag) => Evaluated;
