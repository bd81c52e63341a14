/** Every alarm of the site with its state, and the order in which people see them. */
import type { UtcMs } from '../plant/clock.ts';
import type { AlarmView } from '../plant/ports/alarm-desk.ts';
import { good, type Quality } from '../plant/quality.ts';
import type { SkidName, TagValue } from '../plant/sample.ts';
import { isLatched, type AlarmPoint } from './point.ts';
import { normal, stands, stepAlarm, type AlarmChange, type AlarmState } from './state.ts';

export type Entry = {
  point: AlarmPoint;
  state: AlarmState;
  value: TagValue;
  quality: Quality;
  /** Place among what came together: the first-out of a trip is 0, the lost link before it −1. */
  order: number;
};

export type Change = Readonly<{ what: AlarmChange; at: UtcMs; by: string | null; note: string | null }>;

export class AlarmBook {
  readonly #entries = new Map<string, Entry>();
  readonly #changed: (entry: Entry, change: Change) => void;
  readonly #amended: (entry: Entry, at: UtcMs) => void;

  /**
   * @param amended told when the words, the priority or the quality of an alarm that stands have changed, or when a suppressed
   * one comes or goes unannounced, all of which is no transition
   */
  constructor(changed: (entry: Entry, change: Change) => void, amended: (entry: Entry, at: UtcMs) => void) {
    this.#changed = changed;
    this.#amended = amended;
  }

  add(point: AlarmPoint): Entry {
    const known = this.#entries.get(point.id);
    if (known !== undefined) return known;
    const entry: Entry = { point, state: normal, value: null, quality: good, order: 0 };
    this.#entries.set(point.id, entry);
    return entry;
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  entries(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  amend(entry: Entry, point: AlarmPoint, at: UtcMs): void {
    entry.point = point;
    if (entry.state.active) this.#amended(entry, at);
  }

  qualify(entry: Entry, quality: Quality, at: UtcMs): void {
    if (entry.quality === quality) return;
    entry.quality = quality;
    if (stands(entry.state)) this.#amended(entry, at);
  }

  update(entry: Entry, active: boolean, suppressed: boolean, at: UtcMs): void {
    const { state, changes } = stepAlarm(entry.state, active, suppressed, at);
    const silently = changes.length === 0 && state.active !== entry.state.active;
    entry.state = state;
    for (const what of changes) this.#changed(entry, { what, at, by: null, note: null });
    if (silently) this.#amended(entry, at);
  }

  /** Unacknowledged first, then by priority, then the newest; the alarms of one trip together, the lost link and the first-out first. */
  standing(): readonly AlarmView[] {
    const standing = [...this.#entries.values()].filter(({ state }) => stands(state));
    const newestTrip = new Map<SkidName, number>();
    for (const { point, state } of standing.filter(isOfTrip)) {
      newestTrip.set(point.skid, Math.max(newestTrip.get(point.skid) ?? 0, state.raisedAt ?? 0));
    }
    const time = (entry: Entry): number =>
      (isOfTrip(entry) ? newestTrip.get(entry.point.skid) : entry.state.raisedAt) ?? 0;
    return standing
      .sort(
        (one, other) =>
          Number(one.state.acknowledged) - Number(other.state.acknowledged) ||
          one.point.priority - other.point.priority ||
          time(other) - time(one) ||
          one.point.skid.localeCompare(other.point.skid) ||
          one.order - other.order ||
          one.point.id.localeCompare(other.point.id),
      )
      .map(viewOf);
  }
}

/** A link that is lost now is the first cause of what the interlocks of its skid then say. */
const isOfTrip = ({ point, state }: Entry): boolean =>
  isLatched(point.level) || (point.kind === 'link' && state.active && point.priority === 1);

export function viewOf({ point, state, value, quality }: Entry): AlarmView {
  const { id, skid, title, level, tag, priority, unit, limit, cause, consequence, response, respondWithinMs } = point;
  const { active, acknowledged, confirmed, suppressed, raisedAt, clearedAt } = state;
  const { acknowledgedBy, confirmedBy, comment } = state;
  return {
    id,
    skid,
    title,
    level,
    tag,
    priority,
    active,
    acknowledged,
    confirmed,
    suppressed,
    value,
    unit,
    quality,
    limit,
    raisedAt,
    clearedAt,
    acknowledgedBy,
    confirmedBy,
    comment,
    cause,
    consequence,
    response,
    respondWithinMs,
  };
}
