/**
 * Who stands for an envelope: an Ed25519 signature over the canonical JSON (RFC 8785) of all of it, name and date included. Keys
 * and fingerprints are written as the records write theirs, so that a person compares one kind of text.
 */
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Type, type Static } from 'typebox';

const closed = { additionalProperties: false } as const;

export const signedSchema = Type.Object(
  {
    by: Type.String({ minLength: 1 }),
    at: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    /** False: a default that nobody has approved for a plant yet. */
    approved: Type.Boolean(),
    /** The 32 bytes of the public key, in hexadecimal. */
    key: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    signature: Type.String({ pattern: '^[0-9a-f]{128}$' }),
  },
  closed,
);
export type Signed = Static<typeof signedSchema>;

/** DER of an Ed25519 SubjectPublicKeyInfo up to the key's own bytes (RFC 8410). */
const derHead = Buffer.from('302a300506032b6570032100', 'hex');

export const rawKeyOf = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(derHead.length).toString('hex');

/** SHA-256 of the key's bytes, in groups of four. */
export const fingerprintOf = (key: string): string =>
  (createHash('sha256').update(Buffer.from(key, 'hex')).digest('hex').match(/.{4}/gu) ?? []).join('-');

/** All that is signed: the file's value, with who signed it and when, without the signature itself. */
const signedText = (content: object, { by, at, approved, key }: Omit<Signed, 'signature'>): string =>
  canonicalize({ ...content, signed: { by, at, approved, key } }) ?? '';

export function signContent(content: object, who: Omit<Signed, 'signature' | 'key'>, key: KeyObject): Signed {
  const all = { ...who, key: rawKeyOf(key) };
  return { ...all, signature: sign(null, Buffer.from(signedText(content, all), 'utf8'), key).toString('hex') };
}

export function signatureHolds(content: object, signed: Signed): boolean {
  const der = Buffer.concat([derHead, Buffer.from(signed.key, 'hex')]);
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return verify(null, Buffer.from(signedText(content, signed), 'utf8'), key, Buffer.from(signed.signature, 'hex'));
  } catch {
    // Not every 32 bytes are a point of the curve.
    return false;
  }
}
