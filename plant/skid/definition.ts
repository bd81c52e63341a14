/** A skid type as the house sees it after its file was read and checked. The loader in this folder makes these, nothing else does. */
import type { Milliseconds } from '../clock.ts';
import type { DeviceModel, PointDefinition, SpectrumSource } from '../device-model.ts';
import type { CheckedExpression } from '../expression.ts';
import type { MethodDefinition } from '../method/method.ts';
import type { Role } from '../people.ts';
import type { Measure, SafeAction } from '../safe-state.ts';
import type { LocalTag, SkidName } from '../sample.ts';

export type Range = Readonly<{ low: number; high: number }>;

export type DeviceDefinition = Readonly<{
  name: string;
  title: string;
  model: DeviceModel;
  /** After how long without our heartbeat the device goes to its safe state by itself; null where it does not watch. */
  watchdog: Milliseconds | null;
  /** True while the device is switched to Local in the field: no command goes to it then. Null where it has no such switch. */
  local: LocalTag | null;
}>;

/**
 * A controller of the field as a faceplate shows it: each entry names the tag that carries it, null where the device does
 * not say it.
 */
export type LoopDefinition = Readonly<{
  /** `R201/TIC-201` */
  name: LocalTag;
  title: string;
  unitName: string;
  device: string;
  value: LocalTag;
  setpoint: LocalTag;
  /** The set point as it is ramped. */
  workingSetpoint: LocalTag | null;
  output: LocalTag | null;
  /** Its states name auto, manual and remote. */
  mode: LocalTag | null;
  /** Set while the mode is manual. */
  manualOutput: LocalTag | null;
  /** True while the output follows something other than the controller's own reckoning. */
  tracking: LocalTag | null;
  gain: LocalTag | null;
  integral: LocalTag | null;
  derivative: LocalTag | null;
}>;

/** A spectrum of the skid, named as a tag is; it is no tag: nothing is derived from it and no history keeps it yet. */
export type SpectrumDefinition = Readonly<{
  name: LocalTag;
  title: string;
  unitName: string;
  device: string;
  source: SpectrumSource;
  /** After how long without a new one the last is Bad. */
  staleAfter: Milliseconds;
}>;

/** A method applied to each spectrum of one kind. Its outputs are tags' sources: `from: A401/AY-401.conversion`. */
export type AnalysisDefinition = Readonly<{
  /** `A401/AY-401` */
  name: LocalTag;
  title: string;
  unitName: string;
  spectrum: LocalTag;
  method: MethodDefinition;
  /** From where the values count to the probe; null where the probe looks right there. */
  delay: Readonly<{ volumeMl: number; flow: LocalTag }> | null;
  /** Tags whose value at the time of the sample the method asks for, by the method's names. */
  inputs: Readonly<Record<string, LocalTag>>;
  /** A batch does not start where this is not fit. */
  required: boolean;
}>;

/** `uncertainty` is expanded (k = 2), `verdict` 1 in domain and 0 undecided. */
export type AnalysisPart = 'value' | 'uncertainty' | 'verdict';

export type TagSource =
  | Readonly<{ kind: 'analysis'; analysis: LocalTag; output: string; part: AnalysisPart }>
  | Readonly<{ kind: 'point'; device: string; point: PointDefinition }>
  /** A column of a logging device's row. */
  | Readonly<{ kind: 'row'; device: string; column: string }>
  | Readonly<{ kind: 'derived'; expression: CheckedExpression }>
  /**
   * A figure of this very skid that a person has to take from it, such as its clean flow resistance: the mean of `from` over
   * `over` while `while` holds. Before it was taken it is Bad, but on a twin, which goes by `value`.
   */
  | Readonly<{
      kind: 'given';
      value: number;
      taken: Readonly<{
        from: CheckedExpression;
        while: CheckedExpression;
        over: Milliseconds;
        /** How far the readings may lie from their mean, as a share of it. */
        within: number;
        by: readonly Role[];
      }>;
    }>;

