/** What the pages' server is given: the desks and views of the other rooms, as their ports. */
import type { Clock } from '../../plant/clock.ts';
import type { Log } from '../../plant/log.ts';
import type { Access, Authority } from '../../plant/ports/access.ts';
import type { AlarmDesk } from '../../plant/ports/alarm-desk.ts';
import type { AnalysisDesk } from '../../plant/ports/analysis-desk.ts';
import type { AuditTrail } from '../../plant/ports/audit-trail.ts';
import type { BaselineDesk } from '../../plant/ports/baseline-desk.ts';
import type { BatchDesk } from '../../plant/ports/batch-desk.ts';
import type { CertificateDesk } from '../../plant/ports/certificate-desk.ts';
import type { CommandPath } from '../../plant/ports/command-path.ts';
import type { ConfigurationDesk } from '../../plant/ports/configuration.ts';
import type { ExchangeDesk } from '../../plant/ports/exchange-desk.ts';
import type { ExposureDesk } from '../../plant/ports/exposure-desk.ts';
import type { EquipmentDesk } from '../../plant/ports/equipment-desk.ts';
import type { GenealogyDesk } from '../../plant/ports/genealogy.ts';
import type { HistoryQueries } from '../../plant/ports/history.ts';
import type { InterlockDesk } from '../../plant/ports/interlock-desk.ts';
import type { InterlockWork } from '../../plant/ports/interlock-work.ts';
import type { LabelDesk } from '../../plant/ports/label-desk.ts';
import type { MaintenanceDesk } from '../../plant/ports/maintenance-desk.ts';
import type { MaterialDesk } from '../../plant/ports/material-desk.ts';
import type { PeopleDesk } from '../../plant/ports/people-desk.ts';
import type { RecipeDesk, RecipeStore } from '../../plant/ports/recipe-desk.ts';
import type { RecordDesk } from '../../plant/ports/record-desk.ts';
import type { ReviewDesk } from '../../plant/ports/review-desk.ts';
import type { RoomHealth } from '../../plant/ports/room.ts';
import type { FieldView } from '../../plant/ports/scan-consumer.ts';
import type { SpectrumArchive } from '../../plant/ports/spectrum-archive.ts';
import type { Skid } from '../../plant/skid/definition.ts';

export type SiteHealth = Readonly<{ ready: boolean; stopping: boolean; rooms: Readonly<Record<string, RoomHealth>> }>;

export type PagesOptions = Readonly<{
  /** Loopback where it is left out: another address is a decision of whoever runs the site. */
  host?: string;
  /** 0 takes any free port; `address()` says which. */
  port: number;
  skids: readonly Skid[];
  site: Readonly<{ name: string; title: string; timeScale: number; build: string; opcuaEndpoint?: string }>;
  clock: Clock;
  log: Log;
  access: Access;
  authority: Authority;
  commands: CommandPath;
  field: FieldView;
  interlocks: InterlockDesk;
  work: InterlockWork;
  baselines: BaselineDesk;
  maintenance: MaintenanceDesk;
  batches: BatchDesk;
  reviews: ReviewDesk;
  recipes: RecipeDesk;
  /** What the versions say, as batches take them. */
  recipeStore: RecipeStore;
  materials: MaterialDesk;
  labels: LabelDesk;
  genealogy: GenealogyDesk;
  /** Null where the site exchanges no files. */
  exchange: ExchangeDesk | null;
  equipment: EquipmentDesk;
  configuration: ConfigurationDesk;
  alarms: AlarmDesk;
  history: HistoryQueries;
  analyses: AnalysisDesk;
  archive: SpectrumArchive;
  records: RecordDesk;
  audit: AuditTrail;
  certificates: CertificateDesk;
  people: PeopleDesk;
  /** Null where the site names no zones. */
  exposure: ExposureDesk | null;
  health: () => SiteHealth;
  /** The built pages; `hmi/web/dist` where it is left out. */
  pagesFolder?: string;
}>;
