/** The interlocks as people see them: every row with its live channels, what came first, and what refuses a reset. */
import { elapsed } from '../../plant/clock.ts';
import type { Lookup } from '../../plant/expression.ts';
import { evaluate } from '../../plant/expression/evaluate.ts';
import { bad, good, isGood } from '../../plant/quality.ts';
import type { BypassView, ForceView, InterlockRowView, InterlockView } from '../../plant/ports/interlock-desk.ts';
import type { GuardScan } from '../../plant/ports/scan-guard.ts';
import type { PreparedRow, PreparedSkid } from './prepare.ts';
import type { Bypass, Force, GuardState, Latch, ProofRun } from './state.ts';
import { lookupIn } from './lookup.ts';
import type { RowState } from './step-row.ts';
import { rowOf } from './work.ts';
import { conditionText, unitOf } from './wording.ts';

export function viewOf(
  skid: PreparedSkid,
  state: GuardState,
  scan: GuardScan | null,
  resetRefusedBy: readonly string[],
): InterlockView {
  const lookup = lookupIn(scan?.samples ?? new Map());
  const first = state.latches[0]?.scan;
  const someBlind = state.rows.some(({ blind }) => blind);
  return {
    skid: skid.name,
    demand: state.verdict.demand,
    firstOut: state.latches
      .filter((latch) => latch.scan === first)
      .map(({ row, title, at, stampedBy }) => ({ row, title, at, stampedBy })),
    resetRefusedBy,
    measures: state.verdict.measures ?? [],
    changeover: state.changeover,
    bypasses: state.bypasses.map((bypass) => bypassView(skid, bypass)),
    forces: state.forces.map(forceView),
    proofTest: state.proof === null ? null : proofView(state.proof),
    kpis: { bypassesNow: state.bypasses.length, bypasses30d: 0, bypassHours30d: 0, trips30d: 0, overdueTests: 0 },
    rows: skid.rows.flatMap((row, i) => {
      const rowState = state.rows[i];
      if (rowState === undefined) return [];
      const latch = state.latches.find(({ source, row: number }) => source === 'row' && number === row.definition.row);
      const bypassed = state.bypasses.find((one) => one.row === row.definition.row)?.channel ?? null;
      return [rowView(row, rowState, latch, lookup, scan, someBlind, bypassed)];
    }),
  };
}

function rowView(
  row: PreparedRow,
  state: RowState,
  latch: Latch | undefined,
  lookup: Lookup,
  scan: GuardScan | null,
  someBlind: boolean,
  bypassed: number | null,
): InterlockRowView {
  const { definition } = row;
  const { awaySince } = state;
  return {
    row: definition.row,
    title: definition.title,
    vote: definition.vote,
    action: definition.action,
    armed: state.armed,
    state: wordOf(definition.stale !== null, state, latch, someBlind),
    degraded: state.lost !== 0 || state.staleTags.length > 0,
    condition: conditionText(definition),
    channels: definition.stale === null ? channelsOf(row, state, lookup, bypassed) : staleChannels(state, lookup),
    measures: [
      ...new Set(
        [...definition.trip, ...(definition.warn === null ? [] : [definition.warn])].flatMap((one) => one.measures),
      ),
    ],
    bypass:
      definition.bypass === 'never'
        ? 'never'
        : { by: definition.bypass.by, forMs: definition.bypass.for, meanwhile: definition.bypass.meanwhile },
    backup: definition.backup,
    mirrors: definition.mirrors,
    processSafetyTimeMs: definition.processSafetyTime,
    proofTest:
      definition.proofTest === null
        ? null
        : { everyMs: definition.proofTest.every, lastAt: null, dueAt: null, overdue: false },
    why: definition.why,
    trippedAt: latch?.at ?? null,
    healthyForMs: awaySince === null || scan === null ? null : Math.max(0, elapsed(awaySince, scan.process)),
  };
}

const bypassView = (skid: PreparedSkid, bypass: Bypass): BypassView => ({
  row: bypass.row,
  channel: bypass.channel,
  text: rowOf(skid, bypass.row)?.definition.channels[bypass.channel]?.text ?? '',
  by: bypass.people.by.printedName,
  second: bypass.people.second.printedName,
  reason: bypass.reason,
  meanwhile: bypass.meanwhile,
  since: bypass.since,
  expiresAt: bypass.expiresAt,
});

const forceView = ({ tag, value, people, reason, since, expiresAt }: Force): ForceView => ({
  tag,
  value,
  by: people.by.printedName,
  second: people.second.printedName,
  reason,
  since,
  expiresAt,
});

const proofView = ({ row, channel, people, stage }: ProofRun): InterlockView['proofTest'] => ({
  row,
  channel,
  tester: people.by.printedName,
  witness: people.second.printedName,
  step: stage === 'healthy' ? 'on the healthy side' : 'beyond the trip',
});

/** Row 22 shows tripped when any row has nothing left to go by. */
function wordOf(
  watchesData: boolean,
  state: RowState,
  latch: Latch | undefined,
  someBlind: boolean,
): InterlockRowView['state'] {
  if (watchesData) return someBlind ? 'tripped' : state.staleTags.length > 0 ? 'warned' : 'healthy';
  if (state.tripped || state.blind) return 'tripped';
  if (state.tripping) return 'tripping';
  if (latch !== undefined) return 'latched';
  return state.warned ? 'warned' : 'healthy';
}

function channelsOf(
  row: PreparedRow,
  state: RowState,
  lookup: Lookup,
  bypassed: number | null,
): InterlockRowView['channels'] {
  const reference = { value: state.reference.value, quality: state.reference.value === null ? bad : good };
  return row.definition.channels.map((channel, i) => {
    const value = evaluate(channel.root, lookup);
    const rate = { value: state.rates[i]?.perSecond ?? 0, quality: good };
    const bindings = { value, reference, rate };
    const votesTrip =
      state.armed &&
      isGood(value.quality) &&
      row.trip.some(({ root }) => {
        const said = evaluate(root, lookup, bindings);
        return isGood(said.quality) && said.value === true;
      });
    return { text: channel.text, unit: unitOf(channel), ...value, votesTrip, bypassed: i === bypassed };
  });
}

const staleChannels = ({ staleTags }: RowState, lookup: Lookup): InterlockRowView['channels'] =>
  staleTags.map((tag) => {
    const { value, quality } = lookup(tag);
    return { text: tag, value, unit: null, quality, votesTrip: true, bypassed: false };
  });
