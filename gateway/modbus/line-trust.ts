/**
 * Whether what a unit says on a line without ids can be believed. After a request that stayed without its answer, or an
 * answer that could not be read, the next answers might each be the one before: such a shift shows only where a request of
 * another kind is answered by data of exactly its own kind. A unit answers in order, so that this one answer proves that
 * nothing older is still to come. Pure.
 *
 * What looks the same for longer than a second is looked at the same way, so that a shift that nobody saw ends there.
 */
import type { Monotonic } from '../../plant/clock.ts';
import { keyOf, type Request } from './request.ts';

const sameForMs = 1000;

export class LineTrust {
  readonly #checks: readonly Request[];
  readonly #unanswered = new Set<number>();
  /** It was believed, and left its identification unanswered: it may not know it, and is not lost for its sake again. */
  #ignoresIdentify = false;
  #believed = false;
  #lastKey: number | null = null;
  #sameSince: Monotonic | null = null;

  /** @param checks reads that the unit takes, no two of one kind; the last resort last */
  constructor(checks: readonly Request[]) {
    this.#checks = checks;
  }

  needsCheck(now: Monotonic): boolean {
    if (!this.#believed) return true;
    return this.#sameSince !== null && now - this.#sameSince >= sameForMs && this.nextCheck() !== null;
  }

  /** A read whose answer can be none of those still owed, nor the one before again; null where none is left. */
  nextCheck(): Request | null {
    return (
      this.#checks.find((check) => {
        const key = keyOf(check);
        if (this.#believed && this.#ignoresIdentify && check.kind === 'identify') return false;
        return !this.#unanswered.has(key) && key !== this.#lastKey;
      }) ?? null
    );
  }

  answered(request: Request, now: Monotonic): void {
    const key = keyOf(request);
    if (key === this.#lastKey && this.#sameSince !== null) return;
    this.#lastKey = key;
    this.#sameSince = now;
  }

  /** The answer to a check. @returns whether the unit is believed now */
  checked(check: Request, exception: boolean, now: Monotonic): boolean {
    // An exception says which function it answers, and no more: only where no other is owed is it this one's.
    const proven = !exception || check.kind === 'identify';
    if (!proven) {
      this.failed(check);
      return false;
    }
    if (check.kind === 'identify') this.#ignoresIdentify = false;
    this.#believed = true;
    this.#unanswered.clear();
    this.answered(check, now);
    return true;
  }

  failed(request: Request): void {
    if (this.#believed && request.kind === 'identify') this.#ignoresIdentify = true;
    this.#believed = false;
    this.#unanswered.add(keyOf(request));
  }

  /** Something came that nobody had asked for. */
  doubt(): void {
    this.#believed = false;
  }

  /** The line was silent for so long that nothing is owed any more. */
  forgive(): void {
    this.#unanswered.clear();
    this.#lastKey = null;
  }
}
