/**
 * A file that is being measured into. Lines are taken at once and written in batches, on disk within a second; a write that failed is
 * done again at the same place, so that no line stands twice or in halves.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import { syncFolder } from './seal.ts';

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

  /** @throws MesolineError `telemetry-not-written`: what waits stays, and may be tried again. */
  async finish(): Promise<void> {
    while (this.#waitingLength > 0) {
      await this.flush();
      if (this.#failedBecause !== null) throw notWritten(this.path, this.#failedBecause);
    }
    await this.#handle?.close();
    this.#handle = null;
  }

  async #made(): Promise<FileHandle> {
    await this.#prepare();
    const handle = await open(this.path, 'w', 0o600);
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
      this.#waitingLength -= taken.reduce((sum, text) => sum + text.length, 0);
      this.#failedBecause = null;
    } catch (error) {
      this.#waiting = [...taken, ...this.#waiting];
      this.#failedBecause = messageOf(error);
    }
  }
}

const notWritten = (path: string, reason: string) =>
  mesolineError(
    'telemetry-not-written',
    path,
    `What was measured cannot be written (${reason}).`,
    'Make room on the disk that holds the data folder; it is tried again.',
  );

async function writeWhole(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
