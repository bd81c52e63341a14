/**
 * The certificate by which an analyser is known: the first that it shows is kept, and no other is taken after it. Whoever
 * exchanges an analyser removes the file.
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Pinning = 'new' | 'same' | 'other';

export const pinFile = (pkiFolder: string): string => join(pkiFolder, 'server.der');

export const thumbprintOf = (certificate: Uint8Array): string => createHash('sha1').update(certificate).digest('hex');

/** Whether the certificate is the one that was kept; keeps it where none was. */
export function pin(file: string, certificate: Uint8Array): Pinning {
  if (existsSync(file)) return readFileSync(file).equals(certificate) ? 'same' : 'other';
  mkdirSync(dirname(file), { recursive: true });
  const made = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(made, certificate);
    fsyncSync(made);
  } finally {
    closeSync(made);
  }
  renameSync(`${file}.new`, file);
  return 'new';
}
