/**
 * The live stream (`GET /api/stream`, server-sent events): one `snapshot`, then changes at most four times a second, and a
 * `heartbeat` every second whatever happens. A page that hears nothing for two seconds has lost the server.
 */
import type { BatchView } from '../../plant/batch-view.ts';
import type { AlarmView } from '../../plant/ports/alarm-desk.ts';
import type { InterlockView } from '../../plant/ports/interlock-desk.ts';
import type { LinkView } from '../../plant/ports/scan-consumer.ts';
import type { SkidNow } from './answers.ts';

/** How the interlocks of a skid stand, at a glance. */
export type InterlockSummary = Pick<InterlockView, 'skid' | 'demand' | 'firstOut' | 'changeover'> &
  Readonly<{
    rows: number;
    unhealthy: number;
    bypasses: number;
    forces: number;
    overdueTests: number;
    underTest: boolean;
  }>;

export type StreamEvents = {
  snapshot: Readonly<{
    serverTime: number;
    skids: Readonly<Record<string, SkidNow>>;
    alarms: readonly AlarmView[];
    batches: readonly BatchView[];
    links: readonly LinkView[];
    interlocks: readonly InterlockSummary[];
  }>;
  values: Readonly<{ serverTime: number; skids: Readonly<Record<string, SkidNow>> }>;
  /** Alarms that changed; one that is neither active nor unacknowledged stands no longer. */
  alarms: readonly AlarmView[];
  batches: readonly BatchView[];
  links: readonly LinkView[];
  /** Of the skids where it changed. Rows and readings are asked for by whoever looks at one skid. */
  interlocks: readonly InterlockSummary[];
  heartbeat: Readonly<{ serverTime: number }>;
};
export type StreamEventName = keyof StreamEvents;
export const streamEventNames = [
  'snapshot',
  'values',
  'alarms',
  'batches',
  'links',
  'interlocks',
  'heartbeat',
] as const satisfies readonly StreamEventName[];

export const valuesEveryMs = 250;
export const heartbeatEveryMs = 1000;
/** Without an event for this long the page covers its values and takes no commands. */
export const linkLostAfterMs = 2000;

/** Whether an alarm still concerns anybody. */
export const alarmStands = (alarm: AlarmView): boolean => alarm.active || !alarm.acknowledged;
