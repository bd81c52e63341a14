/** What a guard remembers between scans, and what it tells of. */
import type { Monotonic, ProcessTime, UtcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { InterlockResponse, ProofTestView, TwoPeople } from '../../plant/ports/interlock-work.ts';
import type { GuardCause, GuardVerdict } from '../../plant/ports/scan-guard.ts';
import type { Demand, Measure } from '../../plant/safe-state.ts';
import type { LocalTag } from '../../plant/sample.ts';
import type { PreparedSkid } from './prepare.ts';
import { initialRowState, type RowState } from './step-row.ts';

/** A cause that holds its demand until a reset. */
export type Latch = Readonly<{
  source: 'row' | 'boot' | 'field';
  /** The matrix row, or null for boot and the field. */
  row: number | null;
  title: string;
  demand: Demand;
  /** Held with it. */
  measures: readonly Measure[];
  message: string;
  at: UtcMs;
  /** Whose time `at` is: the field keeps a first-out without one, so that it is of when we came to know. */
  stampedBy: 'gateway' | 'field';
  /** The scan that saw it first: causes of one scan are simultaneous. 0 and 1: it came before this service started, first or later. */
  scan: number;
  /** Since when the cause has been away; null while it is present. */
  awaySince: ProcessTime | null;
  /** Whether it was told that the cause has been away long enough for a reset. */
  cleared: boolean;
}>;

/** What a service before this one held: words and times of what the field still stands in. */
export type KeptLatch = Pick<Latch, 'source' | 'row' | 'title' | 'demand' | 'message' | 'scan'> &
  Readonly<{ at: number }>;

export type Releasing = Readonly<{ actor: Actor; commandId: string; since: Monotonic }>;

/** That a row stands on fewer channels was told; null while it stands on all and that was told too. */
export type Impairment = Readonly<{ wholeSince: ProcessTime | null }> | null;

/** One channel of a row that does not vote. */
export type Bypass = Readonly<{
  row: number;
  channel: number;
  people: TwoPeople;
  reason: string;
  meanwhile: string;
  since: UtcMs;
  expiresAt: UtcMs;
  until: Monotonic;
  /** It would vote trip now. */
  votes: boolean;
}>;

/** An input that is held at a value. */
export type Force = Readonly<{
  tag: LocalTag;
  value: number | boolean;
  people: TwoPeople;
  reason: string;
  since: UtcMs;
  expiresAt: UtcMs;
  until: Monotonic;
}>;

/** A proof test under way: the stimulus stands on the healthy side first, then beyond the trip. */
export type ProofRun = Readonly<{
  row: number;
  channel: number;
  /** The trip of the row that is brought about. */
  trip: number;
  people: TwoPeople;
  asFound: string;
  asLeft: string;
  stage: 'healthy' | 'beyond';
  healthy: number;
  beyond: number;
  since: ProcessTime;
}>;

/** A trip whose way to the field is being timed. */
export type Pending = Readonly<{ response: InterlockResponse; trippedMono: Monotonic }>;

export type GuardState = Readonly<{
  scans: number;
  /** Whether the skid has been seen whole since the service started; before that nothing is judged. */
  seen: boolean;
  /** Since when the first view has been waited for; devices answer by the wall's time, however fast the process runs. */
  waitingSince: Monotonic | null;
  rows: readonly RowState[];
  impairments: readonly Impairment[];
  /** In the order of their coming: the first-out first. */
  latches: readonly Latch[];
  /** Losses that block a start while they last. */
  losses: readonly GuardCause[];
  warnings: readonly GuardCause[];
  releasing: Releasing | null;
  changeover: boolean;
  bypasses: readonly Bypass[];
  forces: readonly Force[];
  proof: ProofRun | null;
  /** What of the people's work the verdict says already: work comes between the scans. */
  shown: Readonly<{
    bypasses: readonly Bypass[];
    forces: readonly Force[];
    proof: ProofRun | null;
    changeover: boolean;
  }>;
  pending: readonly Pending[];
  /** Of the service before this one, until the field first says its step; null from then on. */
  kept: readonly KeptLatch[] | null;
  /** The clocks at the last scan: a jump of the wall's is told, and moves no delay. */
  clocks: Readonly<{ utc: UtcMs; monotonic: Monotonic }> | null;
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
  | 'interlock-reset-void'
  | 'interlock-bypassed'
  | 'interlock-bypass-ended'
  | 'interlock-forced'
  | 'interlock-force-ended'
  | 'changeover-entered'
  | 'changeover-left'
  | 'interlock-response'
  | 'interlock-proof-test-begun'
  | 'interlock-proof-tested'
  | 'clock-jumped';

export type GuardEvent = Readonly<{
  action: GuardAction;
  row: number | null;
  title: string;
  message: string;
  demand: Demand;
  /** Who asked, where someone did. */
  actor: Actor | null;
  commandId: string | null;
  response?: InterlockResponse;
  proofTest?: Omit<ProofTestView, 'dueAt'>;
}>;

export const bootTitle = 'Start of the service';
export const fieldTitle = 'Field controller';

export const bootVerdict = (message: string): GuardVerdict => ({
  demand: 'B',
  causes: [{ row: null, title: bootTitle, message, latched: true, demand: 'B' }],
  releasing: false,
  unseen: true,
});

const noBypasses: readonly Bypass[] = [];
const noForces: readonly Force[] = [];

export const initialGuardState = (skid: PreparedSkid): GuardState => ({
  scans: 0,
  seen: false,
  waitingSince: null,
  rows: skid.rows.map(initialRowState),
  impairments: skid.rows.map(() => null),
  latches: [],
  losses: [],
  warnings: [],
  releasing: null,
  changeover: false,
  bypasses: noBypasses,
  forces: noForces,
  proof: null,
  shown: { bypasses: noBypasses, forces: noForces, proof: null, changeover: false },
  pending: [],
  kept: [],
  clocks: null,
  verdict: bootVerdict('The skid has not been seen yet.'),
});

/** Takes up what a service before this one held; before the first scan. */
export const adopt = (state: GuardState, kept: readonly KeptLatch[]): GuardState => ({ ...state, kept });
