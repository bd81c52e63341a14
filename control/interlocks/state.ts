/** What a guard remembers between scans, and what it tells of. */
import type { Monotonic, ProcessTime, UtcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { GuardCause, GuardVerdict } from '../../plant/ports/scan-guard.ts';
import type { Demand } from '../../plant/safe-state.ts';
import type { PreparedSkid } from './prepare.ts';
import { initialRowState, type RowState } from './step-row.ts';

/** A cause that holds its demand until a reset. */
export type Latch = Readonly<{
  source: 'row' | 'boot' | 'field';
  /** The matrix row, or null for boot and the field. */
  row: number | null;
  title: string;
  demand: Demand;
  message: string;
  at: UtcMs;
  /** The scan that saw it first: causes of one scan are simultaneous. */
  scan: number;
  /** Since when the cause has been away; null while it is present. */
  awaySince: ProcessTime | null;
  /** Whether it was told that the cause has been away long enough for a reset. */
  cleared: boolean;
}>;

export type Releasing = Readonly<{ actor: Actor; commandId: string; since: Monotonic }>;

/** That a row stands on fewer channels was told; null while it stands on all and that was told too. */
export type Impairment = Readonly<{ wholeSince: ProcessTime | null }> | null;

export type GuardState = Readonly<{
  scans: number;
  /** Whether the skid has been seen whole since the service started; before that nothing is judged. */
  seen: boolean;
  rows: readonly RowState[];
  impairments: readonly Impairment[];
  /** In the order of their coming: the first-out first. */
  latches: readonly Latch[];
  /** Losses that block a start while they last. */
  losses: readonly GuardCause[];
  warnings: readonly GuardCause[];
  releasing: Releasing | null;
  verdict: GuardVerdict;
}>;

export type GuardAction =
  | 'interlock-booted'
  | 'interlock-tripped'
  | 'interlock-warned'
  | 'interlock-degraded'
  | 'interlock-restored'
  | 'interlock-cleared'
  | 'interlock-reset-accepted'
  | 'interlock-reset'
  | 'interlock-reset-refused'
  | 'interlock-reset-void';

export type GuardEvent = Readonly<{
  action: GuardAction;
  row: number | null;
  title: string;
  message: string;
  demand: Demand;
  /** Who asked, where someone did. */
  actor: Actor | null;
  commandId: string | null;
}>;

export const bootTitle = 'Start of the service';
export const fieldTitle = 'Field controller';

export const bootVerdict = (message: string): GuardVerdict => ({
  demand: 'B',
  causes: [{ row: null, title: bootTitle, message, latched: true, demand: 'B' }],
  releasing: false,
  unseen: true,
});

export const initialGuardState = (skid: PreparedSkid): GuardState => ({
  scans: 0,
  seen: false,
  rows: skid.rows.map(initialRowState),
  impairments: skid.rows.map(() => null),
  latches: [],
  losses: [],
  warnings: [],
  releasing: null,
  verdict: bootVerdict('The skid has not been seen yet.'),
});
