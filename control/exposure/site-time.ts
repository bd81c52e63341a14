/** Days and shifts by the clock on the site's wall, as spans of UTC: a shift over a change of the clock is an hour longer or shorter. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';

export type Shift = Readonly<{ from: UtcMs; to: UtcMs }>;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}

type Wall = Readonly<{ year: number; month: number; day: number; hour: number; minute: number; second: number }>;

function wallAt(at: number, timeZone: string): Wall {
  const part = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? 0;
  return {
    year: of('year'),
    month: of('month'),
    day: of('day'),
    hour: of('hour'),
    minute: of('minute'),
    second: of('second'),
  };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `2027-07-11`, the day it is at the site. */
export function siteDate(at: UtcMs, timeZone: string): string {
  const { year, month, day } = wallAt(at, timeZone);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** `2027-07-11 06:00`. */
export function siteTime(at: UtcMs, timeZone: string): string {
  const { hour, minute } = wallAt(at, timeZone);
  return `${siteDate(at, timeZone)} ${two(hour)}:${two(minute)}`;
}

/** How far the wall's clock is ahead of UTC. */
function offsetAt(at: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = wallAt(at, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

const dayMs = 86_400_000;

/** When the wall's clock first shows it; where the clock skips it, the moment that far after the skip. */
function utcOfWall(wall: number, timeZone: string): number {
  const before = wall - offsetAt(wall - dayMs, timeZone);
  const after = wall - offsetAt(wall + dayMs, timeZone);
  const fits = (at: number): boolean => at + offsetAt(at, timeZone) === wall;
  return [before, after].sort((a, b) => a - b).find(fits) ?? before;
}

/** The shift that `at` lies in: from its beginning up to the beginning of the next. @param starts such as `06:00` */
export function shiftAt(at: UtcMs, starts: readonly string[], timeZone: string): Shift {
  const { year, month, day } = wallAt(at, timeZone);
  const midnight = Date.UTC(year, month - 1, day);
  const begins = [-1, 0, 1, 2]
    .flatMap((days) => starts.map((start) => utcOfWall(midnight + days * dayMs + minutesOf(start) * 60_000, timeZone)))
    .sort((a, b) => a - b);
  const from = begins.findLast((begin) => begin <= at) ?? at;
  const to = begins.find((begin) => begin > at) ?? at;
  return { from: utcMs(from), to: utcMs(to) };
}

function minutesOf(start: string): number {
  const [hours = 0, minutes = 0] = start.split(':').map(Number);
  return hours * 60 + minutes;
}
