/** How an emulated instrument answers on the wire: at once and whole, or late, in pieces, cut short, twice, or not at all. */
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { mesolineError } from '../../plant/errors.ts';

export type LineManners = Readonly<{
  /** How long it takes for an answer. */
  delayMs: number;
  /** Bytes that go out at once; 0 for the whole answer. */
  pieceBytes: number;
  /** Time between pieces. */
  pieceGapMs: number;
  /** How many of the next answers are swallowed, cut off in the middle, or sent twice. */
  drop: number;
  truncate: number;
  repeat: number;
}>;

export const goodManners: LineManners = {
  delayMs: 0,
  pieceBytes: 0,
  pieceGapMs: 0,
  drop: 0,
  truncate: 0,
  repeat: 0,
};

const count = Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 }));
const change = Type.Object(
  { delayMs: count, pieceBytes: count, pieceGapMs: count, drop: count, truncate: count, repeat: count },
  { additionalProperties: false },
);

/** @throws MesolineError `manners-unknown` */
export function changedManners(manners: LineManners, message: unknown): LineManners {
  if (Value.Check(change, message)) return { ...manners, ...message };
  throw mesolineError(
    'manners-unknown',
    'manners',
    `${JSON.stringify(message)} is no way to answer.`,
    `Use ${Object.keys(goodManners).join(', ')}, each a whole number from 0 on.`,
  );
}
