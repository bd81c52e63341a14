/** What has to be in order before a batch starts, beside the skid and its interlocks. Each room that knows of something is asked. */
import type { Actor } from '../people.ts';
import type { MasterRecipe } from '../recipe/recipe.ts';
import type { RecordValue } from '../record-event.ts';
import type { SkidName } from '../sample.ts';

export type GateCheck = Readonly<{
  /** `lot`, `calibration`, `cleaning`, `fouling`, `training`, `lock-out`, `analysis`, `permissive`, `recipe` … */
  gate: string;
  /** The thing it is about: a lot, an instrument, a skid, a person. */
  object: string;
  verdict: 'ok' | 'blocked' | 'not watched';
  found: string;
  /** What to do where it is blocked. */
  remedy: string;
}>;

export type StartQuestion = Readonly<{
  batch: string;
  skids: readonly SkidName[];
  recipe: MasterRecipe;
  purpose: 'production' | 'rehearsal';
  /** Whoever asks, and whoever will sign, where known. */
  people: readonly Actor[];
}>;

export interface StartGate {
  readonly name: string;
  check(question: StartQuestion): Promise<readonly GateCheck[]>;
  /** What of it goes into the batch's record: lots and weighings, calibrations, cleaning. */
  facts(question: StartQuestion): Promise<Readonly<Record<string, RecordValue>>>;
}
