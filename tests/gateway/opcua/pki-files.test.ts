import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDurable, putDamagedAside } from '../../../gateway/opcua/trust/pki-files.ts';
import { utcMs } from '../../../plant/clock.ts';

let folder = '';
const at = (path: string): string => join(folder, path);
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mesoline-pki-'));
  mkdirSync(at('own/private'), { recursive: true });
  mkdirSync(at('own/certs'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the keys of the OPC UA server', () => {
  it('are left alone where they can be read', () => {
    writeFileSync(at('own/private/private_key.pem'), key);
    expect(putDamagedAside(folder, utcMs(0))).toEqual([]);
    makeDurable(folder);
    expect(existsSync(at('own/private/private_key.pem'))).toBe(true);
  });

  it('are put aside where a power cut has left an empty file, with the certificate that belonged to it', () => {
    writeFileSync(at('own/private/private_key.pem'), '');
    writeFileSync(at('own/certs/certificate.pem'), 'half of it');
    expect(putDamagedAside(folder, utcMs(0))).toEqual([
      at('own/private/private_key.pem'),
      at('own/certs/certificate.pem'),
    ]);
    expect(readdirSync(at('own/private'))).toEqual(['private_key.pem.damaged-1970-01-01T00-00-00.000+00-00']);
  });

  it('lose a certificate that is none', () => {
    writeFileSync(at('own/private/private_key.pem'), key);
    writeFileSync(at('own/certs/certificate.pem'), '');
    expect(putDamagedAside(folder, utcMs(0))).toEqual([at('own/certs/certificate.pem')]);
  });

  it('are no matter where there are none yet', () => {
    expect(putDamagedAside(at('nowhere'), utcMs(0))).toEqual([]);
  });
});