export type TagDefinition = Readonly<{
  name: LocalTag;
  title: string;
  /** ISA-88 unit the tag belongs to: the part of its name before the stroke. */
  unitName: string;
  source: TagSource;
  valueType: 'number' | 'boolean' | 'text';
  /** Engineering unit; null for a state or a pure number. */
  unit: string | null;
  range: Range | null;
  /** Where the value is in ordinary running; drawn as the band on the pages. */
  normal: Range | null;
  /** Text for each number of a state. */
  states: Readonly<Record<number, string>> | null;
  decimals: number;
  critical: boolean;
  staleAfter: Milliseconds;
  /** How often at least a changing value is kept; 0 keeps every sample. */
  historyEvery: Milliseconds;
  /** In the tag's unit: a number that has moved no further from what was kept last has not changed for history. 0 where it is critical. */
  deadband: number;
  /** Who may set it, within its range, and which way is the safe one (never refused by B); null where nobody may. */
  write: Readonly<{ roles: readonly Role[]; safe: 'lower' | 'raise' }> | null;
}>;

export type Vote = '1oo1' | '1oo2' | '1oo3' | '2oo2' | '2oo3';

/** It counts when it has held for `for`, and counts no longer when it has been away for `off`. */
export type InterlockCondition = Readonly<{ when: CheckedExpression; for: Milliseconds; off: Milliseconds }>;

/** A trip of its own within a row: a row may do one thing at one limit and more at the next. */
export type InterlockTrip = InterlockCondition &
  Readonly<{
    action: SafeAction;
    measures: readonly Measure[];
    /** Looked at only while this is true too, beside the row's own arming; null: always. A doubt counts as true. */
    armed: CheckedExpression | null;
  }>;

/** While it holds the row alarms, takes its measures (they go with it), and calls for what a person or a batch should do. */
export type InterlockWarning = InterlockCondition & Readonly<{ measures: readonly Measure[]; calls: 'flush' | null }>;

export type InterlockDefinition = Readonly<{
  /** The row of the cause-and-effect matrix. */
  row: number;
  title: string;
  vote: Vote;
  /** One expression a channel; each is bound to `value` in the conditions. Empty where the row watches the data itself. */
  channels: readonly CheckedExpression[];
  /**
   * Set for the row that watches the data itself (row 22): the tags it watches. A tag of them that is not Good blocks a
   * start; the row trips by the doubt rule when any other row has no Good channel left.
   */
  stale: readonly LocalTag[] | null;
  /** The row only looks while this is true; null: always. A doubtful condition counts as true. */
  armed: CheckedExpression | null;
  /**
   * For a row that watches a deviation from a ramped set point: `reference` in the conditions. It is the ramped set point
   * once the value has come `within` of it while `heating` holds; while the target lies below, or heating is off, the
   * reference last reached stays, until the value has come `within` of the new target. Before the first there is none, and
   * conditions that name it are not looked at.
   */
  reference: Readonly<{
    target: CheckedExpression;
    ramped: CheckedExpression;
    value: CheckedExpression;
    heating: CheckedExpression;
    within: number;
  }> | null;
  warn: InterlockWarning | null;
  trip: readonly InterlockTrip[];
  /** The highest of the trips' actions; for the row that watches the data itself, what doubt leads to. */
  action: SafeAction;
  /** Held until a reset. Only a row of A and B alone may go by itself. */
  latch: boolean;
  /** What a reset asks for: how long the cause must have been away (process time), and that someone has looked on the spot. */
  reset: Readonly<{ away: Milliseconds; inspection: boolean }>;
  /** True where the field acts by itself, and the service mirrors and latches it (rows 21, 23, 25). */
  mirrors: boolean;
  /** How often it must be proven to trip; null where the field's own proof stands for it. */
  proofTest: Readonly<{ every: Milliseconds }> | null;
  processSafetyTime: Milliseconds;
  /** Named where software cannot act in time and something else protects. */
  backup: string | null;
  bypass: 'never' | Readonly<{ by: readonly Role[]; for: Milliseconds; meanwhile: string }>;
  why: string;
}>;

