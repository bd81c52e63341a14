/** What is written to the record of a version, and how it is read back. The record is the store. */
import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Actor } from '../../plant/people.ts';
import type { SignatureView } from '../../plant/ports/record-desk.ts';
import { recordNumber, type RecordEvent, type StoredEvent } from '../../plant/record-event.ts';
import { recipeMoves, type RecipeFinding, type RecipeMove } from '../../plant/recipe-view.ts';
import { recipeStatuses, type RecipeStatus } from '../../plant/recipe/recipe.ts';

/** Every version has a chain of its own below this. */
export const versionScopes = 'recipe/';
/** What was refused, of any recipe. */
export const refusalScope = 'recipes';

/** A scope has no plus; no name of a recipe has an underscore. */
export const scopeOf = (name: string, version: number): string =>
  `${versionScopes}${name.replaceAll('+', '_')}/v${version}`;

/** Null for a scope that is no version's. */
export function versionOfScope(scope: string): Readonly<{ name: string; version: number }> | null {
  const found = /^recipe\/([^/]+)\/v([1-9]\d{0,6})$/u.exec(scope);
  return found?.[1] === undefined ? null : { name: found[1].replaceAll('_', '+'), version: Number(found[2]) };
}

export const labelOf = (name: string, version: number): string => `${name} v${version}`;
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A record of more findings than this would not be read; the text says the rest. */
const mostFindings = 200;

export type Imported = Readonly<{
  name: string;
  version: number;
  title: string;
  text: string;
  basedOn: number | null;
  /** What the asker named as its base. */
  basedOnDigest: string | null;
  authors: readonly string[];
  reason: string;
  findings: readonly RecipeFinding[];
  commandId: string;
}>;

export const importedEvent = (imported: Imported, actor: Actor): RecordEvent => {
  const { name, version, title, text, basedOn, basedOnDigest, authors, reason, findings, commandId } = imported;
  return {
    scope: scopeOf(name, version),
    actor,
    action: 'recipe-imported',
    object: labelOf(name, version),
    new: 'draft',
    reason,
    data: {
      name,
      title,
      text,
      digest: digestOf(text),
      basedOn: basedOn === null ? null : recordNumber(basedOn),
      basedOnDigest,
      authors,
      findings: findings.slice(0, mostFindings),
      findingsInAll: recordNumber(findings.length),
      commandId,
    },
  };
};

export type Moved = Readonly<{
  name: string;
  version: number;
  move: RecipeMove;
  from: RecipeStatus;
  to: RecipeStatus;
  reason: string;
  digest: string;
  /** Hash of the signature's own event, which stands in the same scope. */
  signature: string;
  commandId: string;
}>;

export const movedEvent = (moved: Moved, actor: Actor): RecordEvent => {
  const { name, version, move, from, to, reason, digest, signature, commandId } = moved;
  return {
    scope: scopeOf(name, version),
    actor,
    action: 'recipe-moved',
    object: labelOf(name, version),
    old: from,
    new: to,
    ...(reason === '' ? {} : { reason }),
    data: { move, digest, signature, commandId },
  };
};

/** @param signature of whoever made `by` effective, in that version's scope */
export const succeededEvent = (
  name: string,
  version: number,
  by: Readonly<{ version: number; signature: string }>,
  actor: Actor,
): RecordEvent => ({
  scope: scopeOf(name, version),
  actor,
  action: 'recipe-succeeded',
  object: labelOf(name, version),
  old: 'effective',
  new: 'retired',
  reason: `${labelOf(name, by.version)} became effective.`,
  data: { by: recordNumber(by.version), signature: by.signature },
});

export const refusedEvent = (
  object: string,
  asked: string,
  reason: string,
  actor: Actor,
  more: Readonly<Record<string, string>>,
): RecordEvent => ({ scope: refusalScope, actor, action: 'recipe-refused', object, reason, data: { asked, ...more } });

