/**
 * The ring of rows a logging device keeps, as registers (docs/logging-device.md): the newest row's sequence number, how many rows
 * there is room for, and the rows, each with its sequence number at both ends.
 */
import { encodeNumber } from '../codec.ts';
import { illegalDataAddress, type RegisterBank } from '../modbus/bank.ts';

export type Row = Readonly<{
  /** Milliseconds since 1970-01-01 UTC. */
  timeMs: number;
  values: readonly number[];
}>;

export const valuesPerRow = 8;
const baseAddress = 16;
const rowRegisters = 40;
const at = { newest: 0, capacity: 2, epoch: 4, sequence: 0, time: 2, values: 6, repeat: 38 } as const;
/** What one row brings in its first half; a reader in between sees new values before old ones. */
const firstHalf = valuesPerRow / 2;

export class RowRing {
  readonly #capacity: number;
  readonly #registers: Uint16Array;
  #newest = 0;
  #writing: Readonly<{ sequence: number; row: Row }> | null = null;
  readonly #readers = new Set<(from: number, to: number) => void>();

  /**
   * @param capacity rows; the last register of 1 600 is 64 015.
   * @param epoch what tells this recording from another one of the same device: the second of its start, say.
   */
  constructor(capacity = 1600, epoch = 0) {
    this.#capacity = capacity;
    this.#registers = new Uint16Array(baseAddress + capacity * rowRegisters);
    this.#put(at.capacity, encodeNumber('uint32', 'ABCD', capacity));
    this.#put(at.epoch, encodeNumber('uint32', 'ABCD', epoch));
  }

  /** Sequence number of the newest whole row; 0 while there is none. */
  get newest(): number {
    return this.#newest;
  }

  /**
   * Writes the first half of the next row. Its number stands at the front from now on and at the end only when it is whole, so
   * that a reader in between sees two numbers.
   */
  begin(row: Row): number {
    const sequence = this.#newest + 1;
    this.#writing = { sequence, row };
    const slot = this.#slotOf(sequence);
    this.#put(slot + at.sequence, encodeNumber('uint32', 'ABCD', sequence));
    this.#put(slot + at.time, encodeNumber('uint64', 'ABCD', row.timeMs));
    this.#putValues(slot, row, 0, firstHalf);
    return sequence;
  }

  /** Says that the row being written is there although half of it is not: what a careless device does. */
  announceEarly(): void {
    if (this.#writing !== null) this.#put(at.newest, encodeNumber('uint32', 'ABCD', this.#writing.sequence));
  }

  /** Writes the rest of the row and says that it is there. */
  finish(): void {
    if (this.#writing === null) return;
    const { sequence, row } = this.#writing;
    const slot = this.#slotOf(sequence);
    this.#putValues(slot, row, firstHalf, valuesPerRow);
    this.#put(slot + at.repeat, encodeNumber('uint32', 'ABCD', sequence));
    this.#put(at.newest, encodeNumber('uint32', 'ABCD', sequence));
    this.#newest = sequence;
    this.#writing = null;
    this.#readers.clear();
  }

  /** Resolves after the next read: any, or one that touches the row `sequence`. Never, where the row is finished before. */
  nextRead(sequence: number | null): Promise<void> {
    return new Promise((resolve) => {
      const first = sequence === null ? 0 : this.#slotOf(sequence);
      const last = sequence === null ? this.#registers.length : first + rowRegisters;
      const seen = (from: number, to: number): void => {
        if (to <= first || from >= last) return;
        this.#readers.delete(seen);
        resolve();
      };
      this.#readers.add(seen);
    });
  }

  readonly bank: RegisterBank = {
    readBits: () => illegalDataAddress,
    writeBits: () => illegalDataAddress,
    writeWords: () => illegalDataAddress,
    readWords: (area, address, quantity) => {
      if (area !== 'input' || address + quantity > this.#registers.length) return illegalDataAddress;
      const words = this.#registers.slice(address, address + quantity);
      for (const seen of this.#readers) seen(address, address + quantity);
      return words;
    },
  };

  #slotOf(sequence: number): number {
    return baseAddress + (sequence % this.#capacity) * rowRegisters;
  }

  #putValues(slot: number, { values }: Row, from: number, to: number): void {
    for (let index = from; index < to; index += 1) {
      this.#put(slot + at.values + 4 * index, encodeNumber('float64', 'ABCD', values[index] ?? Number.NaN));
    }
  }

  #put(address: number, words: Uint16Array): void {
    this.#registers.set(words, address);
  }
}
