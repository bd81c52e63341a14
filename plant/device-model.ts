/**
 * A device model: what a file in `gateway/devices/` says of a device, after it was checked. One protocol each; what points
 * have in common stands in `PointFacts`, how a point is reached in its `via`. Register addresses are PDU addresses, from 0.
 */
import type { Milliseconds } from './clock.ts';
import type { Measure, SafeAction } from './safe-state.ts';

export type RegisterArea = 'coil' | 'discrete' | 'holding' | 'input';

/** How a value of more than one byte lies in its registers; ABCD is the most significant byte first (Modbus's own order). */
export const wordOrders = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
export type WordOrder = (typeof wordOrders)[number];

export const pointTypes = [
  'bool',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'uint64',
  'int64',
  'float32',
  'float64',
  'bcd16',
  'bcd32',
  'string',
] as const;
export type PointType = (typeof pointTypes)[number];

/** How many registers (or, for a bool in `coil` or `discrete`, bits) a value takes; a string says its own length. */
export const pointLength: Readonly<Record<Exclude<PointType, 'string'>, number>> = {
  bool: 1,
  uint16: 1,
  int16: 1,
  uint32: 2,
  int32: 2,
  uint64: 4,
  int64: 4,
  float32: 2,
  float64: 4,
  bcd16: 1,
  bcd32: 2,
};

/** Registers a point takes in `holding` and `input`, bits in `coil` and `discrete`. */
export const lengthOf = (point: Pick<RegisterPoint, 'type' | 'length'>): number =>
  point.type === 'string' ? (point.length ?? 1) : pointLength[point.type];

/** What is true of a point whatever the protocol. */
export type PointFacts = Readonly<{
  name: string;
  kind: 'number' | 'boolean' | 'text';
  /** Engineering value = raw · scale + offset. */
  scale: number;
  offset: number;
  /** Unit of the engineering value, or null for a pure number, a state or a text. */
  unit: string | null;
  /** What the device can say, in engineering units; a raw value outside is Bad. */
  range?: Readonly<{ low: number; high: number }>;
  access: 'read' | 'read-write';
  /** Where the fact comes from, and whether it was tried on the device itself. */
  source: string;
  verified: boolean;
}>;

export type RegisterPoint = PointFacts &
  Readonly<{
    via: 'register';
    area: RegisterArea;
    address: number;
    type: PointType;
    order: WordOrder;
    /** Only for a bool in a register: which bit, 0 the least significant. */
    bit?: number;
    /** Only for a uint16: the bits of a field within it, both ends counted, 0 the least significant. */
    bits?: Readonly<{ from: number; to: number }>;
    /** Only for a string: its registers, two characters each. */
    length?: number;
    /** Raw values by which the device says that it has no value: Bad, sensor failure. */
    invalid?: readonly number[];
    /** Kept by the device in a memory that takes a limited number of writes: it is never written. */
    wears?: true;
    /** The function its register is written by; without it 16. */
    function?: 6 | 16;
  }>;

/**
 * A value of a device that is asked by lines of text. Templates (`line-template.ts`): text as it stands, one `{value:FORM}`
 * at most, and `{any}` at the end for words that nobody goes by. An answer is taken only where it matches whole.
 */
export type LinePoint = PointFacts &
  Readonly<{
    via: 'line';
    ask: string;
    answer: string;
    /** Sent to set it; only with access `read-write`. */
    set?: string;
    /** Sent instead of `set` where on and off are words of their own. */
    setOn?: string;
    setOff?: string;
    /** What the device answers then; null where it says nothing, and only reading it back tells. */
    confirm?: string | null;
    /** Only for a boolean: which bit of the number it is, 0 the least significant; without it the number is 0 or 1. */
    bit?: number;
    /** Raw values by which the device says that it has no value: Bad, sensor failure. */
    invalid?: readonly number[];
  }>;

/** A value that a driver knows by its name: an item of a Spinsolve's messages, a node of an analyser's server, a folder's counter. */
export type NamedPoint = PointFacts & Readonly<{ via: 'name'; item: string }>;

