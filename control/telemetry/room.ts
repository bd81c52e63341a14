/** The room: hears which batch is on which skid, records its scans, and seals what a kill had left open. */
import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import type { BatchView } from '../../plant/batch-view.ts';
import type { Clock } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { BatchListener } from '../../plant/ports/batch-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth, RoomState } from '../../plant/ports/room.ts';
import type { ScanConsumer, ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { SealedGap, SealedTelemetry } from '../../plant/ports/sealed-telemetry.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { appendOnce } from './append-once.ts';
import { leftOpen, openPath, sealedPath, type Place } from './places.ts';
import { Recorder, type RecorderPorts } from './recorder.ts';
import { recoverFile } from './recover.ts';
import { sealFile } from './seal.ts';
import { SealedFiles } from './sealed-files.ts';
import { segmentSealed, type Opening } from './segment-event.ts';

export type TelemetryOptions = Readonly<{
  skids: readonly Skid[];
  records: RecordKeeper;
  dataFolder: string;
  clock: Clock;
  log: Log;
}>;

export type Telemetry = Room & ScanConsumer & BatchListener & Readonly<{ sealed: SealedTelemetry }>;

/** Of the wall: what was measured is on disk within a second. */
const flushEveryMs = 500;
const stopWithinMs = 1_500;

export const createTelemetry = (options: TelemetryOptions): Telemetry => new TelemetryRoom(options);

/** `pending`: scans that came before it was known which number is next; `lost`: those that were too many. */
type OnSkid = {
  batch: string;
  recorder: Recorder | null;
  pending: ScanNews['batch'][];
  lost: SealedGap | null;
  /** Settles when there is a recorder, or there is none to be had any more. */
  made: Promise<void>;
};

/** Scans kept for a recorder that is not made yet: asking the ledger takes milliseconds. */
const mostPending = 600;

class TelemetryRoom implements Telemetry {
  readonly name = 'telemetry';
  readonly sealed: SealedFiles;
  readonly #options: TelemetryOptions;
  readonly #ports: RecorderPorts;
  readonly #onSkid = new Map<SkidName, OnSkid>();
  /** Of each skid in a batch, what is still being sealed there: nothing new is numbered before it is known what that has. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #recoveries = new Map<string, Promise<boolean>>();
  #state: RoomState = 'stopped';
  #timer: NodeJS.Timeout | undefined;
  #hurry: PromiseWithResolvers<false> = Promise.withResolvers();
  #failed: string | null = null;

  constructor(options: TelemetryOptions) {
    this.#options = options;
    const { dataFolder, clock, log, records } = options;
    this.sealed = new SealedFiles(dataFolder, records);
    this.#ports = { dataFolder, clock, log, append: appendOnce(records), wait: (ms) => this.#wait(ms) };
  }

  async start(): Promise<void> {
    this.#state = 'starting';
    this.#hurry = Promise.withResolvers();
    const open = Map.groupBy(leftOpen(this.#options.dataFolder), ({ batch, skid }) => `${batch}/${skid}`);
    await Promise.all([...open.values()].map((places) => this.#atStart(places)));
    this.#timer = setInterval(() => {
      for (const { recorder } of this.#onSkid.values()) recorder?.flush();
    }, flushEveryMs);
    this.#timer.unref();
    this.#state = 'ready';
  }

  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopping';
    clearInterval(this.#timer);
    const all = [...this.#onSkid.values()].map((on) => this.#leave(on, 'service stopped'));
    this.#onSkid.clear();
    const done = Promise.all([...all, ...this.#ending.values()]);
    const timer = setTimeout(() => this.#hurry.resolve(false), stopWithinMs);
    await done;
    clearTimeout(timer);
    this.#hurry.resolve(false);
    await Promise.all(this.#recoveries.values());
    await this.sealed.stop();
    this.#state = 'stopped';
  }

  health(): RoomHealth {
    const sealing = [...this.#onSkid.values()].reduce((sum, { recorder }) => sum + (recorder?.waiting ?? 0), 0);
    const figures = { skids: this.#onSkid.size, sealing };
    for (const { batch, recorder } of this.#onSkid.values()) {
      const reason = recorder?.failedBecause ?? null;
      if (reason !== null)
        return { state: 'degraded', detail: `What ${batch} measures cannot be written: ${reason}`, figures };
    }
    if (this.#failed !== null && this.#state === 'ready') return { state: 'degraded', detail: this.#failed, figures };
    const detail = this.#state === 'ready' ? 'What is measured while batches run is sealed.' : 'Nothing is recorded.';
    return { state: this.#state, detail, figures };
  }

  accept({ batch }: ScanNews): void {
    const on = this.#onSkid.get(batch.skid);
    if (on === undefined) return;
    if (on.recorder !== null) on.recorder.take(batch);
    else if (on.pending.length < mostPending) on.pending.push(batch);
    else {
      const why = 'the ledger did not say which number is next';
      on.lost = { from: on.lost?.from ?? batch.utc, to: batch.utc, scans: (on.lost?.scans ?? 0) + 1, why };
    }
  }

  changed(view: BatchView): void {
    if (this.#state !== 'ready' && this.#state !== 'starting') return;
    for (const { skid, startedAt, endedAt, givenUp } of view.units) {
      const isOn = startedAt !== null && endedAt === null && !givenUp;
      const on = this.#onSkid.get(skid);
      if (isOn && on === undefined) this.#begin(view.id, skid);
      else if (!isOn && on?.batch === view.id) {
        this.#onSkid.delete(skid);
        const key = `${on.batch}/${skid}`;
        const before = this.#ending.get(key) ?? Promise.resolve();
        const leaving = Promise.all([before, this.#leave(on, 'unit ended')]).then(() => {
          if (this.#ending.get(key) === leaving) this.#ending.delete(key);
        });
        this.#ending.set(key, leaving);
      }
    }
  }

  #begin(batch: string, name: SkidName): void {
    const skid = this.#options.skids.find((one) => one.name === name);
    if (skid === undefined) return;
    const on: OnSkid = { batch, recorder: null, pending: [], lost: null, made: Promise.resolve() };
    this.#onSkid.set(name, on);
    on.made = this.#make(on, skid, this.#ending.get(`${batch}/${name}`) ?? Promise.resolve());
  }

  async #make(on: OnSkid, skid: Skid, before: Promise<void>): Promise<void> {
    const { log } = this.#options;
    await before;
    for (;;) {
      try {
        const next = await this.#nextNumber(on.batch, skid.name);
        const recovered = this.#recovery(on.batch, skid.name, next);
        const recorder = new Recorder(skid, on.batch, next, recovered, this.#ports);
        for (const scan of on.pending.splice(0)) recorder.take(scan);
        if (on.lost !== null) recorder.lose(on.lost);
        on.recorder = recorder;
        this.#failed = null;
        return;
      } catch (error) {
        this.#failed = `What ${skid.name} measures for ${on.batch} is not sealed yet: ${messageOf(error)}`;
        log.error(
          { batch: on.batch, skid: skid.name, reason: messageOf(error) },
          'the telemetry of a batch cannot be recorded yet',
        );
        if (!(await this.#wait(1_000))) return;
      }
    }
  }

  /** The first that neither the ledger nor the disk knows. */
  async #nextNumber(batch: string, skid: SkidName): Promise<number> {
    const { segments, opened } = await this.sealed.begun(batch);
    const open = leftOpen(this.#options.dataFolder).filter((place) => place.batch === batch);
    const own = [...segments, ...opened, ...open].filter((one) => one.skid === skid);
    return Math.max(0, ...own.map(({ number }) => number)) + 1;
  }

  async #leave(on: OnSkid, why: 'unit ended' | 'service stopped'): Promise<void> {
    await on.made;
    await on.recorder?.end(why);
  }

  /** What a kill left is sealed before anything new is measured, where the ledger and the disk allow it. */
  async #atStart(places: readonly Place[]): Promise<void> {
    const [first] = places;
    if (first === undefined) return;
    const next = Math.max(...places.map(({ number }) => number)) + 1;
    try {
      await this.#recover(first.batch, first.skid, next);
    } catch (error) {
      this.#tellNotRecovered(first, error);
      void this.#recovery(first.batch, first.skid, next);
    }
  }

  /** Tried until it is done, one after another for a skid; false where the service stops before. */
  #recovery(batch: string, skid: SkidName, next: number): Promise<boolean> {
    const key = `${batch}/${skid}`;
    const tried = async (): Promise<boolean> => {
      for (let told = false; ; told = true) {
        try {
          await this.#recover(batch, skid, next);
          if (told) this.#failed = null;
          return true;
        } catch (error) {
          if (!told) this.#tellNotRecovered({ batch, skid }, error);
          if (!(await this.#wait(1_000))) return false;
        }
      }
    };
    const done = (this.#recoveries.get(key) ?? Promise.resolve(true)).then((goesOn) => goesOn && tried());
    this.#recoveries.set(key, done);
    return done;
  }

  #tellNotRecovered({ batch, skid }: Pick<Place, 'batch' | 'skid'>, error: unknown): void {
    const reason = messageOf(error);
    this.#failed = `What was left open of ${skid} in ${batch} could not be sealed: ${reason}`;
    this.#options.log.error(
      { batch, skid, reason },
      'telemetry that was left open cannot be sealed now; it is tried again',
    );
  }

  /** Everything with a smaller number than `next` that is on the disk or on record, in order. */
  async #recover(batch: string, skid: SkidName, next: number): Promise<void> {
    const { segments, opened } = await this.sealed.begun(batch);
    const open = leftOpen(this.#options.dataFolder).filter((place) => place.batch === batch && place.skid === skid);
    const announced = new Map(opened.filter((one) => one.skid === skid).map((one) => [one.number, one]));
    const sealed = new Map(segments.filter((one) => one.skid === skid).map((one) => [one.number, one]));
    const numbers = new Set([...open.map(({ number }) => number), ...announced.keys()]);
    for (const number of [...numbers].sort((one, other) => one - other)) {
      if (number >= next) continue;
      const [place, known] = [{ batch, skid, number }, sealed.get(number)];
      if (known === undefined) await this.#sealLeftOpen(place, announced.get(number) ?? null);
      else await this.#clear(place, known.digest);
    }
  }

  async #sealLeftOpen(place: Place, announced: Opening | null): Promise<void> {
    const { dataFolder, log, clock } = this.#options;
    const path = openPath(dataFolder, place);
    const found = await recoverFile(dataFolder, place, announced, clock.utc());
    if (found !== null) {
      const sealed = await sealFile(path, sealedPath(dataFolder, place), null);
      await this.#ports.append(segmentSealed({ ...place, ...found, ...sealed, recovered: true }));
      const { dropped, aside } = found;
      log.warn({ ...place, dropped, aside }, 'telemetry that was left open is sealed');
    }
    await rm(path, { force: true });
  }

  /** A file that is sealed in the ledger already only lacked its removal; it is not removed before its sealed form is there. */
  async #clear(place: Place, digest: string): Promise<void> {
    const { dataFolder } = this.#options;
    const [path, to] = [openPath(dataFolder, place), sealedPath(dataFolder, place)];
    if (!existsSync(path)) return;
    if (!existsSync(to)) {
      const { size } = await stat(path);
      await sealFile(path, to, { digest, bytes: size });
    }
    await rm(path, { force: true });
  }

  #wait(ms: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<true>();
    const timer = setTimeout(() => resolve(true), ms);
    timer.unref();
    return Promise.race([promise, this.#hurry.promise]).finally(() => clearTimeout(timer));
  }
}
