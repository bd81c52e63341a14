/** Tells people of a spool that fills: an alarm of the site, with what to do and how long there is. */
import type { RoomHealth } from '../plant/ports/room.ts';
import type { StandingAlarm, StandingAlarms } from '../plant/ports/standing-alarms.ts';
import type { SpoolOutlook } from './spool-watch.ts';

const id = 'historian.spool';

export class SpoolAlarm {
  readonly #standing: StandingAlarms | null;
  #said: string | null = null;

  constructor(standing: StandingAlarms | null) {
    this.#standing = standing;
  }

  /** @param health of the historian, whose words say what is wrong */
  tell({ alarm, share, hoursLeft }: SpoolOutlook, { detail }: Pick<RoomHealth, 'detail'>): void {
    if (this.#standing === null) return;
    if (alarm === 'none') {
      if (this.#said !== null) this.#standing.gone(id, null);
      this.#said = null;
      return;
    }
    const percent = Math.floor(share * 100);
    const left = hoursLeft === null ? 'It does not grow now.' : `It is full in ${hoursText(hoursLeft)}.`;
    // Said again where the words change, which the hours do at each look: in steps.
    const key = `${alarm} ${Math.floor(percent / 5)} ${hoursLeft === null ? '' : Math.ceil(hoursLeft)}`;
    if (key === this.#said) return;
    this.#said = key;
    this.#standing.stand(words(alarm, `The spool of history is ${percent} % full. ${left} ${detail}`));
  }
}

const hoursText = (hours: number): string =>
  hours < 1 ? `${Math.max(1, Math.round(hours * 60))} min` : `${hours.toFixed(1)} h`;

const words = (alarm: 'filling' | 'nearly full', cause: string): StandingAlarm => ({
  id,
  skid: null,
  title: alarm === 'filling' ? 'History waits on disk' : 'History has hardly any room left',
  priority: alarm === 'filling' ? 3 : 2,
  cause,
  consequence:
    'When the spool is full, live points are given up and history has a gap; batch telemetry is sealed apart.',
  response: 'Bring the history store back: see Administration, health of the historian, for what it answers.',
  respondWithinMs: alarm === 'filling' ? 4 * 3_600_000 : 3_600_000,
});
