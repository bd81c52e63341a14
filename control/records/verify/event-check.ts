/** One stored event: its content against its hash, its place, and, where it is a signature or a key record, what it says. */
import type { KeyObject } from 'node:crypto';
import { parseCanonical } from '../format/canonical.ts';
import { chainHash } from '../format/chain.ts';
import { isEventBody, type EventBody } from '../format/event-body.ts';
import { publicKeyOf } from '../format/key.ts';
import { readSignature, signedAction, statementHolds } from '../format/signature.ts';
import type { EventName, Findings } from './report.ts';

export const keyRecordedAction = 'key-recorded';

/** Keys whose record was read, by fingerprint; `trusted` is the one the verifying person named, or null where none was. */
export type Keys = { readonly trusted: string | null; readonly known: Map<string, KeyObject> };

/** The body of a stored event as far as it can be read, for naming it; never relied on. */
export const actionOf = (body: string | null): string | null =>
  /"action":"([a-z0-9-]{1,80})"/.exec(body ?? '')?.[1] ?? null;

/**
 * @param body null where it is no text
 * @param previous hash of the event before it in its scope. Returns the body where it could be read, whatever else is wrong.
 */
export function checkEvent(
  name: EventName,
  body: string | null,
  hash: string | null,
  previous: string,
  keys: Keys,
  findings: Findings,
): EventBody | null {
  const unchanged = body !== null && chainHash(previous, body) === hash;
  if (!unchanged) {
    findings.addEvent(name, 'Its content and the event before it do not give the hash that stands beside it.');
  }
  const parsed = parseCanonical(body ?? '');
  if (parsed === null || !isEventBody(parsed.value)) {
    findings.addEvent(name, 'Its content is not an event in canonical form.');
    return null;
  }
  const event = parsed.value;
  if (event.scope !== name.scope || event.seq !== name.seq) {
    findings.addEvent(name, `Its content says that it is ${event.scope} #${event.seq}.`);
  }
  if (event.action === keyRecordedAction) checkKey(name, event, keys, findings);
  // In an event that was changed, whether its signature would still hold says nothing more.
  if (event.action === signedAction && unchanged) checkSignature(name, event, previous, keys, findings);
  return event;
}

function checkKey(name: EventName, event: EventBody, keys: Keys, findings: Findings): void {
  const key = publicKeyOf(event.data ?? {});
  const fingerprint = event.data?.fingerprint;
  if (key === null || typeof fingerprint !== 'string' || event.object !== fingerprint) {
    findings.addEvent(name, 'The key it records and the fingerprint it names do not belong together.');
    return;
  }
  keys.known.set(fingerprint, key);
}

/** @param event whose content gives its hash. */
export function checkSignature(
  name: EventName,
  event: EventBody,
  previous: string,
  keys: Keys,
  findings: Findings,
): void {
  const read = readSignature(event);
  if (read === null) {
    findings.addEvent(name, 'The signature in it is not complete.');
    return;
  }
  const { statement, key, signature } = read;
  if (statement.signedHash !== previous || statement.signedSeq !== String(event.seq - 1)) {
    findings.addEvent(name, `The signature was given to another record (event ${statement.signedSeq}, another hash).`);
  }
  const { actor } = event;
  const sameSigner =
    actor.kind === 'person' && actor.id === statement.signer && actor.userName === statement.userName &&
    actor.printedName === statement.printedName; // prettier-ignore
  if (!sameSigner || event.new !== statement.meaning || event.object !== statement.subject) {
    findings.addEvent(name, 'The event names another signer, meaning or subject than the signature in it.');
  }
  const publicKey = trustedKey(key, keys);
  if (publicKey === null) findings.addEvent(name, untrusted('The signature', key, keys));
  else if (!statementHolds(statement, signature, publicKey)) {
    findings.addEvent(name, 'The signature does not hold for what it states.');
  }
}

export const trustedKey = (fingerprint: string, keys: Keys): KeyObject | null =>
  fingerprint === keys.trusted ? (keys.known.get(fingerprint) ?? null) : null;

export const untrusted = (what: string, fingerprint: string, keys: Keys): string =>
  keys.trusted === null
    ? `${what} is by the key ${fingerprint}; no trusted fingerprint was given, so that proves nothing.`
    : fingerprint === keys.trusted
      ? `${what} is by the trusted key, but the record of that key is missing or changed.`
      : `${what} is by the key ${fingerprint}, which is not the trusted one.`;