export type Told =
  | Readonly<{ kind: 'imported'; imported: Imported; digest: string; stored: StoredEvent }>
  | Readonly<{ kind: 'signed'; signature: SignatureView; role: string; stored: StoredEvent }>
  | Readonly<{ kind: 'moved'; moved: Omit<Moved, 'name' | 'version'>; stored: StoredEvent }>
  | Readonly<{ kind: 'succeeded'; by: number; signature: string; stored: StoredEvent }>
  /** Of no meaning here, such as a gap of the ledger's. */
  | Readonly<{ kind: 'other'; stored: StoredEvent }>
  /** It is one of ours, and what it says cannot be read. */
  | Readonly<{ kind: 'unreadable'; stored: StoredEvent }>;

const count = Type.String({ pattern: '^[1-9]\\d{0,6}$' });
const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const finding = Type.Object({
  severity: Type.Union([Type.Literal('error'), Type.Literal('review')]),
  where: Type.String(),
  problem: Type.String(),
  remedy: Type.String(),
});
const importedData = Compile(
  Type.Object({
    name: Type.String(),
    title: Type.String(),
    text: Type.String(),
    digest: hash,
    basedOn: Type.Union([count, Type.Null()]),
    basedOnDigest: Type.Union([Type.String(), Type.Null()]),
    authors: Type.Array(Type.String()),
    findings: Type.Array(finding),
    commandId: Type.String(),
  }),
);
const movedData = Compile(
  Type.Object({
    move: Type.Union(recipeMoves.map((move) => Type.Literal(move))),
    digest: hash,
    signature: Type.String(),
    commandId: Type.String(),
  }),
);
const succeededData = Compile(Type.Object({ by: count, signature: Type.String() }));
const signedData = Compile(
  Type.Object({ signedHash: Type.String(), signer: Type.String(), printedName: Type.String(), role: Type.String() }),
);

export function tell(stored: StoredEvent): Told {
  switch (stored.event.action) {
    case 'recipe-imported':
      return importedIn(stored);
    case 'recipe-moved':
      return movedIn(stored);
    case 'recipe-succeeded': {
      const { data } = stored.event;
      return succeededData.Check(data)
        ? { kind: 'succeeded', by: Number(data.by), signature: data.signature, stored }
        : { kind: 'unreadable', stored };
    }
    case 'signed':
      return signedIn(stored);
    default:
      return { kind: stored.event.action.startsWith('recipe-') ? 'unreadable' : 'other', stored };
  }
}

function importedIn(stored: StoredEvent): Told {
  const { data, reason } = stored.event;
  const place = versionOfScope(stored.scope);
  if (place === null || reason === undefined || !importedData.Check(data)) return { kind: 'unreadable', stored };
  const { digest, basedOn, ...said } = data;
  const { name, title, text, basedOnDigest, authors, findings, commandId } = said;
  if (name !== place.name || digest !== digestOf(text)) return { kind: 'unreadable', stored };
  const from = basedOn === null ? null : Number(basedOn);
  const { version } = place;
  const imported = { name, version, title, text, basedOn: from, basedOnDigest, authors, reason, findings, commandId };
  return { kind: 'imported', imported, digest, stored };
}

function movedIn(stored: StoredEvent): Told {
  const { data, old, new: now, reason = '' } = stored.event;
  const [from, to] = [statusOf(old), statusOf(now)];
  if (from === null || to === null || !movedData.Check(data)) return { kind: 'unreadable', stored };
  const { move, digest, signature, commandId } = data;
  return { kind: 'moved', moved: { move, from, to, reason, digest, signature, commandId }, stored };
}

const statusOf = (value: unknown): RecipeStatus | null => recipeStatuses.find((status) => status === value) ?? null;

function signedIn(stored: StoredEvent): Told {
  const { event, ...receipt } = stored;
  const { data, object: subject, new: meaning } = event;
  if (typeof meaning !== 'string' || !signedData.Check(data)) return { kind: 'unreadable', stored };
  const { signedHash, signer: personId, printedName, role } = data;
  const signature = { receipt, signedHash, personId, printedName, meaning, subject, utc: receipt.utc };
  return { kind: 'signed', signature, role, stored };
}
