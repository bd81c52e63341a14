import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { breachedListFault, breachedPasswords } from '../../../control/access/breached.ts';
import { temporaryFolder } from '../records/support.ts';

const hashOf = (password: string): string => createHash('sha1').update(password).digest('hex').toUpperCase();

let folder: ReturnType<typeof temporaryFolder>;
const path = () => join(folder.path, 'breached.txt');
const list = (passwords: readonly string[], lineEnd = '\r\n', last = lineEnd) => {
  const lines = passwords.map((password, index) => `${hashOf(password)}:${10 ** (index % 8)}`).sort();
  writeFileSync(path(), lines.length === 0 ? '' : lines.join(lineEnd) + last);
};

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('the list that is shipped', () => {
  it.each(['qwerty123456', 'Administrator', 'ADMINISTRATOR', '\uff41dministrator'])('knows %s', (password) => {
    expect(breachedPasswords(path())(password)).toBe(true);
  });

  it('knows every line of its own, and each is one that the shortest length would let through', () => {
    const breached = breachedPasswords(path());
    const file = readFileSync(new URL('../../../control/access/common-passwords.txt', import.meta.url), 'utf8');
    const lines = file.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.length).toBeGreaterThan(300);
    expect(lines.filter((line) => line.length < 12 || !breached(line))).toEqual([]);
  });

  it('knows nothing of a password that nobody lost, nor of its own comments', () => {
    const breached = breachedPasswords(path());
    expect(breached('four slow herons wade')).toBe(false);
    expect(breached('')).toBe(false);
  });
});

describe("a site's own list", () => {
  it('is looked up as typed and in small letters, and is found when it comes while the service runs', () => {
    const breached = breachedPasswords(path());
    expect(breached('Four Slow Herons')).toBe(false);
    list(['Four Slow Herons', 'three quick otters']);
    expect(breached('Four Slow Herons')).toBe(true);
    expect(breached('THREE quick otters')).toBe(true);
    expect(breached('two idle badgers')).toBe(false);
  });

  it('finds every password in it and no other, whatever its length and line ends', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z]{12,16}$/), { minLength: 0, maxLength: 40 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (words, lineEnd, ended) => {
          list(words, lineEnd, ended ? lineEnd : '');
          const breached = breachedPasswords(path());
          expect(words.filter((word) => !breached(word))).toEqual([]);
          expect(words.filter((word) => breached(`${word} 9`))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(['these are passwords in the clear\n'.repeat(9), `${'A'.repeat(40)}:1${'0'.repeat(400)}\n`])(
    'that is something else is refused by its name',
    (text) => {
      writeFileSync(path(), text);
      expect(() => breachedPasswords(path())('four slow herons wade')).toThrow(
        expect.objectContaining({ code: 'breached-list-damaged', message: expect.stringContaining(path()) }),
      );
    },
  );
});

describe("what a start says of a site's list", () => {
  const many = Array.from({ length: 5000 }, (_, number) => `password ${number}`);

  it('is nothing where there is none, where it is empty, and where it is in order', () => {
    expect(breachedListFault(path())).toBeNull();
    list([]);
    expect(breachedListFault(path())).toBeNull();
    for (const passwords of [many.slice(0, 1), many.slice(0, 3), many]) {
      list(passwords);
      expect(breachedListFault(path())).toBeNull();
      list(passwords, '\n', '');
      expect(breachedListFault(path())).toBeNull();
    }
  });

  it('is that it is not ordered, whether few lines or many', () => {
    for (const passwords of [many.slice(0, 10), many]) {
      list(passwords);
      const lines = readFileSync(path(), 'utf8').trimEnd().split('\r\n');
      writeFileSync(path(), [...lines.slice(lines.length / 2), ...lines.slice(0, lines.length / 2)].join('\r\n'));
      expect(breachedListFault(path())).toContain('not ordered by hash');
    }
  });

  it('is that it holds something else', () => {
    writeFileSync(path(), 'password\n'.repeat(100));
    expect(breachedListFault(path())).toContain('SHA-1');
  });
});
