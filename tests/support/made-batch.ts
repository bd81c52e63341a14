/**
 * A batch of hours for product, made in seconds: the room of batches and sealed telemetry at a skid of plain laws, in a time of their own, with
 * a real ledger, real people and real signatures, in a data folder that the service then opens.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTelemetry, type Telemetry } from '../../control/telemetry/index.ts';
import type { BatchView } from '../../plant/batch-view.ts';
import { utcMs, type Clock } from '../../plant/clock.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import type { Sample, SkidName } from '../../plant/sample.ts';
import { silent } from '../control/batch/fake-skid.ts';
import { RoomBench, type RoomOptions } from '../control/batch/room/support.ts';

export type MadeOptions = Readonly<{
  folder: string;
  skids?: number;
  hours: number;
  /** Seconds of the process between two scans. */
  everyS?: number;
  /** Called with every scan while product is collected, with hours since that began. */
  during?: (bench: MadeBench, hours: number) => Promise<void> | void;
}>;

/** Password of everybody in it. */
export const passwordOf = (bench: MadeBench, user: string): string => bench.signers(user as 'operator')[0]!.password;

/** What the skid of plain laws puts through when it makes product, in mL/min. */
const flowMlPerMin = 72;

export class MadeBench extends RoomBench {
  telemetry: Telemetry | null = null;
  /** Hours back from now at which it began, so that it lies in the past. */
  #shiftMs = 0;
  #scans = 0;

  async opened(options: RoomOptions & Readonly<{ folder: string }>, hours: number): Promise<void> {
    this.#shiftMs = Date.now() - Math.ceil(hours + 2) * 3_600_000 - Date.UTC(2026, 0, 2) - this.now;
    const { clock } = this;
    const shifted: Clock = { ...clock, utc: () => utcMs(Date.UTC(2026, 0, 2) + this.now + this.#shiftMs) };
    Object.assign(this, { clock: shifted });
    await this.begun(options.recipes ?? []);
    this.telemetry = createTelemetry({
      skids: this.skids,
      records: this.keeper,
      dataFolder: options.folder,
      clock: this.clock,
      log: silent,
    });
    await this.telemetry.start();
    this.batches.onChange(this.telemetry);
  }

  override news(skid: SkidName): ReturnType<RoomBench['news']> {
    const plain = super.news(skid);
    const samples = plain.batch.samples.map((sample, index) => this.#noisy(sample, index));
    const news = { ...plain, batch: { ...plain.batch, samples } };
    this.telemetry?.accept(news);
    return news;
  }

  /** Instruments do not stand still: a thousandth of the value, by a plain generator, so that it is the same each time. */
  #noisy(sample: Sample, index: number): Sample {
    if (typeof sample.value !== 'number' || sample.value === 0 || !/[FPT]T-/u.test(sample.tag)) return sample;
    const random = ((Math.imul((this.#scans += 1) + index, 2_654_435_761) >>> 0) / 2 ** 32) * 2 - 1;
    return { ...sample, value: Math.fround(sample.value * (1 + random / 1000)) };
  }

  /** A line of another room. */
  say(event: RecordEvent): Promise<unknown> {
    return this.keeper.append(event);
  }
}

/** @returns the bench, its batch ended and everything on disk and closed. */
export async function makeBatch({
  folder,
  hours,
  everyS = 5,
  skids = 1,
  during,
}: MadeOptions): Promise<Readonly<{ view: BatchView; bench: MadeBench }>> {
  const litres = (hours * 60 * flowMlPerMin * skids) / 1000;
  const text = readFileSync(join('tests/e2e/recipes', 'short.yaml'), 'utf8').replace(
    'target: 140 mL, bounds: 120..200 mL',
    `target: ${litres.toFixed(1)} L, bounds: ${(litres * 0.9).toFixed(1)}..${(litres * 1.1).toFixed(1)} L`,
  );
  const options = { skids, recipes: [text], status: 'effective', folder } as const;
  const bench = new MadeBench(options);
  await bench.opened(options, hours);
  await bench.say({
    scope: 'service',
    actor: { kind: 'service', part: 'records' },
    action: 'clock-synchronised',
    object: 'clock',
    data: { source: 'chrony', offsetMs: '0.4' },
  });
  await bench.begin({ purpose: 'production' });
  await bench.reach('collect');
  const began = bench.now;
  const most = hours * 3600 * 1.5;
  for (let passed = 0; passed < most; passed += everyS) {
    await during?.(bench, (bench.now - began) / 3_600_000);
    await bench.scan(everyS);
    const view = await bench.view();
    if (view.state === 'Complete') break;
    await bench.answerAll(view);
  }
  const view = await bench.view();
  if (view.state !== 'Complete') throw new Error(`it did not end: ${view.state} ${view.units[0]?.message ?? ''}`);
  await bench.telemetry?.stop();
  await bench.close();
  return { view, bench };
}
