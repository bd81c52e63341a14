/**
 * Sessions: who is logged in. In memory, so that asking costs nothing; written down (only the token's SHA-256) so that a
 * restart logs nobody out. A session ends after 12 h, at logout and when the password changes. After 10 min without use it is locked
 * (gmp.md §3, defaults): whoever stands there may watch and make safe, and nothing else until the person proves to be there again.
 */
import { hash } from 'node:crypto';
import { milliseconds, monotonic, utcMs, type Clock, type Monotonic, type UtcMs } from '../../plant/clock.ts';
import type { OpenSession } from '../../plant/ports/people-desk.ts';

export const longestSession = milliseconds(12 * 3_600_000);
export const lockedAfter = milliseconds(10 * 60_000);
/** Hexadecimal digits of the token's hash that name a session to people: 64 bits, from which no token follows. */
const idLength = 16;
/** How far what is written down may lag behind the last use. */
const touchEvery = 60_000;

export type StoredSession = Readonly<{
  tokenHash: string;
  personId: string;
  terminal: string;
  expiresUtc: UtcMs;
  usedUtc: UtcMs;
}>;

/** A session that begins, before it is known whose it is. */
export type SessionDraft = Omit<StoredSession, 'personId'>;

type Session = {
  personId: string;
  terminal: string;
  expiresUtc: UtcMs;
  endsAt: Monotonic;
  usedAt: Monotonic;
  writtenAt: Monotonic;
  locked: boolean;
};

/** What is recorded of a session that somebody ends. */
export type EndedSession = Pick<StoredSession, 'tokenHash' | 'personId' | 'terminal'>;

export type FoundSession = Readonly<{ personId: string; expiresUtc: UtcMs; locked: boolean }>;

const sessionId = (tokenHash: string): string => tokenHash.slice(0, idLength);

export const tokenHashOf = (token: string): string => hash('sha256', token, 'hex');

export class Sessions {
  readonly #clock: Clock;
  readonly #touch: (tokenHash: string, usedUtc: UtcMs) => void;
  readonly #sessions = new Map<string, Session>();

  /** @param touch writes down that a session was used. */
  constructor(clock: Clock, touch: (tokenHash: string, usedUtc: UtcMs) => void) {
    this.#clock = clock;
    this.#touch = touch;
  }

  /** A session beginning now, not yet known to `find`. */
  draft(token: string, terminal = ''): SessionDraft {
    const usedUtc = this.#clock.utc();
    return { tokenHash: tokenHashOf(token), terminal, expiresUtc: utcMs(usedUtc + longestSession), usedUtc };
  }

  /** Takes in a session that begins, or one that was written down before a restart. */
  add(stored: StoredSession): void {
    const now = this.#clock.monotonic();
    const utc = this.#clock.utc();
    const left = Math.min(longestSession, stored.expiresUtc - utc);
    const idle = Math.max(0, utc - stored.usedUtc);
    if (left <= 0) return;
    this.#sessions.set(stored.tokenHash, {
      personId: stored.personId,
      terminal: stored.terminal,
      expiresUtc: stored.expiresUtc,
      endsAt: monotonic(now + left),
      usedAt: monotonic(now - idle),
      writtenAt: now,
      locked: idle >= lockedAfter,
    });
  }

  /** Whose session it is, or null where it has ended. Asking counts as use, except where it only watches, or where it is locked. */
  find(token: string, watching = false): FoundSession | null {
    const tokenHash = tokenHashOf(token);
    const session = this.#sessions.get(tokenHash);
    if (session === undefined) return null;
    const now = this.#clock.monotonic();
    if (now >= session.endsAt) {
      this.#sessions.delete(tokenHash);
      return null;
    }
    if (now - session.usedAt >= lockedAfter) session.locked = true;
    if (!session.locked && !watching) this.#use(tokenHash, session, touchEvery);
    return { personId: session.personId, expiresUtc: session.expiresUtc, locked: session.locked };
  }

  /** The person of it was proven again. */
  unlock(token: string): void {
    const tokenHash = tokenHashOf(token);
    const session = this.#sessions.get(tokenHash);
    if (session === undefined) return;
    session.locked = false;
    this.#use(tokenHash, session, 0);
  }

  #use(tokenHash: string, session: Session, atMostEvery: number): void {
    const now = this.#clock.monotonic();
    session.usedAt = now;
    if (now - session.writtenAt < atMostEvery) return;
    session.writtenAt = now;
    this.#touch(tokenHash, this.#clock.utc());
  }

  /** Those that stand; being listed is no use of them. */
  all(): readonly OpenSession[] {
    const now = this.#clock.monotonic();
    const utc = this.#clock.utc();
    return [...this.#sessions].flatMap(([tokenHash, session]) => {
      if (now >= session.endsAt) return [];
      const { personId, terminal, expiresUtc, usedAt, locked } = session;
      return {
        id: sessionId(tokenHash),
        personId,
        terminal,
        begun: utcMs(expiresUtc - longestSession),
        lastUsed: utcMs(utc - (now - usedAt)),
        ends: expiresUtc,
        locked: locked || now - usedAt >= lockedAfter,
      };
    });
  }

  /** The session of that name in `all`. */
  named(id: string): EndedSession | null {
    for (const [tokenHash, { personId, terminal }] of this.#sessions)
      if (sessionId(tokenHash) === id) return { tokenHash, personId, terminal };
    return null;
  }

  remove(tokenHash: string): void {
    this.#sessions.delete(tokenHash);
  }

  removePerson(personId: string): void {
    for (const [tokenHash, session] of this.#sessions)
      if (session.personId === personId) this.#sessions.delete(tokenHash);
  }

  clear(): void {
    this.#sessions.clear();
  }
}
