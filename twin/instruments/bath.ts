/**
 * A thermostat's bath with something outside to be tempered: heats and cools no faster than it can, and drifts to the room
 * while it stands. Invented figures of a usual size; no maker's.
 */
import type { Clock, Monotonic } from '../../plant/clock.ts';
import { approach, ramp } from './approach.ts';

const room = 22;
/** K/s at full power. */
const heating = 3 / 60;
const cooling = 1.5 / 60;
const roomSeconds = 3600;
const processSeconds = 90;

export class Bath {
  setpoint = 20;
  running = false;
  #clock: Clock;
  #at: Monotonic;
  #inside = room;
  #process = room;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.monotonic();
  }

  get inside(): number {
    return this.#inside;
  }

  /** What a probe in the reactor says. */
  get process(): number {
    return this.#process;
  }

  /** Signed percentage of its power. */
  get power(): number {
    if (!this.running) return 0;
    const away = this.setpoint - this.#inside;
    return Math.max(-100, Math.min(100, Math.round(away * 100)));
  }

  /** Lets the time pass that has passed. */
  live(): void {
    const now = this.#clock.monotonic();
    let seconds = Math.min(36_000, (now - this.#at) / 1000);
    this.#at = now;
    for (; seconds > 0; seconds -= 1) this.#step(Math.min(1, seconds));
  }

  #step(dt: number): void {
    this.#inside = this.running
      ? ramp(this.#inside, this.setpoint, dt, this.setpoint > this.#inside ? heating : cooling)
      : approach(this.#inside, room, dt, roomSeconds);
    this.#process = approach(this.#process, this.#inside, dt, processSeconds);
  }
}
