/** What the server answers. Views of the plant (alarms, batches, interlocks) go out as `plant` has them. */
import type { RecordSection } from '../../plant/ports/batch-desk.ts';
import type { AnalysisOutcome, CurveName, MethodIdentity } from '../../plant/analysis.ts';
import type { Block } from '../../plant/block.ts';
import type { BatchView } from '../../plant/batch-view.ts';
import type { CommandOutcome } from '../../plant/command.ts';
import type { Fault } from '../../plant/errors.ts';
import type { OidcIdentity, Role } from '../../plant/people.ts';
import type { ExposureLimit, FilterResult } from '../../plant/exposure.ts';
import type { PersonExposure, ZoneView } from '../../plant/ports/exposure-desk.ts';
import type { Decision, Permission } from '../../plant/ports/access.ts';
import type { Suitability } from '../../plant/ports/analysis-desk.ts';
import type { CertificateView } from '../../plant/ports/certificate-desk.ts';
import type { OpenSession, PersonCertificate } from '../../plant/ports/people-desk.ts';
import type { SignatureView } from '../../plant/ports/record-desk.ts';
import type { GateCheck } from '../../plant/ports/start-gate.ts';
import type { RoomHealth } from '../../plant/ports/room.ts';
import type { LinkView } from '../../plant/ports/scan-consumer.ts';
import type { GuardCause, GuardMark } from '../../plant/ports/scan-guard.ts';
import type { ArchivedResult } from '../../plant/ports/spectrum-archive.ts';
import type { Quality } from '../../plant/quality.ts';
import type { FormulaLimit, FormulaValue, MasterRecipe, RecipeStatus } from '../../plant/recipe/recipe.ts';
import type { Demand, SafeAction } from '../../plant/safe-state.ts';
import type { TagName, TagValue } from '../../plant/sample.ts';
import type { InputDefinition } from '../../plant/method/method.ts';
import type { AlarmPriority, AnalysisDefinition, Range } from '../../plant/skid/definition.ts';

/** Every answer that is not a success. */
export type ErrorAnswer = Readonly<{ code: string; message: string; faults: readonly Fault[] }>;

/** A command that was refused (409), or that the field did not confirm (502). */
export type RefusalAnswer = ErrorAnswer &
  Readonly<{
    where: string;
    remedy: string;
    /** What stood in the way, as it read at the refusal. */
    live: Readonly<{ tag: TagName; value: TagValue }> | null;
  }>;

/** A command that was carried out and read back. */
export type CommandAnswer = Extract<CommandOutcome, { status: 'done' }>;

export type SiteView = Readonly<{
  name: string;
  title: string;
  timeScale: number;
  build: string;
  /** Where OPC UA clients connect; null where no such server runs. */
  opcuaEndpoint: string | null;
}>;

export type PersonView = Readonly<{ id: string; userName: string; printedName: string; roles: readonly Role[] }>;

/** Who may act here, for whoever manages people. */
export type PeopleAnswer = Readonly<{
  people: readonly (PersonView &
    Readonly<{
      mustChangePassword: boolean;
      /** Has said that the electronic signature binds as one by hand. */
      certified: boolean;
      secondFactor: boolean;
      /** The name under which an LDAP server keeps the password; null: it is kept here. */
      ldapName: string | null;
      /** Whom the identity provider of the house knows the person as; null: as nobody. */
      oidc: OidcIdentity | null;
      /** Certificates by which the person logs in at OPC UA. */
      certificates: number;
    }>)[];
  sessions: readonly OpenSession[];
  /** Whether passwords may be kept by an LDAP server. */
  hasLdap: boolean;
  /** Whether the house has an identity provider. */
  hasOidc: boolean;
}>;

/** How people call the identity provider of the house; null: there is none. */
export type HouseLoginAnswer = Readonly<{ name: string | null }>;

/** Said once, at the page of whoever asked for it. */
export type FirstPasswordAnswer = Readonly<{ firstPassword: string }>;

