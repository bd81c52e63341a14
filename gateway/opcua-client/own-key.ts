/**
 * Our key and certificate as an analyser's client. The stack makes them without syncing, so that a power cut may leave empty
 * files, with which no connection would ever come about: what cannot be read is removed, and the stack makes it anew.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export function removeDamaged(pkiFolder: string): void {
  mkdirSync(pkiFolder, { recursive: true, mode: 0o700 });
  const keyFile = join(pkiFolder, 'own/private/private_key.pem');
  const certificateFile = join(pkiFolder, 'own/certs/client_certificate.pem');
  if (!existsSync(keyFile) && !existsSync(certificateFile)) return;
  if (belongTogether(keyFile, certificateFile)) return;
  rmSync(join(pkiFolder, 'own'), { recursive: true, force: true });
}

function belongTogether(keyFile: string, certificateFile: string): boolean {
  try {
    const key = createPrivateKey(readFileSync(keyFile));
    return !existsSync(certificateFile) || new X509Certificate(readFileSync(certificateFile)).checkPrivateKey(key);
  } catch {
    return false;
  }
}
