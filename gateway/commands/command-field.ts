/** What the command path needs of one skid's field. */
import type { Block } from '../../plant/block.ts';
import type { ControllerWords, PointDefinition } from '../../plant/device-model.ts';
import type { LocalTag, Sample } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { ReadValue, Withdraw } from '../driver.ts';
import type { FieldWriter } from '../field-writer.ts';

/** One tag of a command, and where it goes. */
export type PointWrite = Readonly<{ tag: LocalTag; point: PointDefinition; value: number | boolean }>;

/** Writes that go out as one frame to one device. */
export type WriteRun = Readonly<{ device: string; writes: readonly PointWrite[] }>;

export interface CommandField {
  readonly skid: Skid;
  readonly writer: Pick<
    FieldWriter,
    | 'verdict'
    | 'scans'
    | 'asked'
    | 'askings'
    | 'hold'
    | 'fieldDemand'
    | 'step'
    | 'stepText'
    | 'ask'
    | 'until'
    | 'confirmed'
    | 'leave'
  >;
  /** The device that holds the run-enables, and its points that no command writes; null where there is none. */
  readonly controller: Readonly<{
    device: string;
    reserved: readonly string[];
    /** The point that chooses the flush, and its value for acid. */
    flush?: ControllerWords['flush'];
  }> | null;
  /** Every tag as it stands now, what was just read back included; null before the first scan. */
  readonly samples: () => ReadonlyMap<LocalTag, Sample> | null;
  readonly linked: (device: string) => boolean;
  /** What keeps the skid or a device of it from being commanded, as things stand now. */
  readonly blocks: () => readonly Block[];
  /** How the writes go out: few frames, in their order. */
  plan(writes: readonly (PointWrite & Readonly<{ device: string }>)[]): readonly WriteRun[];
  /** @throws MesolineError as `Driver.write` */
  write(run: WriteRun, withdraw: Withdraw): Promise<void>;
  /** Reads a run's points from the device, now. @throws MesolineError as `Driver.read` */
  readBack(run: WriteRun): Promise<ReadonlyMap<LocalTag, ReadValue>>;
}