export type SessionAnswer = Readonly<{
  person: PersonView;
  mustChangePassword: boolean;
  /** May sign, and has not said yet that the signature binds as one by hand. */
  mustCertify: boolean;
  /** Nobody used the page for 10 min: it shows and makes safe, and nothing else. */
  locked: boolean;
  /** Gives a code of a device besides the password at a login. */
  secondFactor: boolean;
  /** What this person may do now, with the reason where not. */
  may: Readonly<Record<Permission, Decision>>;
  site: SiteView;
  serverTime: number;
}>;

export type HealthAnswer = Readonly<{
  status: 'starting' | 'ready' | 'stopping';
  site: string;
  build: string;
  timeScale: number;
  rooms: Readonly<Record<string, RoomHealth>>;
}>;

export type TagView = Readonly<{
  name: string;
  title: string;
  unitName: string;
  valueType: 'number' | 'boolean' | 'text';
  unit: string | null;
  range: Range | null;
  normal: Range | null;
  states: Readonly<Record<number, string>> | null;
  decimals: number;
  critical: boolean;
  staleAfterMs: number;
  historyEveryMs: number;
  /** The tag that holds its set point, by ISA-5.1's loop letters and number; null where there is none. */
  setpoint: string | null;
  writableBy: readonly Role[] | null;
  /** Whose point or column it is; null where it is made here. */
  device: string | null;
  /** Which analysis it comes of; null where it comes of none. */
  analysis: string | null;
}>;

export type SkidAnswer = Readonly<{
  name: string;
  title: string;
  type: string;
  typeTitle: string;
  definition: number;
  digest: string;
  twin: boolean;
  /** Whether a field controller stands behind it that can be asked for a safe state. */
  controlled: boolean;
  units: readonly Readonly<{ name: string; title: string; modules: readonly string[] }>[];
  devices: readonly Readonly<{ name: string; title: string; model: string; watchdogMs: number | null }>[];
  tags: readonly TagView[];
  interlocks: readonly Readonly<{
    row: number;
    title: string;
    vote: string;
    action: SafeAction;
    processSafetyTimeMs: number;
    backup: string | null;
    why: string;
  }>[];
  alarms: readonly Readonly<{ name: string; priority: AlarmPriority; response: string }>[];
  phases: readonly string[];
  /** What recipes may ask of it. */
  capabilities: readonly string[];
  /** Names of what is made of its spectra. */
  analyses: readonly string[];
  page: Readonly<{ overview: readonly string[]; trend: readonly string[] }>;
}>;

/** Value, quality, source time and server time (UTC, ms). */
export type LiveSample = readonly [value: TagValue, quality: Quality, sourceTime: number, serverTime: number];

/** A skid at one scan. In a stream's delta `samples` holds only what changed. */
export type SkidNow = Readonly<{
  scan: number;
  utc: number;
  demand: Demand;
  causes: readonly GuardCause[];
  /** Interlock rows that only warn now. */
  warnings: readonly GuardCause[];
  /** Bypasses, forced inputs, proof tests and changeover: what every page says as long as it lasts. */
  marks: readonly GuardMark[];
  fieldDemand: Demand | null;
  /** What keeps the skid or a device of it from being commanded and started. */
  blocks: readonly Block[];
  /** By tag within the skid: `R201/TT-201A`. */
  samples: Readonly<Record<string, LiveSample>>;
}>;

/** An analysis of a skid, how fit it is, and what it last found; times in UTC, ms. */
export type AnalysisAnswer = Readonly<{
  name: string;
  title: string;
  unitName: string;
  spectrum: TagName;
  /** A batch does not start where it is not fit. */
  required: boolean;
  /** The dead time's volume and the tag of the flow through it; null where the probe looks right at the liquid. */
  delay: AnalysisDefinition['delay'];
  /** What the method asks for besides the spectrum, of which tag; the tag is null where the skid gives it none. */
  inputs: readonly (InputDefinition & Readonly<{ tag: string | null }>)[];
  method: MethodIdentity &
    Readonly<{
      title: string;
      source: string;
      /** SHA-256 of the calibration set; null where there is no such set. */
      calibrationSet: string | null;
      outputs: readonly Readonly<{ name: string; title: string; unit: string | null }>[];
      /** Names of the figures of merit that suitability is judged on: its checks show them. */
      judged: readonly string[];
      /** Titles of figures that maintenance is asked for by. */
      figureTitles: Readonly<Record<string, string>>;
    }>;
  suitability: Suitability | null;
  latest:
    | (Readonly<{ input: string; sampleTime: number; measuredAt: number; analysedAt: number }> &
        Pick<AnalysisOutcome, 'outputs' | 'verdict' | 'reasons' | 'figures'>)
    | null;
}>;

