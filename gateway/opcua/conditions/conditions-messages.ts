/** What passes between the main thread and the worker about alarms. */
import type { UtcMs } from '../../../plant/clock.ts';
import type { AlarmView } from '../../../plant/ports/alarm-desk.ts';

export type AlarmDeed = 'acknowledge' | 'confirm' | 'comment';

/** What a client is told of what it asked; names of StatusCodes. */
export type DeedStatus =
  | 'Good'
  | 'BadUserAccessDenied'
  | 'BadEventIdUnknown'
  | 'BadInvalidState'
  | 'BadNodeIdUnknown'
  | 'BadResourceUnavailable';

export type ToConditions =
  | Readonly<{ kind: 'alarm'; view: AlarmView; at: UtcMs }>
  | Readonly<{ kind: 'alarm-deed-answer'; id: number; status: DeedStatus }>;

export type FromConditions = Readonly<{
  kind: 'alarm-deed';
  id: number;
  login: number;
  deed: AlarmDeed;
  alarm: string;
  /** The raising that the client has seen. */
  raisedAt: UtcMs | null;
  note: string;
}>;
