/** What a scan notes beside its latches: losses that block a start while they last, warnings, and what becomes of them. */
import { elapsed, milliseconds, type Milliseconds, type ProcessTime } from '../../plant/clock.ts';
import type { Lookup } from '../../plant/expression.ts';
import type { GuardCause } from '../../plant/ports/scan-guard.ts';
import { asksField } from '../../plant/safe-state.ts';
import type { PreparedRow, PreparedSkid } from './prepare.ts';
import type { GuardEvent, GuardState, Impairment } from './state.ts';
import type { RowState } from './step-row.ts';
import { blindText, lossText, staleText, tripText } from './wording.ts';

/** How long a row must stand on all its channels before it is told so: a flickering channel does not fill the record. */
const toldWholeAfter: Milliseconds = milliseconds(10_000);

export function notesOf(
  skid: PreparedSkid,
  before: GuardState,
  rows: readonly RowState[],
  lookup: Lookup,
  events: GuardEvent[],
): Pick<GuardState, 'losses' | 'warnings'> {
  const losses: GuardCause[] = [];
  const warnings: GuardCause[] = [];
  rows.forEach((state, i) => {
    const row = skid.rows[i];
    if (row === undefined) return;
    const { row: number, title, latch } = row.definition;
    if (state.staleTags.length > 0 || (state.lost !== 0 && !state.blind)) {
      const told = sameLoss(state, before.rows[i]) ? before.losses.find((loss) => loss.row === number) : undefined;
      losses.push(told ?? { row: number, title, message: impairmentText(skid, row, state, lookup) });
    }
    if (!latch && state.demand !== 'none' && !asksField(state.demand)) {
      const standing = before.losses.find((loss) => loss.row === number);
      losses.push(
        standing ?? {
          row: number,
          title,
          message: state.tripped ? tripText(skid, row, lookup) : blindText(skid, row, lookup),
        },
      );
    }
    const warns = state.warned && !state.tripped;
    if (!warns) return;
    const known = before.warnings.find((warning) => warning.row === number);
    const warning = known ?? { row: number, title, message: tripText(skid, row, lookup) };
    warnings.push(warning);
    if (known === undefined) {
      events.push({ action: 'interlock-warned', ...warning, demand: 'none', actor: null, commandId: null });
    }
  });
  return {
    losses: sameCauses(before.losses, losses) ? before.losses : losses,
    warnings: sameCauses(before.warnings, warnings) ? before.warnings : warnings,
  };
}

/** What was said of a loss stands while the same is lost, though the values beside it move. */
const sameLoss = (state: RowState, before: RowState | undefined): boolean =>
  state.lost === before?.lost && state.staleTags === before.staleTags;

const impairmentText = (skid: PreparedSkid, row: PreparedRow, state: RowState, lookup: Lookup): string =>
  state.lost === 0 ? staleText(state.staleTags, lookup) : lossText(skid, row, state.lost, lookup);

const sameCauses = (one: readonly GuardCause[], other: readonly GuardCause[]): boolean =>
  one.length === other.length && one.every((cause, i) => cause === other[i]);

export const allWhole = (impairments: readonly Impairment[]): boolean =>
  impairments.every((impairment) => impairment === null);

export function stepImpairment(
  skid: PreparedSkid,
  index: number,
  before: Impairment,
  state: RowState,
  now: ProcessTime,
  lookup: Lookup,
  events: GuardEvent[],
): Impairment {
  const row = skid.rows[index];
  if (row === undefined) return null;
  const { row: number, title, latch } = row.definition;
  const tell = (action: GuardEvent['action'], message: string): void => {
    events.push({ action, row: number, title, message, demand: 'none', actor: null, commandId: null });
  };
  if (state.lost !== 0 || state.staleTags.length > 0) {
    // A row that is latched says by its trip that nothing is left.
    const latched = state.blind && (latch || asksField(state.demand));
    if (before === null && !latched) {
      const text = state.blind ? blindText(skid, row, lookup) : impairmentText(skid, row, state, lookup);
      tell('interlock-degraded', text);
    }
    return before !== null && before.wholeSince === null ? before : { wholeSince: null };
  }
  if (before === null) return null;
  const since = before.wholeSince === null || before.wholeSince > now ? now : before.wholeSince;
  if (elapsed(since, now) < toldWholeAfter) return since === before.wholeSince ? before : { wholeSince: since };
  tell('interlock-restored', 'Everything it goes by is Good again.');
  return null;
}
