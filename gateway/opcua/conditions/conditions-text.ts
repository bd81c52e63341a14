/** An alarm as a Condition says it (OPC UA Part 9): its node id, type, severity, message and times. Pure. */
import type { AlarmView } from '../../../plant/ports/alarm-desk.ts';
import { isoUtc, type UtcMs } from '../../../plant/clock.ts';
import type { AlarmPriority } from '../../../plant/skid/definition.ts';

/** The folder of a skid's conditions. No skid's name holds a full stop. */
export const alarmsFolderId = (skid: string): string => `${skid}.Alarms`;

/** `QD-1.Alarms/R201/TI-201.high`: the alarm's own name below its skid's folder, so that it is no tag's. */
export const conditionId = ({ id, skid }: Pick<AlarmView, 'id' | 'skid'>): string =>
  `${alarmsFolderId(skid)}/${alarmName({ id, skid })}`;

export const alarmName = ({ id, skid }: Pick<AlarmView, 'id' | 'skid'>): string =>
  id.startsWith(`${skid}/`) ? id.slice(skid.length + 1) : id;

/** In the middle of the ranges that Part 5, 6.4.2 recommends for high, medium and low urgency. */
export const severities: Readonly<Record<AlarmPriority, number>> = { 1: 900, 2: 500, 3: 200 };

export type LimitPlace = Readonly<{
  /** The property that holds the limit. */
  property: 'HighHighLimit' | 'HighLimit' | 'LowLimit' | 'LowLowLimit';
  /** The state of the exclusive limits' machine while it is active. */
  state: 'HighHigh' | 'High' | 'Low' | 'LowLow';
}>;

const limitPlaces: Readonly<Record<string, LimitPlace>> = {
  'high-high': { property: 'HighHighLimit', state: 'HighHigh' },
  high: { property: 'HighLimit', state: 'High' },
  low: { property: 'LowLimit', state: 'Low' },
  'low-low': { property: 'LowLowLimit', state: 'LowLow' },
};

export type ConditionForm = Readonly<{ type: string; classType: string; limit: LimitPlace | null }>;

export function formOf({ level, limit }: Pick<AlarmView, 'level' | 'limit'>): ConditionForm {
  const place = limit === null ? undefined : limitPlaces[level];
  if (place !== undefined) return { type: 'ExclusiveLevelAlarmType', classType: process, limit: place };
  return { ...(formsByLevel[level] ?? { type: 'AlarmConditionType', classType: process }), limit: null };
}

const process = 'ProcessConditionClassType';

const formsByLevel: Readonly<Record<string, Omit<ConditionForm, 'limit'>>> = {
  trip: { type: 'TripAlarmType', classType: process },
  doubt: { type: 'TripAlarmType', classType: process },
  warning: { type: 'OffNormalAlarmType', classType: process },
  loss: { type: 'InstrumentDiagnosticAlarmType', classType: 'MaintenanceConditionClassType' },
  link: { type: 'SystemOffNormalAlarmType', classType: 'SystemConditionClassType' },
};

/** What is wrong, with the value in it, and what to do; or that it is no longer. */
export function messageOf(view: AlarmView): string {
  if (!view.active) return `${view.title}: gone${view.clearedAt === null ? '' : ` since ${isoUtc(view.clearedAt)}`}.`;
  const { title, value, unit, limit, cause, response } = view;
  const of = unit === null ? '' : ` ${unit}`;
  if (limit === null) return `${title}: ${cause} ${response}`;
  const seen = typeof value === 'number' ? `${shown(value)}${of}, ` : '';
  return `${title}: ${seen}limit ${limit}${of}. ${response}`;
}

/** Limits and values of the plant need no more than six figures. */
const shown = (value: number): string => String(Number(value.toPrecision(6)));

/** When it came to be as it is, as far as the view says: for conditions that are made from an alarm that stood before. */
export const lastTimeOf = ({ raisedAt, clearedAt, comment }: AlarmView): UtcMs | null =>
  [raisedAt, clearedAt, comment?.at ?? null].reduce((last, at) =>
    at !== null && (last === null || at > last) ? at : last,
  );

/** Whether clients should be told. The value alone is the tag's affair. */
export const differs = (before: AlarmView, now: AlarmView): boolean =>
  (
    [
      'active',
      'acknowledged',
      'confirmed',
      'suppressed',
      'priority',
      'quality',
      'raisedAt',
      'title',
      'cause',
      'response',
    ] as const
  ).some((field) => before[field] !== now[field]) ||
  before.comment?.at !== now.comment?.at ||
  before.comment?.text !== now.comment?.text;
