/**
 * Calibration, cleaning and training. Made by control/equipment; needed by hmi (desk), control/batch (listener, start gate) and
 * whoever asks whether a person is trained for an act.
 */
import type { BatchPurpose, BatchState } from '../batch-view.ts';
import type { UtcMs } from '../clock.ts';
import type {
  CalibrationPoint,
  Calibration,
  CleaningView,
  InstrumentIdentity,
  InstrumentView,
  SaidIdentity,
  TrainingForm,
  TrainingView,
} from '../equipment-view.ts';
import type { Actor } from '../people.ts';
import type { RecipeKind } from '../recipe/recipe.ts';
import type { Chemistry } from '../recipe/roles.ts';
import type { SkidName } from '../sample.ts';
import type { Credentials } from './record-desk.ts';

export type EquipmentAnswer = Readonly<{ done: true } | { done: false; reason: string }>;

/** The same id with the same content is answered again and done once; with other content it is refused. */
type Asked = Readonly<{ commandId: string; actor: Actor }>;

/** What people may state of a skid; what runs on it says the rest by itself. */
export const cleaningStatements = ['clean', 'to be cleaned', 'not fouled', 'acid out'] as const;
export type CleaningStatement = (typeof cleaningStatements)[number];

export interface EquipmentDesk {
  instruments(): Promise<readonly InstrumentView[]>;
  /** All of an instrument, the newest first. */
  calibrations(skid: SkidName, instrument: string): Promise<readonly Calibration[]>;
  /** Of every device that has ever said its serial number or its firmware. */
  identities(): Promise<readonly InstrumentIdentity[]>;
  cleaning(): Promise<readonly CleaningView[]>;
  trainings(): Promise<readonly TrainingForm[]>;
  /** The newest of each person and training. */
  trained(): Promise<readonly TrainingView[]>;
  /** The first of `signers`, who asks, has performed it; the second has checked it. */
  recordCalibration(
    request: Asked &
      Readonly<{
        skid: SkidName;
        instrument: string;
        at: UtcMs;
        /** Earlier than the interval makes it, where the certificate says so; null: by the interval. */
        due: UtcMs | null;
        certificate: string;
        tolerance: string;
        asFound: readonly CalibrationPoint[];
        asLeft: readonly CalibrationPoint[];
        reason: string;
        signers: readonly Credentials[];
      }>,
  ): Promise<EquipmentAnswer>;
  /** As `recordCalibration`: the device that is there now belongs there. `said` is what was read; where it says another thing now, it is refused. */
  acceptInstrument(
    request: Asked &
      Readonly<{
        skid: SkidName;
        device: string;
        said: SaidIdentity;
        reason: string;
        signers: readonly Credentials[];
      }>,
  ): Promise<EquipmentAnswer>;
  /** As `recordCalibration`; whoever finds that a skid is to be cleaned says so alone. */
  stateCleaning(
    request: Asked &
      Readonly<{ skid: SkidName; state: CleaningStatement; reason: string; signers: readonly Credentials[] }>,
  ): Promise<EquipmentAnswer>;
  /** Signed by whoever asks, of another person. */
  recordTraining(
    request: Asked &
      Readonly<{
        personId: string;
        training: string;
        given: UtcMs;
        reason: string;
        signers: readonly Credentials[];
      }>,
  ): Promise<EquipmentAnswer>;
}

type OnSkid = Readonly<{ skid: SkidName; batch: string; at: UtcMs }>;

/** What batches do to a skid. Telling the same twice is telling it once, so that whoever is not sure tells it again. */
export interface EquipmentListener {
  batchBegan(
    news: OnSkid & Readonly<{ recipe: string; kind: RecipeKind; chemistry: Chemistry | null; purpose: BatchPurpose }>,
  ): void;
  /** The skid's part of it: `Complete`, `Stopped` or `Aborted`. */
  batchEnded(news: OnSkid & Readonly<{ outcome: BatchState }>): void;
  /** A cleaning came to its end. */
  cleaned(news: OnSkid): void;
  /** `found`: by what, such as `flow resistance 260 % of clean`. */
  foulingFound(news: OnSkid & Readonly<{ found: string }>): void;
  foulingFlushed(news: OnSkid & Readonly<{ found: string }>): void;
  acidIn(news: OnSkid): void;
  /** Water has followed the acid. */
  acidOut(news: OnSkid): void;
}

/** Told of a calibration that found an instrument out of tolerance, once it is on record; after a start of those of late again. */
export type CalibrationFailed = (
  news: Readonly<{ skid: SkidName; instrument: string; batches: readonly string[] }>,
) => void;

/** Why a person may not do something for want of a training, or null. Answers at once, from memory. */
export type TrainingCheck = (actor: Actor, act: string) => string | null;
