/**
 * What of access somebody has to see to at once: a name that was shut after too many failures (21 CFR 11.300(d)), and second factors that
 * cannot be read. Pure but for the alarms it says it to; time is the clock that never jumps.
 */
import type { Monotonic } from '../../plant/clock.ts';
import type { StandingAlarm, StandingAlarms } from '../../plant/ports/standing-alarms.ts';
import { lockedStill, type Lock } from '../access/index.ts';
import type { AccessState } from './worker-calls.ts';

const nothing: AccessState = { locks: [], unreadable: [] };

export class AccessAlarms {
  #alarms: StandingAlarms | null = null;
  #state = nothing;
  #said: ReadonlySet<string> = new Set();

  /** Where it is said from now on; what stands is said there at once. */
  raiseAt(alarms: StandingAlarms, now: Monotonic): void {
    this.#alarms = alarms;
    this.look(now);
  }

  heard(state: AccessState, now: Monotonic): void {
    this.#state = state;
    this.look(now);
  }

  /** To be called every few seconds: a name opens by time alone. */
  look(now: Monotonic): void {
    if (this.#alarms === null) return;
    const { locks, unreadable } = this.#state;
    const shut = locks.filter(({ since }) => lockedStill({ failures: 0, lockedSince: since }, now) !== null);
    const alarms = [...new Map(shut.map((lock) => [lock.userName, lockAlarm(lock)])).values()];
    if (unreadable.length > 0) alarms.push(unreadableAlarm(unreadable));
    for (const alarm of alarms) this.#alarms.stand(alarm);
    const standing = new Set(alarms.map(({ id }) => id));
    for (const id of this.#said) if (!standing.has(id)) this.#alarms.gone(id, null);
    this.#said = standing;
  }
}

const lockAlarm = ({ userName }: Lock): StandingAlarm => ({
  id: `access.locked.${userName ?? 'unknown'}`,
  skid: null,
  title:
    userName === null ? 'A name that belongs to nobody was shut' : `${userName} cannot log in: shut for 15 minutes`,
  priority: 3,
  cause:
    userName === null
      ? 'Five logins in a row failed by a user name, or a certificate, that nobody has here.'
      : `Five passwords or codes in a row were wrong for ${userName}.`,
  consequence:
    userName === null
      ? 'Somebody may be trying to get in.'
      : `${userName} cannot log in or sign until the time is over. Somebody else may be trying to get in by that name.`,
  response:
    'Look in the audit trail, action person-locked, from which address it was tried, and ask who sits there. Where nobody there knows of it, ' +
    'tell QA and whoever answers for the security of the site. An administrator opens the name by a new first password.',
  respondWithinMs: 15 * 60_000,
});

const unreadableAlarm = (userNames: readonly string[]): StandingAlarm => ({
  id: 'access.second-factors',
  skid: null,
  title: 'Second factors cannot be read',
  priority: 3,
  cause: `The key in keys/second-factor.key is gone, or is not the one that the second factors of ${userNames.join(', ')} were kept by.`,
  consequence: `${userNames.join(', ')} cannot log in.`,
  response:
    'Put keys/second-factor.key back from the backup; it serves at once. Where there is none, an administrator removes these second factors on ' +
    'the page of people, and each enrols anew.',
  respondWithinMs: 60 * 60_000,
});
