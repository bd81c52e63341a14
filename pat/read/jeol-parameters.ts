/** The parameters of a JEOL file by their names: entries of 64 bytes, each with its unit, its value and its kind. */
import { Lie } from './reading.ts';

const headBytes = 16;
const entryBytes = 64;
/** Where in an entry: prefix of its unit, value, kind of value, name. */
const at = { unit: 6, value: 16, kind: 32, name: 36 };
const kinds = { text: 0, integer: 1, float: 2 };

export class JeolParameters {
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #entries = new Map<string, number>();

  /** @throws Lie where there are more of them than the part of the file has room for */
  constructor(part: Uint8Array, little: boolean) {
    this.#view = new DataView(part.buffer, part.byteOffset, part.byteLength);
    this.#little = little;
    if (part.length < headBytes) throw new Lie('It has no parameters.');
    const [size, last] = [this.#view.getUint32(0, little), this.#view.getUint32(8, little)];
    const needed = headBytes + (last + 1) * entryBytes;
    if (size !== entryBytes || needed > part.length)
      throw new Lie(`It says ${last + 1} parameters of ${size} bytes, and has ${part.length} bytes of them.`);
    for (let start = headBytes; start < needed; start += entryBytes) {
      const name = this.#text(start + at.name, entryBytes - at.name).toLowerCase();
      if (!this.#entries.has(name)) this.#entries.set(name, start);
    }
  }

  text(name: string): string | null {
    const start = this.#startOf(name, kinds.text);
    return start === null ? null : this.#text(start + at.value, at.kind - at.value);
  }

  /** In the unit without its prefix: 4.78 µs as 4.78e-6. */
  number(name: string): number | null {
    const whole = this.#startOf(name, kinds.integer);
    if (whole !== null) return this.#view.getInt32(whole + at.value, this.#little);
    const start = this.#startOf(name, kinds.float);
    if (start === null) return null;
    const value = this.#view.getFloat64(start + at.value, this.#little);
    const prefix = this.#view.getInt8(start + at.unit) >> 4;
    return Number.isFinite(value) ? value * 10 ** (-3 * prefix) : null;
  }

  #startOf(name: string, kind: number): number | null {
    const start = this.#entries.get(name);
    if (start === undefined || this.#view.getInt32(start + at.kind, this.#little) !== kind) return null;
    return start;
  }

  #text(from: number, length: number): string {
    const bytes = new Uint8Array(this.#view.buffer, this.#view.byteOffset + from, length);
    return new TextDecoder('latin1').decode(bytes).split('\0')[0]?.trim() ?? '';
  }
}
