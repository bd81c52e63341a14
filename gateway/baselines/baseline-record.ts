/** What the record says of figures taken from a skid: the event, and which figures stand after events. Pure. */
import type { UtcMs } from '../../plant/clock.ts';
import { actorName, type Actor } from '../../plant/people.ts';
import { recordNumber, type RecordEvent, type StoredEvent } from '../../plant/record-event.ts';
import { tagName, type LocalTag, type SkidName } from '../../plant/sample.ts';
import type { TagDefinition } from '../../plant/skid/definition.ts';
import type { Figure, Taken } from './window.ts';

export type Given = TagDefinition & Readonly<{ source: Readonly<{ kind: 'given'; value: number; taken: Taken }> }>;

export type Standing = Readonly<{ value: number; spread: number; at: UtcMs; by: string }>;

export const baselineScope = (skid: SkidName): string => `skid/${skid}`;
const action = 'baseline-taken';

export const isGiven = (tag: TagDefinition): tag is Given => tag.source.kind === 'given';

export const baselineTaken = (
  skid: SkidName,
  { name, unit, source: { taken } }: Given,
  figure: Figure,
  before: number | null,
  actor: Actor,
  at: UtcMs,
): RecordEvent => ({
  scope: baselineScope(skid),
  actor,
  action,
  object: tagName(skid, name),
  old: before === null ? null : recordNumber(before),
  new: recordNumber(figure.value),
  ...(unit === null ? {} : { unit }),
  data: {
    from: taken.from.text,
    while: taken.while.text,
    overMs: recordNumber(taken.over),
    spread: recordNumber(figure.spread),
    readings: recordNumber(figure.readings),
    by: actorName(actor),
  },
  happenedAt: at,
});

export const standingOf = ({ value, spread }: Figure, actor: Actor, at: UtcMs): Standing => ({
  value,
  spread,
  at,
  by: actorName(actor),
});

/**
 * The newest figure of each tag among the events. One that was taken in another unit, or of another expression than the skid
 * file now has, is none of the tag's.
 */
export function standingAmong(
  skid: SkidName,
  tags: readonly Given[],
  events: readonly StoredEvent[],
): ReadonlyMap<LocalTag, Standing> {
  const found = new Map<LocalTag, Standing>();
  for (const { event, utc } of events) {
    if (event.action !== action) continue;
    const tag = tags.find(({ name }) => tagName(skid, name) === event.object);
    if (tag === undefined) continue;
    const { from, spread, by } = event.data ?? {};
    const [value, share] = [Number(event.new), Number(spread)];
    const isItsOwn = from === tag.source.taken.from.text && (event.unit ?? null) === tag.unit;
    if (!isItsOwn || typeof event.new !== 'string' || !Number.isFinite(value) || typeof by !== 'string') continue;
    found.set(tag.name, { value, spread: share, at: event.happenedAt ?? utc, by });
  }
  return found;
}
