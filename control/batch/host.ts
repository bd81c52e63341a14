/** What the desk and the room share: the site's skids, what was seen of them last, recipes and batches. */
import type { BatchView } from '../../plant/batch-view.ts';
import type { Clock } from '../../plant/clock.ts';
import type { Log } from '../../plant/log.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { AnalysisDesk } from '../../plant/ports/analysis-desk.ts';
import type { CommandPath } from '../../plant/ports/command-path.ts';
import type { RecordDesk } from '../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { BatchCore } from './engine-state.ts';
import type { Equipment } from './equipment.ts';
import type { EarlierCommand } from './fold.ts';
import type { MasterRecipe } from './recipe.ts';
import type { BatchRunner } from './runner.ts';

export type BatchPorts = Readonly<{
  clock: Clock;
  log: Log;
  commands: CommandPath;
  authority: Authority;
  records: RecordKeeper;
  desk: RecordDesk;
  /** Whether a skid's analyses may be gone by; without it, nobody is asked at a start. */
  analyses?: AnalysisDesk;
  /** Version of the software, for the record. */
  build: string;
}>;

/** A skid, and what of it runs batches; null where it runs none. */
export type Place = Readonly<{ skid: Skid; equipment: Equipment | null }>;

export interface BatchHost {
  readonly ports: BatchPorts;
  readonly site: ReadonlyMap<SkidName, Place>;
  readonly news: ReadonlyMap<SkidName, ScanNews>;
  readonly recipes: readonly MasterRecipe[];
  readonly runners: Map<string, BatchRunner>;
  /** Commands that were carried out before this start of the service, by sender and id. */
  readonly earlierCommands: ReadonlyMap<string, EarlierCommand>;
  isReady(): boolean;
  view(core: BatchCore): BatchView;
  /** Takes a batch in; null where the site has no skid for it. */
  adopt(core: BatchCore): BatchRunner | null;
  /** The record of an ended batch has been signed. */
  signed(id: string): void;
}
