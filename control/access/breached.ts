/**
 * Passwords that others have lost (NIST SP 800-63B §5.1.1.2): the list that is shipped, and a site's own longer one in the form of
 * Have I Been Pwned, ordered by hash: lines `SHA-1 in hex:count`. The long one is gigabytes, so it is searched where it lies.
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { mesolineError, messageOf } from '../../plant/errors.ts';

export type Breached = (password: string) => boolean;

const shipped = new URL('./common-passwords.txt', import.meta.url);

const plain = (password: string): string => password.normalize('NFKC').toLowerCase();

/**
 * @param sitePath the site's own list; one that is not there is none, and may be put there while the service runs.
 * @returns whether a password is known, however its letters are composed and whatever their case.
 * @throws `breached-list-damaged` at a question, where a line of the site's list is none or is longer than one may be.
 */
export function breachedPasswords(sitePath: string): Breached {
  const common = new Set(
    readFileSync(shipped, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#')),
  );
  return (password) => {
    if (common.has(plain(password))) return true;
    if (!existsSync(sitePath)) return false;
    return [password.normalize('NFKC'), plain(password)].some((form) => isListed(sitePath, sha1(form)));
  };
}

/** The list is of SHA-1; what is kept of a password here is Argon2id. */
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();

const hashLength = 40;
const longestLine = 64;

/** Lines that are looked at to see whether a list is in order; a whole one would take minutes. */
const linesLookedAt = 1000;

/**
 * What is wrong with a site's list, or null, also where there is none: an unordered one would be searched and nothing found. Looks at
 * lines evenly through the file: it finds a list that was never ordered, not two lines that were exchanged.
 */
export function breachedListFault(path: string): string | null {
  if (!existsSync(path)) return null;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    let before = '';
    for (let line = 0; line < linesLookedAt && size > 0; line += 1) {
      const offset = Math.floor((line * size) / linesLookedAt);
      const { hash } = lineFrom(file, path, 0, offset);
      if (hash < before) return `${path} is not ordered by hash (near byte ${offset}): passwords in it are not found.`;
      before = hash;
    }
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    closeSync(file);
  }
}

/** Halves the file until the first line whose hash is not below `hash` is found. */
function isListed(path: string, hash: string): boolean {
  const file = openSync(path, 'r');
  try {
    let low = 0;
    let high = fstatSync(file).size;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const line = lineFrom(file, path, low, middle);
      if (line.hash === hash) return true;
      if (line.hash < hash) low = line.end;
      else high = line.start;
    }
    return false;
  } finally {
    closeSync(file);
  }
}

/** The line that `offset` lies in; `low` is where some line begins. */
function lineFrom(file: number, path: string, low: number, offset: number) {
  const from = Math.max(low, offset - longestLine);
  const bytes = Buffer.alloc(2 * longestLine);
  const text = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from)).toString('latin1');
  const before = offset === from ? -1 : text.lastIndexOf('\n', offset - from - 1);
  const after = text.indexOf('\n', offset - from);
  const line = text.slice(before + 1, after < 0 ? text.length : after);
  const beginIsKnown = before >= 0 || from === low;
  if (!beginIsKnown || line.length > longestLine || !/^[0-9a-f]{40}(:\d+)?\r?$/i.test(line)) {
    throw mesolineError(
      'breached-list-damaged',
      path,
      `It holds something else than lines of SHA-1:count near byte ${offset}.`,
      'Fetch it anew, ordered by hash, or take it away; until then no password can be chosen.',
    );
  }
  return {
    hash: line.slice(0, hashLength).toUpperCase(),
    start: from + before + 1,
    end: after < 0 ? Number.MAX_SAFE_INTEGER : from + after + 1,
  };
}
