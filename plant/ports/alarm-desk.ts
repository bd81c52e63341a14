/** Alarms as people see and acknowledge them. Made by alarms; needed by hmi and gateway's OPC UA server. */
import type { UtcMs } from '../clock.ts';
import type { Actor } from '../people.ts';
import type { Quality } from '../quality.ts';
import type { SkidName, TagValue } from '../sample.ts';
import type { AlarmPriority } from '../skid/definition.ts';

/** `QD-1/R201/TI-201.high`: skid, alarm and level. */
export type AlarmView = Readonly<{
  id: string;
  skid: SkidName;
  title: string;
  level: string;
  priority: AlarmPriority;
  active: boolean;
  acknowledged: boolean;
  suppressed: boolean;
  value: TagValue;
  unit: string | null;
  quality: Quality;
  /** Null where an interlock or a link raised it, not a limit. */
  limit: number | null;
  raisedAt: UtcMs | null;
  clearedAt: UtcMs | null;
  acknowledgedBy: string | null;
  cause: string;
  consequence: string;
  response: string;
  respondWithinMs: number;
}>;

export type AlarmTransition = Readonly<{
  alarm: string;
  skid: SkidName;
  at: UtcMs;
  what: 'raised' | 'cleared' | 'acknowledged' | 'suppressed' | 'unsuppressed';
  value: TagValue;
  by: string | null;
  note: string | null;
}>;

export interface AlarmDesk {
  /** Every alarm that is active or unacknowledged: unacknowledged first, then by priority, then the newest. */
  standing(): Promise<readonly AlarmView[]>;
  journal(from: UtcMs, to: UtcMs, limit: number): Promise<readonly AlarmTransition[]>;
  /** Ids that could not be acknowledged come back with the reason. */
  acknowledge(
    ids: readonly string[],
    actor: Actor,
    note: string,
  ): Promise<readonly Readonly<{ id: string; reason: string }>[]>;
}

/** Told of every change of an alarm, at once. */
export interface AlarmListener {
  changed(view: AlarmView): void;
}
