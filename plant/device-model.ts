/** A device model: what a file in `gateway/devices/` says of a device, after it was checked. Addresses are PDU addresses, from 0. */
import type { Milliseconds } from './clock.ts';
import type { SafeAction } from './safe-state.ts';

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
] as const;
export type PointType = (typeof pointTypes)[number];

/** How many registers (or, for a bool in `coil` or `discrete`, bits) a value takes. */
export const pointLength: Readonly<Record<PointType, number>> = {
  bool: 1,
  uint16: 1,
  int16: 1,
  uint32: 2,
  int32: 2,
  uint64: 4,
  int64: 4,
  float32: 2,
  float64: 4,
};

export type PointDefinition = Readonly<{
  name: string;
  area: RegisterArea;
  address: number;
  type: PointType;
  order: WordOrder;
  /** Only for a bool in a register: which bit, 0 the least significant. */
  bit?: number;
  /** Engineering value = raw · scale + offset. */
  scale: number;
  offset: number;
  /** Unit of the engineering value, or null for a pure number or a state. */
  unit: string | null;
  /** What the device can say, in engineering units; a raw value outside is Bad. */
  range?: Readonly<{ low: number; high: number }>;
  access: 'read' | 'read-write';
  /** Where the fact comes from, and whether it was tried on the device itself. */
  source: string;
  verified: boolean;
}>;

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

export type DeviceModel = Readonly<{
  model: string;
  title: string;
  protocol: 'modbus-tcp';
  /** How often its points are read. */
  period: Milliseconds;
  /** How long an answer may take. */
  timeout: Milliseconds;
  /** The longest read it takes, in registers; the standard's most is 125. */
  longestRead: number;
  /** Gaps of at most this many unused registers are read over; registers that must not be touched are in `forbidden`. */
  largestHole: number;
  forbidden: readonly Readonly<{ area: RegisterArea; from: number; to: number }>[];
  points: readonly PointDefinition[];
  controller?: ControllerWords;
  ring?: RowRing;
  /** SHA-256 of the file, in hexadecimal. */
  digest: string;
}>;