export type PointDefinition = RegisterPoint | LinePoint | NamedPoint;

/** The words by which a field controller is asked for a safe state, and says in which step of it it is. */
export type ControllerWords = Readonly<{
  /** Point we write: the safe state asked for. */
  request: string;
  /** The request's number for each action; `none` permits running. */
  requests: Readonly<Record<'none' | Exclude<SafeAction, 'A' | 'B'>, number>>;
  /** Point we write: our rolling counter, after each complete interlock scan. */
  heartbeat: string;
  /** Point we write: a rising edge asks the controller to leave its safe state. */
  reset: string;
  /** Point we read: the step it is in. */
  step: string;
  /** Each step's number, the safe state it belongs to and its words for a person. */
  steps: readonly Readonly<{ value: number; demand: 'none' | Exclude<SafeAction, 'A'>; text: string }>[];
  /** Point we read: the controller's own rolling counter. */
  counter: string;
  /** Points by which measures short of a safe state are asked and said to be held, one bit each; absent where it has none. */
  measures?: Readonly<{ request: string; held: string; bits: Readonly<Record<Measure, number>> }>;
  /**
   * Points for the matrix row behind a request: we write it with the request; the controller keeps the first one since the last
   * reset and says it, so that the first-out outlives us. Absent where it keeps none.
   */
  row?: Readonly<{ request: string; first: string }>;
  /** Point by which the outlet goes to product or to waste, and its value for waste; absent where it has none. */
  diverter?: Readonly<{ request: string; waste: number }>;
  /** Point that chooses the flush, and its value for acid; absent where it has none. */
  flush?: Readonly<{ request: string; acid: number }>;
}>;

/**
 * A ring of rows kept by a logging device: each row is a sequence number, a time in ms since 1970 UTC, the values, and the
 * sequence number again. A row whose two numbers differ was being written while it was read.
 */
export type RowRing = Readonly<{
  /** Points that say the newest row's sequence number and how many rows the ring holds. */
  newest: string;
  capacity: string;
  /** Point that changes when the device begins a new recording; absent where it has none. */
  epoch?: string;
  area: 'holding' | 'input';
  /** Address of slot 0; row n lies in slot n mod capacity. */
  base: number;
  /** Registers from one row to the next. */
  rowRegisters: number;
  order: WordOrder;
  /** Offsets within the row, in registers. The numbers are uint32, the time uint64, the values float64. */
  sequence: number;
  time: number;
  values: readonly Readonly<{ name: string; offset: number; unit: string | null }>[];
  repeat: number;
}>;

/** What tells one device from another of its kind: read at connect, shown on its nameplate. */
export type IdentitySource = Readonly<{
  manufacturer: string;
  product: string;
  /** Points that are read once a connection; with `deviceIdentification`, Modbus 43/14 is asked as well. */
  serial?: string;
  firmware?: string;
  deviceIdentification?: boolean;
}>;

/** A spectrum the device gives; `source` is the driver's own name of it. */
export type SpectrumSource = Readonly<{
  name: string;
  item: string;
  x: Readonly<{ title: string; unit: string }>;
  y: Readonly<{ title: string; unit: string | null }>;
  /** In a table with several columns, the title of the one that is the curve. */
  column?: string;
  /** Facts that a spectrum must carry, by the file's own names: a serial number, a laser. `*` stands for anything. */
  instrument?: Readonly<Record<string, string>>;
  calibration?: CalibrationFact;
}>;

/** Which fact says when the instrument was calibrated, and how old that may be when a spectrum is taken. */
export type CalibrationFact = Readonly<{
  fact: string;
  /** The fact that says when the spectrum was taken by the same clock, where neither has a zone. */
  taken?: string;
  maximumAge: Milliseconds;
}>;

type ModelFacts = Readonly<{
  model: string;
  title: string;
  /** How often its points are read. */
  period: Milliseconds;
  /** How long an answer may take. */
  timeout: Milliseconds;
  identity: IdentitySource | null;
  spectra: readonly SpectrumSource[];
  /** SHA-256 of the file, in hexadecimal. */
  digest: string;
}>;

