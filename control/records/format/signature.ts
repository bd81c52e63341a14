/**
 * A signature: a person, who entered user and password, gives a meaning to everything the scope held until then. The service
 * signs that statement; it covers the scope, so it cannot be moved to another record, and the head's hash, so it cannot be
 * kept while the record changes. It is tamper-evident; it is not the person's own cryptographic key.
 */
import type { KeyObject } from 'node:crypto';
import type { Actor } from '../../../plant/people.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { canonicalText, isPlainObject } from './canonical.ts';
import { signatureHolds, signText } from './key.ts';

export const signedAction = 'signed';

export type Statement = Readonly<{
  scope: string;
  /** The last event it covers, and that event's hash. */
  signedSeq: string;
  signedHash: string;
  signer: string;
  userName: string;
  printedName: string;
  role: string;
  meaning: string;
  subject: string;
  /** ISO 8601 with its zone: the time beside the printed name. */
  signedAt: string;
  /** What the signer entered. */
  components: readonly string[];
}>;

const statementText = (statement: Statement): string => canonicalText({ purpose: 'signature', ...statement });

export function signedEvent(statement: Statement, actor: Actor, key: KeyObject, fingerprint: string): RecordEvent {
  const { scope, ...data } = statement;
  return {
    scope,
    actor,
    action: signedAction,
    object: statement.subject,
    new: statement.meaning,
    data: { ...data, key: fingerprint, signature: signText(statementText(statement), key) },
  };
}

const fields = [
  'signedSeq', 'signedHash', 'signer', 'userName', 'printedName', 'role', 'meaning', 'subject', 'signedAt',
] as const; // prettier-ignore

/** The statement of a stored `signed` event with the signature over it, or null where it is not complete. */
export function readSignature(
  event: Readonly<{ scope: string; data?: unknown }>,
): { statement: Statement; key: string; signature: string } | null {
  const { data } = event;
  if (!isPlainObject(data)) return null;
  const { key, signature, components } = data;
  if (typeof key !== 'string' || typeof signature !== 'string') return null;
  if (!Array.isArray(components) || !components.every((part) => typeof part === 'string')) return null;
  if (!fields.every((field) => typeof data[field] === 'string')) return null;
  if (Object.keys(data).length !== fields.length + 3) return null;
  const said = data as Readonly<Record<(typeof fields)[number], string>>;
  return {
    statement: {
      scope: event.scope,
      signedSeq: said.signedSeq,
      signedHash: said.signedHash,
      signer: said.signer,
      userName: said.userName,
      printedName: said.printedName,
      role: said.role,
      meaning: said.meaning,
      subject: said.subject,
      signedAt: said.signedAt,
      components,
    },
    key,
    signature,
  };
}

export const statementHolds = (statement: Statement, signature: string, key: KeyObject): boolean =>
  signatureHolds(statementText(statement), signature, key);
