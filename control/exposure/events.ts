/** What is written to the record of exposure, and how it is read back after a restart. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { isoUtc, utcMs, type UtcMs } from '../../plant/clock.ts';
import type { FilterResult } from '../../plant/exposure.ts';
import type { Actor } from '../../plant/people.ts';
import { recordNumber, type RecordEvent, type StoredEvent } from '../../plant/record-event.ts';
import type { PresenceEntry } from './presence.ts';

export const scope = 'exposure';

export type BadgeGift = Readonly<{ badge: string; personId: string; printedName: string }>;

export const presenceEvent = (entry: Omit<PresenceEntry, 'order'>, actor: Actor, note: string | null): RecordEvent => ({
  scope,
  actor,
  action: entry.zone === null ? 'zone-left' : 'zone-entered',
  object: entry.personId,
  new: entry.zone,
  happenedAt: entry.at,
  ...(note === null ? {} : { reason: note }),
  data: { printedName: entry.printedName, at: recordNumber(entry.at) },
});

export const badgeEvent = ({ badge, personId, printedName }: BadgeGift, actor: Actor): RecordEvent => ({
  scope,
  actor,
  action: 'badge-given',
  object: personId,
  new: badge,
  data: { printedName },
});

export const filterEvent = (result: FilterResult, printedName: string, actor: Actor): RecordEvent => ({
  scope,
  actor,
  action: 'filter-result-entered',
  object: result.personId,
  new: recordNumber(result.concentration),
  unit: result.unit,
  data: {
    id: result.id,
    printedName,
    agent: result.agent,
    fraction: result.fraction,
    from: recordNumber(result.from),
    to: recordNumber(result.to),
    fromUtc: isoUtc(result.from),
    toUtc: isoUtc(result.to),
    laboratory: result.laboratory,
    method: result.method,
  },
});

export const zoneEvent = (
  action: 'entry-stopped' | 'entry-allowed' | 'evacuation-called' | 'evacuation-over',
  zone: string,
  reason: string,
  happenedAt: UtcMs,
): RecordEvent & Readonly<{ happenedAt: UtcMs }> => ({
  scope,
  actor: { kind: 'service', part: 'exposure' },
  action,
  object: zone,
  reason,
  happenedAt,
});

export type Remembered =
  | Readonly<{ kind: 'presence'; entry: PresenceEntry }>
  | Readonly<{ kind: 'badge'; gift: BadgeGift }>
  | Readonly<{ kind: 'filter'; result: FilterResult; printedName: string }>;

const number = Type.String({ pattern: '^-?\\d+(\\.\\d+)?(e[+-]?\\d+)?$' });
const presenceData = Compile(Type.Object({ printedName: Type.String(), at: number }));
const badgeData = Compile(Type.Object({ printedName: Type.String() }));
const filterData = Compile(
  Type.Object({
    id: Type.String(),
    printedName: Type.String(),
    agent: Type.Union([Type.Literal('Cd'), Type.Literal('H2S'), Type.Literal('H2Se'), Type.Literal('H2Te')]),
    fraction: Type.Union([
      Type.Literal('total'),
      Type.Literal('inhalable'),
      Type.Literal('respirable'),
      Type.Literal('gas'),
    ]),
    from: number,
    to: number,
    laboratory: Type.String(),
    method: Type.String(),
  }),
);

/** Null for an event that changes nothing here. */
export function remember({ event, seq }: StoredEvent): Remembered | null {
  const { action, object, data } = event;
  const value = event.new;
  if ((action === 'zone-entered' || action === 'zone-left') && presenceData.Check(data)) {
    const zone = typeof value === 'string' ? value : null;
    const { printedName, at } = data;
    return { kind: 'presence', entry: { order: seq, personId: object, printedName, zone, at: utcMs(Number(at)) } };
  }
  if (action === 'badge-given' && typeof value === 'string' && badgeData.Check(data))
    return { kind: 'badge', gift: { badge: value, personId: object, printedName: data.printedName } };
  if (action === 'filter-result-entered' && typeof value === 'string' && filterData.Check(data)) {
    const { id, printedName, agent, fraction, from, to, laboratory, method } = data;
    const unit = event.unit === 'ppm' ? 'ppm' : 'µg/m³';
    return {
      kind: 'filter',
      printedName,
      result: {
        id,
        personId: object,
        agent,
        fraction,
        from: utcMs(Number(from)),
        to: utcMs(Number(to)),
        concentration: Number(value),
        unit,
        laboratory,
        method,
      },
    };
  }
  return null;
}
