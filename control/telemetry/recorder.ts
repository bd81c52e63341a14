/**
 * Records one skid for as long as a unit of a batch is on it: a file at a time, each sealed in its turn. `take` returns at once; everything
 * of the disk and the ledger happens behind it, in order: that a file was begun, that it is sealed, that the next was begun.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { elapsed, isoUtc, milliseconds, type Clock, type Monotonic } from '../../plant/clock.ts';
import { MesolineError, messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { SealedGap } from '../../plant/ports/sealed-telemetry.ts';
import { tagName, type ScanBatch, type TagName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { AppendOnce } from './append-once.ts';
import { Changes } from './changes.ts';
import { Count, endLine, gapLine, lineText, telemetryFormat, type EndWhy, type Header, type Tally } from './format.ts';
import { OpenFile } from './open-file.ts';
import { openPath, sealedPath, type Place } from './places.ts';
import { putAside } from './recover.ts';
import { sealFile, syncFolder, writeDurably, type SealedContent } from './seal.ts';
import { segmentOpened, segmentSealed } from './segment-event.ts';
import { standIn } from './stand-in.ts';

/** Of the wall. */
const windowMs = milliseconds(5 * 60_000);
const retryMs = 1_000;

export type RecorderPorts = Readonly<{
  dataFolder: string;
  clock: Clock;
  log: Log;
  /** Settles when it is on disk. @throws where the ledger takes nothing now; the same line is given again then. */
  append: AppendOnce;
  /** Settles after so long with true; with false, at once, where the service stops and there is no more time. */
  wait: (ms: number) => Promise<boolean>;
}>;

type Current = {
  place: Place;
  header: Header;
  file: OpenFile;
  count: Count;
  openedAt: Monotonic;
  /** What could not be kept since the last line that was. */
  missed: SealedGap | null;
  /** What is sealed instead, where somebody else has altered the file. */
  instead: Readonly<{ text: string; tally: Tally; aside: string | null }> | null;
};

export class Recorder {
  readonly batch: string;
  readonly #skid: Skid;
  readonly #ports: RecorderPorts;
  readonly #tags: readonly TagName[];
  readonly #changes: Changes;
  #next: number;
  #current: Current | null = null;
  /**
   * What is to be done with the disk and the ledger, one after another. False once something was given up: nothing that comes after it
   * is done then, or the numbers would stand out of order.
   */
  #work: Promise<boolean>;
  #sealing = 0;
  #ended = false;

  /**
   * @param next the number of the first file
   * @param before settles with true when every smaller number is sealed, with false when that is given up
   */
  constructor(skid: Skid, batch: string, next: number, before: Promise<boolean>, ports: RecorderPorts) {
    this.#skid = skid;
    this.batch = batch;
    this.#next = next;
    this.#work = before;
    this.#ports = ports;
    this.#tags = skid.type.tags.map(({ name }) => tagName(skid.name, name));
    this.#changes = new Changes(this.#tags);
  }

  /** Files that are written and not sealed yet. */
  get waiting(): number {
    return this.#sealing;
  }

  /** Why what is measured cannot be written now; null while it can. */
  get failedBecause(): string | null {
    return this.#current?.file.failedBecause ?? null;
  }

  take(scan: ScanBatch): void {
    if (this.#ended) return;
    const now = this.#ports.clock.monotonic();
    // A disk that takes nothing is not given another file: what waits for it in memory stays within one.
    const isOver = this.#current !== null && elapsed(this.#current.openedAt, now) >= windowMs;
    if (isOver && this.#current?.file.failedBecause === null) this.#close('window');
    this.#current ??= this.#open(scan, now);
    this.#write(this.#current, scan);
  }

  /** Scans that were made and are not known here any more. */
  lose(lost: SealedGap): void {
    if (this.#current !== null) this.#miss(this.#current, lost);
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
    const header: Header = {
      format: telemetryFormat,
      ...place,
      from: isoUtc(scan.utc),
      definition: digest,
      tags: tags.map(({ name, unit, valueType }) => ({ tag: name, unit, type: valueType })),
    };
    const first = lineText(header);
    file.add(first);
    const count = new Count();
    count.seen(scan.utc);
    const announced = { ...place, from: scan.utc, definition: digest, header: sha256(first) };
    void this.#then(place, 'that a file was begun is not on record yet; it is tried again', () =>
      this.#ports.append(segmentOpened(announced)),
    );
    return { place, header, file, count, openedAt: now, missed: null, instead: null };
  }

  #write(current: Current, scan: ScanBatch): void {
    const { file, count, missed } = current;
    // After a gap nobody knows what changed within it: its line and the whole picture are written together, or neither is.
    if (missed !== null) this.#changes.forget();
    const line = this.#changes.lineOf(scan);
    if (line === null) {
      count.seen(scan.utc);
      return;
    }
    if (!file.add((missed === null ? '' : lineText(gapLine(missed))) + lineText(line))) {
      this.#miss(current, this.#notKept(current, scan));
      return;
    }
    if (missed !== null) count.gap(missed);
    current.missed = null;
    count.add(line);
  }

  #miss(current: Current, lost: SealedGap): void {
    const { missed } = current;
    this.#changes.forget();
    current.missed = missed === null ? lost : { ...missed, to: lost.to, scans: missed.scans + lost.scans };
  }

