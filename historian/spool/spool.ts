/**
 * The spool: on disk before anything is acknowledged. Appends that wait together share one write and one sync. A segment is
 * given up only when the store has all of it and a newer one, with its checkpoint of the ring cursors, is on disk.
 *
 * Declared policy: at most `totalBytes` on disk; what does not fit is refused, nothing that was accepted is ever dropped.
 */
import { elapsed, type Clock, type Milliseconds } from '../../plant/clock.ts';
import { MesolineError, messageOf, mesolineError } from '../../plant/errors.ts';
import type { RingCursor } from '../../plant/ports/history.ts';
import type { SpoolEntry } from '../point.ts';
import { laterOf, nothingSeen, type Seen } from '../seen.ts';
import { ActiveSegment } from './active-segment.ts';
import { replaceFile, type Disk } from './disk.ts';
import { encodeEntry, KnownSeries } from './payload.ts';
import { readBatch, type SpoolBatch } from './reader.ts';
import { frame, longestPayload } from './record.ts';
import { cursorKey, recover, type SpoolDamage } from './recovery.ts';
import { positionFile, type ReplayPosition, type Segment } from './segment.ts';

export type SpoolLimits = Readonly<{ segmentBytes: number; segmentAge: Milliseconds; totalBytes: number }>;

export type SpoolFigures = Readonly<{ bytes: number; segments: number; unwritten: number; refused: number }>;

type Waiting = Readonly<{
  entry: SpoolEntry;
  record: Buffer;
  settle: Readonly<{ done: () => void; failed: (error: MesolineError) => void }>;
}>;

export class Spool {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #limits: SpoolLimits;
  #state: 'closed' | 'open' = 'closed';
  #segments: Segment[] = [];
  #active: ActiveSegment | null = null;
  #nextNumber = 1;
  #position: ReplayPosition = { segment: 1, offset: 0 };
  #savedPosition: ReplayPosition | null = null;
  #cursors = new Map<string, RingCursor>();
  #seen: Seen = nothingSeen;
  #unwritten = 0;
  #refused = 0;
  #waiting: Waiting[] = [];
  #committing: Promise<void> | null = null;
  #news: (() => void)[] = [];
  readonly #known = new KnownSeries();

