/** One analyser alone on a skid, with what the gateway would give its driver, and what it made of it. */
import { resolve } from 'node:path';
import type { DriverContext } from '../../../../gateway/driver-context.ts';
import type { ReadValue } from '../../../../gateway/driver.ts';
import { FieldImage } from '../../../../gateway/scan/field-image.ts';
import { SpectrumBoard } from '../../../../gateway/spectra/spectrum-board.ts';
import type { Cancel, Timers } from '../../../../gateway/timers.ts';
import { milliseconds, type Clock } from '../../../../plant/clock.ts';
import type { DeviceModel } from '../../../../plant/device-model.ts';
import type { SpectrumReader } from '../../../../plant/ports/spectrum-reader.ts';
import type { SpectrumConsumer } from '../../../../plant/ports/spectrum-consumer.ts';
import type { Quality } from '../../../../plant/quality.ts';
import { localTag, skidName } from '../../../../plant/sample.ts';
import type { DeviceLink, Skid, SkidType } from '../../../../plant/skid/definition.ts';
import { loadDeviceModel } from '../../../../plant/skid/device-model-loader.ts';
import type { Spectrum, SpectrumLost } from '../../../../plant/spectrum.ts';
import { silentLog, Store, type HandTimers } from '../../support/house.ts';

export const shippedModel = <P extends DeviceModel['protocol']>(
  name: string,
  protocol: P,
): Extract<DeviceModel, { protocol: P }> => {
  const model = loadDeviceModel(resolve(import.meta.dirname, '../../../../gateway/devices', `${name}.yaml`));
  if (model.protocol !== protocol) throw new Error(`${name} speaks ${model.protocol}`);
  return model as Extract<DeviceModel, { protocol: P }>;
};

type Reach = DeviceLink extends infer L ? (L extends DeviceLink ? Omit<L, 'device'> : never) : never;

export type BenchOptions = Readonly<{
  model: DeviceModel;
  link: Reach;
  clock: Clock;
  timers: Timers;
  reader?: SpectrumReader | null;
  staleAfterMs?: number;
  more?: Partial<DriverContext>;
}>;

export class Bench {
  readonly context: DriverContext;
  readonly board: SpectrumBoard;
  readonly spectra: Spectrum[] = [];
  readonly lost: SpectrumLost[] = [];

  constructor({ model, link, clock, timers, reader = null, staleAfterMs = 600_000, more = {} }: BenchOptions) {
    const device = 'AT-401';
    const type: SkidType = {
      type: 'bench',
      title: 'Bench',
      definition: 1,
      limits: { totalFlowMlPerMin: null, pressureBarG: null, automaticTemperatureC: null },
      capabilities: [],
      volumesMl: {},
      wetted: [],
      units: [{ name: 'A401', title: 'Analyser', modules: [] }],
      devices: [{ name: device, title: 'Analyser', model, watchdog: null, local: null }],
      tags: [],
      analyses: [],
      loops: [],
      spectra: model.spectra.map((source) => ({
        name: localTag(`A401/AT-401.${source.name}`),
        title: source.name,
        unitName: 'A401',
        device,
        source,
        staleAfter: milliseconds(staleAfterMs),
      })),
      local: null,
      interlocks: [],
      alarms: [],
      phases: [],
      page: { overview: [], trend: [] },
      digest: '',
    };
    const reached = { ...link, device } as DeviceLink;
    const skid: Skid = { name: skidName('QD-1'), title: 'QD-1', type, links: [reached], twin: true };
    const consumer: SpectrumConsumer = {
      acceptSpectrum: (spectrum) => void this.spectra.push(spectrum),
      loseSpectrum: (lost) => void this.lost.push(lost),
    };
    this.board = new SpectrumBoard(skid, clock, [consumer], silentLog);
    this.context = {
      skid,
      device,
      link: reached,
      image: new FieldImage(skid, clock.utc()),
      scan: { row: () => null } as unknown as DriverContext['scan'],
      samples: new Store(),
      spectra: this.board,
      reader,
      pkiFolder: null,
      clock,
      timers,
      random: () => 0,
      log: silentLog,
      ...more,
    } as DriverContext;
  }

  value(point: string): ReadValue {
    return this.context.image.reading('AT-401', point)?.value ?? null;
  }

  quality(point: string): Quality | undefined {
    return this.context.image.reading('AT-401', point)?.quality;
  }
}

/** Timers turned by hand that say what waits. */
export class SeenTimers implements Timers {
  readonly #hand: HandTimers;
  readonly #waiting = new Set<number>();

  constructor(hand: HandTimers) {
    this.#hand = hand;
  }

  /** After how long each of those that wait was to run. */
  get waiting(): readonly number[] {
    return [...this.#waiting];
  }

  after(milliseconds: number, run: () => void): Cancel {
    this.#waiting.add(milliseconds);
    const cancel = this.#hand.after(milliseconds, () => {
      this.#waiting.delete(milliseconds);
      run();
    });
    return () => {
      this.#waiting.delete(milliseconds);
      cancel();
    };
  }

  every(milliseconds: number, run: () => void): Cancel {
    return this.#hand.every(milliseconds, run);
  }
}
