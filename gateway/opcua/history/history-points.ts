/** Where clients have got to in long answers: bounded for each session, forgotten after a while, good for one use. */
import { elapsed, type Clock, type Monotonic } from '../../../plant/clock.ts';
import type { AnyCursor } from './history-details.ts';

export const mostPoints = 10;
export const keptForMs = 300_000;

export type Place = Readonly<{ node: string; cursor: AnyCursor }>;

export class ContinuationPoints<Session extends object> {
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #sessions = new Map<Session, Map<string, Place & Readonly<{ keptAt: Monotonic }>>>();

  constructor(clock: Clock, newId: () => string) {
    this.#clock = clock;
    this.#newId = newId;
  }

  /** Whether the session may have another one. */
  hasRoom(session: Session): boolean {
    return this.#of(session).size < mostPoints;
  }

  /** @returns its name, or null where the session has as many as it may */
  keep(session: Session, place: Place): string | null {
    if (!this.hasRoom(session)) return null;
    const id = this.#newId();
    this.#of(session).set(id, { ...place, keptAt: this.#clock.monotonic() });
    return id;
  }

  /** @returns null where there is none of that name for the node */
  take(session: Session, id: string, node: string): AnyCursor | null {
    const points = this.#of(session);
    const found = points.get(id);
    if (found?.node !== node) return null;
    points.delete(id);
    return found.cursor;
  }

  closed(session: Session): void {
    this.#sessions.delete(session);
  }

  #of(session: Session) {
    const points = this.#sessions.get(session) ?? new Map<string, Place & Readonly<{ keptAt: Monotonic }>>();
    this.#sessions.set(session, points);
    const now = this.#clock.monotonic();
    for (const [id, { keptAt }] of points) if (elapsed(keptAt, now) >= keptForMs) points.delete(id);
    return points;
  }
}
