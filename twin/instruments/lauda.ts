/**
 * A LAUDA thermostat on its serial line or network module: `IN_…` is answered with the value alone, `OUT_…`, `START` and `STOP`
 * with `OK`, and what it does not take with `ERR_` and a number (3 an unknown command, 5 a value that cannot be read, 6 one that
 * it does not take, 33 no external probe).
 */
import type { Clock } from '../../plant/clock.ts';
import { Bath } from './bath.ts';
import type { LineInstrument } from './instrument.ts';
import { readThermostatControl } from './thermostat-control.ts';

const lowest = -40;
const highest = 200;

export class LaudaThermostat implements LineInstrument {
  readonly ends = { ask: '\r\n', answer: '\r\n' } as const;
  readonly #bath: Bath;
  #pumpLevel = 4;
  #probe = true;
  #alarm = false;

  constructor(clock: Clock) {
    this.#bath = new Bath(clock);
  }

  answer(line: string): string {
    const bath = this.#bath;
    bath.live();
    switch (line) {
      case 'IN_PV_00':
        return bath.inside.toFixed(2);
      case 'IN_PV_02':
        return (bath.running ? 0.1 * this.#pumpLevel : 0).toFixed(2);
      case 'IN_PV_03':
        return this.#probe ? bath.process.toFixed(2) : 'ERR_33';
      case 'IN_SP_00':
        return bath.setpoint.toFixed(2);
      case 'IN_SP_01':
        return String(this.#pumpLevel);
      case 'IN_MODE_02':
        return bath.running ? '0' : '1';
      case 'STATUS':
        return this.#alarm ? '-1' : '0';
      case 'TYPE':
        return 'XT';
      case 'START':
        if (this.#alarm) return 'ERR_6';
        bath.running = true;
        return 'OK';
      case 'STOP':
        bath.running = false;
        return 'OK';
      default:
        return this.#set(line);
    }
  }

  control(message: Readonly<Record<string, unknown>>): void {
    const { probe, alarm } = readThermostatControl(message);
    this.#bath.live();
    this.#probe = probe ?? this.#probe;
    this.#alarm = alarm ?? this.#alarm;
    if (this.#alarm) this.#bath.running = false;
  }

  #set(line: string): string {
    const [, name, text] = /^OUT_(SP_0[01])_(.*)$/u.exec(line) ?? [];
    if (name === undefined || text === undefined) return 'ERR_3';
    if (!/^-?\d{1,3}(\.\d{1,2})?$/u.test(text)) return 'ERR_5';
    const value = Number(text);
    if (name === 'SP_00') {
      if (value < lowest || value > highest) return 'ERR_6';
      this.#bath.setpoint = value;
      return 'OK';
    }
    if (!Number.isInteger(value) || value < 1 || value > 8) return 'ERR_6';
    this.#pumpLevel = value;
    return 'OK';
  }
}
