/** One version of a recipe as a fold of its record. What contradicts what stands before it is said, and changes nothing. */
import type { UtcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { SignatureView } from '../../plant/ports/record-desk.ts';
import type { RecipeFinding } from '../../plant/recipe-view.ts';
import type { Told } from './events.ts';
import { labelOf } from './events.ts';
import { meanings, moved, roleOf, standsAs, subjectOf, succeeded, type Standing } from './lifecycle.ts';

type Signed = Readonly<{ signature: SignatureView; role: string; actor: Actor; isUsed: boolean }>;

export type Version = Readonly<{
  name: string;
  version: number;
  title: string;
  text: string;
  /** SHA-256 of the text, in hexadecimal. */
  digest: string;
  standing: Standing;
  importedBy: string;
  /** By which the importer signs. */
  importerUserName: string;
  importedAt: UtcMs;
  basedOn: number | null;
  reason: string;
  /** As they were at the import. */
  findings: readonly RecipeFinding[];
  signed: readonly Signed[];
  /** Hash of the signature that made it effective. */
  effectiveBy: string | null;
  succession: Readonly<{ by: number; signature: string }> | null;
  /** The newest of its record: number and hash. */
  seq: number;
  head: string;
}>;

/** @returns a sentence where the event contradicts the record before it */
export function evolve(version: Version | null, told: Told): Version | string {
  if (version === null) return begun(told);
  const { seq, hash } = told.stored;
  if (seq !== version.seq + 1) return `its entry ${seq} stands behind its entry ${version.seq}.`;
  const next = { ...version, seq, head: hash };
  switch (told.kind) {
    case 'imported':
      return `its entry ${seq} imports it a second time.`;
    case 'unreadable':
      return `its entry ${seq} (${told.stored.event.action}) cannot be read.`;
    case 'other':
      return next;
    case 'signed': {
      if (told.signature.signedHash !== version.head) return `the signature ${seq} is of another record.`;
      const { signature, role } = told;
      return {
        ...next,
        signed: [...version.signed, { signature, role, actor: told.stored.event.actor, isUsed: false }],
      };
    }
    case 'moved':
      return afterMove(version, next, told);
    case 'succeeded': {
      const standing = succeeded(version.standing);
      if (standing === null)
        return `its entry ${seq} retires it for v${told.by}, but it was ${standsAs(version.standing)}.`;
      return { ...next, standing, succession: { by: told.by, signature: told.signature } };
    }
  }
}

function begun(told: Told): Version | string {
  const { event, seq, hash, utc } = told.stored;
  if (told.kind !== 'imported' || seq !== 1) return `its record does not begin with an import that can be read.`;
  const { actor } = event;
  if (actor.kind !== 'person') return `it was imported by nobody.`;
  const { name, version, title, text, basedOn, authors, reason, findings } = told.imported;
  if (!authors.includes(actor.id)) return `whoever imported it is not among its authors.`;
  return {
    name,
    version,
    title,
    text,
    digest: told.digest,
    standing: { status: 'draft', importer: actor.id, authors, reviewer: null, approver: null },
    importedBy: actor.printedName,
    importerUserName: actor.userName,
    importedAt: utc,
    basedOn,
    reason,
    findings,
    signed: [],
    effectiveBy: null,
    succession: null,
    seq,
    head: hash,
  };
}

function afterMove(version: Version, next: Version, told: Extract<Told, { kind: 'moved' }>): Version | string {
  const { move, from, to, digest, signature } = told.moved;
  const { seq, event } = told.stored;
  const { standing } = version;
  const entry = `its entry ${seq} (${move})`;
  if (from !== standing.status) return `${entry} moves it from ${from}, but it was ${standsAs(standing)}.`;
  if (digest !== version.digest) return `${entry} is of another text.`;
  const by = version.signed.find((one) => one.signature.receipt.hash === signature);
  if (by === undefined || by.isUsed) return `${entry} has no signature of its own.`;
  const { personId, meaning, subject } = by.signature;
  const isOfMove =
    meaning === meanings[move] &&
    subject === subjectOf(move, version.name, version.version) &&
    by.role === roleOf(standing, move) &&
    event.actor.kind === 'person' &&
    event.actor.id === personId;
  if (!isOfMove) return `${entry} has a signature that is of something else.`;
  const after = moved(standing, move, personId);
  if (after?.status !== to)
    return `${entry} cannot be made by ${by.signature.printedName} where it was ${standsAs(standing)}.`;
  return {
    ...next,
    standing: after,
    signed: version.signed.map((one) => (one === by ? { ...one, isUsed: true } : one)),
    effectiveBy: move === 'make effective' ? signature : version.effectiveBy,
  };
}

export const labelled = ({ name, version }: Pick<Version, 'name' | 'version'>): string => labelOf(name, version);
