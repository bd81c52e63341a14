/**
 * A Huber thermostat with a Pilot that speaks PB: `{M` and two digits of an address ask with `****` and set with four digits of
 * two's complement; the answer is `{S`, the address and what the address holds then. An address that is not there holds 7FFF, a
 * probe that is not there says -151 °C, and what is no command is not answered.
 */
import type { Clock } from '../../plant/clock.ts';
import { Bath } from './bath.ts';
import type { LineInstrument } from './instrument.ts';
import { readThermostatControl } from './thermostat-control.ts';

const noProbe = -15_100;
const absent = 0x7fff;
const lowest = -4000;
const highest = 20_000;
const serial = 0x0002_9a31;

export class HuberThermostat implements LineInstrument {
  readonly ends = { ask: '\r\n', answer: '\r\n' } as const;
  readonly #bath: Bath;
  #circulating = false;
  #probe = true;
  #alarm = false;
  #dripTray = false;

  constructor(clock: Clock) {
    this.#bath = new Bath(clock);
  }

  answer(line: string): string | null {
    const [, address, data] = /^\{M([0-9A-F]{2})(\*{4}|[0-9A-F]{4})$/u.exec(line) ?? [];
    if (address === undefined || data === undefined) return null;
    this.#bath.live();
    if (data !== '****') this.#set(address, (Number.parseInt(data, 16) << 16) >> 16);
    const held = (this.#held(address) ?? absent) & 0xffff;
    return `{S${address}${held.toString(16).toUpperCase().padStart(4, '0')}`;
  }

  control(message: Readonly<Record<string, unknown>>): void {
    const { probe, alarm, dripTray } = readThermostatControl(message);
    this.#bath.live();
    this.#probe = probe ?? this.#probe;
    this.#alarm = alarm ?? this.#alarm;
    this.#dripTray = dripTray ?? this.#dripTray;
    if (this.#alarm) {
      this.#bath.running = false;
      this.#circulating = false;
    }
  }

  #held(address: string): number | null {
    const bath = this.#bath;
    const hundredths = (celsius: number): number => Math.round(celsius * 100);
    const pumping = this.#circulating || bath.running;
    switch (address) {
      case '00':
        return hundredths(bath.setpoint);
      case '01':
        return hundredths(bath.inside);
      case '03':
        return pumping ? 620 : 0;
      case '04':
        return bath.power * 20;
      case '05':
        return this.#alarm ? -2033 : 0;
      case '07':
        return this.#probe ? hundredths(bath.process) : noProbe;
      case '0A':
        return (bath.running ? 1 : 0) | (pumping ? 1 << 1 : 0) | (pumping ? 1 << 4 : 0) | (this.#alarm ? 1 << 8 : 0);
      case '14':
        return bath.running ? 1 : 0;
      case '16':
        return pumping ? 1 : 0;
      case '1B':
        return serial >>> 16;
      case '1C':
        return serial & 0xffff;
      case '30':
        return lowest;
      case '31':
        return highest;
      case '3C':
        return this.#dripTray ? 1 << 5 : 0;
      default:
        return null;
    }
  }

  /** What it does not take it leaves as it is; the answer says so. */
  #set(address: string, value: number): void {
    if (address === '00' && value >= lowest && value <= highest) this.#bath.setpoint = value / 100;
    if ((value !== 0 && value !== 1) || this.#alarm) return;
    if (address === '14') this.#bath.running = value === 1;
    if (address === '16') this.#circulating = value === 1;
  }
}
