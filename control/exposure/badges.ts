/** Whose badge is whose, and since when. A person has one: who is given another has lost the one before. */
import type { BadgeGift } from './events.ts';

export class Badges {
  readonly #gifts = new Map<string, BadgeGift[]>();
  readonly #badgeOf = new Map<string, BadgeGift>();

  /** In the order in which they were recorded. */
  give(gift: BadgeGift): void {
    this.#gifts.set(gift.badge, [...(this.#gifts.get(gift.badge) ?? []), gift]);
    this.#badgeOf.set(gift.personId, gift);
  }

  /** What the person has now; null where none. */
  of(personId: string): string | null {
    const last = this.#badgeOf.get(personId);
    return last !== undefined && this.#gifts.get(last.badge)?.at(-1) === last ? last.badge : null;
  }

  /** Who had the badge at that time: a reader that was cut off tells of entries of hours ago. */
  holderAt(badge: string, at: number): string | null {
    const gift = this.#gifts.get(badge)?.findLast(({ givenAt }) => givenAt <= at);
    return gift === undefined || at >= this.#lostAt(gift) ? null : gift.personId;
  }

  #lostAt({ personId, badge, order }: BadgeGift): number {
    let lostAt = Infinity;
    for (const gifts of this.#gifts.values()) {
      for (const other of gifts) {
        if (other.personId === personId && other.badge !== badge && other.order > order)
          lostAt = Math.min(lostAt, other.givenAt);
      }
    }
    return lostAt;
  }
}
