/** Bytes that grow, and whole numbers in as few of them as they need (LEB128; signed ones by zigzag). */

const sevenBits = 0x80;

export class ByteWriter {
  #bytes = Buffer.allocUnsafe(4_096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written, good until the next write. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  /** @param value a whole number from 0 to 2⁵³ − 1 */
  unsigned(value: number): void {
    this.#room(8);
    while (value >= sevenBits) {
      this.#bytes[this.#length++] = (value % sevenBits) | sevenBits;
      value = value < 0x7fff_ffff ? value >>> 7 : Math.floor(value / sevenBits);
    }
    this.#bytes[this.#length++] = value;
  }

  /** @param value a whole number from −2⁵² to 2⁵² − 1 */
  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  float(value: number): void {
    this.#room(8);
    this.#bytes.writeDoubleBE(value, this.#length);
    this.#length += 8;
  }

  /** @param value one that four bytes hold */
  single(value: number): void {
    this.#room(4);
    this.#bytes.writeFloatBE(value, this.#length);
    this.#length += 4;
  }

  text(text: string): void {
    const bytes = Buffer.from(text);
    this.unsigned(bytes.length);
    this.#room(bytes.length);
    bytes.copy(this.#bytes, this.#length);
    this.#length += bytes.length;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @throws RangeError where the bytes end before */
  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new RangeError('The bytes end before what they say.');
    return value;
  }

  unsigned(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at++] ?? this.byte();
    if (byte < sevenBits) return byte;
    let [value, weight] = [byte & 0x7f, sevenBits];
    do {
      byte = this.byte();
      value += (byte & 0x7f) * weight;
      weight *= sevenBits;
    } while (byte >= sevenBits);
    return value;
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  float(): number {
    const value = this.#bytes.readDoubleBE(this.#at);
    this.#at += 8;
    return value;
  }

  single(): number {
    const value = this.#bytes.readFloatBE(this.#at);
    this.#at += 4;
    return value;
  }

  text(): string {
    const length = this.unsigned();
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError('The bytes end before what they say.');
    return this.#bytes.toString('utf8', from, this.#at);
  }
}
