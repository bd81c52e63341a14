/** The last responses of a skid's interlocks, as the record tells them. Pure. */
import type { InterlockResponse } from '../../plant/ports/interlock-work.ts';
import { demands } from '../../plant/safe-state.ts';
import { recordNumber, type RecordEvent, type RecordValue } from '../../plant/record-event.ts';
import { instantOf, instantText, numberOf, textOf } from './record-facts.ts';

export const keptResponses = 500;

export function noteResponse(kept: readonly InterlockResponse[], event: RecordEvent): readonly InterlockResponse[] {
  const response = event.action === 'interlock-response' ? responseOf(event) : null;
  return response === null ? kept : [...kept.slice(-(keptResponses - 1)), response];
}

/** What the record keeps of a response; `responseOf` reads it back. */
export const responseData = (response: InterlockResponse): Readonly<Record<string, RecordValue>> => ({
  row: recordNumber(response.row),
  title: response.title,
  demand: response.demand,
  source: instantText(response.sourceAt),
  voted: instantText(response.votedAt),
  tripped: instantText(response.trippedAt),
  commanded: instantText(response.commandedAt),
  confirmed: instantText(response.confirmedAt),
  responseMs: response.responseMs === null ? null : recordNumber(response.responseMs),
  budgetMs: recordNumber(response.budgetMs),
  within: response.within,
  test: response.test,
});

function responseOf(event: RecordEvent): InterlockResponse | null {
  const row = numberOf(event, 'row');
  const title = textOf(event, 'title');
  const demand = demands.find((word) => word === textOf(event, 'demand'));
  const [source, voted, tripped] = [instantOf(event, 'source'), instantOf(event, 'voted'), instantOf(event, 'tripped')];
  const budgetMs = numberOf(event, 'budgetMs');
  const within = event.data?.['within'];
  if (row === null || title === null || demand === undefined || budgetMs === null) return null;
  if (source === null || voted === null || tripped === null) return null;
  return {
    row,
    title,
    demand,
    sourceAt: source,
    votedAt: voted,
    trippedAt: tripped,
    commandedAt: instantOf(event, 'commanded'),
    confirmedAt: instantOf(event, 'confirmed'),
    responseMs: numberOf(event, 'responseMs'),
    budgetMs,
    within: typeof within === 'boolean' ? within : null,
    test: event.data?.['test'] === true,
  };
}
