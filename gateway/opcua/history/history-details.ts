/** What a client asks of history, as node-opcua brings it, in our own words. */
import {
  type AggregateConfiguration,
  isMinDate,
  ObjectIds,
  ReadAtTimeDetails,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  StatusCodes,
  type HistoryReadRequest,
  type NodeId,
  type StatusCode,
} from 'node-opcua';
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import { aggregateFunctions, type AggregateFunction } from '../../../plant/history-aggregate.ts';
import { begin, type Cursor } from './history-pages.ts';
import { beginProcessed, type ProcessedCursor } from './history-processed.ts';

/** Times of which the values are asked; nothing is kept of them between calls. */
export type TimesCursor = Readonly<{ what: 'at times'; times: readonly UtcMs[] }>;
/** Values that were replaced or put in later: history has none that a client could ask for. */
export type ModifiedCursor = Readonly<{ what: 'modified' }>;

export type AnyCursor = (Cursor & Readonly<{ what?: never }>) | ProcessedCursor | TimesCursor | ModifiedCursor;

/** The node id of an aggregate (Part 13, 4.2.2), as the standard address space has it. */
export const aggregateNode = (of: AggregateFunction): number =>
  (ObjectIds as unknown as Readonly<Record<string, number>>)[`AggregateFunction_${of}`] ?? 0;

/** As many as history answers for at once. */
const mostTimes = 10_000;

const byNode = new Map(aggregateFunctions.map((of) => [aggregateNode(of), of]));

const aggregateOf = (node: NodeId | null | undefined): AggregateFunction | null =>
  node?.namespace === 0 && typeof node.value === 'number' ? (byNode.get(node.value) ?? null) : null;

/** @param place of the node in the request: each has its own aggregate. @returns a status code where there is nothing to read */
export function cursorOf(
  { historyReadDetails: details, nodesToRead }: HistoryReadRequest,
  place: number,
): AnyCursor | StatusCode {
  if (details instanceof ReadRawModifiedDetails) {
    if (details.isReadModified) return { what: 'modified' };
    const { startTime, endTime, numValuesPerNode: most, returnBounds: bounds } = details;
    return (
      begin({ start: timeOf(startTime), end: timeOf(endTime), most, bounds }) ?? StatusCodes.BadHistoryOperationInvalid
    );
  }
  if (details instanceof ReadAtTimeDetails) {
    const times = (details.reqTimes ?? []).map(timeOf);
    if (times.length === 0 || times.includes(null)) return StatusCodes.BadInvalidTimestampArgument;
    if (times.length > mostTimes) return StatusCodes.BadTooManyOperations;
    return { what: 'at times', times: times.filter((time) => time !== null) };
  }
  if (details instanceof ReadProcessedDetails) {
    const { startTime, endTime, processingInterval, aggregateType, aggregateConfiguration } = details;
    if ((aggregateType ?? []).length !== (nodesToRead ?? []).length) return StatusCodes.BadAggregateListMismatch;
    const cursor = beginProcessed({
      start: timeOf(startTime),
      end: timeOf(endTime),
      processingInterval,
      aggregate: aggregateOf(aggregateType?.[place]),
      configuration: configurationOf(aggregateConfiguration),
    });
    return typeof cursor === 'string' ? StatusCodes[cursor] : cursor;
  }
  return StatusCodes.BadHistoryOperationUnsupported;
}

function configurationOf(given: AggregateConfiguration) {
  if (given.useServerCapabilitiesDefaults) return null;
  const { treatUncertainAsBad, percentDataBad, percentDataGood, useSlopedExtrapolation } = given;
  return { treatUncertainAsBad, percentDataBad, percentDataGood, useSlopedExtrapolation };
}

/** The least date stands for none (Part 6, 5.2.2.5). */
const timeOf = (date: Date | null | undefined): UtcMs | null =>
  date === null || date === undefined || isMinDate(date) ? null : utcMs(date.getTime());
