/** OPC UA's own node of the service level; it falls to 1 with the plant side's silence, whatever was told before. */
import { DataType, DataValue, VariableIds, type AddressSpace, type UAVariable } from 'node-opcua';
import type { Clock } from '../../../plant/clock.ts';
import { noData } from '../plan/level-of.ts';
import { dataValueOf, put, scalar } from '../space/set-data-value.ts';

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
