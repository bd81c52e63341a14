/** Several units behind one Modbus TCP gateway, some of which do not answer. */
import { describe, expect, it } from 'vitest';
import { badNoCommunication } from '../../../plant/quality.ts';
import { until } from '../../support/waiting.ts';
import { ModbusServer } from '../support/modbus-server.ts';
import { busesOf, closeLater, failureOf, linked, rtuUnit, tcpUnit, type Linked } from './support/linked.ts';
import { SerialisingGateway } from './support/serialising-gateway.ts';

async function gateway(): Promise<SerialisingGateway> {
  const made = new SerialisingGateway();
  await made.start();
  closeLater(() => made.stop());
  return made;
}

/** Reads over and over until it is told to stop. @returns how often it was answered, and how often not */
function reading({ link }: Linked): () => Promise<Readonly<{ answered: number; failed: number }>> {
  const course = { going: true };
  let [answered, failed] = [0, 0];
  const done = (async () => {
    while (course.going) {
      if ((await failureOf(link.readRegisters('holding', 0, 2))) === null) answered += 1;
      else failed += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  return async () => {
    course.going = false;
    await done;
    return { answered, failed };
  };
}

describe('units that share a bus', () => {
  it('share its connection, and one request is under way at a time', async () => {
    const server = new ModbusServer();
    await server.listen();
    closeLater(() => server.close());
    const buses = busesOf();
    const [one, two] = [1, 2].map((unit) => linked(buses, tcpUnit(server.port, unit), { timeoutMs: 2000 })) as [
      Linked,
      Linked,
    ];
    await Promise.all([one.reaches('connected'), two.reaches('connected')]);
    let [open, most] = [0, 0];
    server.mangle = (answer, _, socket) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        socket.write(answer);
      }, 2);
      return null;
    };
    await Promise.all([1, 2, 3].flatMap((at) => [one, two].map(({ link }) => link.readRegisters('holding', at, 1))));
    expect(server.connections).toBe(1);
    expect(most).toBe(1);
    expect(server.requests.slice(-6).map(({ unit }) => unit)).toEqual([1, 2, 1, 2, 1, 2]);
  });

  it('go on when one of them is stopped, and the connection ends with the last', async () => {
    const bus = await gateway();
    const buses = busesOf();
    const [one, two] = [1, 2].map((unit) => linked(buses, tcpUnit(bus.port, unit))) as [Linked, Linked];
    await Promise.all([one.reaches('connected'), two.reaches('connected')]);
    const underWay = failureOf(one.link.readRegisters('holding', 0, 1));
    const waiting = two.link.readRegisters('holding', 0, 1);
    one.link.stop();
    expect(await underWay).toBe('link-lost');
    expect(await waiting).toEqual([2]);
    expect(two.states).toEqual(['connected']);
    expect(one.link.state).toBe('connecting');
    two.link.stop();
    one.link.start();
    await one.reaches('connected');
    expect(await one.link.readRegisters('holding', 0, 1)).toEqual([1]);
    expect(bus.connections).toBe(2);
  });

  it('refuse to speak to one endpoint in two ways', async () => {
    const bus = await gateway();
    const buses = busesOf();
    linked(buses, tcpUnit(bus.port, 1));
    expect(() => linked(buses, rtuUnit(bus.port, 2))).toThrow(/modbus-rtu-tcp, and by modbus-tcp for UNIT-1/u);
  });

  it('keep their connection where one is stopped while its answer stays out', async () => {
    const server = new ModbusServer();
    await server.listen();
    closeLater(() => server.close());
    const buses = busesOf();
    const [one, two] = [1, 2].map((unit) => linked(buses, tcpUnit(server.port, unit))) as [Linked, Linked];
    await Promise.all([one.reaches('connected'), two.reaches('connected')]);
    server.mangle = (answer, { unit }) => (unit === 1 ? null : answer);
    const underWay = failureOf(one.link.readRegisters('holding', 0, 1));
    one.link.stop();
    expect(await underWay).toBe('link-lost');
    expect(await two.link.readRegisters('holding', 0, 1)).toEqual([0]);
    expect([one.states, two.states]).toEqual([['connected', 'connecting'], ['connected']]);
    expect(server.connections).toBe(1);
  });

  it('drop the late answer of one that timed out, count it, and keep the connection', async () => {
    const server = new ModbusServer();
    await server.listen();
    closeLater(() => server.close());
    const buses = busesOf();
    const [one, two] = [1, 2].map((unit) => linked(buses, tcpUnit(server.port, unit))) as [Linked, Linked];
    await Promise.all([one.reaches('connected'), two.reaches('connected')]);
    let release: () => void = () => undefined;
    server.holding[7] = 1111;
    server.mangle = (answer, { unit, address }, socket) => {
      if (unit !== 1 || address !== 7) return answer;
      release = () => socket.write(answer);
      return null;
    };
    expect(await failureOf(one.link.readRegisters('holding', 7, 1))).toBe('link-timeout');
    expect(one.link.state).toBe('lost');
    server.holding[7] = 2222;
    server.mangle = (answer, _, socket) => {
      release();
      release = () => undefined;
      socket.write(answer);
      return null;
    };
    expect(await two.link.readRegisters('holding', 7, 1)).toEqual([2222]);
    await one.reaches('connected');
    expect(await one.link.readRegisters('holding', 7, 1)).toEqual([2222]);
    expect(one.link.figures).toMatchObject({ timeouts: 1, late: 1, reconnects: 1, malformed: 0 });
    expect(two.link.figures).toMatchObject({ timeouts: 0, late: 0, reconnects: 0 });
    expect(server.connections).toBe(1);
  });

  it('lose the connection where an answer comes twice', async () => {
    const server = new ModbusServer();
    await server.listen();
    closeLater(() => server.close());
    const buses = busesOf();
    const [one, two] = [1, 2].map((unit) => linked(buses, tcpUnit(server.port, unit))) as [Linked, Linked];
    await Promise.all([one.reaches('connected'), two.reaches('connected')]);
    server.mangle = (answer) => Buffer.concat([answer, answer]);
    expect(await failureOf(one.link.readRegisters('holding', 7, 1))).toBe('link-malformed');
    server.mangle = (answer) => answer;
    await Promise.all([one.reaches('connected'), two.reaches('connected')]);
    expect(server.connections).toBe(2);
  });

  it.each([
    ['says so', true],
    ['says nothing', false],
  ])('do not starve behind a gateway that waits for dead ones and %s', async (_, reports) => {
    const bus = await gateway();
    bus.reports = reports;
    bus.dead.add(2).add(3).add(4);
    // Its time-out is longer than ours: the next request has to wait for the gateway as well.
    bus.slaveTimeoutMs = 250;
    const buses = busesOf();
    const units = [1, 2, 3, 4].map((unit) => linked(buses, tcpUnit(bus.port, unit), { timeoutMs: 150 }));
    const [living, ...dead] = units as [Linked, ...Linked[]];
    await living.reaches('connected');
    const stop = reading(living);
    await until(() => [2, 3, 4].every((unit) => bus.count(unit) > 0), { everyMs: 2 });
    const from = performance.now();
    const busyBefore = bus.busyMs;
    await until(() => performance.now() - from > 700, { everyMs: 20 });
    const passed = performance.now() - from;
    const busy = bus.busyMs - busyBefore;
    expect(dead.every(({ link }) => link.state !== 'connected')).toBe(true);
    bus.dead.clear();
    await Promise.all(dead.map(({ reaches }) => reaches('connected')));
    const { answered, failed } = await stop();
    expect(failed).toBe(0);
    expect(living.link.figures.timeouts).toBe(0);
    expect(living.states).toEqual(['connected']);
    expect(answered).toBeGreaterThan(100);
    // A fifth in the long run, and what was saved up before.
    expect(busy).toBeLessThan(0.2 * passed + 200 + 2 * bus.slaveTimeoutMs);
  });

  it('are without communication where the gateway says that they do not answer', async () => {
    const bus = await gateway();
    bus.slaveTimeoutMs = 5;
    const buses = busesOf();
    const [one, two] = [1, 2].map((unit) => linked(buses, tcpUnit(bus.port, unit))) as [Linked, Linked];
    await Promise.all([one.reaches('connected'), two.reaches('connected')]);
    bus.dead.add(2);
    expect(await failureOf(two.link.writeRegisters(1, [1])), 'it may have been done').toBe('link-timeout');
    expect(two.link.state).toBe('lost');
    expect(two.qualities.at(-1)).toBe(badNoCommunication);
    expect(one.link.state).toBe('connected');
    expect(two.link.figures).toMatchObject({ exceptions: 1, timeouts: 0 });
  });
});
