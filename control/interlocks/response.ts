/**
 * How long a trip takes: from the sample that made the vote stand to the field's own word. Times are the gateway's, since Modbus
 * carries none; the row's own delay is no part of it. Pure.
 */
import { elapsed, milliseconds, type Milliseconds } from '../../plant/clock.ts';
import type { InterlockResponse } from '../../plant/ports/interlock-work.ts';
import type { GuardScan } from '../../plant/ports/scan-guard.ts';
import { demandRank, fieldSatisfies, type Demand } from '../../plant/safe-state.ts';
import type { InterlockDefinition } from '../../plant/skid/definition.ts';
import type { GuardEvent, Pending } from './state.ts';
import type { RowState } from './step-row.ts';

/** After this a trip that the field has not confirmed is told as it stands. */
const givenUpAfter: Milliseconds = milliseconds(30_000);

export const pendingOf = (
  { row, title, processSafetyTime }: InterlockDefinition,
  { vote }: RowState,
  demand: Demand,
  scan: GuardScan,
  test: boolean,
): Pending => ({
  trippedMono: scan.monotonic,
  response: {
    row,
    title,
    demand,
    sourceAt: vote?.sourceAt ?? scan.utc,
    votedAt: vote?.at ?? scan.utc,
    trippedAt: scan.utc,
    commandedAt: null,
    confirmedAt: null,
    responseMs: null,
    budgetMs: processSafetyTime / 2,
    within: null,
    test,
  },
});

/** Carries what is being timed on; what is done, or given up, becomes an event. */
export function stepPending(before: readonly Pending[], scan: GuardScan, events: GuardEvent[]): readonly Pending[] {
  if (before.length === 0) return before;
  return before.flatMap((one): readonly Pending[] => {
    const response = confirmed(commanded(one, scan), scan);
    const over = response.confirmedAt !== null || elapsed(one.trippedMono, scan.monotonic) >= givenUpAfter;
    if (!over) return response === one.response ? [one] : [{ ...one, response }];
    events.push(told(response));
    return [];
  });
}

function commanded({ response, trippedMono }: Pending, { commanded: last }: GuardScan): InterlockResponse {
  if (response.commandedAt !== null || last === null || last.monotonic < trippedMono) return response;
  return demandRank(last.demand) >= demandRank(response.demand) ? { ...response, commandedAt: last.at } : response;
}

/** The field may stand there already, or by itself: then nothing had to be commanded. */
function confirmed(response: InterlockResponse, { fieldDemand, utc }: GuardScan): InterlockResponse {
  if (fieldDemand === null || !fieldSatisfies(fieldDemand, response.demand)) return response;
  const responseMs = response.votedAt - response.sourceAt + (utc - response.trippedAt);
  return { ...response, confirmedAt: utc, responseMs, within: responseMs <= response.budgetMs };
}

const told = (response: InterlockResponse): GuardEvent => ({
  action: 'interlock-response',
  row: response.row,
  title: response.title,
  demand: response.demand,
  message:
    response.responseMs === null
      ? 'The field had not confirmed the safe state after 30 s.'
      : `The field was in its safe state ${response.responseMs} ms after the sample, beside the row's own delay; ${response.budgetMs} ms are allowed.`,
  actor: null,
  commandId: null,
  response,
});
