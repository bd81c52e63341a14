/**
 * A Knauer AZURA compact pump on its Ethernet port, as flowchem's driver speaks to it: `NAME?` asks, `NAME:VALUE` sets,
 * `ERROR:1` is a command it does not know, `ERROR:2` a value it does not take.
 *
 * Beyond the commands nothing of the pump is published; the pressure is that of a capillary, the motor current follows it.
 */
import type { Clock, Monotonic } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import { approach } from './approach.ts';
import type { LineInstrument } from './instrument.ts';

type Head = 10 | 50;
type Setting = { value: number; readonly low: number; readonly high: number };

/** Highest pressure of each head, in bar. */
const highest: Readonly<Record<Head, number>> = { 10: 400, 50: 150 };
/** What the capillary behind each head holds against 1 mL/min, in bar. */
const resistance: Readonly<Record<Head, number>> = { 10: 12, 50: 1.5 };
const flowSeconds = 0.4;
const pressureSeconds = 1.2;
/** How often the pump looks at its pressure, in seconds. */
const tick = 0.05;
const overPressure = 8;
const underPressure = 9;

export class KnauerPump implements LineInstrument {
  readonly ends = { ask: '\n\r', answer: '\n\r' } as const;
  readonly #clock: Clock;
  readonly #settings: Readonly<Record<string, Setting>>;
  #head: Head;
  #on = false;
  /** The contact START IN against ground. */
  #startIn = false;
  #blocked = false;
  /** Microlitres a minute that really flow. */
  #flow = 0;
  #pressure = 0;
  #pressurised = false;
  #errors: readonly number[] = [0, 0, 0, 0, 0];
  #at: Monotonic;

  constructor(head: Head, clock: Clock) {
    this.#head = head;
    this.#clock = clock;
    this.#at = clock.monotonic();
    const setting = (value: number, low: number, high: number): Setting => ({ value, low, high });
    this.#settings = {
      FLOW: setting(0, 0, 50_000),
      PMIN10: setting(0, 0, 400),
      PMIN50: setting(0, 0, 150),
      PMAX10: setting(400, 0, 400),
      PMAX50: setting(150, 0, 150),
      IMIN10: setting(0, 0, 100),
      IMIN50: setting(0, 0, 100),
      STARTLEVEL: setting(1, 0, 1),
      STARTMODE: setting(1, 0, 1),
      ERRIO: setting(0, 0, 1),
      ADJ10: setting(1000, 100, 2000),
      ADJ50: setting(1000, 100, 2000),
      CORR10: setting(0, 0, 300),
      CORR50: setting(0, 0, 300),
      EXTCONTR: setting(0, 0, 1),
    };
  }

  get running(): boolean {
    return this.#of('STARTLEVEL') === 0 ? this.#startIn : this.#on;
  }

  answer(line: string): string {
    this.#live();
    const asked = /^([A-Z]+\d*)\?$/u.exec(line)?.[1];
    if (asked !== undefined) return this.#say(asked);
    const [, name, value] = /^([A-Z]+\d*):(\d{1,6})$/u.exec(line) ?? [];
    if (name !== undefined && value !== undefined) return this.#set(name, Number(value));
    if (line === 'ON' || line === 'OFF') {
      this.#on = line === 'ON';
      return `${line}:OK`;
    }
    return 'ERROR:1';
  }

  control(message: Readonly<Record<string, unknown>>): void {
    this.#live();
    const { startIn, blocked, ...rest } = message;
    if (Object.keys(rest).length > 0 || ![startIn, blocked].some((each) => typeof each === 'boolean')) {
      throw mesolineError(
        'instrument-control-unknown',
        'Knauer pump',
        `${JSON.stringify(message)} is nothing that can be done to it.`,
        'Send {"startIn": true} to close its contact, {"blocked": true} to block its outlet.',
      );
    }
    if (typeof startIn === 'boolean') this.#startIn = startIn;
    if (typeof blocked === 'boolean') this.#blocked = blocked;
  }

  #say(name: string): string {
    switch (name) {
      case 'HEADTYPE':
        return `HEADTYPE:${this.#head}`;
      case 'PRESSURE':
        return `PRESSURE:${Math.round(this.#pressure)}`;
      case 'IMOTOR':
        return `IMOTOR:${this.#motorCurrent()}`;
      case 'ERRORS':
        return `ERRORS:${this.#errors.join(',')}`;
      case 'EXTFLOW':
        return 'EXTFLOW:0';
      default: {
        const setting = this.#settings[name];
        return setting === undefined ? 'ERROR:1' : `${name}:${setting.value}`;
      }
    }
  }

  #set(name: string, value: number): string {
    if (name === 'HEADTYPE') {
      if (value !== 10 && value !== 50) return 'ERROR:2';
      this.#head = value;
      return 'HEADTYPE:OK';
    }
    if (name === 'REMOTE' || name === 'LOCAL') return `${name}:OK`;
    const setting = this.#settings[name];
    if (setting === undefined) return 'ERROR:1';
    const high = name === 'FLOW' ? this.#head * 1000 : setting.high;
    if (value < setting.low || value > high) return 'ERROR:2';
    setting.value = value;
    return `${name}:OK`;
  }

  #of(name: string): number {
    return this.#settings[name]?.value ?? 0;
  }

  #motorCurrent(): number {
    if (!this.running || this.#flow < 1) return 0;
    return Math.min(100, Math.round(12 + 60 * (this.#pressure / highest[this.#head])));
  }

  /** Lets the time pass that has passed, in steps at which the pump looks at its pressure. */
  #live(): void {
    const now = this.#clock.monotonic();
    let seconds = Math.min(600, (now - this.#at) / 1000);
    this.#at = now;
    for (; seconds > 0; seconds -= tick) this.#step(Math.min(tick, seconds));
  }

  #step(dt: number): void {
    const wanted = this.running ? this.#of('FLOW') : 0;
    this.#flow = approach(this.#flow, wanted, dt, flowSeconds);
    const against = resistance[this.#head] * (this.#blocked ? 100 : 1);
    this.#pressure = approach(this.#pressure, (this.#flow / 1000) * against, dt, pressureSeconds);
    const low = this.#of(`PMIN${this.#head}`);
    if (this.#pressure > low) this.#pressurised = true;
    if (!this.running) this.#pressurised = false;
    if (this.running && this.#pressure > this.#of(`PMAX${this.#head}`)) this.#fail(overPressure);
    else if (this.running && this.#pressurised && this.#pressure < low) this.#fail(underPressure);
  }

  /** It stops by itself, and stays so until its flow is set or its contact opened and closed again. */
  #fail(error: number): void {
    this.#errors = [error, ...this.#errors.slice(0, 4)];
    this.#on = false;
    this.#startIn = false;
    this.#pressurised = false;
  }
}
