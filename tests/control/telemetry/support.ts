/** Telemetry of a real skid type over a real ledger in a folder of its own; the ledger can refuse, and time is the test's. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { appendOnce, type AppendOnce } from '../../../control/telemetry/append-once.ts';
import { Recorder, type RecorderPorts } from '../../../control/telemetry/recorder.ts';
import { createTelemetry, type Telemetry } from '../../../control/telemetry/index.ts';
import { openPath, type Place } from '../../../control/telemetry/places.ts';
import { SealedFiles } from '../../../control/telemetry/sealed-files.ts';
import type { BatchView } from '../../../plant/batch-view.ts';
import { monotonic, utcMs } from '../../../plant/clock.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { good } from '../../../plant/quality.ts';
import { skidName, tagName, type ScanBatch, type TagValue } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { shippedSkidFolder } from '../../../plant/skid/folders.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { Keeper } from '../batch/room/support.ts';
import { later, movableClock, openQuickly, silentLog, temporaryFolder } from '../records/support.ts';

export const batch = 'B-2026-0001';
export const [skid] = [skidName('QD-1')];
const type = loadSkidType(join(shippedSkidFolder, 'cdse.yaml'));
const theSkid: Skid = { name: skid, title: 'Line', type, links: [], twin: true };

/** A tag that the tests move; every other stands still. */
export const moving = tagName(skid, type.tags.find(({ valueType }) => valueType === 'number')!.name);

export const place = (number: number): Place => ({ batch, skid, number });

export class TelemetryBench {
  readonly clock = movableClock();
  readonly keeper: Keeper;
  readonly folder: string;
  readonly sealed: SealedFiles;
  /** What each wait for another try was told: true, as long as there is time. */
  hasTime = true;
  #tries: (() => void)[] = [];
  #scan = 0;
  readonly #append: AppendOnce;
  readonly #remove: () => void;
  readonly #close: () => Promise<unknown>;

  private constructor(keeper: Keeper, folder: string, remove: () => void, close: () => Promise<unknown>) {
    this.keeper = keeper;
    this.folder = folder;
    this.#remove = remove;
    this.#close = close;
    this.#append = appendOnce(keeper);
    this.sealed = new SealedFiles(folder, keeper);
  }

  static async open(): Promise<TelemetryBench> {
    const { path, remove } = temporaryFolder();
    const records = await openQuickly(path);
    const keeper = new Keeper(records, () => later(1));
    return new TelemetryBench(keeper, path, remove, () => records.close(later(2)));
  }

  async close(): Promise<void> {
    await this.#close();
    this.#remove();
  }

  /** The next try of what failed is made now. */
  again(): void {
    for (const go of this.#tries.splice(0)) go();
  }

  get triesWaiting(): number {
    return this.#tries.length;
  }

  get ports(): RecorderPorts {
    return {
      dataFolder: this.folder,
      clock: this.clock,
      log: silentLog,
      append: this.#append,
      wait: () =>
        this.hasTime ? new Promise((settle) => this.#tries.push(() => settle(this.hasTime))) : Promise.resolve(false),
    };
  }

  recorder(next = 1, before: Promise<boolean> = Promise.resolve(true)): Recorder {
    return new Recorder(theSkid, batch, next, before, this.ports);
  }

  room(): Telemetry {
    const { keeper, folder, clock } = this;
    return createTelemetry({ skids: [theSkid], records: keeper, dataFolder: folder, clock, log: silentLog });
  }

  /** The batch as it runs on the skid, or has ended there. */
  view(ended = false): BatchView {
    const unit = { skid, startedAt: this.clock.utc(), endedAt: ended ? this.clock.utc() : null, givenUp: false };
    return { id: batch, units: [unit] } as unknown as BatchView;
  }

  /** A scan 100 ms after the one before. */
  scan(value: TagValue): ScanBatch {
    this.clock.pass(100);
    this.#scan += 1;
    const [utc, now] = [this.clock.utc(), this.clock.monotonic()];
    const samples = type.tags.map(({ name, valueType }) => {
      const tag = tagName(skid, name);
      const still = valueType === 'number' ? 1 : valueType === 'boolean' ? false : 'still';
      return {
        tag,
        value: tag === moving ? value : still,
        quality: good,
        sourceTime: utcMs(utc - 10),
        serverTime: utc,
      };
    });
    return { skid, scan: this.#scan, utc, monotonic: monotonic(now), process: now as never, samples };
  }

  news(value: TagValue): ScanNews {
    return {
      batch: this.scan(value),
      verdict: { demand: 'none', causes: [], releasing: false },
      fieldDemand: null,
      blocks: [],
    };
  }

  open(number: number): string {
    return openPath(this.folder, place(number));
  }

  isOpen(number: number): boolean {
    return existsSync(this.open(number));
  }
}
