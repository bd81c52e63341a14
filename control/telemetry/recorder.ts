/**
 * Records one skid for as long as a unit of a batch is on it: a file at a time, each sealed in its turn. `take` returns at once; everything
 * of the disk and the ledger happens behind it, in order.
 */
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { elapsed, isoUtc, milliseconds, type Clock, type Monotonic, type UtcMs } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import { tagName, type ScanBatch, type TagName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { Changes } from './changes.ts';
import { Count, endLine, lineText, telemetryFormat, type EndWhy } from './format.ts';
import { OpenFile } from './open-file.ts';
import { openPath, sealedPath, type Place } from './places.ts';
import { sealFile, syncFolder } from './seal.ts';
import { segmentSealed } from './segment-event.ts';

/** Of the wall. */
const windowMs = milliseconds(5 * 60_000);
const retryMs = 1_000;

export type RecorderPorts = Readonly<{
  dataFolder: string;
  clock: Clock;
  log: Log;
  /** Settles when it is on disk. @throws where the ledger takes nothing now. */
  append: (event: RecordEvent) => Promise<unknown>;
  /** Settles after so long with true; with false, at once, where the service stops and there is no more time. */
  wait: (ms: number) => Promise<boolean>;
}>;

type Current = {
  place: Place;
  file: OpenFile;
  count: Count;
  openedAt: Monotonic;
  /** What could not be kept since the last line that was. */
  missed: { from: UtcMs; to: UtcMs; scans: number } | null;
};

export class Recorder {
  readonly batch: string;
  readonly #skid: Skid;
  readonly #ports: RecorderPorts;
  readonly #tags: readonly TagName[];
  readonly #changes: Changes;
  #next: number;
  #current: Current | null = null;
  /** What is to be done with the disk and the ledger, one after another. */
  #work: Promise<void> = Promise.resolve();
  #sealing = 0;
  #ended = false;

  /** @param next the number of the first file; what has a smaller one is sealed or lies open. */
  constructor(skid: Skid, batch: string, next: number, ports: RecorderPorts) {
    this.#skid = skid;
    this.batch = batch;
    this.#next = next;
    this.#ports = ports;
    this.#tags = skid.type.tags.map(({ name }) => tagName(skid.name, name));
    this.#changes = new Changes(this.#tags);
  }

  /** Files that are written and not sealed yet. */
  get waiting(): number {
    return this.#sealing;
  }

  take(scan: ScanBatch): void {
    if (this.#ended) return;
    const now = this.#ports.clock.monotonic();
    if (this.#current !== null && elapsed(this.#current.openedAt, now) >= windowMs) this.#close('window');
    this.#current ??= this.#open(scan, now);
    this.#write(this.#current, scan);
  }

  /** Puts what was taken on disk; called often. */
  flush(): void {
    const current = this.#current;
    if (current === null) return;
    const before = current.file.failedBecause;
    void current.file.flush().then(() => {
      const { failedBecause } = current.file;
      if (failedBecause !== null && before === null)
        this.#ports.log.error(
          { file: current.file.path, reason: failedBecause },
          'what is measured cannot be written; it is kept in memory',
        );
    });
  }

  /** Nothing more is taken. Settles when all that was taken is sealed, or cannot be within the time that `wait` gives. */
  async end(why: Extract<EndWhy, 'unit ended' | 'service stopped'>): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      if (this.#current !== null) this.#close(why);
    }
    await this.#work;
  }

  #open(scan: ScanBatch, now: Monotonic): Current {
    const place = { batch: this.batch, skid: this.#skid.name, number: this.#next };
    this.#next += 1;
    const path = openPath(this.#ports.dataFolder, place);
    const file = new OpenFile(path, () => mkdir(dirname(path), { recursive: true, mode: 0o700 }));
    const { tags, digest } = this.#skid.type;
    this.#changes.forget();
    file.add(
      lineText({
        format: telemetryFormat,
        ...place,
        from: isoUtc(scan.utc),
        definition: digest,
        tags: tags.map(({ name, unit, valueType }) => ({ tag: name, unit, type: valueType })),
      }),
    );
    return { place, file, count: new Count(), openedAt: now, missed: null };
  }

  #write(current: Current, scan: ScanBatch): void {
    const { file, count } = current;
    const { missed } = current;
    if (missed !== null) {
      const reason = file.failedBecause ?? 'more waited for the disk than is kept';
      const gap = { from: isoUtc(missed.from), to: isoUtc(missed.to), scans: missed.scans, reason };
      if (!file.add(lineText({ gap }))) {
        this.#miss(current, scan);
        return;
      }
      current.missed = null;
      count.gap();
      // After a gap nobody knows what changed within it.
      this.#changes.forget();
    }
    const line = this.#changes.lineOf(scan);
    if (line === null) {
      count.seen(scan.utc);
      return;
    }
    if (file.add(lineText(line))) count.add(line);
    else this.#miss(current, scan);
  }

  #miss(current: Current, { utc }: ScanBatch): void {
    const { missed } = current;
    this.#changes.forget();
    current.missed = { from: missed?.from ?? utc, to: utc, scans: (missed?.scans ?? 0) + 1 };
  }

  #close(why: EndWhy): void {
    const current = this.#current;
    this.#current = null;
    const tally = current?.count.tally ?? null;
    if (current === null || tally === null) return;
    current.file.addLast(lineText(endLine(tally, why)));
    this.#sealing += 1;
    this.#work = this.#work.then(() => this.#seal(current, why)).finally(() => (this.#sealing -= 1));
  }

  /** Tried until it is done, or until `wait` says that there is no more time: then it is sealed at the next start. */
  async #seal({ place, file, count }: Current, why: EndWhy): Promise<void> {
    const { dataFolder, log, append, wait } = this.#ports;
    const { tally } = count;
    if (tally === null) return;
    const from = openPath(dataFolder, place);
    for (let told = false; ;) {
      try {
        await file.finish();
        const sealed = await sealFile(from, sealedPath(dataFolder, place));
        await append(segmentSealed({ ...place, tally, ...sealed, recovered: false, why }));
        await rm(from, { force: true });
        await syncFolder(dirname(from));
        return;
      } catch (error) {
        if (!told)
          log.error(
            { ...place, reason: messageOf(error) },
            'what was measured cannot be sealed now; it is tried again',
          );
        told = true;
        if (!(await wait(retryMs))) return;
      }
    }
  }
}
