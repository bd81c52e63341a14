/**
 * A file that is being measured into. Lines are taken at once and written in batches, on disk within a second; a write that failed is
 * done again at the same place, so that no line stands twice or in halves. What was written is known by its digest, so that a file
 * that somebody else has written into is found when it is sealed.
 */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import { syncFolder, writeWhole, type SealedContent } from './seal.ts';

/** Bytes that wait for a disk at most; what is beyond is not kept, and said. */
const mostWaiting = 8 * 1024 * 1024;

export class OpenFile {
  readonly path: string;
  readonly #prepare: () => Promise<unknown>;
  #handle: FileHandle | null = null;
  #waiting: string[] = [];
  #waitingLength = 0;
  #position = 0;
  #writing: Promise<void> | null = null;
  #failedBecause: string | null = null;
  readonly #written = createHash('sha256');
  #digest: string | null = null;

  /** @param prepare makes the folder; asked before the file is opened. */
  constructor(path: string, prepare: () => Promise<unknown>) {
    this.path = path;
    this.#prepare = prepare;
  }

  /** Why the last write failed; null while all is well. */
  get failedBecause(): string | null {
    return this.#failedBecause;
  }

  /** @returns whether there was room for it */
  add(text: string): boolean {
    if (this.#waitingLength + text.length > mostWaiting) return false;
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    return true;
  }

  /** The last line: there is always room for it. */
  addLast(text: string): void {
    this.#waiting.push(text);
    this.#waitingLength += text.length;
  }

  /** Writes what waits; settles when it is on disk, or when it cannot be now. Never throws. */
  flush(): Promise<void> {
    this.#writing ??= this.#write().finally(() => (this.#writing = null));
    return this.#writing;
  }

  /** @returns what the file has to hold. @throws MesolineError `telemetry-not-written`: what waits stays, and may be tried again. */
  async finish(): Promise<SealedContent> {
    while (this.#waitingLength > 0) {
      await this.flush();
      if (this.#failedBecause !== null) throw notWritten(this.path, this.#failedBecause);
    }
    await this.#handle?.close();
    this.#handle = null;
    this.#digest ??= this.#written.digest('hex');
    return { digest: this.#digest, bytes: this.#position };
  }

  async #made(): Promise<FileHandle> {
    await this.#prepare();
    const handle = await open(this.path, this.#position === 0 ? 'w' : 'r+', 0o600);
    try {
      await syncFolder(dirname(this.path));
    } catch (error) {
      await handle.close();
      throw error;
    }
    return handle;
  }

  async #write(): Promise<void> {
    const taken = this.#waiting;
    if (taken.length === 0) return;
    this.#waiting = [];
    const bytes = Buffer.from(taken.join(''), 'utf8');
    try {
      this.#handle ??= await this.#made();
      await writeWhole(this.#handle, bytes, this.#position);
      await this.#handle.datasync();
      this.#position += bytes.length;
      this.#written.update(bytes);
      this.#waitingLength -= taken.reduce((sum, text) => sum + text.length, 0);
      this.#failedBecause = null;
    } catch (error) {
      this.#waiting = [...taken, ...this.#waiting];
      this.#failedBecause = messageOf(error);
      await this.#letGo();
    }
  }

  /** After a fault the file is opened anew: a disk that comes back may not know what was open on it. */
  async #letGo(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close().catch(() => undefined);
  }
}

const notWritten = (path: string, reason: string) =>
  mesolineError(
    'telemetry-not-written',
    path,
    `What was measured cannot be written (${reason}).`,
    'Make room on the disk that holds the data folder; it is tried again.',
  );
