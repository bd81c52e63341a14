/** What the command path needs of one skid's field. */
import type { MesolineError } from '../../plant/errors.ts';
import type { PointDefinition } from '../../plant/device-model.ts';
import type { LocalTag, Sample } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { FieldWriter } from '../field-writer.ts';

/** One tag of a command, and where it goes. */
export type PointWrite = Readonly<{ tag: LocalTag; point: PointDefinition; value: number | boolean }>;

/** Writes that go out as one frame: contiguous registers of one device, or one coil. */
export type WriteRun = Readonly<{
  device: string;
  area: 'holding' | 'coil';
  address: number;
  words: readonly number[];
  writes: readonly PointWrite[];
}>;

export interface CommandField {
  readonly skid: Skid;
  readonly writer: Pick<
    FieldWriter,
    'verdict' | 'asked' | 'askings' | 'hold' | 'fieldDemand' | 'step' | 'stepText' | 'ask' | 'confirmed' | 'leave'
  >;
  /** The device that holds the run-enables, and its points that no command writes; null where there is none. */
  readonly controller: Readonly<{ device: string; reserved: readonly string[] }> | null;
  /** Every tag as it stands now, what was just read back included; null before the first scan. */
  readonly samples: () => ReadonlyMap<LocalTag, Sample> | null;
  readonly linked: (device: string) => boolean;
  /** @throws MesolineError as `ModbusLink` */
  write(run: WriteRun, withdraw: () => MesolineError | null): Promise<void>;
  /** Reads a run's registers from the device, now. @throws MesolineError as `ModbusLink` */
  readBack(run: WriteRun): Promise<ReadonlyMap<LocalTag, number | boolean | null>>;
}
