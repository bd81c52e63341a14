/** The key that the secrets of second factors are encrypted with: made where it is not there, kept outside the database. */
import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { mesolineError } from '../../../plant/errors.ts';
import { placeFile } from './durable-file.ts';

/** AES-256. */
const keyBytes = 32;

/** @throws MesolineError `key-unreadable` */
export function factorKey(path: string): KeyObject {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    placeFile(path, `${randomBytes(keyBytes).toString('hex')}\n`);
  }
  const text = readFileSync(path, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw mesolineError(
      'key-unreadable',
      path,
      'It is not 32 bytes in hexadecimal.',
      'Put the key back from the backup.',
    );
  }
  return createSecretKey(Buffer.from(text, 'hex'));
}
