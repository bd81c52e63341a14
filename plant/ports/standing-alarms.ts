/** Alarms whose condition another room judges: overdue proof tests, exposure. Made by alarms. */
import type { SkidName } from '../sample.ts';
import type { AlarmPriority } from '../skid/definition.ts';

export type StandingAlarm = Readonly<{
  /** `proof-tests`, `exposure.OP-1.Cd`: one for all time. */
  id: string;
  /** Null: it is of the site. */
  skid: SkidName | null;
  title: string;
  priority: AlarmPriority;
  cause: string;
  consequence: string;
  response: string;
  respondWithinMs: number;
}>;

export interface StandingAlarms {
  /** It stands from now on, with these words; said again it changes them. Waits for nothing. */
  stand(alarm: StandingAlarm): void;
  gone(id: string, skid: SkidName | null): void;
}
