/**
 * The interlocks of one skid at one scan: `(skid, state, scan) → {state, verdict, events}`. Pure.
 *
 * The demand is the highest of everything latched and of what blocks a start. It never falls without a reset, but for the
 * losses that only block a start. Boot is a latched cause, and so is a field controller that went to a safe state by
 * itself (safety.md §2 and §3; docs/rooms.md: boot, leaving a safe state).
 */
import { elapsed, milliseconds, type Milliseconds } from '../../plant/clock.ts';
import type { UtcMs } from '../../plant/clock.ts';
import type { Evaluated, Lookup } from '../../plant/expression.ts';
import type { GuardCause, GuardScan, GuardVerdict } from '../../plant/ports/scan-guard.ts';
import {
  badNoCommunication,
  badNotConnected,
  badTimeout,
  badWaitingForInitialData,
  isGood,
} from '../../plant/quality.ts';
import { asksField, type Demand, type Measure } from '../../plant/safe-state.ts';
import type { LocalTag } from '../../plant/sample.ts';
import { lookupIn } from './lookup.ts';
import type { PreparedSkid } from './prepare.ts';
import { stepProof } from './proof-stimulus.ts';
import { pendingOf, stepPending } from './response.ts';
import { bootVerdict, type GuardEvent, type GuardState, type Pending } from './state.ts';
import { demandOf, Latches } from './step-latches.ts';
import { allWhole, notesOf, stepImpairment } from './step-notes.ts';
import { stepRow, withMeasures, type RowScan, type RowState } from './step-row.ts';
import { marksOf, stepExpiry, withVotes, workOn } from './work.ts';

export type GuardStep = Readonly<{ state: GuardState; verdict: GuardVerdict; events: readonly GuardEvent[] }>;

/** Above this, water under ordinary pressure may flash: a doubt about a hotter skid is HOT-HOLD (safety.md §2). */
export const hotAboveC = 90;
/** How long the field may take to leave its safe state after a reset was accepted, in wall time. */
export const releaseWithin: Milliseconds = milliseconds(3000);

/** How long a first view of the whole is waited for, in wall time; what is missing then is Bad. */
const waitsFor: Milliseconds = milliseconds(10_000);
/** By how much the wall's clock may run beside the monotonic one from one scan to the next. */
const jumpOver: Milliseconds = milliseconds(1000);

export function step(skid: PreparedSkid, last: GuardState, scan: GuardScan): GuardStep {
  const lookup = lookupIn(scan.samples);
  const events: GuardEvent[] = [];
  const before = stepExpiry(skid, withClocks(last, scan, events), scan.monotonic, events);
  if (!before.seen) {
    const missing = skid.watched.filter((tag) => !hasSpoken(lookup(tag)));
    const since = before.waitingSince ?? scan.monotonic;
    // While the field controller is silent it keeps the field safe by itself, and nothing could be asked of it.
    const waits = scan.fieldDemand === null || elapsed(since, scan.monotonic) < waitsFor;
    if (missing.length > 0 && waits) {
      return waiting({ ...before, waitingSince: since }, missing, events);
    }
  }
  // Where no field controller can run HOT-HOLD, a doubt can only block.
  const hot = skid.field !== null && isHot(skid, lookup);
  const rows = stepRows(skid, before, scan, lookup, hot);
  const impairments =
    rows === before.rows && allWhole(before.impairments)
      ? before.impairments
      : rows.map((row, i) => stepImpairment(skid, i, before.impairments[i] ?? null, row, scan.process, lookup, events));

  const latches = new Latches(skid, before, scan, lookup, events);
  // What no row watches and no field controller guards, such as a balance, waits for nobody's look.
  if (skid.rows.length > 0 || skid.field !== null) latches.boot(hot);
  rows.forEach((row, i) => latches.row(i, row));
  const noted = rows === before.rows ? before : notesOf(skid, before, rows, lookup, events);
  latches.field(noted.losses);
  const pending = stepPending(timed(skid, before, rows, latches, scan), scan, events);
  const proof = stepProof(skid, before.proof, rows, scan, events);

  const released = release(skid, before, scan, rows, noted.losses, latches, events);
  return conclude(
    skid,
    {
      ...before,
      scans: before.scans + 1,
      seen: true,
      rows,
      impairments,
      losses: noted.losses,
      warnings: noted.warnings,
      pending,
      proof,
      bypasses: withVotes(skid, before.bypasses, rows),
      kept: latches.adopts ? null : before.kept,
      ...released,
    },
    last,
    events,
  );
}

/** The wall's clock may be set; delays do not go by it, and a trip holds whatever it says. */
function withClocks(before: GuardState, { utc, monotonic }: GuardScan, events: GuardEvent[]): GuardState {
  const { clocks } = before;
  if (clocks !== null) {
    const jump = utc - clocks.utc - (monotonic - clocks.monotonic);
    if (Math.abs(jump) > jumpOver) {
      const message = `The clock was set ${jump > 0 ? 'forward' : 'back'} by ${(Math.abs(jump) / 1000).toFixed(1)} s; delays do not go by it.`;
      const { demand } = before.verdict;
      events.push({ action: 'clock-jumped', row: null, title: 'Clock', message, demand, actor: null, commandId: null });
    }
  }
  return { ...before, clocks: { utc, monotonic } };
}

