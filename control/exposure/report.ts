/** What a shift report holds, whatever the form, and how its figures are written. */
import type { UtcMs } from '../../plant/clock.ts';
import type { ExposureLimit, FilterResult, Interval } from '../../plant/exposure.ts';
import type { PersonExposure } from '../../plant/ports/exposure-desk.ts';
import type { MixtureGroup } from './limits.ts';
import type { Shift } from './site-time.ts';
import { figure } from './zone-judge.ts';

export type ReportOf = Readonly<{
  site: string;
  timeZone: string;
  shift: Shift;
  /** The shift's end, or the moment of the report where it runs. */
  upTo: UtcMs;
  madeAt: UtcMs;
  people: readonly PersonExposure[];
  limits: readonly ExposureLimit[];
  mixtures: readonly MixtureGroup[];
  samples: readonly FilterResult[];
  names: ReadonlyMap<string, string>;
  /** Why the air of the shift is a gap, where that is a fault; else null. */
  fault: string | null;
}>;

/** `2.31`, or `1.20 to 4.10` where the truth lies between. Less than a thousandth of the limit is 0, or `below` that. */
export function intervalText({ lower, upper }: Interval, limit: number): string {
  const least = limit / 1000;
  if (upper === 0) return '0';
  if (upper < least) return `below ${Number(least.toPrecision(3))}`;
  const [from, to] = [lower < least ? '0' : figure(lower), figure(upper)];
  return from === to ? from : `${from} to ${to}`;
}

/** `1.6 µg/m³`, or `less than 0.1 µg/m³` where that is what the laboratory can tell. */
export const foundText = ({ concentration, unit, belowDetection = false }: FilterResult): string =>
  `${belowDetection ? 'less than ' : ''}${concentration} ${unit}`;
