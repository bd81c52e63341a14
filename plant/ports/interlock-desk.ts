/** The interlocks as people see and reset them. Needed by gateway (reset) and hmi; made by control/interlocks. */
import type { UtcMs } from '../clock.ts';
import type { Actor } from '../people.ts';
import type { Quality } from '../quality.ts';
import type { Demand, SafeAction } from '../safe-state.ts';
import type { SkidName, TagValue } from '../sample.ts';

export type InterlockRowView = Readonly<{
  row: number;
  title: string;
  vote: string;
  action: SafeAction;
  armed: boolean;
  /** Warned, tripping (the delay runs), tripped (the cause is present) or latched (it has gone, nobody has reset). */
  state: 'healthy' | 'warned' | 'tripping' | 'tripped' | 'latched';
  /** True while the row stands on fewer Good channels than it has. */
  degraded: boolean;
  condition: string;
  channels: readonly Readonly<{
    text: string;
    value: TagValue;
    unit: string | null;
    quality: Quality;
    votesTrip: boolean;
  }>[];
  bypassable: boolean;
  backup: string | null;
  why: string;
  trippedAt: UtcMs | null;
  /** Milliseconds of process time for which the cause has been away, or null while it is present. */
  healthyForMs: number | null;
}>;

export type InterlockView = Readonly<{
  skid: SkidName;
  demand: Demand;
  /** Which row tripped first since the last reset; several where one scan saw them together. */
  firstOut: readonly Readonly<{ row: number | null; title: string; at: UtcMs }>[];
  /** What refuses a reset now, each with its live value; empty where a reset would be taken. */
  resetRefusedBy: readonly string[];
  rows: readonly InterlockRowView[];
}>;

export interface InterlockDesk {
  view(skid: SkidName): Promise<InterlockView>;
  /**
   * Takes the reset's rising edge: accepted where every latched cause has been away long enough, else refused and nothing
   * changes. The latches clear once the field has left its safe state (see `GuardVerdict.releasing`); at once where the
   * skid has no field controller.
   */
  reset(
    skid: SkidName,
    actor: Actor,
    commandId: string,
  ): Promise<Readonly<{ done: true } | { done: false; refusedBy: readonly string[] }>>;
}