export type RegisterModel = ModelFacts &
  Readonly<{
    protocol: 'modbus';
    /** The longest read it takes, in registers; the standard's most is 125. */
    longestRead: number;
    /** Gaps of at most this many unused registers are read over; registers that must not be touched are in `forbidden`. */
    largestHole: number;
    forbidden: readonly Readonly<{ area: RegisterArea; from: number; to: number }>[];
    /** False where the device has no FC22: single bits of its registers cannot be written then. */
    maskWrite?: false;
    /** The device has FC23: what is written is read back in the same transaction. */
    readWrite?: true;
    points: readonly RegisterPoint[];
    controller?: ControllerWords;
    ring?: RowRing;
  }>;

export type LineModel = ModelFacts &
  Readonly<{
    protocol: 'line';
    /** What ends what we send, and what ends what the device says. */
    ends: Readonly<{ ask: string; answer: string }>;
    /** The longest answer it gives, in characters. */
    longestAnswer: number;
    /**
     * The first exchange of every connection, and the last of every round: what was read in a round is believed when this was
     * answered right after it. Its answer can be no answer to anything else that the model asks, so that an answer that
     * comes late or twice is not taken for another's.
     */
    hello: Readonly<{
      ask: string;
      answer: string;
      /** What its value tells of the device, where it holds one. */
      says?: 'product' | 'serial' | 'firmware';
    }>;
    /** Sent once a connection before anything is read, such as a mode that must not start a motor; each with its answer. */
    setup: readonly Readonly<{ ask: string; answer: string }>[];
    /** Answers by which the device refuses, whatever was asked; the first that matches counts, before any other answer. */
    refusals: readonly LineRefusal[];
    /** Quiet time after something was set. */
    settle: Milliseconds;
    /** Quiet time between an answer and the next request. */
    pause: Milliseconds;
    points: readonly LinePoint[];
  }>;

/** What a refusal says of the value that was asked for: the model is wrong, the device has failed, or it is not in the mood. */
export type LineRefusal = Readonly<{ answer: string; means: 'configuration' | 'device' | 'busy'; text: string }>;

/** A Spinsolve: which measurement a start begins, and where its result is found from here. */
export type SpinsolveModel = ModelFacts &
  Readonly<{
    protocol: 'spinsolve';
    points: readonly NamedPoint[];
    measurement: Readonly<{
      /** The protocol's name as the instrument lists it, and the options it is started with. */
      protocolName: string;
      options: Readonly<Record<string, string>>;
      /** The instrument's folders as they are seen from here; the first whose beginning fits is taken. */
      folders: readonly Readonly<{ theirs: string; ours: string }>[];
      /** How long after its completion a result may still be written. */
      settle: Milliseconds;
    }>;
  }>;

/** An analyser with an OPC UA server of its own. An item is a node id, `nsu=URI;s=name`, or a path of browse names below Objects, `/Name/Name`. */
export type AnalyserModel = ModelFacts & Readonly<{ protocol: 'opcua'; points: readonly NamedPoint[] }>;

/** A folder into which an instrument's program writes spectra. A spectrum's item says which files are its own, with `*`. */
export type FolderModel = ModelFacts &
  Readonly<{
    protocol: 'spectra-folder';
    points: readonly NamedPoint[];
    folder: Readonly<{
      /** How long a file that is not whole may stand still before it is given up. */
      settle: Milliseconds;
      /** What every axis must be, so that a table cut off at the end of a line is known; null where files vary. */
      axis: Readonly<{ points: number; low: number; high: number }> | null;
    }>;
  }>;

export type NamedModel = SpinsolveModel | AnalyserModel | FolderModel;

export type DeviceModel = RegisterModel | LineModel | NamedModel;

/** The words of the field controller the device is, where it is one. */
export const controllerOf = (model: DeviceModel): ControllerWords | undefined =>
  model.protocol === 'modbus' ? model.controller : undefined;
export const ringOf = (model: DeviceModel): RowRing | undefined =>
  model.protocol === 'modbus' ? model.ring : undefined;