  #notKept({ file: { failedBecause } }: Current, { utc }: ScanBatch): SealedGap {
    return { from: utc, to: utc, scans: 1, why: failedBecause ?? 'more waited for the disk than is kept' };
  }

  #close(why: EndWhy): void {
    const current = this.#current;
    this.#current = null;
    if (current === null) return;
    const { place, file, count, missed } = current;
    if (missed !== null) {
      file.addLast(lineText(gapLine(missed)));
      count.gap(missed);
    }
    const { tally } = count;
    if (tally === null) return;
    file.addLast(lineText(endLine(tally, why)));
    this.#sealing += 1;
    const sealed = this.#then(place, 'what was measured cannot be sealed now; it is tried again', () =>
      this.#seal(current, tally, why),
    );
    void sealed.finally(() => (this.#sealing -= 1));
  }

  /** Tried until it is done, or until `wait` says that there is no more time: then it is done at the next start. */
  #then(place: Place, problem: string, step: () => Promise<unknown>): Promise<boolean> {
    const { log, wait } = this.#ports;
    const tried = async (): Promise<boolean> => {
      for (let told = false; ; told = true) {
        try {
          await step();
          return true;
        } catch (error) {
          if (!told) log.error({ ...place, reason: messageOf(error) }, problem);
          if (!(await wait(retryMs))) return false;
        }
      }
    };
    this.#work = this.#work.then((goesOn) => goesOn && tried());
    return this.#work;
  }

  async #seal(current: Current, tally: Tally, why: EndWhy): Promise<void> {
    const { place, file } = current;
    const { dataFolder, append } = this.#ports;
    const from = openPath(dataFolder, place);
    const written = await file.finish();
    const { instead } = current;
    const expected = instead === null ? written : contentOf(instead.text);
    try {
      const sealed = await sealFile(from, sealedPath(dataFolder, place), expected);
      const said = { ...place, recovered: false, why, dropped: 0, aside: instead?.aside ?? null };
      await append(segmentSealed({ ...said, tally: instead?.tally ?? tally, ...sealed }));
    } catch (error) {
      if (!isAltered(error)) throw error;
      await this.#replace(current, tally, why);
      await this.#seal(current, tally, why);
      return;
    }
    await rm(from, { force: true });
    await syncFolder(dirname(from));
  }

  /** What it holds now was not measured: it is evidence, and a gap stands in its place. */
  async #replace(current: Current, tally: Tally, why: EndWhy): Promise<void> {
    const { place, header } = current;
    const { dataFolder, log } = this.#ports;
    log.error({ ...place }, 'an open file of telemetry was altered by something else; it is put aside');
    const path = openPath(dataFolder, place);
    const aside = existsSync(path) ? await putAside(dataFolder, place, path) : null;
    const reason = 'the file was altered by something else before it was sealed';
    const lost = { from: tally.from, to: tally.to, scans: tally.scans, why: reason };
    const { text, tally: told } = standIn(header, lost, { why, dropped: 0 });
    await writeDurably(path, text);
    current.instead = { text, tally: told, aside: current.instead?.aside ?? aside };
  }
}

const isAltered = (error: unknown): boolean => error instanceof MesolineError && error.code === 'telemetry-altered';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const contentOf = (text: string): SealedContent => ({ digest: sha256(text), bytes: Buffer.byteLength(text) });
