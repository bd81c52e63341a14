/**
 * The service's public key as records name it: the 32 raw bytes of an Ed25519 key in hexadecimal, and its fingerprint,
 * SHA-256 of those bytes, in groups of four digits so that a person can compare it.
 */
import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { digestOf } from './chain.ts';

export type KeyRecord = Readonly<{ algorithm: 'Ed25519'; publicKey: string; fingerprint: string }>;

/** DER of an Ed25519 SubjectPublicKeyInfo up to the key's own bytes (RFC 8410). */
const derHead = Buffer.from('302a300506032b6570032100', 'hex');

export function keyRecordOf(key: KeyObject): KeyRecord {
  const raw = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(derHead.length);
  return { algorithm: 'Ed25519', publicKey: raw.toString('hex'), fingerprint: fingerprintOf(raw) };
}

export const fingerprintOf = (raw: Uint8Array): string => (digestOf(raw).match(/.{4}/g) ?? []).join('-');

/** A fingerprint as a person may have noted it (spaces, colons, capitals), in the form records use; null where it is none. */
export function readFingerprint(text: string): string | null {
  const digits = text.toLowerCase().replace(/[\s:-]/g, '');
  return /^[0-9a-f]{64}$/.test(digits) ? (digits.match(/.{4}/g) ?? []).join('-') : null;
}

/** The key of a record, or null where the record does not hold together. */
export function publicKeyOf(record: Readonly<{ [key: string]: unknown }>): KeyObject | null {
  const { algorithm, publicKey, fingerprint } = record;
  if (algorithm !== 'Ed25519' || typeof publicKey !== 'string' || !/^[0-9a-f]{64}$/.test(publicKey)) return null;
  const raw = Buffer.from(publicKey, 'hex');
  if (fingerprint !== fingerprintOf(raw)) return null;
  return createPublicKey({ key: Buffer.concat([derHead, raw]), format: 'der', type: 'spki' });
}

/** An Ed25519 signature as records write it: 128 hexadecimal digits in lower case. */
export const signText = (text: string, key: KeyObject): string =>
  sign(null, Buffer.from(text, 'utf8'), key).toString('hex');

export function signatureHolds(text: string, signature: string, key: KeyObject): boolean {
  return (
    /^[0-9a-f]{128}$/.test(signature) && verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'hex'))
  );
}