  constructor(disk: Disk, folder: string, clock: Clock, limits: SpoolLimits) {
    this.#disk = disk;
    this.#folder = folder;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** @returns the damage that was found and put aside. @throws MesolineError where the folder cannot be used at all. */
  async open(): Promise<readonly SpoolDamage[]> {
    try {
      await this.#disk.makeFolder(this.#folder);
      const found = await recover(this.#disk, this.#folder, this.#clock.utc());
      this.#segments = [...found.segments];
      this.#position = found.position;
      this.#cursors = new Map(found.cursors);
      this.#seen = found.seen;
      this.#unwritten = found.unwritten;
      this.#nextNumber = Math.max(this.#segments.at(-1)?.number ?? 0, found.position.segment) + 1;
      this.#state = 'open';
      return found.damage;
    } catch (error) {
      if (error instanceof MesolineError) throw error;
      const remedy = 'Give the service a data folder that it may read and write.';
      throw mesolineError('spool-unreadable', this.#folder, `${messageOf(error)}.`, remedy, error);
    }
  }

  /** Settles when all of `entry` is on disk. @throws MesolineError `spool-refused`; nothing of it is kept then. */
  append(entry: SpoolEntry): Promise<void> {
    if (this.#state !== 'open')
      return Promise.reject(refusal('It is not open.', 'Send it again when the service is ready.'));
    const payload = encodeEntry(entry);
    if (payload.length > longestPayload) {
      const problem = `${entry.points.count} points in one append are more than a record holds.`;
      return Promise.reject(refusal(problem, 'Append them in smaller parts.'));
    }
    return new Promise((done, failed) => {
      this.#waiting.push({ entry, record: frame(payload), settle: { done, failed } });
      this.#committing ??= this.#commitAll();
    });
  }

  /** Up to when the scans of each skid are on disk. */
  get seen(): Seen {
    return this.#seen;
  }

  cursors(): readonly RingCursor[] {
    return [...this.#cursors.values()];
  }

  /** The next points that no store has yet, or those behind `from`; about `most` of them, or null where there are none. */
  read(most: number, from: ReplayPosition = this.#position): Promise<SpoolBatch | null> {
    return readBatch(this.#disk, this.#segments, from, most, this.#known);
  }

  /** Says that a store has all of `batch`, which was read last. */
  async advance(batch: SpoolBatch): Promise<void> {
    this.#position = batch.next;
    this.#unwritten = Math.max(0, this.#unwritten - batch.points.count);
    while (this.#segments.length > 1 && this.#isWritten(this.#segments[0])) {
      const [done] = this.#segments.splice(0, 1);
      // One that stays behind is known as written by its number, and goes at the next start.
      if (done !== undefined) await this.#disk.remove(done.path).catch(() => undefined);
    }
  }

  /** Keeps how far the store is. Losing it does no harm: what is written again is the same. */
  async savePosition(): Promise<void> {
    const position = this.#position;
    if (this.#savedPosition?.segment === position.segment && this.#savedPosition.offset === position.offset) return;
    await replaceFile(this.#disk, this.#folder, positionFile, Buffer.from(JSON.stringify(position)));
    this.#savedPosition = position;
  }

  /** Settles at the next append that is on disk, or when the spool closes. */
  nextAppend(): Promise<void> {
    return new Promise((resolve) => this.#news.push(resolve));
  }

  figures(): SpoolFigures {
    const bytes = this.#segments.reduce((sum, { length }) => sum + length, 0);
    return { bytes, segments: this.#segments.length, unwritten: this.#unwritten, refused: this.#refused };
  }

  /** Waits for the appends under way; later ones are refused. */
  async close(): Promise<void> {
    this.#state = 'closed';
    await this.#committing;
    await this.#active?.close();
    this.#active = null;
    this.#tellNews();
  }

  #isWritten(segment: Segment | undefined): boolean {
    if (segment === undefined || segment === this.#active?.segment) return false;
    return segment.number < this.#position.segment;
  }

  async #commitAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) await this.#commit(this.#takeGroup());
    } finally {
      this.#committing = null;
    }
  }

  /** As many of the waiting as one segment takes, in their order; those that the limit has no room for are refused here. */
  #takeGroup(): readonly Waiting[] {
    const group: Waiting[] = [];
    let bytes = 0;
    const used = this.figures().bytes;
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined || (group.length > 0 && bytes + next.record.length > this.#limits.segmentBytes)) break;
      this.#waiting.shift();
      if (used + bytes + next.record.length > this.#limits.totalBytes) {
        const problem = `The spool holds ${used} bytes that no store has taken, of ${this.#limits.totalBytes} allowed.`;
        this.#refuse([next], refusal(problem, 'Bring the history store back.'));
        continue;
      }
      group.push(next);
      bytes += next.record.length;
    }
    return group;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    if (group.length === 0) return;
    const bytes = Buffer.concat(group.map(({ record }) => record));
    try {
      const active = await this.#activeFor(bytes.length);
      await active.append(bytes);
    } catch (error) {
      const full = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
      const remedy = full ? 'Make room on the disk.' : 'Look after the disk of the data folder.';
      this.#refuse(group, refusal(`${messageOf(error)}.`, remedy, error));
      return;
    }
    for (const { entry, settle } of group) {
      if (entry.cursor !== undefined) this.#cursors.set(cursorKey(entry.cursor), entry.cursor);
      if (entry.seen !== undefined) this.#seen = laterOf(this.#seen, entry.seen);
      this.#unwritten += entry.points.count;
      settle.done();
    }
    this.#tellNews();
  }

  async #activeFor(bytes: number): Promise<ActiveSegment> {
    const active = this.#active;
    if (active !== null && !this.#isOver(active, bytes)) return active;
    const now = this.#clock.monotonic();
    const fresh = await ActiveSegment.create(
      this.#disk,
      this.#folder,
      this.#nextNumber,
      this.cursors(),
      this.#seen,
      now,
    );
    this.#nextNumber += 1;
    this.#active = fresh;
    this.#segments.push(fresh.segment);
    await active?.close();
    return fresh;
  }

  #isOver(active: ActiveSegment, bytes: number): boolean {
    const tooLong = active.segment.length + bytes > this.#limits.segmentBytes;
    return active.broken || tooLong || elapsed(active.createdAt, this.#clock.monotonic()) >= this.#limits.segmentAge;
  }

  #refuse(group: readonly Waiting[], error: MesolineError): void {
    this.#refused += group.length;
    for (const { settle } of group) settle.failed(error);
  }

  #tellNews(): void {
    for (const tell of this.#news.splice(0)) tell();
  }
}

const refusal = (problem: string, remedy: string, cause?: unknown): MesolineError =>
  mesolineError('spool-refused', 'the spool', problem, remedy, cause);
