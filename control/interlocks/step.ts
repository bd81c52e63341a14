/**
 * The interlocks of one skid at one scan: `(skid, state, scan) → {state, verdict, events}`. Pure.
 *
 * The demand is the highest of everything latched and of what blocks a start. It never falls without a reset, but for the
 * losses that only block a start. Boot is a latched cause, and so is a field controller that went to a safe state by
 * itself (safety.md §2 and §3; docs/rooms.md: boot, leaving a safe state).
 */
import { elapsed, milliseconds, type Milliseconds } from '../../plant/clock.ts';
import type { Evaluated, Lookup } from '../../plant/expression.ts';
import type { GuardCause, GuardScan, GuardVerdict } from '../../plant/ports/scan-guard.ts';
import {
  badNoCommunication,
  badNotConnected,
  badTimeout,
  badWaitingForInitialData,
  isGood,
} from '../../plant/quality.ts';
import type { Demand } from '../../plant/safe-state.ts';
import type { PreparedSkid } from './prepare.ts';
import { bootVerdict, type GuardEvent, type GuardState } from './state.ts';
import { demandOf, Latches } from './step-latches.ts';
import { allWhole, notesOf, stepImpairment } from './step-notes.ts';
import { stepRow, type RowScan, type RowState } from './step-row.ts';

export type GuardStep = Readonly<{ state: GuardState; verdict: GuardVerdict; events: readonly GuardEvent[] }>;

/** Above this, water under ordinary pressure may flash: a doubt about a hotter skid is HOT-HOLD (safety.md §2). */
export const hotAboveC = 90;
/** How long the field may take to leave its safe state after a reset was accepted, in wall time. */
export const releaseWithin: Milliseconds = milliseconds(3000);

const unseen: Evaluated = { value: null, quality: badWaitingForInitialData };
const noEvents: readonly GuardEvent[] = [];

export const lookupIn =
  (samples: GuardScan['samples']): Lookup =>
  (tag) =>
    samples.get(tag) ?? unseen;

export function step(skid: PreparedSkid, before: GuardState, scan: GuardScan): GuardStep {
  const lookup = lookupIn(scan.samples);
  if (!before.seen) {
    const missing = skid.watched.filter((tag) => !hasSpoken(lookup(tag)));
    if (missing.length > 0) return waiting(before, missing);
  }
  const events: GuardEvent[] = [];
  // Where no field controller can run HOT-HOLD, a doubt can only block.
  const hot = skid.field !== null && isHot(skid, lookup);
  const rows = stepRows(skid, before.rows, { process: scan.process, lookup, hot });
  const impairments =
    rows === before.rows && allWhole(before.impairments)
      ? before.impairments
      : rows.map((row, i) => stepImpairment(skid, i, before.impairments[i] ?? null, row, scan.process, lookup, events));

  const latches = new Latches(skid, before, scan, lookup, events);
  latches.boot(hot);
  rows.forEach((row, i) => latches.row(i, row));
  const noted = rows === before.rows ? before : notesOf(skid, before, rows, lookup, events);
  latches.field(noted.losses);

  const released = release(skid, before, scan, rows, noted.losses, latches, events);
  return conclude(
    {
      ...before,
      scans: before.scans + 1,
      seen: true,
      rows,
      impairments,
      losses: noted.losses,
      warnings: noted.warnings,
      ...released,
    },
    before,
    events,
  );
}

/** Nothing is asked of the field before the first complete view: silence keeps it in its own safe state. */
function waiting(before: GuardState, missing: readonly string[]): GuardStep {
  const message = `Waiting for ${missing.length} tags that were not seen yet, ${missing[0] ?? ''} the first of them.`;
  const verdict = before.verdict.causes[0]?.message === message ? before.verdict : bootVerdict(message);
  return { state: { ...before, scans: before.scans + 1, verdict }, verdict, events: noEvents };
}

/** A tag has spoken once a device answered for it, be it only to say that its sensor failed. */
const hasSpoken = ({ value, quality }: Evaluated): boolean => value !== null || !silent.has(quality);
const silent: ReadonlySet<number> = new Set([
  badWaitingForInitialData,
  badNotConnected,
  badNoCommunication,
  badTimeout,
]);

function isHot({ temperatures }: PreparedSkid, lookup: Lookup): boolean {
  return temperatures.some((tag) => {
    const { value, quality } = lookup(tag);
    return !isGood(quality) || typeof value !== 'number' || value >= hotAboveC;
  });
}

function stepRows(skid: PreparedSkid, before: readonly RowState[], scan: RowScan): readonly RowState[] {
  let rows = before;
  for (let i = 0; i < skid.rows.length; i++) {
    const [row, state] = [skid.rows[i], before[i]];
    if (row === undefined || state === undefined) continue;
    const after = stepRow(row, state, scan);
    if (after !== state) rows = rows.with(i, after);
  }
  return rows;
}

/** Carries an accepted reset to its end: the latches clear when the field, let go, is in no safe state, and not otherwise. */
function release(
  skid: PreparedSkid,
  { releasing }: GuardState,
  scan: GuardScan,
  rows: readonly RowState[],
  losses: readonly GuardCause[],
  latches: Latches,
  events: GuardEvent[],
): Pick<GuardState, 'latches' | 'releasing'> {
  if (releasing === null) return { latches: latches.list, releasing };
  const tell = (action: GuardEvent['action'], message: string, demand: Demand): void => {
    const { actor, commandId } = releasing;
    events.push({ action, row: null, title: 'Reset', message, demand, actor, commandId });
  };
  if (latches.grew || losses.length > 0 || rows.some(({ demand }) => demand !== 'none')) {
    tell('interlock-reset-void', 'A new cause came before the field had left its safe state.', latches.demand());
    return { latches: latches.list, releasing: null };
  }
  // Before the gateway lets go, the reset is not on record yet and may still come to nothing.
  if (skid.field === null || (scan.leaving && scan.fieldDemand === 'none')) {
    tell('interlock-reset', `Cleared: ${latches.list.map(({ title }) => title).join(', ')}.`, 'none');
    return { latches: [], releasing: null };
  }
  if (elapsed(releasing.since, scan.monotonic) >= releaseWithin) {
    tell('interlock-reset-void', 'The field did not leave its safe state within 3 s.', latches.demand());
    return { latches: latches.list, releasing: null };
  }
  return { latches: latches.list, releasing };
}

/** The state with the verdict that follows from it; the verdict before, where nothing in it has changed. */
export function conclude(state: GuardState, before: GuardState, events: readonly GuardEvent[]): GuardStep {
  const same =
    before.seen &&
    state.latches === before.latches &&
    state.losses === before.losses &&
    state.warnings === before.warnings &&
    state.releasing === before.releasing;
  const verdict = same ? before.verdict : verdictOf(state);
  return { state: same ? state : { ...state, verdict }, verdict, events };
}

function verdictOf({ latches, losses, warnings, releasing }: GuardState): GuardVerdict {
  const held = latches.map(({ row, title, message, demand }): GuardCause => ({
    row,
    title,
    message,
    latched: true,
    demand,
  }));
  return {
    demand: demandOf(latches, losses),
    causes: [...held, ...losses],
    releasing: releasing !== null,
    ...(warnings.length > 0 && { warnings }),
  };
}
