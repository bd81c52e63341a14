/** Processed values and values at given times, as clients ask for them (Part 11, 6.4.4 and 6.4.5; Part 13), in pages. Pure. */
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import {
  usualConfiguration,
  type AggregateConfiguration,
  type AggregateFunction,
  type AggregateSpan,
} from '../../../plant/history-aggregate.ts';

/** Where reading stands. */
export type ProcessedCursor = Readonly<{
  what: 'aggregate';
  aggregate: AggregateFunction;
  configuration: AggregateConfiguration;
  span: AggregateSpan;
}>;

export type ProcessedRequest = Readonly<{
  start: UtcMs | null;
  end: UtcMs | null;
  /** Milliseconds; 0: the whole span is one interval. */
  processingInterval: number;
  aggregate: AggregateFunction | null;
  /** Null: the server's own. */
  configuration: (AggregateConfiguration & Readonly<{ useSlopedExtrapolation: boolean }>) | null;
}>;

export type ProcessedRefusal =
  | 'BadAggregateNotSupported'
  | 'BadAggregateInvalidInputs'
  | 'BadAggregateConfigurationRejected'
  | 'BadHistoryOperationInvalid';

/** @returns the reason where it cannot be answered */
export function beginProcessed(request: ProcessedRequest): ProcessedCursor | ProcessedRefusal {
  const { start, end, processingInterval, aggregate, configuration } = request;
  if (aggregate === null) return 'BadAggregateNotSupported';
  if (start === null || end === null) return 'BadHistoryOperationInvalid';
  if (start === end || !(processingInterval >= 0)) return 'BadAggregateInvalidInputs';
  const whole = Math.abs(end - start);
  const widthMs = processingInterval === 0 ? whole : Math.min(whole, Math.max(1, Math.round(processingInterval)));
  if (configuration === null) {
    return { what: 'aggregate', aggregate, configuration: usualConfiguration, span: { from: start, to: end, widthMs } };
  }
  const { useSlopedExtrapolation, ...asked } = configuration;
  // Values stand until the next: there is no slope to carry on.
  if (useSlopedExtrapolation) return 'BadAggregateConfigurationRejected';
  const { percentDataBad, percentDataGood } = asked;
  const inRange = [percentDataBad, percentDataGood].every((percent) => percent >= 0 && percent <= 100);
  // Part 13, 4.2.1.2: what is neither has to have a place between them.
  if (!inRange || percentDataGood < 100 - percentDataBad) return 'BadAggregateInvalidInputs';
  return { what: 'aggregate', aggregate, configuration: asked, span: { from: start, to: end, widthMs } };
}

/** The intervals that are told now, at most `limit`, and where the next page begins. */
export function pageOf(
  cursor: ProcessedCursor,
  limit: number,
): Readonly<{ span: AggregateSpan; next: ProcessedCursor | null }> {
  const { from, to, widthMs } = cursor.span;
  const sign = to < from ? -1 : 1;
  const count = Math.ceil(Math.abs(to - from) / widthMs);
  if (count <= limit) return { span: cursor.span, next: null };
  const middle = utcMs(from + sign * limit * widthMs);
  return { span: { from, to: middle, widthMs }, next: { ...cursor, span: { from: middle, to, widthMs } } };
}
