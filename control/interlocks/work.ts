/** What the pure functions of work on a guard share: bypass, force, changeover, proof test. */
import { elapsed, type Monotonic } from '../../plant/clock.ts';
import { actorName, type Actor } from '../../plant/people.ts';
import type { GuardMark } from '../../plant/ports/scan-guard.ts';
import type { LocalTag } from '../../plant/sample.ts';
import type { PreparedRow, PreparedSkid } from './prepare.ts';
import type { Bypass, GuardEvent, GuardState, ProofRun } from './state.ts';
import { noWork, type RowState, type RowWork } from './step-row.ts';
import { votesNeeded } from './vote.ts';

/** What became of it; with a refusal the state is the one that went in. */
export type WorkStep = Readonly<{ state: GuardState; events: readonly GuardEvent[]; refusedBy: readonly string[] }>;

export const refusal = (state: GuardState, ...refusedBy: readonly string[]): WorkStep => ({
  state,
  events: [],
  refusedBy,
});

export const rowOf = (skid: PreparedSkid, row: number): PreparedRow | undefined =>
  skid.rows.find(({ definition }) => definition.row === row);

export const eventOf = (
  action: GuardEvent['action'],
  row: PreparedRow | null,
  message: string,
  actor: Actor | null,
): GuardEvent => ({
  action,
  row: row?.definition.row ?? null,
  title: row?.definition.title ?? 'Changeover',
  message,
  demand: 'none',
  actor,
  commandId: null,
});

/** What lies on a row now; the same object while nothing does. */
export function workOn(row: PreparedRow, { bypasses, proof }: GuardState): RowWork {
  const number = row.definition.row;
  const bypass = bypasses.find((one) => one.row === number);
  const stimulus = proof?.row === number ? stimulusOf(row, proof) : null;
  return bypass === undefined && stimulus === null ? noWork : { bypassed: bypass?.channel ?? null, stimulus };
}

/** As many channels as the vote asks for, from the one that is proven on. */
const stimulusOf = (row: PreparedRow, { channel, stage, healthy, beyond }: ProofRun): RowWork['stimulus'] => ({
  from: channel,
  count: votesNeeded(row.definition.vote, row.channels.length),
  value: stage === 'healthy' ? healthy : beyond,
});

/** The bypasses, each with whether its channel would vote trip; the very list where that has not changed. */
export function withVotes(
  skid: PreparedSkid,
  bypasses: readonly Bypass[],
  rows: readonly RowState[],
): readonly Bypass[] {
  const wouldTrip = ({ row }: Bypass): boolean =>
    rows[skid.rows.findIndex(({ definition }) => definition.row === row)]?.bypassedVotes === true;
  if (bypasses.every((one) => one.votes === wouldTrip(one))) return bypasses;
  return bypasses.map((one) => ({ ...one, votes: wouldTrip(one) }));
}

/** Ends what has run out, and tells of it. */
export function stepExpiry(skid: PreparedSkid, state: GuardState, now: Monotonic, events: GuardEvent[]): GuardState {
  const isOver = ({ until }: Readonly<{ until: Monotonic }>): boolean => elapsed(until, now) >= 0;
  if (!state.bypasses.some(isOver) && !state.forces.some(isOver)) return state;
  for (const { row, channel } of state.bypasses.filter(isOver)) {
    const prepared = rowOf(skid, row) ?? null;
    const text = prepared?.definition.channels[channel]?.text ?? `channel ${channel}`;
    events.push(
      eventOf('interlock-bypass-ended', prepared, `The bypass of ${text} has run out; it votes again.`, null),
    );
  }
  for (const { tag } of state.forces.filter(isOver)) events.push(forceEnded(tag, 'The force has run out.', null));
  return {
    ...state,
    bypasses: state.bypasses.filter((one) => !isOver(one)),
    forces: state.forces.filter((one) => !isOver(one)),
  };
}

export const forceEnded = (tag: LocalTag, message: string, actor: Actor | null): GuardEvent => ({
  ...eventOf('interlock-force-ended', null, message, actor),
  title: tag,
});

export function marksOf(skid: PreparedSkid, { bypasses, forces, proof, changeover }: GuardState): readonly GuardMark[] {
  const marks: GuardMark[] = [];
  for (const { row, channel, people, expiresAt, meanwhile, votes } of bypasses) {
    const { title = '', channels = [] } = rowOf(skid, row)?.definition ?? {};
    const message = `${title}: ${channels[channel]?.text ?? ''} does not vote; ${bothNames(people)}. Meanwhile: ${meanwhile}${votes ? ' It would vote trip now.' : ''}`;
    marks.push({ kind: 'bypass', row, tag: null, message, expiresAt });
  }
  for (const { tag, value, people, expiresAt, reason } of forces) {
    const message = `${tag} is held at ${String(value)}; ${bothNames(people)}: ${reason}`;
    marks.push({ kind: 'force', row: null, tag, message, expiresAt });
  }
  if (proof !== null) {
    const message = `Row ${proof.row} is being proven by ${bothNames(proof.people)}.`;
    marks.push({ kind: 'proof test', row: proof.row, tag: null, message, expiresAt: null });
  }
  if (changeover) {
    marks.push({ kind: 'changeover', row: null, tag: null, message: 'The skid is in changeover.', expiresAt: null });
  }
  return marks;
}

const bothNames = ({ by, second }: ProofRun['people']): string => `${actorName(by)} and ${actorName(second)}`;
