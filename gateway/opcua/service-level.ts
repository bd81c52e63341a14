/**
 * OPC UA's ServiceLevel (Part 4, 6.6.2.4.2), by which a client of two servers chooses: 255 where every device answers, 200 to
 * 100 by the share that does not, 1 (no data) while no scan has been heard of for 2 s.
 */
import { DataType, DataValue, VariableIds, type AddressSpace, type UAVariable } from 'node-opcua';
import type { Clock } from '../../plant/clock.ts';
import { dataValueOf, put, scalar } from './set-data-value.ts';

const all = 255;
const most = 200;
const least = 100;
const noData = 1;

/** @returns 255, or 200 to 100. Pure. */
export const levelOf = (devices: number, lost: number): number =>
  lost === 0 ? all : Math.round(most - ((most - least) * lost) / devices);

export class ServiceLevel {
  readonly #variable: UAVariable;
  readonly #clock: Clock;
  #level = noData;
  #hears = false;
  #shown = -1;
  #value = new DataValue(null);

  constructor(addressSpace: AddressSpace, clock: Clock) {
    this.#clock = clock;
    this.#variable = addressSpace.findNode(`i=${VariableIds.Server_ServiceLevel}`) as UAVariable;
    this.#variable.minimumSamplingInterval = 0;
    this.#variable.bindVariable({ timestamped_get: () => this.#value }, true);
    this.#show();
  }

  set(level: number): void {
    this.#level = level;
    this.#show();
  }

  hears(hears: boolean): void {
    this.#hears = hears;
    this.#show();
  }

  #show(): void {
    const level = this.#hears ? this.#level : noData;
    if (level === this.#shown) return;
    this.#shown = level;
    const now = new Date(this.#clock.utc());
    this.#value = dataValueOf(scalar(DataType.Byte, level), 0, now, now);
    put(this.#variable, this.#value);
  }
}
