/** Every text that a configuration file ever had here, by its digest: what was is still there to be compared with what is. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigurationFile } from './files.ts';

const digestForm = /^[0-9a-f]{64}$/u;

export class Texts {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Durable when it returns. What lies there damaged is put right by what was read now. */
  keep(files: readonly ConfigurationFile[]): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const lacking = files.filter(({ digest }) => this.bytes(digest) === null);
    for (const { digest, bytes } of lacking) this.#place(digest, bytes);
    if (lacking.length > 0) sync(this.#folder);
  }

  /** Null where it was never kept, or is not what its name says. */
  bytes(digest: string): Uint8Array | null {
    if (!digestForm.test(digest)) return null;
    const path = join(this.#folder, digest);
    if (!existsSync(path)) return null;
    const bytes = readFileSync(path);
    return createHash('sha256').update(bytes).digest('hex') === digest ? bytes : null;
  }

  #place(digest: string, bytes: Uint8Array): void {
    const path = join(this.#folder, digest);
    const draft = openSync(`${path}.new`, 'w', 0o600);
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(draft, bytes, written);
      fsyncSync(draft);
    } finally {
      closeSync(draft);
    }
    renameSync(`${path}.new`, path);
  }
}

/** Makes the names in a folder durable. */
function sync(folder: string): void {
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