/** What is being timed: what was, and rows that asked the field for more in this scan. */
function timed(
  skid: PreparedSkid,
  { pending, proof }: GuardState,
  rows: readonly RowState[],
  { raised }: Latches,
  scan: GuardScan,
): readonly Pending[] {
  const more = raised.flatMap(([number, demand]) => {
    const at = skid.rows.findIndex(({ definition }) => definition.row === number);
    const [row, state] = [skid.rows[at], rows[at]];
    if (skid.field === null || row === undefined || state === undefined || !asksField(demand)) return [];
    return [pendingOf(row.definition, state, demand, scan, proof?.row === number)];
  });
  return more.length === 0 ? pending : [...pending, ...more];
}

/** Nothing is asked of the field before the first complete view: silence keeps it in its own safe state. */
function waiting(before: GuardState, missing: readonly string[], events: readonly GuardEvent[]): GuardStep {
  const message = `Waiting for ${missing.length} tags that were not seen yet, ${missing[0] ?? ''} the first of them.`;
  const verdict = before.verdict.causes[0]?.message === message ? before.verdict : bootVerdict(message);
  return {
    state: { ...before, scans: before.scans + 1, verdict },
    verdict,
    events,
  };
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
    return !isGood(quality) || typeof value !== 'number' || !Number.isFinite(value) || value >= hotAboveC;
  });
}

function stepRows(
  skid: PreparedSkid,
  state: GuardState,
  { process, samples, utc }: GuardScan,
  lookup: Lookup,
  hot: boolean,
): readonly RowState[] {
  const { changeover } = state;
  const sourceTime = (tag: LocalTag): UtcMs => samples.get(tag)?.sourceTime ?? utc;
  const scan: RowScan = { utc, process, lookup, sourceTime, hot, changeover };
  let rows = state.rows;
  for (const [i, before] of state.rows.entries()) {
    const row = skid.rows[i];
    if (row === undefined) continue;
    const after = stepRow(row, before, scan, workOn(row, state));
    if (after !== before) {
      if (rows === state.rows) rows = [...state.rows];
      (rows as RowState[])[i] = after;
    }
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
  const asks = ({ demand }: RowState, i: number): boolean => demand !== 'none' && skid.rows[i]?.ofFirstOut !== true;
  if (latches.grew || losses.length > 0 || rows.some(asks)) {
    tell('interlock-reset-void', 'A new cause came before the field had left its safe state.', latches.demand());
    return { latches: latches.list, releasing: null };
  }
  // Before the gateway lets go, the reset is not on record yet and may still come to nothing.
  if (scan.leaving && scan.fieldDemand === 'none') {
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
export function conclude(
  skid: PreparedSkid,
  state: GuardState,
  before: GuardState,
  events: readonly GuardEvent[],
): GuardStep {
  const { shown } = state;
  const marked =
    state.bypasses !== shown.bypasses ||
    state.forces !== shown.forces ||
    state.proof !== shown.proof ||
    state.changeover !== shown.changeover;
  const { measures, flushCalled } = askedBeside(skid, state);
  const same =
    before.seen &&
    !marked &&
    state.latches === before.latches &&
    state.losses === before.losses &&
    state.warnings === before.warnings &&
    state.releasing === before.releasing &&
    flushCalled === (before.verdict.flushCalled ?? false) &&
    sameMeasures(measures, before.verdict.measures ?? []);
  if (same) return { state, verdict: before.verdict, events };
  const verdict = verdictOf(skid, state, measures, flushCalled);
  const { bypasses, forces, proof, changeover } = state;
  return { state: { ...state, verdict, shown: { bypasses, forces, proof, changeover } }, verdict, events };
}

/** Measures are held with their latches; those of a warning go with it. */
function askedBeside(
  skid: PreparedSkid,
  { latches, rows }: GuardState,
): Readonly<{ measures: readonly Measure[]; flushCalled: boolean }> {
  let measures: readonly Measure[] = [];
  let flushCalled = false;
  for (const latch of latches) measures = withMeasures(measures, latch.measures);
  rows.forEach((row, i) => {
    measures = withMeasures(measures, row.measures);
    flushCalled ||= row.warned && skid.rows[i]?.definition.warn?.calls === 'flush';
  });
  return { measures, flushCalled };
}

const sameMeasures = (one: readonly Measure[], other: readonly Measure[]): boolean =>
  one.length === other.length && one.every((each) => other.includes(each));

const changeoverCause: GuardCause = {
  row: null,
  title: 'Changeover',
  message: 'The skid is in changeover; nothing is started.',
  mode: true,
};

function verdictOf(
  skid: PreparedSkid,
  state: GuardState,
  measures: readonly Measure[],
  flushCalled: boolean,
): GuardVerdict {
  const { changeover, latches, losses, warnings, releasing } = state;
  const held = latches.map(({ row, title, message, demand }): GuardCause => ({
    row,
    title,
    message,
    latched: true,
    demand,
  }));
  const modes = changeover ? [changeoverCause] : [];
  const marks = marksOf(skid, state);
  const row = latches.find(({ source, demand }) => source === 'row' && asksField(demand))?.row ?? null;
  return {
    demand: demandOf(latches, [...losses, ...modes]),
    causes: [...held, ...losses, ...modes],
    releasing: releasing !== null,
    ...(row !== null && { row }),
    ...(measures.length > 0 && { measures }),
    ...(marks.length > 0 && { marks }),
    ...(flushCalled && { flushCalled }),
    ...(warnings.length > 0 && { warnings }),
  };
}
