/** A logging device over the test server: a ring of rows, of which one may be torn while it is read. */
import type { RowRing } from '../../../plant/device-model.ts';
import { registerModelOf } from '../../support/register-model.ts';
import { ModbusServer } from './modbus-server.ts';
import { rig } from './plc.ts';

export const rigRing: RowRing = registerModelOf(rig.devices[0]?.model).ring!;

export const rowTime = (sequence: number): number => Date.UTC(2020, 2, 9, 10, 14, 33) + 1000 * sequence;
/** The eight values of a row, exact in float64 and not in float32. */
export const rowValues = (sequence: number): number[] => rigRing.values.map((_, column) => sequence + column / 10);

export class Logger extends ModbusServer {
  newest = 0;
  readonly capacity: number;
  /** Rows read while they were being written, once each. */
  readonly tearOnce = new Set<number>();
  torn = 0;

  constructor(capacity = 1600) {
    super();
    this.capacity = capacity;
    this.#head();
    this.onRead = ({ address, quantity }) => {
      for (let sequence = this.newest; sequence > Math.max(0, this.newest - this.capacity); sequence -= 1) {
        const at = this.#address(sequence);
        if (!this.tearOnce.has(sequence) || at < address || at >= address + quantity) continue;
        this.tearOnce.delete(sequence);
        this.torn += 1;
        this.#number(at + rigRing.repeat, sequence - this.capacity);
        setImmediate(() => this.#number(at + rigRing.repeat, sequence));
        break;
      }
      return null;
    };
  }

  write(rows: number): void {
    for (let i = 0; i < rows; i += 1) {
      this.newest += 1;
      const row = Buffer.alloc(2 * rigRing.rowRegisters);
      row.writeUInt32BE(this.newest, 2 * rigRing.sequence);
      row.writeBigUInt64BE(BigInt(rowTime(this.newest)), 2 * rigRing.time);
      rowValues(this.newest).forEach((value, column) => row.writeDoubleBE(value, 2 * rigRing.values[column]!.offset));
      row.writeUInt32BE(this.newest, 2 * rigRing.repeat);
      const words = Array.from({ length: rigRing.rowRegisters }, (_, at) => row.readUInt16BE(2 * at));
      this.input.set(words, this.#address(this.newest));
    }
    this.#head();
  }

  /** Begins a new recording. */
  restart(): void {
    this.input.fill(0);
    this.newest = 0;
    this.#head();
  }

  #address(sequence: number): number {
    return rigRing.base + (sequence % this.capacity) * rigRing.rowRegisters;
  }

  #head(): void {
    this.#number(0, this.newest);
    this.#number(2, this.capacity);
  }

  #number(at: number, value: number): void {
    this.input.set([(value >>> 16) & 0xffff, value & 0xffff], at);
  }
}
