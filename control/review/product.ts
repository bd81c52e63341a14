/**
 * When product may have been collected on a skid: the diverter said so, or was not to be relied on. What nobody knows hides nothing. Pure.
 */
import { tagName } from '../../plant/sample.ts';
import { goodAt, momentsOf, stretchesWhere } from './course.ts';
import type { Span, UnitEvidence } from './evidence.ts';

export function productSpans({ skid, equipment, courses, span }: UnitEvidence): readonly Span[] {
  const course = equipment === null ? undefined : courses.get(tagName(skid, equipment.points.diverter.name));
  if (course === undefined) return [];
  return stretchesWhere(
    momentsOf([course], span),
    span,
    (time) => goodAt(course, time),
    (value) => value !== 0,
  ).map(({ from, to }) => ({ from, to }));
}
