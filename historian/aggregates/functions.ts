/** The aggregates of OPC UA Part 13 that history gives, and how each is asked for. */

export const aggregateFunctions = [
  'Interpolative',
  'Average',
  'TimeAverage',
  'Total',
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
  'PercentGood',
  'PercentBad',
  'WorstQuality',
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

/** Bits of a status code that says how a historical value was made (Part 11, 6.3; Part 4, 7.39.1). */
export const historianBits = {
  calculated: 0x401,
  interpolated: 0x402,
  raw: 0x400,
  partial: 0x404,
  multiValue: 0x410,
} as const;

export const badNoData = 0x809b_0000;
export const uncertainDataSubNormal = 0x40a4_0000;
export const badBits = 0x8000_0000;
