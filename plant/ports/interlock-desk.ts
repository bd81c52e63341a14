/** The interlocks as people see, reset, bypass and prove them. Needed by gateway (reset) and hmi; made by control/interlocks. */
import type { UtcMs } from '../clock.ts';
import type { Actor } from '../people.ts';
import type { Quality } from '../quality.ts';
import type { Demand, Measure, SafeAction } from '../safe-state.ts';
import type { LocalTag, SkidName, TagValue } from '../sample.ts';

export type BypassView = Readonly<{
  row: number;
  /** Which channel does not vote, from 0. */
  channel: number;
  text: string;
  by: string;
  second: string;
  reason: string;
  /** What is done instead while it lasts. */
  meanwhile: string;
  since: UtcMs;
  expiresAt: UtcMs;
}>;

export type ForceView = Readonly<{
  tag: LocalTag;
  value: number | boolean;
  by: string;
  second: string;
  reason: string;
  since: UtcMs;
  expiresAt: UtcMs;
}>;

export type InterlockRowView = Readonly<{
  row: number;
  title: string;
  vote: string;
  action: SafeAction;
  measures: readonly Measure[];
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
    bypassed: boolean;
  }>[];
  bypass: 'never' | Readonly<{ by: readonly string[]; forMs: number; meanwhile: string }>;
  backup: string | null;
  /** The field acts by itself here; the service mirrors it. */
  mirrors: boolean;
  processSafetyTimeMs: number;
  proofTest: Readonly<{ everyMs: number; lastAt: UtcMs | null; dueAt: UtcMs | null; overdue: boolean }> | null;
  why: string;
  trippedAt: UtcMs | null;
  /** Milliseconds of process time for which the cause has been away, or null while it is present. */
  healthyForMs: number | null;
}>;

export type InterlockView = Readonly<{
  skid: SkidName;
  demand: Demand;
  /** Which row tripped first since the last reset; several where one scan saw them together. */
  firstOut: readonly Readonly<{ row: number | null; title: string; at: UtcMs; stampedBy: 'gateway' | 'field' }>[];
  /** What refuses a reset now, each with its live value; empty where a reset would be taken. */
  resetRefusedBy: readonly string[];
  measures: readonly Measure[];
  changeover: boolean;
  bypasses: readonly BypassView[];
  forces: readonly ForceView[];
  /** Under way now, or null. */
  proofTest: Readonly<{ row: number; channel: number; tester: string; witness: string; step: string }> | null;
  /** Since the service started, and over the last 30 days by the ledger. */
  kpis: Readonly<{
    bypassesNow: number;
    bypasses30d: number;
    bypassHours30d: number;
    trips30d: number;
    overdueTests: number;
  }>;
  rows: readonly InterlockRowView[];
}>;

export type DeskAnswer = Readonly<{ done: true } | { done: false; refusedBy: readonly string[] }>;

export interface InterlockDesk {
  view(skid: SkidName): Promise<InterlockView>;
  /**
   * Takes the reset's rising edge: accepted where every latched cause has been away long enough, else refused and nothing
   * changes. The latches clear once the field has left its safe state (see `GuardVerdict.releasing`); at once where the
   * skid has no field controller.
   */
  reset(skid: SkidName, actor: Actor, commandId: string): Promise<DeskAnswer>;
}
