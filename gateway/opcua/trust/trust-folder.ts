/**
 * Certificates as files: which clients are trusted and which were turned away. What is on disk is what holds, so that a person
 * or the command line may change it while the service runs, and while it does not.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import { syncPath } from './pki-files.ts';

export type TrustState = 'trusted' | 'rejected';

export type KnownCertificate = Readonly<{
  thumbprint: string;
  state: TrustState;
  der: Buffer;
  read: X509Certificate;
  path: string;
  /** When it came, was moved, or was turned away last: the file's time. */
  since: UtcMs;
}>;

/** Strangers can make certificates without end: of those turned away the newest are kept. */
export const rejectedKept = 100;
const largestFile = 20_000;
const longestName = 60;

type Read = Readonly<{ der: Buffer; read: X509Certificate; thumbprint: string }>;

export class TrustFolder {
  readonly #folders: Readonly<Record<TrustState, string>>;
  /** By path, size and time of change, so that a file is read once. */
  #files = new Map<string, Read | null>();

  constructor(root: string) {
    this.#folders = { trusted: join(root, 'trusted/certs'), rejected: join(root, 'rejected') };
  }

  /** Every certificate that can be read, the newest first. One that is in both folders is rejected. */
  list(): readonly KnownCertificate[] {
    const found = new Map<string, KnownCertificate>();
    const files = new Map<string, Read | null>();
    for (const state of ['trusted', 'rejected'] as const) {
      for (const { path, since, key } of filesIn(this.#folders[state])) {
        const read = this.#files.has(key) ? (this.#files.get(key) ?? null) : readFile(path);
        files.set(key, read);
        if (read !== null) found.set(read.thumbprint, { ...read, state, path, since });
      }
    }
    this.#files = files;
    return [...found.values()].sort((one, other) => other.since - one.since);
  }

  find(thumbprint: string): KnownCertificate | null {
    return this.list().find((one) => one.thumbprint === thumbprint) ?? null;
  }

  /** Keeps a certificate that was never seen. @returns false where it cannot be read as one */
  add(der: Buffer, state: TrustState): boolean {
    const read = readDer(der);
    if (read === null) return false;
    const path = join(this.#folders[state], fileName(read));
    mkdirSync(this.#folders[state], { recursive: true });
    writeFileSync(path, read.read.toString(), { mode: 0o600 });
    syncPath(path);
    syncPath(this.#folders[state]);
    if (state === 'rejected') this.#prune();
    return true;
  }

  /** It was turned away once more. */
  touch({ path }: KnownCertificate, now: UtcMs): void {
    utimesSync(path, now / 1000, now / 1000);
  }

  /** Moves it; every file that holds it, wherever a person has put it. It is there since `now`, not since it first came. */
  move(thumbprint: string, state: TrustState, now: UtcMs): void {
    const to = this.#folders[state];
    mkdirSync(to, { recursive: true });
    for (const from of [this.#folders.trusted, this.#folders.rejected]) {
      if (from === to) continue;
      for (const { path } of filesIn(from)) {
        const read = readFile(path);
        if (read?.thumbprint !== thumbprint) continue;
        // Two that people put there may be called alike.
        const moved = join(to, fileName(read));
        renameSync(path, moved);
        utimesSync(moved, now / 1000, now / 1000);
        syncPath(from);
      }
    }
    syncPath(to);
  }

  #prune(): void {
    const files = filesIn(this.#folders.rejected).sort((one, other) => other.since - one.since);
    for (const { path } of files.slice(rejectedKept)) rmSync(path, { force: true });
  }
}

export const thumbprintOf = (der: Buffer): string => createHash('sha1').update(der).digest('hex');

/** The one certificate that these bytes are, or null: where there are more, or others behind it, it is not clear whose key counts. */
export function readDer(der: Buffer): Read | null {
  try {
    const read = new X509Certificate(der);
    return read.raw.equals(der) ? { der, read, thumbprint: thumbprintOf(der) } : null;
  } catch {
    return null;
  }
}

/** The first certificate of a chain: in DER each one says how long it is. */
export function firstOfChain(bytes: Buffer): Buffer {
  const form = bytes[1] ?? 0;
  if (bytes[0] !== 0x30 || form < 0x80) return bytes;
  const size = form & 0x7f;
  if (size < 1 || size > 3 || bytes.length < 2 + size) return bytes;
  return bytes.subarray(0, 2 + size + bytes.readUIntBE(2, size));
}

function readFile(path: string): Read | null {
  try {
    if (statSync(path).size > largestFile) return null;
    return readDer(new X509Certificate(readFileSync(path)).raw);
  } catch {
    return null;
  }
}

function filesIn(folder: string): { path: string; since: UtcMs; key: string }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const path = join(folder, name);
    try {
      const { mtimeMs, ctimeMs, size } = statSync(path);
      return [{ path, since: utcMs(Math.round(mtimeMs)), key: `${path} ${size} ${ctimeMs}` }];
    } catch {
      // It was moved while the folder was read.
      return [];
    }
  });
}

function fileName({ read, thumbprint }: Read): string {
  const name = /(?:^|\n)CN=([^\n]*)/u.exec(read.subject)?.[1] ?? '';
  return `${name.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, longestName)}[${thumbprint}].pem`;
}
