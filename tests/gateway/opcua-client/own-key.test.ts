import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeDamaged } from '../../../gateway/opcua-client/own-key.ts';
import { pin, pinFile } from '../../../gateway/opcua-client/pinned-certificate.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mesoline-own-key-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const keyFile = (): string => join(folder, 'own/private/private_key.pem');
const putKey = (text: string): void => {
  mkdirSync(join(folder, 'own/private'), { recursive: true });
  writeFileSync(keyFile(), text);
};

describe('our key towards an analyser', () => {
  it('that a power cut emptied is removed, so that one is made anew', () => {
    putKey('');
    removeDamaged(folder);
    expect(existsSync(keyFile())).toBe(false);
  });

  it('that is sound is left alone', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    putKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    removeDamaged(folder);
    expect(existsSync(keyFile())).toBe(true);
  });
});

describe("an analyser's certificate", () => {
  it('is kept when it is first seen, and no other is taken after it', () => {
    const file = pinFile(folder);
    expect(pin(file, Buffer.from('one'))).toBe('new');
    expect(pin(file, Buffer.from('one'))).toBe('same');
    expect(pin(file, Buffer.from('two'))).toBe('other');
    expect(readFileSync(file).toString()).toBe('one');
  });
});
