/** What every driver is given. */
import type { Clock, Milliseconds, UtcMs } from '../plant/clock.ts';
import type { Log } from '../plant/log.ts';
import type { SampleStore } from '../plant/ports/history.ts';
import type { SpectrumReader } from '../plant/ports/spectrum-reader.ts';
import type { Quality } from '../plant/quality.ts';
import type { DeviceLink, Skid } from '../plant/skid/definition.ts';
import type { SpectrumData } from '../plant/spectrum.ts';
import type { Buses } from './modbus/buses.ts';
import type { FieldImage } from './scan/field-image.ts';
import type { SkidScan } from './scan/skid-scan.ts';
import type { Timers } from './timers.ts';

/** A spectrum as a driver has it; `source` is its name in the device model. */
export type SpectrumTaken = Readonly<{
  source: string;
  data: SpectrumData;
  origin: string;
  digest: string;
  /** How long ago it was taken, where that was not just now: it is stale the sooner. */
  age?: Milliseconds;
  /** Good where nothing else is said. */
  quality?: Quality;
}>;

export type DriverContext = Readonly<{
  skid: Skid;
  device: string;
  link: DeviceLink;
  image: FieldImage;
  scan: Pick<SkidScan, 'row'>;
  samples: SampleStore;
  /** Of the whole site: devices of one endpoint share one. */
  buses: Buses;
  spectra: SpectrumSink;
  /** Null where the house has none. */
  reader: SpectrumReader | null;
  /** Keys and certificates towards servers of devices; null where the house keeps none. */
  pkiFolder: string | null;
  clock: Clock;
  timers: Timers;
  random: () => number;
  log: Log;
}>;

export interface SpectrumSink {
  take(device: string, taken: SpectrumTaken, at: UtcMs): void;
  /** The last one of this source stays, and is no longer to be gone by. */
  lose(device: string, source: string, quality: Quality): void;
}
