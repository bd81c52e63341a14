/** What the desk and the room share: the site's skids, what was seen of them last, recipes and batches. */
import type { BatchView } from '../../plant/batch-view.ts';
import type { Clock } from '../../plant/clock.ts';
import type { Log } from '../../plant/log.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { AnalysisDesk } from '../../plant/ports/analysis-desk.ts';
import type { CommandPath } from '../../plant/ports/command-path.ts';
import type { EquipmentListener } from '../../plant/ports/equipment-desk.ts';
import type { RecipeStore } from '../../plant/ports/recipe-desk.ts';
import type { RecordDesk } from '../../plant/ports/record-desk.ts';
import type { GroupKeeper } from '../../plant/ports/record-keeper.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { StartGate } from '../../plant/ports/start-gate.ts';
import type { Equipment } from '../../plant/recipe/equipment.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { BatchCore } from './batch-core.ts';
import type { Outside } from './permits.ts';
import type { EarlierCommand } from './batch-fold.ts';
import type { BatchRunner } from './runner.ts';
import type { SharedRunner } from './shared/shared-runner.ts';

export type BatchPorts = Readonly<{
  clock: Clock;
  log: Log;
  commands: CommandPath;
  authority: Authority;
  records: GroupKeeper;
  desk: RecordDesk;
  store: RecipeStore;
  /** Rooms that know of something that has to be in order before a start. */
  gates: readonly StartGate[];
  /** Whether a skid's analyses may be gone by; without it, nobody is asked at a start. */
  analyses?: AnalysisDesk;
  /** Whoever keeps the status of skids: what batches do to them is told. */
  equipment?: EquipmentListener;
  /** Version of the software, for the record. */
  build: string;
}>;

/** A skid, and what of it runs batches; null where it runs none. */
export type Place = Readonly<{ skid: Skid; equipment: Equipment | null }>;

export interface BatchHost {
  readonly ports: BatchPorts;
  readonly site: ReadonlyMap<SkidName, Place>;
  readonly news: ReadonlyMap<SkidName, ScanNews>;
  readonly runners: Map<string, BatchRunner>;
  readonly shared: BatchCore['shared'];
  readonly sharedUse: SharedRunner;
  readonly outside: Outside;
  /** Commands that were carried out before this start of the service, by sender and id. */
  readonly earlierCommands: ReadonlyMap<string, EarlierCommand>;
  isReady(): boolean;
  /** The batch that has the skid, or is about to start on it, or whose record of it cannot be read; null where it is free. */
  takenBy(skid: SkidName): string | null;
  view(core: BatchCore): BatchView;
  /** Takes a batch in. @param seq of the newest of its record */
  adopt(core: BatchCore, seq: number): BatchRunner;
  /** The record of an ended batch has been signed. */
  signed(id: string): void;
}
