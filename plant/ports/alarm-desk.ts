/** Alarms as people see, acknowledge and confirm them. Made by alarms; needed by hmi and gateway's OPC UA server. */
import type { UtcMs } from '../clock.ts';
import type { Actor } from '../people.ts';
import type { Quality } from '../quality.ts';
import type { SkidName, TagName, TagValue } from '../sample.ts';
import type { AlarmPriority } from '../skid/definition.ts';

/** What someone said of an alarm since it was raised last. */
export type AlarmComment = Readonly<{ text: string; by: string; at: UtcMs }>;

/** `QD-1/R201/TI-201.high`: skid, alarm and level. */
export type AlarmView = Readonly<{
  id: string;
  skid: SkidName;
  title: string;
  level: string;
  /** The tag it watches; null where it watches several, or none. */
  tag: TagName | null;
  priority: AlarmPriority;
  active: boolean;
  /** Someone has seen it since it was raised last. */
  acknowledged: boolean;
  /** Someone has said that its cause was dealt with; it does not keep the alarm standing. A new raising clears it. */
  confirmed: boolean;
  suppressed: boolean;
  value: TagValue;
  unit: string | null;
  quality: Quality;
  /** Null where an interlock or a link raised it, not a limit. */
  limit: number | null;
  raisedAt: UtcMs | null;
  clearedAt: UtcMs | null;
  acknowledgedBy: string | null;
  confirmedBy: string | null;
  /** The newest. */
  comment: AlarmComment | null;
  cause: string;
  consequence: string;
  response: string;
  respondWithinMs: number;
}>;

export type AlarmTransition = Readonly<{
  alarm: string;
  skid: SkidName;
  at: UtcMs;
  what: 'raised' | 'cleared' | 'acknowledged' | 'confirmed' | 'commented' | 'suppressed' | 'unsuppressed';
  value: TagValue;
  by: string | null;
  note: string | null;
}>;

/**
 * Why an alarm was left as it was: the person may not; there is none of that name; its state does not allow it; it was raised
 * again in the meantime; it could not be recorded.
 */
export type AlarmRefusal = Readonly<{
  id: string;
  by: 'authority' | 'name' | 'state' | 'raised again' | 'record';
  reason: string;
}>;

/** All that people do to an alarm: recorded before it is shown, each refusal given back with its reason. */
export interface AlarmDesk {
  /** Every alarm that is active or unacknowledged: unacknowledged first, then by priority, then the newest. */
  standing(): Promise<readonly AlarmView[]>;
  /** Every alarm there is, standing or not; that of an interlock is there from its first trip on. */
  known(): Promise<readonly AlarmView[]>;
  journal(from: UtcMs, to: UtcMs, limit: number): Promise<readonly AlarmTransition[]>;
  /** The alarm was seen. What was acknowledged before stays so, and is no refusal. */
  acknowledge(ids: readonly string[], actor: Actor, note: string): Promise<readonly AlarmRefusal[]>;
  /** The cause was dealt with: of an alarm that was acknowledged since it was raised last. Twice is no refusal. */
  confirm(ids: readonly string[], actor: Actor, note: string): Promise<readonly AlarmRefusal[]>;
  /** A remark on an alarm; it changes nothing else. */
  comment(ids: readonly string[], actor: Actor, note: string): Promise<readonly AlarmRefusal[]>;
}

/** Told of every change of an alarm, and of the quality of one that stands, at once. */
export interface AlarmListener {
  /** @param at when it changed */
  changed(view: AlarmView, at: UtcMs): void;
}
