/** Courses for drawing: thinned to columns of time with their extremes kept, so that no peak is lost. Pure. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { TraceView } from '../../plant/review-view.ts';
import { splitTag, type TagName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { indexAt, momentsOf } from './course.ts';
import type { Course, Span, UnitEvidence } from './evidence.ts';
import type { Watched } from './watched.ts';

/** Columns of time in a trace; each keeps its first, least, most and last. */
const columns = 300;
/** How much is drawn before and after, as a share of the stretch, and at least in milliseconds. */
const margin = 0.5;
const leastMarginMs = 60_000;

/** The stretch with what came before and after it. */
export function widened({ from, to }: Span, timeScale: number, within: Span): Span {
  const more = Math.max(margin * (to - from), leastMarginMs / timeScale);
  // What is found of a batch may have happened after it, such as a calibration that failed: the end is drawn then.
  const inside = (time: number): UtcMs => utcMs(Math.min(within.to, Math.max(within.from, time)));
  return { from: inside(from - more), to: inside(to + more) };
}

export type Titles = ReadonlyMap<TagName, Readonly<{ title: string; unit: string | null }>>;

/** Of those that the site has. */
export function titlesOf(skids: readonly Skid[], tags: readonly TagName[]): Titles {
  return new Map(
    tags.flatMap((tag) => {
      const { skid, local } = splitTag(tag);
      const found = skids.find(({ name }) => name === skid)?.type.tags.find(({ name }) => name === local);
      return found === undefined ? [] : [[tag, { title: `${found.title} ${local}`, unit: found.unit }] as const];
    }),
  );
}

/**
 * The critical parameters that are made of these tags alone, each with its limits; then the tags that none of them stands for by
 * itself.
 */
export function traceOf(
  { courses }: Pick<UnitEvidence, 'courses'>,
  tags: readonly TagName[],
  span: Span,
  watched: readonly Watched[],
  titles: Titles,
): TraceView {
  const own = watched.filter((one) => one.tags.length > 0 && one.tags.every((tag) => tags.includes(tag)));
  const parameters = own.map((one) => {
    const { name, title, unit, low, high } = one;
    return { tag: name as TagName, title, unit, low, high, points: thinned(computed(one, courses, span), span) };
  });
  const told = new Set(own.filter((one) => one.tags.length === 1).flatMap((one) => one.tags));
  const plain = tags.flatMap((tag) => {
    const course = courses.get(tag);
    if (course === undefined || told.has(tag)) return [];
    const { title, unit } = titles.get(tag) ?? { title: tag, unit: null };
    return [{ tag, title, unit, low: null, high: null, points: thinned(course, span) }];
  });
  return { ...span, pens: [...parameters, ...plain] };
}

/** The parameter's own course: a point wherever a tag behind it has one. */
export function computed({ name, tags, valueAt }: Watched, courses: ReadonlyMap<TagName, Course>, span: Span): Course {
  const behind = tags.flatMap((tag) => courses.get(tag) ?? []);
  const times = Float64Array.from(momentsOf(behind, span));
  const values = times.map((time) => valueAt(time) ?? Number.NaN);
  return { tag: name as TagName, times, values, qualities: new Uint32Array(times.length) };
}

export function thinned(course: Course, { from, to }: Span): readonly (readonly [number, number | null])[] {
  const points: [number, number | null][] = [];
  const first = Math.max(0, indexAt(course, from));
  const width = Math.max(1, (to - from) / columns);
  let column: number[] = [];
  let index = first;
  const valueAt = (at: number): number | null => {
    const value = course.values[at] ?? Number.NaN;
    return Number.isNaN(value) || (course.qualities[at] ?? 0) >>> 30 !== 0 ? null : value;
  };
  const put = (at: number): void => {
    points.push([Math.max(from, course.times[at] ?? from), valueAt(at)]);
  };
  const close = (): void => {
    if (column.length === 0) return;
    const known = column.filter((at) => valueAt(at) !== null);
    const least = known.reduce((one, at) => ((valueAt(at) ?? 0) < (valueAt(one) ?? 0) ? at : one), known[0] ?? -1);
    const most = known.reduce((one, at) => ((valueAt(at) ?? 0) > (valueAt(one) ?? 0) ? at : one), known[0] ?? -1);
    const gap = column.find((at) => valueAt(at) === null) ?? -1;
    const kept = new Set([column[0] ?? -1, least, most, gap, column.at(-1) ?? -1]);
    for (const at of [...kept].filter((one) => one >= 0).sort((one, other) => one - other)) put(at);
    column = [];
  };
  for (let edge = from + width; index < course.times.length; index += 1) {
    const time = course.times[index] ?? to;
    if (time > to) break;
    while (time >= edge) {
      close();
      edge += width;
    }
    column.push(index);
  }
  close();
  const last = points.at(-1);
  if (last !== undefined && last[0] < to) points.push([to, last[1]]);
  return points;
}
