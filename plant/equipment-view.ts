/** The state of equipment and of people's training, as pages and records see it. Kept by control/equipment. */
import type { UtcMs } from './clock.ts';
import type { Chemistry } from './recipe/roles.ts';
import type { SkidName } from './sample.ts';

/** A reference value and what the instrument said of it, both in the instrument's unit, as decimal text. */
export type CalibrationPoint = Readonly<{ reference: string; reading: string }>;

export type Calibration = Readonly<{
  skid: SkidName;
  /** A device or a tag of the skid. */
  instrument: string;
  at: UtcMs;
  due: UtcMs;
  certificate: string;
  unit: string | null;
  /** The largest error that may be, in the unit, as decimal text. */
  tolerance: string;
  asFound: readonly CalibrationPoint[];
  asLeft: readonly CalibrationPoint[];
  asFoundWithin: boolean;
  asLeftWithin: boolean;
  /** Where it was found out of tolerance: the batches that used its skid since it was last left good, oldest first. */
  batches: readonly string[];
  by: string;
  checkedBy: string;
}>;

export type InstrumentView = Readonly<{
  skid: SkidName;
  instrument: string;
  title: string;
  unit: string | null;
  everyDays: number;
  last: Calibration | null;
  state: 'in date' | 'overdue' | 'never calibrated' | 'out of tolerance';
}>;

/** What a device says of itself when it is connected; null where it does not say. */
export type SaidIdentity = Readonly<{ serial: string | null; firmware: string | null }>;

/** A device that can say who it is. */
export type InstrumentIdentity = Readonly<{
  skid: SkidName;
  device: string;
  title: string;
  /** Null while it is not connected, or has not said yet. */
  said: SaidIdentity | null;
  /** As it was first found here, or as two people have accepted it since. */
  recorded: SaidIdentity;
  state: 'as recorded' | 'another' | 'says nothing' | 'not connected';
  /** Null: as it was first found; nobody has signed that. */
  accepted: Readonly<{ at: UtcMs; by: string; checkedBy: string }> | null;
}>;

/** `in use` lasts over batches of one product, until the skid is to be cleaned. */
export type CleaningStatus = 'clean' | 'in use' | 'to be cleaned' | 'fouled' | 'acid in';

export type CleaningView = Readonly<{
  skid: SkidName;
  status: CleaningStatus;
  /** Null where nothing was ever stated. */
  since: UtcMs | null;
  /** Until when `clean` holds; null where it is not. */
  cleanUntil: UtcMs | null;
  /** What was in it since it was last cleaned. */
  chemistry: Chemistry | null;
  recipe: string | null;
  /** The batch that runs on it. */
  batch: string | null;
  /** Batches since it was last cleaned. */
  batches: number;
  /** What was found, and by whom or what. */
  found: string;
}>;

export type TrainingForm = Readonly<{
  name: string;
  title: string;
  validDays: number;
  /** What may not be done without it. */
  acts: readonly string[];
}>;

export type TrainingRecord = Readonly<{
  personId: string;
  printedName: string;
  training: string;
  given: UtcMs;
  validUntil: UtcMs;
  /** Printed name of whoever recorded it. */
  by: string;
}>;

export type TrainingView = TrainingRecord & Readonly<{ title: string; state: 'valid' | 'lapsed' }>;