export type AlarmLimit = Readonly<{
  level: 'high-high' | 'high' | 'low' | 'low-low';
  limit: number;
  deadband: number;
  onDelay: Milliseconds;
  offDelay: Milliseconds;
}>;

/** 1 is the most urgent (ISA-18.2). */
export type AlarmPriority = 1 | 2 | 3;

export type AlarmDefinition = Readonly<{
  /** `R201/TI-201.high`; the engine appends the level where one alarm has several. */
  name: string;
  watch: CheckedExpression;
  /** The alarm only looks while this is true; null: always. A doubtful condition counts as true. */
  armed: CheckedExpression | null;
  unit: string | null;
  limits: readonly AlarmLimit[];
  priority: AlarmPriority;
  cause: string;
  consequence: string;
  response: string;
  respondWithin: Milliseconds;
  /** Phases during which the alarm is suppressed by design. */
  suppressedIn: readonly string[];
}>;

export type UnitDefinition = Readonly<{ name: string; title: string; modules: readonly string[] }>;

export type SkidLimits = Readonly<{
  totalFlowMlPerMin: number | null;
  pressureBarG: number | null;
  automaticTemperatureC: number | null;
}>;

/** A device of its own, or a tag whose transmitter hangs on a controller. */
export type CalibratedInstrument = Readonly<{ name: string; title: string; unit: string | null; every: Milliseconds }>;

export type WasteTank = Readonly<{
  /** In %, as it is measured. */
  level: LocalTag;
  volumeMl: number;
  /** How full it may become, in %: above it the matrix diverts. */
  fullPercent: number;
}>;

export type SkidType = Readonly<{
  type: string;
  title: string;
  definition: number;
  limits: SkidLimits;
  capabilities: readonly string[];
  /** Volumes that expressions name: `volume(R201)`, in mL. */
  volumesMl: Readonly<Record<string, number>>;
  /** Every thermometer of a wetted part: the line is cold when all of them say so. Empty where the type runs no batches. */
  wetted: readonly LocalTag[];
  /** Instruments that are calibrated in an interval; a start asks for their dates. */
  calibration?: readonly CalibratedInstrument[];
  wasteTank?: WasteTank | null;
  units: readonly UnitDefinition[];
  devices: readonly DeviceDefinition[];
  tags: readonly TagDefinition[];
  loops: readonly LoopDefinition[];
  spectra: readonly SpectrumDefinition[];
  analyses: readonly AnalysisDefinition[];
  /** True while the whole skid is switched to Local; null where it has no such switch. */
  local: LocalTag | null;
  interlocks: readonly InterlockDefinition[];
  alarms: readonly AlarmDefinition[];
  phases: readonly string[];
  page: Readonly<{ overview: readonly LocalTag[]; trend: readonly LocalTag[] }>;
  /** SHA-256 over the file and the device models it uses, in hexadecimal. It goes into every batch record. */
  digest: string;
}>;

export type SerialLine = Readonly<{
  baud: number;
  dataBits: 7 | 8;
  parity: 'none' | 'even' | 'odd';
  stopBits: 1 | 2;
}>;

/** How a device of a skid is reached. Devices with the same `modbus-…` endpoint share one bus. */
export type DeviceLink = Readonly<{ device: string }> &
  (
    | Readonly<{ protocol: 'modbus-tcp' | 'modbus-rtu-tcp'; host: string; port: number; unitId: number }>
    | Readonly<{ protocol: 'modbus-rtu'; path: string; line: SerialLine; unitId: number }>
    | Readonly<{ protocol: 'tcp'; host: string; port: number }>
    | Readonly<{ protocol: 'serial'; path: string; line: SerialLine }>
    | Readonly<{ protocol: 'opc.tcp'; host: string; port: number; path: string }>
    /** Absolute. */
    | Readonly<{ protocol: 'folder'; path: string }>
  );

/** A skid of the site. */
export type Skid = Readonly<{
  name: SkidName;
  title: string;
  type: SkidType;
  links: readonly DeviceLink[];
  /** True where the field is a digital twin; only then may an unapproved recipe run, as a rehearsal. */
  twin: boolean;
}>;
