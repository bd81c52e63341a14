/** Numbers that look random and come again with their seed. */

export class FuzzRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 32 bits (mulberry32). */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** 0 to below 1. */
  unit(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** Both ends counted. */
  between(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(part: number): boolean {
    return this.unit() < part;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.between(0, from.length - 1)]!;
  }

  bytes(length: number): Buffer {
    const made = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; at += 1) made[at] = this.bits() & 0xff;
    return made;
  }

  /** The same bytes in pieces as a network may bring them: whole, byte by byte, or anything between. */
  chunks(bytes: Buffer): readonly Buffer[] {
    if (bytes.length < 2 || this.chance(0.5)) return bytes.length === 0 ? [] : [bytes];
    const most = this.chance(0.1) ? 1 : bytes.length;
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = Math.min(bytes.length, at + this.between(1, most));
      pieces.push(bytes.subarray(at, end));
      at = end;
    }
    return pieces;
  }
}
