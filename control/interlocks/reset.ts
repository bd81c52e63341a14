/**
 * A reset: one rising edge, taken where no cause is present and every latched one has been away for 60 s of process time,
 * else refused with each of them named. Pure.
 */
import { elapsed, milliseconds } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { GuardScan } from '../../plant/ports/scan-guard.ts';
import type { PreparedSkid } from './prepare.ts';
import type { GuardState } from './state.ts';
import { lookupIn } from './lookup.ts';
import { conclude, type GuardStep } from './step.ts';
import { awayOf } from './step-latches.ts';
import { channelTexts, seconds } from './wording.ts';

/** What refuses a reset at the last scan, each with its live value; empty where one would be taken. */
export function resetRefusals(skid: PreparedSkid, state: GuardState, scan: GuardScan): readonly string[] {
  if (!state.seen) return state.verdict.causes.map(({ message }) => message);
  const lookup = lookupIn(scan.samples);
  const refusals = state.losses.map(({ title, message }) => `${title}: ${message}`);
  const live = (number: number | null): string => {
    const row = skid.rows.find(({ definition }) => definition.row === number);
    return row === undefined || row.channels.length === 0 ? '' : ` Now: ${channelTexts(skid, row, lookup)}.`;
  };
  state.rows.forEach(({ tripping, blind }, i) => {
    const row = skid.rows[i];
    // The field keeps its first-out until this very reset.
    if (row === undefined || !(blind || (tripping && !row.ofFirstOut))) return;
    refusals.push(`${row.definition.title}: the cause is present.${live(row.definition.row)}`);
  });
  for (const latch of state.latches) {
    const { row, title, awaySince } = latch;
    if (awaySince === null) continue;
    const asked = awayOf(skid, latch);
    const away = elapsed(awaySince, scan.process);
    if (away >= asked) continue;
    const left = milliseconds(Math.ceil((asked - away) / 1000) * 1000);
    refusals.push(
      `${title}: away for ${seconds(milliseconds(Math.floor(away / 1000) * 1000))} of ${seconds(asked)}, ${seconds(left)} to go.${live(row)}`,
    );
  }
  if (skid.field !== null && scan.fieldDemand === null) {
    refusals.push('Field controller: it does not say in which step it is.');
  }
  return refusals;
}

export type ResetStep = GuardStep & Readonly<{ refusedBy: readonly string[] }>;

export function stepReset(
  skid: PreparedSkid,
  state: GuardState,
  scan: GuardScan,
  actor: Actor,
  commandId: string,
): ResetStep {
  const { verdict } = state;
  const event = { row: null, title: 'Reset', demand: verdict.demand, actor, commandId } as const;
  if (state.releasing?.commandId === commandId) return { state, verdict, events: [], refusedBy: [] };
  const refusedBy =
    state.releasing === null
      ? resetRefusals(skid, state, scan)
      : ['Reset: an earlier one is being carried out; wait until the field has left its safe state.'];
  if (refusedBy.length > 0) {
    const refused = { ...event, action: 'interlock-reset-refused', message: refusedBy.join(' ') } as const;
    return { state, verdict, events: [refused], refusedBy };
  }
  if (state.latches.length === 0) return { state, verdict, events: [], refusedBy };
  const titles = state.latches.map(({ title }) => title).join(', ');
  if (skid.field === null) {
    const done = conclude(skid, { ...state, latches: [] }, state, [
      { ...event, action: 'interlock-reset', demand: 'none', message: `Cleared: ${titles}.` },
    ]);
    return { ...done, refusedBy };
  }
  const releasing = { actor, commandId, since: scan.monotonic };
  const accepted = conclude(skid, { ...state, releasing }, state, [
    { ...event, action: 'interlock-reset-accepted', message: `Every cause is away: ${titles}.` },
  ]);
  return { ...accepted, refusedBy };
}
