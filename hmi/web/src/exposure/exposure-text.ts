/** Doses and intervals in words. Pure. */
import type { ExposureLimit, Interval } from '../../../../plant/exposure.ts';
import type { DoseLine, PersonExposure } from '../../../../plant/ports/exposure-desk.ts';

export const amount = (value: number): string =>
  value === 0 ? '0' : value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

/**
 * `2.31`, or `1.2 to 4.1` where the truth lies between. A thousandth of the limit is small enough: less of it is 0 as a lower bound,
 * and `below` that as an upper one.
 */
export function intervalText({ lower, upper }: Interval, limit: number): string {
  const least = limit / 1000;
  if (upper === 0) return '0';
  if (upper < least) return `below ${amount(least)}`;
  const [from, to] = [lower < least ? '0' : amount(lower), amount(upper)];
  return from === to ? from : `${from} to ${to}`;
}

/** Of an average the worst rolling 8 h; of a STEL how often of the four times a day it was come near. */
export function beyondText({ rolling, excursions, limit }: DoseLine): string {
  if (excursions !== null) return `${excursions} of 4 times`;
  return rolling === null ? '–' : intervalText(rolling, limit);
}

export function minutesText(minutes: number | null): string {
  if (minutes === null) return '–';
  if (minutes > 24 * 60) return 'more than a day';
  const whole = Math.floor(minutes);
  return whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}

const words: Readonly<Record<DoseLine['state'], string>> = {
  below: '○ below',
  'action level': '▲ action level',
  limit: '■ LIMIT',
  unknown: '? not known',
};
export const stateText = (state: DoseLine['state']): string => words[state];

/** Rounded down: what was not measured in full is never said to be. */
export const shareText = (share: number): string => `${Math.floor(share * 100)} %`;

/** `, 10 min mean`: what a ceiling is a mean over; two of one agent are told apart by it. Else nothing. */
export function spanOf(line: DoseLine, limits: readonly ExposureLimit[]): string {
  if (line.kind !== 'ceiling') return '';
  const limit = limits.find(
    (one) =>
      one.kind === line.kind &&
      one.agent === line.agent &&
      one.jurisdiction === line.jurisdiction &&
      one.value === line.limit,
  );
  const minutes = limit?.averagedOverMin ?? null;
  return minutes === null ? '' : `, ${minutes} min mean`;
}

const weight: Readonly<Record<DoseLine['state'], number>> = { limit: 0, unknown: 1, 'action level': 2, below: 3 };

/** Whoever has to leave first; within it in the order they came. */
export function worstFirst(people: readonly PersonExposure[]): readonly PersonExposure[] {
  const worst = ({ lines, mixture }: PersonExposure): number =>
    Math.min(3, ...lines.map(({ state }) => weight[state]), mixture === null ? 3 : weight[mixture.state]);
  return [...people].sort((one, other) => worst(one) - worst(other));
}

/** What a person typed into a field for date and time, by the clock that the page shows: UTC or the browser's own. */
export const typedTime = (text: string, inUtc: boolean): number => new Date(inUtc ? `${text}Z` : text).getTime();
