/** Links on buses of their own, with the machine's clock, and waiting for how they are. */
import { afterEach } from 'vitest';
import type { LinkState } from '../../../../gateway/driver.ts';
import type { BusTools } from '../../../../gateway/modbus/connection.ts';
import { Buses } from '../../../../gateway/modbus/buses.ts';
import { ModbusLink, type LinkOptions } from '../../../../gateway/modbus/link.ts';
import { codeOf } from '../../../../gateway/modbus/link-errors.ts';
import { systemTimers } from '../../../../gateway/timers.ts';
import type { Quality } from '../../../../plant/quality.ts';
import { systemClock } from '../../../../plant/system-clock.ts';
import { until } from '../../../support/waiting.ts';
import { silentLog } from '../../support/house.ts';

const open: (() => unknown)[] = [];
export const closeLater = (close: () => unknown): number => open.push(close);
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

export const busesOf = (tools: Partial<BusTools> = {}): Buses =>
  new Buses({ clock: systemClock(), timers: systemTimers, random: () => 0, log: silentLog, ...tools });

export type Linked = Readonly<{
  link: ModbusLink;
  states: LinkState[];
  qualities: Quality[];
  reaches: (state: LinkState) => Promise<void>;
}>;

export function linked(buses: Buses, address: LinkOptions['address'], more: Partial<LinkOptions> = {}): Linked {
  const states: LinkState[] = [];
  const qualities: Quality[] = [];
  const link = new ModbusLink({
    name: `QD-1/${address.device}`,
    address,
    buses,
    timeoutMs: 150,
    onState: (state, quality) => {
      states.push(state);
      qualities.push(quality);
    },
    ...more,
  });
  closeLater(() => link.stop());
  link.start();
  const reaches = (state: LinkState): Promise<void> =>
    until(() => link.state === state, { everyMs: 2, withinMs: 5000, what: `${address.device} to be ${state}` });
  return { link, states, qualities, reaches };
}

const unitAt =
  (protocol: 'modbus-tcp' | 'modbus-rtu-tcp') =>
  (port: number, unitId: number): LinkOptions['address'] => ({
    device: `UNIT-${unitId}`,
    protocol,
    host: '127.0.0.1',
    port,
    unitId,
  });
export const tcpUnit = unitAt('modbus-tcp');
export const rtuUnit = unitAt('modbus-rtu-tcp');

export const failureOf = async (asked: Promise<unknown>): Promise<string | null> =>
  asked.then(
    () => null,
    (thrown: unknown) => codeOf(thrown),
  );
