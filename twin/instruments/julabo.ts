/**
 * A JULABO circulator on its serial line: `in_…`, `status` and `version` are answered with one line, `out_…` with nothing, whether
 * it takes it or not. What it did not take the next `status` says, once, by a negative number. Commands set something only while
 * its panel is switched to remote.
 */
import type { Clock } from '../../plant/clock.ts';
import { Bath } from './bath.ts';
import type { LineInstrument } from './instrument.ts';
import { readThermostatControl } from './thermostat-control.ts';

const lowest = -20;
const highest = 150;

export class JulaboCirculator implements LineInstrument {
  readonly ends = { ask: '\r', answer: '\r\n' } as const;
  readonly #bath: Bath;
  #remote = true;
  #probe = true;
  #alarm = false;
  #refused: string | null = null;

  constructor(clock: Clock) {
    this.#bath = new Bath(clock);
  }

  answer(line: string): string | null {
    const bath = this.#bath;
    bath.live();
    switch (line.toLowerCase()) {
      case 'version':
        return 'JULABO CORIO CD-200F VERSION 1.0';
      case 'status':
        return this.#status();
      case 'in_pv_00':
        return bath.inside.toFixed(2);
      case 'in_pv_01':
        return String(bath.power);
      case 'in_pv_02':
        return this.#probe ? bath.process.toFixed(2) : '---.--';
      case 'in_sp_00':
        return bath.setpoint.toFixed(2);
      case 'in_mode_05':
        return bath.running ? '1' : '0';
      default:
        this.#refused = this.#set(line.toLowerCase());
        return null;
    }
  }

  control(message: Readonly<Record<string, unknown>>): void {
    const { probe, alarm, remote } = readThermostatControl(message);
    this.#bath.live();
    this.#probe = probe ?? this.#probe;
    this.#alarm = alarm ?? this.#alarm;
    this.#remote = remote ?? this.#remote;
    if (this.#alarm) this.#bath.running = false;
  }

  #status(): string {
    const refused = this.#refused;
    this.#refused = null;
    if (refused !== null) return refused;
    if (this.#alarm) return '-01 LOW LEVEL ALARM';
    const running = this.#bath.running;
    if (this.#remote) return running ? '03 REMOTE START' : '02 REMOTE STOP';
    return running ? '01 MANUAL START' : '00 MANUAL STOP';
  }

  /** What it says at the next `status` where it does not take it. */
  #set(line: string): string | null {
    const [, name, text] = /^out_(sp_00|mode_05) (-?\d{1,3}(?:\.\d{1,2})?)$/u.exec(line) ?? [];
    if (name === undefined || text === undefined) return '-08 INVALID COMMAND';
    if (!this.#remote) return '-09 COMMAND NOT ALLOWED IN CURRENT OPERATING MODE';
    const value = Number(text);
    if (name === 'mode_05') {
      if (value !== 0 && value !== 1) return '-08 INVALID COMMAND';
      if (value === 1 && this.#alarm) return '-09 COMMAND NOT ALLOWED IN CURRENT OPERATING MODE';
      this.#bath.running = value === 1;
      return null;
    }
    if (value < lowest) return '-10 VALUE TOO SMALL';
    if (value > highest) return '-11 VALUE TOO LARGE';
    this.#bath.setpoint = value;
    return null;
  }
}
