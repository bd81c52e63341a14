/** The room: hears which batch is on which skid, records its scans, and seals what a kill had left open. */
import { rm } from 'node:fs/promises';
import type { BatchView } from '../../plant/batch-view.ts';
import type { Clock } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { BatchListener } from '../../plant/ports/batch-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth, RoomState } from '../../plant/ports/room.ts';
import type { ScanConsumer, ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { SealedTelemetry } from '../../plant/ports/sealed-telemetry.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { leftOpen, openPath, sealedPath, type Place } from './places.ts';
import { Recorder, type RecorderPorts } from './recorder.ts';
import { recoverFile } from './recover.ts';
import { sealFile } from './seal.ts';
import { SealedFiles } from './sealed-files.ts';
import { segmentSealed } from './segment-event.ts';

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

/** `pending`: scans that came before it was known which number is next. */
type OnSkid = { batch: string; recorder: Recorder | null; pending: ScanNews['batch'][]; over: boolean };

/** Scans kept for a recorder that is not made yet: asking the ledger takes milliseconds. */
const mostPending = 600;

class TelemetryRoom implements Telemetry {
  readonly name = 'telemetry';
  readonly sealed: SealedFiles;
  readonly #options: TelemetryOptions;
  readonly #ports: RecorderPorts;
  readonly #onSkid = new Map<SkidName, OnSkid>();
  readonly #ending = new Set<Promise<void>>();
  #state: RoomState = 'stopped';
  #timer: NodeJS.Timeout | undefined;
  #hurry: PromiseWithResolvers<false> = Promise.withResolvers();
  #failed: string | null = null;

  constructor(options: TelemetryOptions) {
    this.#options = options;
    const { dataFolder, clock, log, records } = options;
    this.sealed = new SealedFiles(dataFolder, records);
    this.#ports = { dataFolder, clock, log, append: (event) => records.append(event), wait: (ms) => this.#wait(ms) };
  }

  async start(): Promise<void> {
    this.#state = 'starting';
    this.#hurry = Promise.withResolvers();
    for (const place of leftOpen(this.#options.dataFolder)) await this.#recover(place);
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
    const done = Promise.all([...all, ...this.#ending]);
    const timer = setTimeout(() => this.#hurry.resolve(false), stopWithinMs);
    await done;
    clearTimeout(timer);
    await this.sealed.stop();
    this.#state = 'stopped';
  }

  health(): RoomHealth {
    const sealing = [...this.#onSkid.values()].reduce((sum, { recorder }) => sum + (recorder?.waiting ?? 0), 0);
    const figures = { skids: this.#onSkid.size, sealing };
    if (this.#failed !== null && this.#state === 'ready') return { state: 'degraded', detail: this.#failed, figures };
    const detail = this.#state === 'ready' ? 'What is measured while batches run is sealed.' : 'Nothing is recorded.';
    return { state: this.#state, detail, figures };
  }

  accept({ batch }: ScanNews): void {
    const on = this.#onSkid.get(batch.skid);
    if (on === undefined) return;
    if (on.recorder !== null) on.recorder.take(batch);
    else if (on.pending.length < mostPending) on.pending.push(batch);
  }

  changed(view: BatchView): void {
    if (this.#state !== 'ready' && this.#state !== 'starting') return;
    for (const { skid, startedAt, endedAt, givenUp } of view.units) {
      const isOn = startedAt !== null && endedAt === null && !givenUp;
      const on = this.#onSkid.get(skid);
      if (isOn && on === undefined) this.#begin(view.id, skid);
      else if (!isOn && on?.batch === view.id) {
        this.#onSkid.delete(skid);
        const leaving = this.#leave(on, 'unit ended').finally(() => this.#ending.delete(leaving));
        this.#ending.add(leaving);
      }
    }
  }

  #begin(batch: string, name: SkidName): void {
    const skid = this.#options.skids.find((one) => one.name === name);
    if (skid === undefined) return;
    const on: OnSkid = { batch, recorder: null, pending: [], over: false };
    this.#onSkid.set(name, on);
    void this.#make(on, skid);
  }

  async #make(on: OnSkid, skid: Skid): Promise<void> {
    const { log } = this.#options;
    for (;;) {
      try {
        const recorder = new Recorder(skid, on.batch, await this.#nextNumber(on.batch, skid.name), this.#ports);
        for (const scan of on.pending.splice(0)) recorder.take(scan);
        on.recorder = recorder;
        this.#failed = null;
        if (on.over) await recorder.end('unit ended');
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
    const sealed = (await this.sealed.segments(batch)).filter((one) => one.skid === skid).map(({ number }) => number);
    const open = leftOpen(this.#options.dataFolder)
      .filter((place) => place.batch === batch && place.skid === skid)
      .map(({ number }) => number);
    return Math.max(0, ...sealed, ...open) + 1;
  }

  async #leave(on: OnSkid, why: 'unit ended' | 'service stopped'): Promise<void> {
    on.over = true;
    await on.recorder?.end(why);
  }

  /** A file that is sealed in the ledger already only lacked its removal. */
  async #recover(place: Place): Promise<void> {
    const { dataFolder, records, log } = this.#options;
    const path = openPath(dataFolder, place);
    try {
      const known = (await this.sealed.segments(place.batch)).some(
        ({ skid, number }) => skid === place.skid && number === place.number,
      );
      if (!known) {
        const found = await recoverFile(path);
        if (found !== null) {
          const sealed = await sealFile(path, sealedPath(dataFolder, place));
          await records.append(segmentSealed({ ...place, ...found, ...sealed }));
          log.warn({ ...place, recovered: found.recovered }, 'telemetry that was left open is sealed');
        }
      }
      await rm(path, { force: true });
    } catch (error) {
      this.#failed = `${path} could not be sealed: ${messageOf(error)}`;
      log.error(
        { path, reason: messageOf(error) },
        'telemetry that was left open cannot be sealed; it is tried at the next start',
      );
    }
  }

  #wait(ms: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<true>();
    const timer = setTimeout(() => resolve(true), ms);
    timer.unref();
    return Promise.race([promise, this.#hurry.promise]).finally(() => clearTimeout(timer));
  }
}
