/** What a shift report holds, whatever the form, and how its figures are written. */
import type { UtcMs } from '../../plant/clock.ts';
import type { ExposureLimit, FilterResult, Interval } from '../../plant/exposure.ts';
import type { PersonExposure } from '../../plant/ports/exposure-desk.ts';
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
  samples: readonly FilterResult[];
  names: ReadonlyMap<string, string>;
}>;

/** `2.31`, or `1.20 to 4.10` where the truth lies between. Less than a thousandth of the limit is 0, or `below` that. */
export function intervalText({ lower, upper }: Interval, limit: number): string {
  const least = limit / 1000;
  if (upper === 0) return '0';
  if (upper < least) return `below ${Number(least.toPrecision(3))}`;
  const [from, to] = [lower < least ? '0' : figure(lower), figure(upper)];
  return from === to ? from : `${from} to ${to}`;
}
