/** Batches as people run them. Made by control/batch; needed by hmi and alarms (the phase that suppresses). */
import type { BatchCommand, BatchView, RecipeView } from '../batch-view.ts';
import type { Actor } from '../people.ts';
import type { SkidName } from '../sample.ts';
import type { Credentials, SignatureView } from './record-desk.ts';

export type BatchRefusal = Readonly<{ done: false; reason: string }>;

export interface BatchDesk {
  recipes(): Promise<readonly RecipeView[]>;
  batches(): Promise<readonly BatchView[]>;
  batch(id: string): Promise<BatchView | null>;
  /** One signer for each role the recipe asks, in its order; different people. Makes the control recipe and starts it. */
  start(
    request: Readonly<{
      commandId: string;
      skid: SkidName;
      recipe: string;
      actor: Actor;
      signers: readonly Credentials[];
    }>,
  ): Promise<Readonly<{ done: true; batch: BatchView }> | BatchRefusal>;
  command(
    request: Readonly<{ commandId: string; batch: string; command: BatchCommand; actor: Actor; reason: string }>,
  ): Promise<Readonly<{ done: true; batch: BatchView }> | BatchRefusal>;
  /** Signs the record of a batch that has ended. */
  sign(
    request: Readonly<{ batch: string; meaning: string; credentials: Credentials }>,
  ): Promise<Readonly<{ done: true; signature: SignatureView }> | BatchRefusal>;
}

/** Told of every change of a batch's state or phase, at once. */
export interface BatchListener {
  changed(batch: BatchView): void;
}
