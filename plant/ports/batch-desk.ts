/** Batches as people run them. Made by control/batch; needed by hmi, gateway (OPC UA) and alarms (the phase that suppresses). */
import type { BatchCommand, BatchPurpose, BatchView, UnitMode } from '../batch-view.ts';
import type { UtcMs } from '../clock.ts';
import type { Actor } from '../people.ts';
import type { SharedEquipmentView } from '../shared-equipment.ts';
import type { SkidName } from '../sample.ts';
import type { Credentials, SignatureView } from './record-desk.ts';
import type { GateCheck } from './start-gate.ts';

export type BatchRefusal = Readonly<{ done: false; reason: string; gates?: readonly GateCheck[] }>;
/**
 * Done is on record, with one exception: a Hold, Stop or Abort is done whether the ledger answers or not, and `recordFollows` says
 * that it has not yet.
 */
export type BatchAnswer = Readonly<{ done: true; batch: BatchView; recordFollows?: true }> | BatchRefusal;

/** What a batch is made of before it has a number. */
export type BatchOrder = Readonly<{
  recipe: string;
  /** Null: the effective one. A rehearsal may name any. */
  version: number | null;
  purpose: BatchPurpose;
  skids: readonly SkidName[];
  spares: readonly SkidName[];
  /** Formula values of this batch, within their ranges; what is not named is the recipe's. */
  values: Readonly<Record<string, string>>;
}>;

/** `seq`: the line of the batch's record that says so. */
export type SectionEntry = Readonly<{ seq: number; at: UtcMs; text: string }>;
/** One of the 18 sections of a batch record (21 CFR 211.188, ICH Q13). */
export type RecordSection = Readonly<{
  number: number;
  title: string;
  entries: readonly SectionEntry[];
  /** What belongs there and does not stand in this record; null where nothing is missing. */
  missing: string | null;
}>;

type Asked = Readonly<{ commandId: string; actor: Actor }>;

export interface BatchDesk {
  batches(): Promise<readonly BatchView[]>;
  batch(id: string): Promise<BatchView | null>;
  /** Everything that has to be in order before this starts, whether it is or not. */
  /** The batch's record in its 18 sections; null where there is no such batch. */
  sections(id: string): Promise<readonly RecordSection[] | null>;
  gates(order: BatchOrder, actor: Actor): Promise<readonly GateCheck[]>;
  /** One signer for each role the recipe asks, in its order; different people. Makes the control recipe and starts it. */
  start(request: Asked & Readonly<{ order: BatchOrder; signers: readonly Credentials[] }>): Promise<BatchAnswer>;
  /**
   * `skid` null: every unit of the batch that takes the command. `signers`: where the recipe asks signatures of the command; Hold,
   * Stop and Abort wait for none.
   */
  command(
    request: Asked &
      Readonly<{
        batch: string;
        skid: SkidName | null;
        command: BatchCommand;
        reason: string;
        signers?: readonly Credentials[];
      }>,
  ): Promise<BatchAnswer>;
  setMode(
    request: Asked &
      Readonly<{ batch: string; skid: SkidName; mode: UnitMode; reason: string; signers: readonly Credentials[] }>,
  ): Promise<BatchAnswer>;
  /** Lets a step that has ended go on to what the recipe names next. There is no other way forward. */
  proceed(request: Asked & Readonly<{ batch: string; skid: SkidName; path: string }>): Promise<BatchAnswer>;
  /** Answers a prompt; the first of `signers` performs, the second checks. */
  answer(
    request: Asked &
      Readonly<{
        batch: string;
        skid: SkidName;
        prompt: string;
        value: string;
        reason: string;
        signers: readonly Credentials[];
      }>,
  ): Promise<BatchAnswer>;
  /** What was found after a restart of the service is right: only then may the unit be restarted. */
  reconcile(
    request: Asked & Readonly<{ batch: string; skid: SkidName; reason: string; signers: readonly Credentials[] }>,
  ): Promise<BatchAnswer>;
  /** A spare takes the place of a skid that has failed; where the recipe lets it. */
  replace(
    request: Asked &
      Readonly<{ batch: string; skid: SkidName; by: SkidName; reason: string; signers: readonly Credentials[] }>,
  ): Promise<BatchAnswer>;
  sharedEquipment(): Promise<readonly SharedEquipmentView[]>;
  /**
   * A person says that a piece of shared equipment has failed: units are held as the site's file has it.
   * @returns the skids that were held; those that `wait` go on waiting
   */
  equipmentFailed(
    request: Asked & Readonly<{ equipment: string; reason: string }>,
  ): Promise<Readonly<{ done: true; held: readonly SkidName[] }> | BatchRefusal>;
  /** Takes a piece of shared equipment from a unit that is held. */
  releaseEquipment(
    request: Asked & Readonly<{ equipment: string; reason: string; signers: readonly Credentials[] }>,
  ): Promise<Readonly<{ done: true }> | BatchRefusal>;
  /** Signs the record of a batch that has ended. */
  sign(
    request: Readonly<{ batch: string; meaning: string; credentials: Credentials }>,
  ): Promise<Readonly<{ done: true; signature: SignatureView }> | BatchRefusal>;
}

/** Told of every change of a batch's state or steps, at once. */
export interface BatchListener {
  changed(batch: BatchView): void;
}
