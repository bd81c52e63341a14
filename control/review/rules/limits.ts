/** Critical parameters and attributes within their ranges while product was collected, and known at all. */
import { formatValue } from '../../../plant/quantity.ts';
import type { UtcMs } from '../../../plant/clock.ts';
import { both, goodAt, lengthOf, momentsOf, stretchesWhere, type Stretch } from '../course.ts';
import type { Evidence, Span, UnitEvidence } from '../evidence.ts';
import { productSpans } from '../product.ts';
import { tagName } from '../../../plant/sample.ts';
import type { Finding, Looked, Rule } from '../rule.ts';
import { watchedOf, type Watched } from '../watched.ts';

/** Seconds of the process. A shorter one is within what a diverter and its phase take to act; many of them are found together. */
const shortestS = 5;
/** The share of product time from which short ones are found together. */
const shortShare = 0.01;

type Judged = Readonly<{ what: string; holds: (value: number | null) => boolean; say: (stretch: Stretch) => string }>;

export const limits: Rule = {
  name: 'limits',
  version: '1',
  byDeviation: true,
  title: 'Every critical parameter and attribute was within its range while product was collected',
  counts: 'values',
  run: (evidence) => overWatched(evidence, outOfRange),
};

export const knownValues: Rule = {
  name: 'known-values',
  version: '1',
  byDeviation: true,
  title: 'Every critical parameter and attribute was measured, current and Good while product was collected',
  counts: 'values',
  run: (evidence) => {
    const { looked, found } = overWatched(evidence, notKnown);
    const more = evidence.units.flatMap((unit) => unmeasured(evidence, unit));
    return { looked, found: [...found, ...more] };
  },
};

const sayLimits = ({ low, high, unit }: Watched): string => {
  const say = (value: number): string => formatValue(value, unit, 2);
  if (low !== null && high !== null) return `${say(low)} to ${say(high)}`;
  return low === null ? `at most ${say(high ?? 0)}` : `at least ${say(low)}`;
};

function outOfRange(watched: Watched): Judged {
  const { low, high, unit } = watched;
  return {
    what: `${watched.title} outside ${sayLimits(watched)}`,
    holds: (value) => value !== null && ((low !== null && value < low) || (high !== null && value > high)),
    say: ({ least, most }) => {
      const worst = high !== null && most > high ? most : least;
      return `as far as ${formatValue(worst, unit, 2)}`;
    },
  };
}

const notKnown = ({ title }: Watched): Judged => ({
  what: `${title} not known`,
  holds: (value) => value === null,
  say: () => 'no Good value',
});

function overWatched(evidence: Evidence, judge: (watched: Watched) => Judged): Looked {
  let looked = 0;
  const found: Finding[] = [];
  for (const unit of evidence.units) {
    const product = productSpans(unit);
    for (const watched of watchedOf(evidence.recipe, unit).watched) {
      const { what, holds, say } = judge(watched);
      const courses = watched.tags.flatMap((tag) => unit.courses.get(tag) ?? []);
      const stretches: Stretch[] = [];
      for (const span of product) {
        const moments = momentsOf(courses, span);
        looked += moments.length;
        stretches.push(...stretchesWhere(moments, span, watched.valueAt, holds));
      }
      found.push(...findings(evidence, unit, watched, what, say, stretches, product));
    }
  }
  return { looked, found };
}

function findings(
  { timeScale }: Evidence,
  { skid }: UnitEvidence,
  { name, tags }: Watched,
  what: string,
  say: (stretch: Stretch) => string,
  stretches: readonly Stretch[],
  product: readonly Span[],
): readonly Finding[] {
  const seconds = (spans: readonly Span[]): number => (lengthOf(spans) * timeScale) / 1000;
  const near = joined(stretches, (shortestS * 1000) / timeScale);
  const long = near.filter((one) => seconds([one]) >= shortestS);
  const short = near.filter((one) => seconds([one]) < shortestS);
  const of = (from: UtcMs, to: UtcMs, detail: string, which: string): Finding => ({
    key: `${what}@${skid}/${name}/${which}`,
    skid,
    from,
    to,
    title: what,
    detail,
    lines: [],
    tags,
  });
  const found = long.map((one) =>
    of(one.from, one.to, `${say(one)}, ${seconds([one]).toFixed(0)} s while product was collected`, String(one.from)),
  );
  const [first, last] = [short[0], short.at(-1)];
  if (first !== undefined && last !== undefined && lengthOf(short) > shortShare * lengthOf(product)) {
    const times = `${short.length} times for less than ${shortestS} s, ${seconds(short).toFixed(0)} s in all`;
    found.push(of(first.from, last.to, `${times}, while product was collected`, 'short'));
  }
  return found;
}

/** Stretches that lie closer together than `gap` milliseconds are one, with what lies between. */
function joined(stretches: readonly Stretch[], gap: number): readonly Stretch[] {
  const all: Stretch[] = [];
  for (const next of stretches) {
    const last = all.at(-1);
    if (last === undefined || next.from - last.to > gap) {
      all.push(next);
      continue;
    }
    all[all.length - 1] = {
      from: last.from,
      to: next.to,
      least: lesser(last.least, next.least),
      most: -lesser(-last.most, -next.most),
    };
  }
  return all;
}

const lesser = (one: number, other: number): number =>
  Number.isNaN(one) ? other : Number.isNaN(other) ? one : Math.min(one, other);

/** Product was collected, and what a critical parameter was meanwhile nobody can say. */
function unmeasured({ recipe, timeScale }: Evidence, unit: UnitEvidence): readonly Finding[] {
  const { skid, span, unreadable, equipment, courses } = unit;
  const about = (key: string, title: string, detail: string): Finding => ({
    key: `${key}@${skid}`,
    skid,
    ...span,
    title,
    detail,
    lines: [],
    tags: [],
  });
  if (unreadable !== null) return [about('unreadable', 'What was measured cannot be judged', unreadable)];
  if (equipment === null)
    return [
      about(
        'no-equipment',
        'What was measured cannot be judged',
        'the definition of the skid runs no batches any more',
      ),
    ];
  const diverter = tagName(skid, equipment.points.diverter.name);
  const course = courses.get(diverter);
  const unknown =
    course === undefined
      ? [span]
      : stretchesWhere(
          momentsOf([course], span),
          span,
          (time) => goodAt(course, time),
          (value) => value === null,
        );
  const blind = unknown
    .filter((one) => (lengthOf([one]) * timeScale) / 1000 >= shortestS)
    .map((one) => ({
      ...about(`diverter/${one.from}`, 'Nobody knows where the outlet led', 'it is judged as if it led to product'),
      from: one.from,
      to: one.to,
      tags: [diverter],
    }));
  if (both(productSpans(unit), [span]).length === 0) return blind;
  const unwatched = watchedOf(recipe, unit).unwatched.map(({ name, why }) =>
    about(`unwatched/${name}`, `${name} is critical and was not judged`, why),
  );
  return [...blind, ...unwatched];
}
