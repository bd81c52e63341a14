/** Work on the interlocks: bypass, force, changeover, proof tests, response times. Made by control/interlocks; needed by hmi. */
import type { UtcMs } from '../clock.ts';
import type { Actor } from '../people.ts';
import type { Demand } from '../safe-state.ts';
import type { LocalTag, SkidName } from '../sample.ts';
import type { DeskAnswer } from './interlock-desk.ts';

/** How long a trip took, from the sample that voted first to the field's own word. Times are the gateway's: Modbus carries none. */
export type InterlockResponse = Readonly<{
  row: number;
  title: string;
  demand: Demand;
  /** When the sample was taken that made the vote stand. */
  sourceAt: UtcMs;
  votedAt: UtcMs;
  /** When the on-delay was over. */
  trippedAt: UtcMs;
  /** When the field had acknowledged the request; null where it never came to that. */
  commandedAt: UtcMs | null;
  /** When the field's step belonged to the demand. */
  confirmedAt: UtcMs | null;
  /** From the source to the field's word, without the row's own on-delay. */
  responseMs: number | null;
  /** Half of the process safety time. */
  budgetMs: number;
  within: boolean | null;
  /** A proof test brought it about. */
  test: boolean;
}>;

/** What a tester found before and left after, of the instrument itself; the trip value and the times are measured here. */
export type ProofTestView = Readonly<{
  row: number;
  channel: number;
  tester: string;
  witness: string;
  stimulus: string;
  asFound: string;
  asLeft: string;
  tripValue: number | null;
  unit: string | null;
  responseMs: number | null;
  passed: boolean;
  at: UtcMs;
  dueAt: UtcMs | null;
}>;

/** Two different people, each proven anew; the desk is told who they are. */
export type TwoPeople = Readonly<{
  by: Extract<Actor, { kind: 'person' }>;
  second: Extract<Actor, { kind: 'person' }>;
}>;

export interface InterlockWork {
  /** Takes one channel out of its row's vote. In the record before it takes effect; gone after a restart. */
  bypass(
    skid: SkidName,
    request: Readonly<{ row: number; channel: number; minutes: number; reason: string; meanwhile: string }>,
    people: TwoPeople,
  ): Promise<DeskAnswer>;
  endBypass(skid: SkidName, row: number, actor: Actor): Promise<DeskAnswer>;
  /** Holds an input at a value. In the record before it takes effect; gone after a restart. */
  force(
    skid: SkidName,
    request: Readonly<{ tag: LocalTag; value: number | boolean; minutes: number; reason: string }>,
    people: TwoPeople,
  ): Promise<DeskAnswer>;
  endForce(skid: SkidName, tag: LocalTag, actor: Actor): Promise<DeskAnswer>;
  /** Changeover: no batch, feeds isolated, every wetted temperature Good and below 90 °C, depressurised. */
  changeover(skid: SkidName, to: 'enter' | 'leave', actor: Actor): Promise<DeskAnswer>;
  /**
   * Proves a row's channel: the stimulus is put beside what the channel reads and never in its place, stepped from the healthy
   * side to the trip's; the row trips for real and the field is asked. Ends by itself; its result is in `proofTests`.
   */
  proofTest(
    skid: SkidName,
    request: Readonly<{ row: number; channel: number; asFound: string; asLeft: string }>,
    people: TwoPeople,
  ): Promise<DeskAnswer>;
  proofTests(skid: SkidName): Promise<readonly ProofTestView[]>;
  /** The last responses, the newest first. */
  responses(skid: SkidName): Promise<readonly InterlockResponse[]>;
}
