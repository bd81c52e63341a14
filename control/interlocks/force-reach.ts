/** What an input reaches, through the tags derived of it: which channels of a row stand on it, and whether anything else of the row does. */
import type { CheckedExpression } from '../../plant/expression.ts';
import type { LocalTag } from '../../plant/sample.ts';
import { measuredIn, type PreparedRow, type PreparedSkid } from './prepare.ts';

const standsOn = ({ tags }: PreparedSkid, expression: CheckedExpression | null, tag: LocalTag): boolean =>
  expression !== null && measuredIn(expression.tags, tags).has(tag);

/** The channels of the row that are made of the tag. */
export const channelsTouched = (skid: PreparedSkid, { definition }: PreparedRow, tag: LocalTag): ReadonlySet<number> =>
  new Set(definition.channels.flatMap((channel, i) => (standsOn(skid, channel, tag) ? [i] : [])));

/**
 * Whether the row's conditions, arming or reference are made of the tag, beside its channels; or it watches the tag itself. A held
 * input would be Good for the row that watches the data, which is never bypassed: so no critical tag is ever held.
 */
export function isJudgedBy(skid: PreparedSkid, { definition }: PreparedRow, tag: LocalTag): boolean {
  const { armed, reference, stale, trip, warn } = definition;
  if (stale?.includes(tag) === true) return true;
  const { target = null, ramped = null, value = null, heating = null } = reference ?? {};
  const others = [armed, target, ramped, value, heating, warn?.when ?? null];
  return [...others, ...trip.flatMap((one) => [one.when, one.armed])].some((one) => standsOn(skid, one, tag));
}
