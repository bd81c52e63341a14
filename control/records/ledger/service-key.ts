/** The service's Ed25519 key: made at the first start, kept outside the database, readable by the service's account only. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mesolineError, messageOf } from '../../../plant/errors.ts';
import { keyRecordOf, type KeyRecord } from '../format/key.ts';
import { placeFile } from './durable-file.ts';

export type ServiceKey = Readonly<{ secret: KeyObject; record: KeyRecord }>;

/**
 * @param mayMake true only while the ledger holds nothing: a ledger whose key is gone must not go on with another.
 * @throws MesolineError `key-missing` or `key-unreadable`.
 */
export function serviceKey(folder: string, mayMake: boolean): ServiceKey {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'service-ed25519.pem');
  if (!existsSync(path)) {
    if (!mayMake) {
      throw mesolineError(
        'key-missing',
        path,
        'The ledger has records, but the key they are signed with is not there.',
        'Put the key back from the backup; a new one would not be trusted by whoever verifies.',
      );
    }
    const { privateKey } = generateKeyPairSync('ed25519');
    placeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  }
  const secret = readKey(path);
  const record = keyRecordOf(secret);
  const trust = join(folder, 'trust.txt');
  const line = `${record.fingerprint}\n`;
  if (!existsSync(trust) || readFileSync(trust, 'utf8') !== line) placeFile(trust, line, 0o644);
  return { secret, record };
}

function readKey(path: string): KeyObject {
  const remedy = 'Put the key back from the backup.';
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(path));
  } catch (error) {
    throw mesolineError('key-unreadable', path, `The key cannot be read (${messageOf(error)}).`, remedy, error);
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw mesolineError('key-unreadable', path, `The key is of type ${String(key.asymmetricKeyType)}.`, remedy);
  }
  return key;
}
