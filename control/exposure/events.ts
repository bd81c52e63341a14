/** What is written to the record of exposure, and how it is read back after a restart. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { isoUtc, utcMs, type UtcMs } from '../../plant/clock.ts';
import type { FilterResult } from '../../plant/exposure.ts';
import type { Actor } from '../../plant/people.ts';
import { recordNumber, type RecordEvent, type RecordValue, type StoredEvent } from '../../plant/record-event.ts';
import type { PastEvent } from '../../plant/record-outbox.ts';
import type { PresenceEntry } from './presence.ts';

export const scope = 'exposure';
const service: Actor = { kind: 'service', part: 'exposure' };

export type BadgeGift = Readonly<{
  badge: string;
  personId: string;
  printedName: string;
  /** Counts up as gifts are recorded. */
  order: number;
  givenAt: UtcMs;
}>;

/** @param badge by which it was known who it is, where it was by one */
export const presenceEvent = (
  entry: Omit<PresenceEntry, 'order'>,
  badge: string | null,
  actor: Actor,
  note: string | null,
): RecordEvent => ({
  scope,
  actor,
  action: entry.zone === null ? 'zone-left' : 'zone-entered',
  object: entry.personId,
  new: entry.zone,
  happenedAt: entry.at,
  ...(note === null ? {} : { reason: note }),
  data: { printedName: entry.printedName, at: recordNumber(entry.at), ...(badge === null ? {} : { badge }) },
});

/** @param lost the badge that the person had before, and has no longer */
export const badgeEvent = (
  { badge, personId, printedName }: Omit<BadgeGift, 'order' | 'givenAt'>,
  lost: string | null,
  actor: Actor,
): RecordEvent => ({
  scope,
  ...(lost === null ? {} : { old: lost }),
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
    ...(result.belowDetection === true ? { belowDetection: true } : {}),
  },
});

/** What the doses of a shift that had ended were before a result came, and what they are with it. */
export const recomputedEvent = (
  result: FilterResult,
  shift: Readonly<{ from: UtcMs; to: UtcMs }>,
  doses: Readonly<{ old: RecordValue; new: RecordValue }>,
  happenedAt: UtcMs,
  /** Why some of it may be wider than it had to be. */
  reason: string | null,
): PastEvent => ({
  scope,
  actor: service,
  action: 'dose-recomputed',
  object: result.personId,
  old: doses.old,
  new: doses.new,
  ...(reason === null ? {} : { reason }),
  data: { result: result.id, shiftFromUtc: isoUtc(shift.from), shiftToUtc: isoUtc(shift.to) },
  happenedAt,
});

export const clockEvent = (happenedAt: UtcMs): PastEvent => ({
  scope,
  actor: service,
  action: 'clock-set-back',
  object: 'presence',
  reason:
    'What was logged of a later time is taken as of now. Air that is read in a time that was lived before is added to it.',
  happenedAt,
});

const zoneActions = ['entry-stopped', 'entry-allowed', 'evacuation-called', 'evacuation-over'] as const;
export type ZoneAction = (typeof zoneActions)[number];

export const zoneEvent = (
  action: ZoneAction,
  zone: string,
  said: Readonly<{ reason: string; agents: readonly string[] }>,
  happenedAt: UtcMs,
): PastEvent => ({
  scope,
  actor: service,
  action,
  object: zone,
  reason: said.reason,
  ...(said.agents.length === 0 ? {} : { data: { agents: said.agents } }),
  happenedAt,
});

export type Remembered =
  | Readonly<{ kind: 'presence'; entry: PresenceEntry }>
  | Readonly<{ kind: 'badge'; gift: BadgeGift }>
  | Readonly<{ kind: 'filter'; result: FilterResult; printedName: string; at: UtcMs }>
  | Readonly<{ kind: 'recomputed'; resultId: string }>
  | Readonly<{ kind: 'zone'; action: ZoneAction; zone: string; reason: string; agents: readonly string[] }>
  /** It is one of these, and what it says cannot be read. */
  | Readonly<{ kind: 'unreadable'; seq: number; action: string }>;

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
    belowDetection: Type.Optional(Type.Boolean()),
  }),
);
const zoneData = Compile(Type.Object({ agents: Type.Array(Type.String()) }));
const recomputedData = Compile(Type.Object({ result: Type.String() }));

/** Null for an event that changes nothing here. */
export function remember(stored: StoredEvent): Remembered | null {
  const { event, seq } = stored;
  const unreadable: Remembered = { kind: 'unreadable', seq, action: event.action };
  switch (event.action) {
    case 'zone-entered':
    case 'zone-left':
      return presenceIn(stored) ?? unreadable;
    case 'badge-given':
      return badgeIn(stored) ?? unreadable;
    case 'filter-result-entered':
      return filterIn(stored) ?? unreadable;
    case 'dose-recomputed':
      return recomputedData.Check(event.data) ? { kind: 'recomputed', resultId: event.data.result } : unreadable;
    default: {
      const action = zoneActions.find((one) => one === event.action);
      if (action === undefined) return null;
      const agents = zoneData.Check(event.data) ? event.data.agents : [];
      return { kind: 'zone', action, zone: event.object, reason: event.reason ?? '', agents };
    }
  }
}

function presenceIn({ event, seq }: StoredEvent): Remembered | null {
  const { action, object, data } = event;
  const isEntry = action === 'zone-entered';
  if (!presenceData.Check(data) || isEntry !== (typeof event.new === 'string')) return null;
  const at = utcMs(Number(data.at));
  const zone = typeof event.new === 'string' ? event.new : null;
  return { kind: 'presence', entry: { order: seq, personId: object, printedName: data.printedName, zone, at } };
}

function badgeIn({ event, seq, utc }: StoredEvent): Remembered | null {
  const { object, data } = event;
  if (typeof event.new !== 'string' || !badgeData.Check(data)) return null;
  const { printedName } = data;
  return { kind: 'badge', gift: { badge: event.new, personId: object, printedName, order: seq, givenAt: utc } };
}

function filterIn({ event, utc }: StoredEvent): Remembered | null {
  const { object, data } = event;
  const concentration = typeof event.new === 'string' ? Number(event.new) : Number.NaN;
  if (!Number.isFinite(concentration) || !filterData.Check(data)) return null;
  const { id, printedName, agent, fraction, from, to, laboratory, method, belowDetection } = data;
  return {
    kind: 'filter',
    printedName,
    at: utc,
    result: {
      id,
      personId: object,
      agent,
      fraction,
      from: utcMs(Number(from)),
      to: utcMs(Number(to)),
      concentration,
      unit: event.unit === 'ppm' ? 'ppm' : 'µg/m³',
      laboratory,
      method,
      ...(belowDetection === true ? { belowDetection } : {}),
    },
  };
}
