/** Figures of a skid that a person takes from it, such as its clean flow resistance. Made by gateway; needed by hmi. */
import type { UtcMs } from '../clock.ts';
import type { Actor } from '../people.ts';
import type { LocalTag, SkidName } from '../sample.ts';

export type BaselineView = Readonly<{
  tag: LocalTag;
  title: string;
  unit: string | null;
  value: number;
  /** Null where it is the skid type's own figure, which only a twin may go by. */
  taken: Readonly<{ at: UtcMs; by: string; spread: number }> | null;
  /** Why it could not be taken now; null where it could. */
  refusedBy: string | null;
}>;

export interface BaselineDesk {
  baselines(skid: SkidName): Promise<readonly BaselineView[]>;
  /** Takes it from the readings of the time before now. In the record before it takes effect, and kept over a restart. */
  take(
    skid: SkidName,
    tag: LocalTag,
    actor: Extract<Actor, { kind: 'person' }>,
  ): Promise<Readonly<{ done: true; value: number }> | { done: false; reason: string }>;
}
