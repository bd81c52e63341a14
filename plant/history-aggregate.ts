/** The aggregates of OPC UA Part 13 that history gives, and how they are asked for. */
import type { UtcMs } from './clock.ts';
import type { TagValue } from './sample.ts';

export const aggregateFunctions = [
  'Interpolative',
  'Average',
  'TimeAverage',
  'TimeAverage2',
  'Total',
  'Total2',
  'Minimum',
  'Maximum',
  'MinimumActualTime',
  'MaximumActualTime',
  'Range',
  'Count',
  'Start',
  'End',
  'Delta',
  'StandardDeviationSample',
  'StandardDeviationPopulation',
  'VarianceSample',
  'VariancePopulation',
  'DurationGood',
  'DurationBad',
  'DurationInStateZero',
  'DurationInStateNonZero',
  'PercentGood',
  'PercentBad',
  'WorstQuality',
  'WorstQuality2',
] as const;
export type AggregateFunction = (typeof aggregateFunctions)[number];

/** Part 13, 4.2.1.2. Values stand until the next (Stepped), so that a slope is never carried on. */
export type AggregateConfiguration = Readonly<{
  treatUncertainAsBad: boolean;
  /** 0 to 100. */
  percentDataBad: number;
  percentDataGood: number;
}>;

export const usualConfiguration: AggregateConfiguration = {
  treatUncertainAsBad: true,
  percentDataBad: 100,
  percentDataGood: 100,
};

/** What a span is cut into. Where `to` is earlier than `from`, time runs backwards. */
export type AggregateSpan = Readonly<{
  from: UtcMs;
  to: UtcMs;
  /** Length of an interval; the last may be shorter. */
  widthMs: number;
}>;

/** A value that was made of history. `status` is a StatusCode with the bits that say how (Part 11, 6.3). */
export type MadeValue = Readonly<{ time: UtcMs; value: TagValue; status: number }>;
