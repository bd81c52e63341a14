/**
 * Reads a logging device's ring row by row. Each row goes through the scan as it is read; then the rows and the cursor
 * are stored together, and only then does the cursor move: after a kill every row that the ring still holds is read again
 * from the last one stored.
 */
import { processTime, utcMs, type Clock, type UtcMs } from '../../plant/clock.ts';
import type { RegisterModel, RowRing } from '../../plant/device-model.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { HistoryGap, RingCursor, SampleStore } from '../../plant/ports/history.ts';
import { badSensorFailure, good, isGood } from '../../plant/quality.ts';
import type { Sample } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { ModbusLink } from '../modbus/link.ts';
import { codeOf, qualityOfFailure } from '../modbus/link-errors.ts';
import { planReads, type ReadRequest } from '../modbus/read-plan.ts';
import type { FieldImage } from '../scan/field-image.ts';
import { readInto } from '../modbus/read-into.ts';
import type { SkidScan } from '../scan/skid-scan.ts';
import { pause, type Timers } from '../timers.ts';
import { positionIn, readRow, rowAddress, rowsAtOnce, type RingHead, type Row } from './row.ts';
import { deviceOf } from '../../plant/skid/source-device.ts';

export type RingFigures = { rows: number; torn: number; lost: number; restarts: number; refusedAppends: number };

export type RingReaderOptions = Readonly<{
  skid: Skid;
  device: string;
  model: RegisterModel;
  ring: RowRing;
  link: ModbusLink;
  image: FieldImage;
  scan: Pick<SkidScan, 'row'>;
  samples: SampleStore;
  clock: Clock;
  timers: Timers;
  log: Log;
}>;

/** Rows stored by one append. */
const mostRowsAnAppend = 200;
/** Rows that may wait while the store refuses them; then the device's ring keeps the rest. */
const mostRowsWaiting = 1000;
const storeRetryMs = 500;
/** How often a row that is not there as it should be is asked for in a row, before a pause. */
const strikesBeforePause = 5;

type Waiting = Readonly<{
  epoch: number;
  sequence: number;
  samples: readonly Sample[];
  /** What is missing before it. */
  gap: HistoryGap | null;
}>;

