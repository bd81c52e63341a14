import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FactorKey } from '../../../control/records/ledger/factor-key.ts';
import { temporaryFolder } from './support.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'keys', 'second-factor.key');
});
afterEach(() => folder.remove());

describe('the key of second factors', () => {
  it('is made once, for nobody else to read', () => {
    const key = new FactorKey(path, () => false);
    const made = key.read();
    expect(key.read().equals(made)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is not made anew over secrets that were kept by a lost one, and serves again once it was put back', () => {
    const made = new FactorKey(path, () => false).read();
    const key = new FactorKey(path, () => true);
    renameSync(path, `${path}.backup`);
    expect(() => key.read()).toThrow(/second-factor\.key.*gone.*backup/);
    expect(existsSync(path)).toBe(false);
    renameSync(`${path}.backup`, path);
    expect(key.read().equals(made)).toBe(true);
  });

  it('is refused, and left as it is, where it is none', () => {
    const key = new FactorKey(path, () => false);
    key.read();
    writeFileSync(path, 'not a key\n');
    expect(() => key.read()).toThrow(/not 32 bytes/);
    expect(readFileSync(path, 'utf8')).toBe('not a key\n');
  });
});
