/**
 * A checkpoint: what the service, with its key, says the ledger holds at a moment. One canonical line of JSON, kept in a
 * file outside the database and beside it; each names the one before. A chain alone cannot show that its tail was cut or
 * that all of it was made anew; a checkpoint kept elsewhere can.
 */
import type { KeyObject } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { canonicalText, parseCanonical } from './canonical.ts';
import { digestOf } from './chain.ts';
import { signatureHolds, signText } from './key.ts';

const hashPattern = Type.String({ pattern: '^[0-9a-f]{64}$' });
const count = Type.Integer({ minimum: 0 });

const headSchema = Type.Object({ count, head: hashPattern }, { additionalProperties: false });

const sharedFields = {
  purpose: Type.Literal('checkpoint'),
  /** Counts checkpoints from 1. */
  number: Type.Integer({ minimum: 1 }),
  /** SHA-256 of the line before this one; the genesis hash for the first. */
  previous: hashPattern,
  utc: Type.String(),
  monotonic: Type.String(),
  build: Type.String(),
  schemaHash: hashPattern,
  /** The site chain, which binds every event of every scope. */
  site: headSchema,
  /** How many scopes there are in all. */
  scopes: count,
  /** The heads that moved since the checkpoint before; the others stand where an earlier one says. */
  heads: Type.Record(Type.String(), headSchema),
  key: Type.String(),
};

/** How the clock stood: who said so, whether it was synchronised, and how far off it was in milliseconds, as decimal text. */
const clockSchema = Type.Object(
  { source: Type.String(), synchronised: Type.Boolean(), offsetMs: Type.Union([Type.String(), Type.Null()]) },
  { additionalProperties: false },
);

const signature = Type.String({ pattern: '^[0-9a-f]{128}$' });

/** The first is read for ever. */
export const checkpointSchema = Type.Union([
  Type.Object({ schema: Type.Literal(1), ...sharedFields, signature }, { additionalProperties: false }),
  Type.Object(
    { schema: Type.Literal(2), ...sharedFields, clock: clockSchema, signature },
    { additionalProperties: false },
  ),
]);

export type ChainHead = Readonly<Static<typeof headSchema>>;
export type Checkpoint = Readonly<Static<typeof checkpointSchema>>;
type Unsigned<T> = T extends unknown ? Omit<T, 'signature'> : never;
export type CheckpointContent = Unsigned<Checkpoint>;

const checkpointShape = Compile(checkpointSchema);

/** The file that holds the lines, within the data folder's `checkpoints/`. */
export const checkpointFileName = 'checkpoints.jsonl';

export const signCheckpoint = (content: CheckpointContent, key: KeyObject): string =>
  canonicalText({ ...content, signature: signText(canonicalText(content), key) });

/** A line (without its line end) as a checkpoint, or null where it is none in canonical form. */
export function readCheckpoint(line: string): Checkpoint | null {
  const parsed = parseCanonical(line);
  return parsed !== null && checkpointShape.Check(parsed.value) ? parsed.value : null;
}

export function checkpointHolds(checkpoint: Checkpoint, key: KeyObject): boolean {
  const { signature, ...content } = checkpoint;
  return signatureHolds(canonicalText(content), signature, key);
}

/** How the next checkpoint names this one. */
export const checkpointDigest = (line: string): string => digestOf(line);