/** Newest first, without curves. */
export type AnalysisResultsAnswer = readonly ArchivedResult[];

/** Thinned to what a page can draw; null is a value that is none. */
export type CurveAnswer = Readonly<{ name: CurveName; x: readonly number[]; y: readonly (number | null)[] }>;
export type AnalysisCurvesAnswer = Readonly<{
  input: string;
  measuredAt: number;
  x: AnalysisOutcome['x'];
  curves: readonly CurveAnswer[];
}>;

type AxisAnswer = Readonly<{ title: string; unit: string | null; values: readonly number[] }>;
/** A spectrum as it was kept, whole. */
export type SpectrumAnswer = Readonly<{
  digest: string;
  takenAt: number | null;
  facts: Readonly<Record<string, string>>;
  x: AxisAnswer;
  y: AxisAnswer;
  imaginary: readonly number[] | null;
}>;

export type BatchAnswer = Readonly<{ batch: BatchView; signatures: readonly SignatureView[] }>;
export type BlocksAnswer = Readonly<{ blocks: readonly Block[] }>;

/** Everything that has to be in order before a batch starts, whether it is or not. */
export type GatesAnswer = Readonly<{ gates: readonly GateCheck[] }>;

export type SectionsAnswer = Readonly<{ sections: readonly RecordSection[] }>;

/** A start that was refused says what of the gates stands in its way, where it is one of them. */
export type BatchRefusalAnswer = RefusalAnswer & Readonly<{ gates: readonly GateCheck[] }>;

/** What whoever starts or runs a batch has to know of a version of its recipe. */
export type RecipeOutlineAnswer = Readonly<{
  version: number;
  status: RecipeStatus;
  formula: readonly (FormulaValue | FormulaLimit)[];
  /** Operations in their order, each with the phases that its steps name. */
  operations: readonly Readonly<{ name: string; phases: readonly string[] }>[];
}> &
  Pick<
    MasterRecipe,
    | 'name'
    | 'title'
    | 'kind'
    | 'needs'
    | 'batch'
    | 'feedstocks'
    | 'materials'
    | 'signatures'
    | 'whenSkidFails'
    | 'digest'
  >;
export type AcknowledgeAnswer = Readonly<{ refused: readonly Readonly<{ id: string; reason: string }>[] }>;

export type SystemAnswer = Readonly<{
  site: SiteView;
  /** Of the service's public key: to be noted apart by whoever will verify its records. */
  fingerprint: string;
  links: readonly LinkView[];
  health: HealthAnswer;
}>;

export type CertificatesAnswer = Readonly<{
  /** Of clients, and those by which users tried to log in. */
  certificates: readonly CertificateView[];
  /** By which people log in at OPC UA. */
  people: readonly (PersonCertificate & Readonly<{ userName: string; printedName: string }>)[];
  /** Whom one can be given to. */
  userNames: readonly string[];
}>;

export type ExposureZonesAnswer = Readonly<{
  zones: readonly ZoneView[];
  persons: readonly Readonly<{ id: string; printedName: string }>[];
}>;

export type ExposurePageAnswer = Readonly<{
  people: readonly PersonExposure[];
  limits: readonly ExposureLimit[];
  filterResults: readonly FilterResult[];
}>;

/** The names of the chains whose entries the audit trail has, in order. */
export type AuditScopesAnswer = Readonly<{ scopes: readonly string[] }>;
