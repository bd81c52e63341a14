/**
 * The segment that is being written. It comes into being whole: its checkpoint is on disk under another name before it is
 * called a segment, so that no start ever finds a segment without one.
 */
import type { Monotonic } from '../../plant/clock.ts';
import type { RingCursor } from '../../plant/ports/history.ts';
import type { Seen } from '../seen.ts';
import type { Disk, DiskFile } from './disk.ts';
import { encodeCheckpoint, spoolFormat } from './payload.ts';
import { frame } from './record.ts';
import { segmentPath, type Segment } from './segment.ts';

export class ActiveSegment {
  readonly segment: Segment;
  readonly createdAt: Monotonic;
  readonly #file: DiskFile;
  /** Set when the disk failed in a way after which this file's unsynced pages cannot be trusted. */
  #broken = false;

  private constructor(segment: Segment, file: DiskFile, createdAt: Monotonic) {
    this.segment = segment;
    this.#file = file;
    this.createdAt = createdAt;
  }

  static async create(
    disk: Disk,
    folder: string,
    number: number,
    cursors: readonly RingCursor[],
    seen: Seen,
    now: Monotonic,
  ): Promise<ActiveSegment> {
    const path = segmentPath(folder, number);
    const checkpoint = frame(encodeCheckpoint({ format: spoolFormat, segment: number, cursors, seen }));
    const file = await disk.create(`${path}.new`);
    try {
      await file.write(checkpoint, 0);
      await file.sync();
      await disk.rename(`${path}.new`, path);
      await disk.syncFolder(folder);
    } catch (error) {
      await file.close();
      for (const name of [`${path}.new`, path]) await disk.remove(name).catch(() => undefined);
      throw error;
    }
    return new ActiveSegment({ number, path, length: checkpoint.length }, file, now);
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** Settles when the bytes are on disk. After a failure the file ends where it ended before. */
  async append(bytes: Uint8Array): Promise<void> {
    const { segment } = this;
    try {
      await this.#file.write(bytes, segment.length);
    } catch (error) {
      await this.#cutBack();
      throw error;
    }
    try {
      await this.#file.sync();
    } catch (error) {
      // A kernel forgets dirty pages after a failed sync: a later sync of this file would succeed without them.
      this.#broken = true;
      await this.#cutBack();
      throw error;
    }
    segment.length += bytes.length;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #cutBack(): Promise<void> {
    try {
      await this.#file.truncate(this.segment.length);
    } catch {
      this.#broken = true;
    }
  }
}