export class RingReader {
  readonly figures: RingFigures = { rows: 0, torn: 0, lost: 0, restarts: 0, refusedAppends: 0 };
  readonly #options: RingReaderOptions;
  readonly #headPlan: readonly ReadRequest[];
  /** Rows that went through the scan and wait to be stored. */
  #waiting: Waiting[] = [];
  /** The last row read; null before the first of this device ever. */
  #last: Readonly<{ epoch: number; sequence: number }> | null = null;
  /** When the row read last was written, of this run. */
  #lastTime: UtcMs | null = null;
  /** Rows that were overwritten since. */
  #lost = 0;
  #strikes = 0;
  #refused = false;
  #abort: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RingReaderOptions) {
    const { model, ring, device } = options;
    if (ring.rowRegisters > model.longestRead) {
      throw mesolineError(
        'ring-unreadable',
        device,
        `A row takes ${ring.rowRegisters} registers, the longest read ${model.longestRead}.`,
        'Correct longestRead in the device model.',
      );
    }
    this.#options = options;
    const head = [ring.newest, ring.capacity, ring.epoch];
    this.#headPlan = planReads(
      model,
      model.points.filter(({ name }) => head.includes(name)),
    );
  }

  /** What a person should know of the rows, in sentences; empty where all is well. */
  notes(): readonly string[] {
    const { skid, device } = this.#options;
    const name = `${skid.name}/${device}`;
    const lost =
      this.figures.lost === 0 ? [] : [`${name}: ${this.figures.lost} rows were overwritten before they were read.`];
    const waiting = this.#refused ? [`${name}: ${this.#waiting.length} rows wait to be stored.`] : [];
    return [...lost, ...waiting];
  }

  /** @param cursors what the store holds */
  start(cursors: readonly RingCursor[]): void {
    if (this.#abort !== null) return;
    const { skid, device } = this.#options;
    this.#last = cursors.find((cursor) => cursor.skid === skid.name && cursor.device === device) ?? null;
    this.#abort = new AbortController();
    this.#running = this.#run(this.#abort.signal);
  }

  /** Settles when what was read is stored, or cannot be now; it is read again then. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    this.#abort = null;
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { timers, model, link, image, device, skid, log } = this.#options;
    while (!signal.aborted) {
      if (link.state === 'connected' && this.#waiting.length < mostRowsWaiting) {
        try {
          await this.#catchUp(signal);
        } catch (thrown) {
          image.lose(device, qualityOfFailure(thrown));
          if (codeOf(thrown) === null)
            log.error({ skid: skid.name, device, cause: messageOf(thrown) }, 'reading failed');
        }
      }
      await pause(timers, (await this.#store()) ? model.period : storeRetryMs, signal);
    }
  }

  /** Reads rows back to back until the newest. @throws MesolineError as `ModbusLink` */
  async #catchUp(signal: AbortSignal): Promise<void> {
    for (;;) {
      const head = await this.#readHead();
      if (head === null || head.newest === 0) return;
      const next = await this.#position(head);
      if (next === null || next > head.newest || signal.aborted) return;
      if (!(await this.#readRows(head, next, signal))) return;
    }
  }

  async #readHead(): Promise<RingHead | null> {
    const { ring, device, image } = this.#options;
    for (const request of this.#headPlan) await readInto(request, this.#options);
    const number = (point: string): number | null => {
      const reading = image.reading(device, point);
      return reading !== null && isGood(reading.quality) ? Number(reading.value) : null;
    };
    const [newest, capacity] = [number(ring.newest), number(ring.capacity)];
    const epoch = ring.epoch === undefined ? 0 : number(ring.epoch);
    return newest === null || capacity === null || epoch === null || capacity < 1 ? null : { newest, capacity, epoch };
  }

  /** The row to read next, after what was lost has been said; null while what was read of a recording is not stored. */
  async #position(head: RingHead): Promise<number | null> {
    const { log, skid, device } = this.#options;
    const { next, lost, restarted } = positionIn(head, this.#last);
    if (restarted) {
      if (!(await this.#store())) return null;
      this.figures.restarts += 1;
      log.warn(
        { skid: skid.name, device, was: this.#last?.sequence, newest: head.newest, from: next },
        'the logging device holds a new recording; it is read from its oldest row',
      );
    }
    if (lost > 0) {
      this.figures.lost += lost;
      this.#lost += lost;
      log.error(
        { skid: skid.name, device, lost, from: next - lost, to: next - 1 },
        'rows were overwritten before they were read',
      );
    }
    if (restarted || lost > 0) this.#last = { epoch: head.epoch, sequence: next - 1 };
    return next;
  }

  /** Reads rows from `from` to the head's newest. @returns false where it has to wait before going on */
  async #readRows(head: RingHead, from: number, signal: AbortSignal): Promise<boolean> {
    const { ring, model, link } = this.#options;
    for (let next = from; next <= head.newest && !signal.aborted;) {
      const count = rowsAtOnce(ring, model.longestRead, next, head.newest, head.capacity);
      const address = rowAddress(ring, next, head.capacity);
      const words = await link.readRegisters(ring.area, address, count * ring.rowRegisters);
      for (let i = 0; i < count; i += 1, next += 1) {
        const reading = readRow(ring, words.slice(i * ring.rowRegisters, (i + 1) * ring.rowRegisters), next);
        if (reading.kind === 'torn') this.figures.torn += 1;
        // The head says anew what the ring holds, and the row is read again.
        if (reading.kind !== 'row') return ++this.#strikes % strikesBeforePause !== 0;
        this.#strikes = 0;
        this.#take(reading.row, head.epoch);
      }
      if (this.#waiting.length >= mostRowsAnAppend && !(await this.#store())) return false;
    }
    return true;
  }

  #take(row: Row, epoch: number): void {
    const { image, device, scan, clock, skid } = this.#options;
    const time = utcMs(row.timeMs);
    const [utc, at] = [clock.utc(), clock.monotonic()];
    for (const { name, value } of row.values) {
      const decoded = Number.isFinite(value) ? { value, quality: good } : { value: null, quality: badSensorFailure };
      image.take(device, name, decoded, time, utc, at);
    }
    const samples = scan.row(processTime(row.timeMs));
    const own = skid.type.tags.filter(({ source }) => source.kind === 'derived' || deviceOf(source) === device);
    this.#waiting.push({
      epoch,
      sequence: row.sequence,
      gap: this.#gapBefore(time, row.values.length),
      samples: own.flatMap(({ name, source }) => {
        const sample = samples.get(name);
        return sample !== undefined && source.kind !== 'point' && sample.sourceTime === time ? [sample] : [];
      }),
    });
    this.#last = { epoch, sequence: row.sequence };
    this.#lastTime = time;
    this.#lost = 0;
    this.figures.rows += 1;
  }

  /** From the row before, where this run has read it, to the first that is there again. */
  #gapBefore(time: UtcMs, values: number): HistoryGap | null {
    if (this.#lost === 0) return null;
    const { skid, device } = this.#options;
    return {
      skid: skid.name,
      kind: 'ring-overrun',
      from: this.#lastTime === null || this.#lastTime > time ? time : this.#lastTime,
      to: time,
      points: this.#lost * values,
      reason: `${device} overwrote ${this.#lost} rows before they were read.`,
      filled: null,
    };
  }

  /** Stores what waits. @returns false where it could not be; it goes on waiting. */
  async #store(): Promise<boolean> {
    const { samples, skid, device, log } = this.#options;
    while (this.#waiting.length > 0) {
      const rows = this.#waiting.slice(0, mostRowsAnAppend);
      const last = rows.at(-1);
      if (last === undefined) break;
      try {
        const cursor = { skid: skid.name, device, epoch: last.epoch, sequence: last.sequence };
        await samples.append(
          rows.flatMap((row) => row.samples),
          cursor,
          rows.flatMap(({ gap }) => (gap === null ? [] : [gap])),
        );
      } catch (thrown) {
        this.figures.refusedAppends += 1;
        this.#refused = true;
        log.error({ skid: skid.name, device, cause: messageOf(thrown) }, 'rows could not be stored; tried again');
        return false;
      }
      this.#refused = false;
      this.#waiting.splice(0, rows.length);
    }
    return true;
  }
}
