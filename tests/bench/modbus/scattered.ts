/** A skid of 120 scattered registers, and what reading them once over costs in requests. */
import { Buses } from '../../../gateway/modbus/buses.ts';
import { ModbusLink } from '../../../gateway/modbus/link.ts';
import { planReads } from '../../../gateway/modbus/read-plan.ts';
import { systemTimers } from '../../../gateway/timers.ts';
import type { RegisterPoint } from '../../../plant/device-model.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { registerPoint } from '../../support/register-model.ts';
import type { CServer } from '../support/c-server.ts';
import { silentLog } from '../support/silent-log.ts';

/** Gaps of 0 to 4 unused registers between one and the next: 120 of them lie in 359. */
export const scattered: readonly RegisterPoint[] = Array.from({ length: 120 }, (_, i) =>
  registerPoint({ name: `register ${i}`, address: 3 * i + ((i * 7) % 5) - ((i * 7) % 5 > 2 ? 2 : 0) }),
);

const limits = { model: 'scattered', longestRead: 125, forbidden: [] };

/** @returns requests that the server counted, and those of a plan that reads over no hole */
export async function readScattered(server: CServer): Promise<Readonly<{ joined: number; apart: number }>> {
  const tools = { clock: systemClock(), timers: systemTimers, random: () => 0.5, log: silentLog };
  const address = {
    device: 'PLC-1',
    protocol: 'modbus-tcp',
    host: '127.0.0.1',
    port: server.ports[0] ?? 0,
    unitId: 1,
  } as const;
  const connected = Promise.withResolvers<undefined>();
  const link = new ModbusLink({
    name: 'QD-1/PLC-1',
    address,
    buses: new Buses(tools),
    timeoutMs: 1000,
    onState: (state) => {
      if (state === 'connected') connected.resolve(undefined);
    },
  });
  link.start();
  await connected.promise;
  const before = (await server.figures()).requests ?? 0;
  const seen = new Map<string, number | undefined>();
  for (const request of planReads({ ...limits, largestHole: 16 }, scattered)) {
    const words = await link.readRegisters('holding', request.address, request.length);
    for (const point of request.points) seen.set(point.name, words[point.address - request.address]);
  }
  const after = (await server.figures()).requests ?? 0;
  link.stop();
  const wrong = scattered.filter(({ name, address: at }) => seen.get(name) !== 7 * at);
  if (wrong.length > 0) throw new Error(`${wrong.length} of the scattered registers were read wrongly.`);
  return { joined: after - before, apart: planReads({ ...limits, largestHole: 0 }, scattered).length };
}
