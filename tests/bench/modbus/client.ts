/** One side of the Modbus bench: `ours` or `bare`, reading 100 registers of a port over and over, one request in flight. */
import modbusSerial from 'modbus-serial';
import { Buses } from '../../../gateway/modbus/buses.ts';
import { ModbusLink } from '../../../gateway/modbus/link.ts';
import { systemTimers } from '../../../gateway/timers.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { silentLog } from '../support/silent-log.ts';
import { answerAsks } from '../support/measuring-child.ts';

export type Question = Readonly<{ milliseconds: number }>;
export type Figures = Readonly<{ requests: number; milliseconds: number; cpuMs: number }>;
type Client = Readonly<{ read: () => Promise<readonly number[]>; close: () => void }>;

const registers = 100;
const timeoutMs = 1000;

async function ours(port: number): Promise<Client> {
  const tools = { clock: systemClock(), timers: systemTimers, random: () => 0.5, log: silentLog };
  const address = { device: 'PLC-1', protocol: 'modbus-tcp', host: '127.0.0.1', port, unitId: 1 } as const;
  const link = await new Promise<ModbusLink>((resolve) => {
    const made = new ModbusLink({
      name: 'QD-1/PLC-1',
      address,
      buses: new Buses(tools),
      timeoutMs,
      onState: (state) => {
        if (state === 'connected') resolve(made);
      },
    });
    made.start();
  });
  return { read: () => link.readRegisters('holding', 0, registers), close: () => link.stop() };
}

async function bare(port: number): Promise<Client> {
  const client = new modbusSerial.default();
  await client.connectTCP('127.0.0.1', { port });
  client.setID(1);
  client.setTimeout(timeoutMs);
  const read = async (): Promise<readonly number[]> => (await client.readHoldingRegisters(0, registers)).data;
  return { read, close: () => client.close(() => undefined) };
}

const [side, port] = process.argv.slice(2);
const client = await (side === 'ours' ? ours : bare)(Number(port));

async function measure({ milliseconds }: Question): Promise<Figures> {
  const cpu = process.cpuUsage();
  const from = performance.now();
  let requests = 0;
  while (performance.now() - from < milliseconds) {
    const words = await client.read();
    if (words.length !== registers || words[99] !== 693) throw new Error(`${side} read ${words.length}: ${words[99]}`);
    requests += 1;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { requests, milliseconds: performance.now() - from, cpuMs: (user + system) / 1000 };
}

answerAsks(measure, () => {
  client.close();
  return Promise.resolve();
});
