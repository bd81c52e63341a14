/** The transaction layer over a real socket, against a server that misbehaves. */
import modbusSerial from 'modbus-serial';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { backOffMs } from '../../../gateway/modbus/back-off.ts';
import type { LinkState } from '../../../gateway/driver.ts';
import type { BusTools } from '../../../gateway/modbus/connection.ts';
import { Buses } from '../../../gateway/modbus/buses.ts';
import { ModbusLink, type LinkOptions } from '../../../gateway/modbus/link.ts';
import { codeOf, linkFault, qualityOfFailure } from '../../../gateway/modbus/link-errors.ts';
import { systemTimers } from '../../../gateway/timers.ts';
import {
  badConfigurationError,
  badDeviceFailure,
  badNoCommunication,
  badOutOfService,
} from '../../../plant/quality.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { silentLog } from '../support/house.ts';
import { ModbusServer, type Request } from '../support/modbus-server.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function serve(): Promise<ModbusServer> {
  const server = new ModbusServer();
  await server.listen();
  open.push(() => server.close());
  return server;
}

function linkTo(port: number, more: Partial<LinkOptions> = {}, tools: Partial<BusTools> = {}) {
  const states: LinkState[] = [];
  const waiting = new Set<() => void>();
  const link = new ModbusLink({
    name: 'QD-1/PLC-1',
    address: { device: 'PLC-1', protocol: 'modbus-tcp', host: '127.0.0.1', port, unitId: 1 },
    buses: new Buses({ clock: systemClock(), timers: systemTimers, random: () => 0, log: silentLog, ...tools }),
    timeoutMs: 150,
    onState: (state) => {
      states.push(state);
      for (const look of [...waiting]) look();
    },
    ...more,
  });
  open.push(() => link.stop());
  link.start();
  const reaches = (state: LinkState): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (link.state !== state) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { link, states, reaches };
}

const failureOf = async (asked: Promise<unknown>): Promise<string | null> =>
  asked.then(
    () => null,
    (thrown: unknown) => codeOf(thrown),
  );

describe('a link', () => {
  it('reads and writes registers and bits', async () => {
    const server = await serve();
    server.input.set([7, 8, 9], 100);
    server.discrete[5] = 1;
    const { link, reaches } = linkTo(server.port);
    await reaches('connected');
    expect(await link.readRegisters('input', 100, 3)).toEqual([7, 8, 9]);
    await link.writeRegisters(40, [1, 2]);
    await link.writeCoil(3, true);
    expect(await link.readRegisters('holding', 40, 2)).toEqual([1, 2]);
    expect(await link.readBits('discrete', 4, 3)).toEqual([false, true, false]);
    expect(await link.readBits('coil', 3, 1)).toEqual([true]);
    expect(link.figures).toMatchObject({ requests: 6, timeouts: 0, malformed: 0, exceptions: 0, reconnects: 0 });
  });

  it('has one request under way at a time, in the order they came, the urgent ones first', async () => {
    const server = await serve();
    const held: (() => void)[] = [];
    server.mangle = (answer, _, socket) => {
      held.push(() => socket.write(answer));
      return null;
    };
    const { link, reaches } = linkTo(server.port, { timeoutMs: 5000 });
    await reaches('connected');
    const done: string[] = [];
    const note = (name: string) => () => done.push(name);
    const all = [
      link.readRegisters('input', 1, 1).then(note('first')),
      link.readRegisters('input', 2, 1).then(note('second')),
      link.writeRegisters(3, [1], { urgent: true }).then(note('urgent')),
      link.readRegisters('input', 4, 1).then(note('third')),
    ];
    for (let answered = 0; answered < all.length; answered += 1) {
      await expect.poll(() => held.length, { interval: 1 }).toBe(answered + 1);
      held[answered]!();
    }
    await Promise.all(all);
    expect(done).toEqual(['first', 'urgent', 'second', 'third']);
  });

  it('does not send what its sender takes back when its turn comes', async () => {
    const server = await serve();
    const { link, reaches } = linkTo(server.port);
    await reaches('connected');
    let forbidden = false;
    const first = link.readRegisters('input', 0, 1).then(() => (forbidden = true));
    const write = link.writeRegisters(20, [5], {
      withdraw: () => (forbidden ? linkFault('withdrawn', 'x', 'no', '') : null),
    });
    expect(await failureOf(write)).toBe(null);
    forbidden = true;
    const second = link.writeRegisters(20, [6], { withdraw: () => linkFault('withdrawn', 'x', 'no', '') });
    expect(await failureOf(second)).toBe('withdrawn');
    await first;
    expect(server.holding[20]).toBe(5);
  });

  it('takes an answer that stays out for a lost connection, and makes it anew', async () => {
    const server = await serve();
    const { link, reaches, states } = linkTo(server.port);
    await reaches('connected');
    server.mangle = () => null;
    expect(await failureOf(link.readRegisters('input', 0, 1))).toBe('link-timeout');
    expect(link.state).toBe('lost');
    server.mangle = (answer) => answer;
    await reaches('connected');
    expect(await link.readRegisters('input', 0, 1)).toEqual([0]);
    expect(states).toEqual(['connected', 'lost', 'connected']);
    expect(link.figures).toMatchObject({ timeouts: 1, reconnects: 1 });
  });

  it('keeps nothing for later: what waits or comes while the connection is away is refused', async () => {
    const server = await serve();
    const { link, reaches } = linkTo(server.port);
    await reaches('connected');
    server.mangle = () => null;
    const underWay = failureOf(link.writeRegisters(30, [1]));
    const queued = failureOf(link.writeRegisters(31, [1]));
    const { port } = server;
    await server.close();
    expect(await underWay).toMatch(/link-lost|link-timeout/u);
    expect(await queued).toBe('link-down');
    expect(await failureOf(link.writeRegisters(32, [1]))).toBe('link-down');
    server.mangle = (answer) => answer;
    await server.listen(port);
    await reaches('connected');
    await link.readRegisters('input', 0, 1);
    expect(server.holding.slice(31, 33)).toEqual(new Uint16Array(2));
  });

  it('says what a device’s exception means for the values', async () => {
    const server = await serve();
    const { link, reaches } = linkTo(server.port);
    await reaches('connected');
    const meanings = [
      [2, badConfigurationError],
      [4, badDeviceFailure],
      [6, badOutOfService],
      [11, badNoCommunication],
    ] as const;
    for (const [code, quality] of meanings) {
      server.onRead = () => code;
      const thrown: unknown = await link.readRegisters('input', 0, 1).catch((error: unknown) => error);
      expect(codeOf(thrown)).toBe('modbus-exception');
      expect(qualityOfFailure(thrown)).toBe(quality);
    }
    expect(link.state).toBe('connected');
    expect(link.figures.exceptions).toBe(meanings.length);
  });

  it('never takes a late answer for another’s, 256 requests later', async () => {
    const server = await serve();
    server.input[0] = 1111;
    const { link, reaches } = linkTo(server.port, { timeoutMs: 250 });
    await reaches('connected');
    const { late, release } = holdFirst(server);
    expect(await failureOf(link.readRegisters('input', 0, 1))).toBe('link-timeout');
    await reaches('connected');
    server.input[0] = 2222;
    for (let i = 0; i < 255; i += 1) expect(await link.readRegisters('input', 0, 1)).toEqual([2222]);
    late.beforeNext = true;
    release();
    expect(await link.readRegisters('input', 0, 1)).toEqual([2222]);
  });

  it('would do so with the bare library, which is why ours stands under it', async () => {
    const server = await serve();
    server.input[0] = 1111;
    const client = new modbusSerial.default();
    await client.connectTCP('127.0.0.1', { port: server.port });
    open.push(() => new Promise<void>((resolve) => client.close(() => resolve())));
    client.setID(1);
    client.setTimeout(250);
    const { late } = holdFirst(server);
    await expect(client.readInputRegisters(0, 1)).rejects.toBeDefined();
    server.input[0] = 2222;
    for (let i = 0; i < 255; i += 1) await client.readInputRegisters(0, 1);
    late.beforeNext = true;
    expect((await client.readInputRegisters(0, 1)).data).toEqual([1111]);
  });

  it('counts what is malformed, gives none of it out, and goes on with a new connection', async () => {
    const server = await serve();
    server.input.fill(4242);
    // Attempts to connect again need not wait here.
    const timers = {
      ...systemTimers,
      after: (ms: number, run: () => void) => systemTimers.after(ms < 120 ? 0 : ms, run),
    };
    const { link, reaches } = linkTo(server.port, {}, { timers });
    let damaged = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        await reaches('connected');
        server.mangle = (answer) => {
          const changed = Buffer.from(answer);
          changed[at]! ^= change;
          return changed;
        };
        const failure = await failureOf(link.readRegisters('input', 0, 4));
        damaged += 1;
        // A length that grew is an answer that never ends.
        expect(failure).toMatch(/link-malformed|link-timeout/u);
        server.mangle = (answer) => answer;
        await reaches('connected');
        expect(await link.readRegisters('input', 0, 4)).toEqual([4242, 4242, 4242, 4242]);
      }),
      { numRuns: 40 },
    );
    expect(link.figures.malformed + link.figures.timeouts).toBe(damaged);
    expect(link.figures.malformed).toBeGreaterThan(damaged / 2);
  });

  it('drops a device that speaks unasked', async () => {
    const server = await serve();
    let socket: Socket | null = null;
    server.mangle = (answer, _, by) => {
      socket = by;
      return answer;
    };
    const { link, reaches, states } = linkTo(server.port);
    await reaches('connected');
    await link.readRegisters('input', 0, 1);
    socket!.write(Buffer.from([0, 1, 0, 0, 0, 5, 1, 4, 2, 0, 9]));
    await reaches('lost');
    expect(link.figures.malformed).toBe(1);
    await reaches('connected');
    expect(states).toEqual(['connected', 'lost', 'connected']);
  });

  it('tries a lost device again within 2 s, however long it has been away', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        expect(backOffMs(attempt, random)).toBeGreaterThanOrEqual(50);
        expect(backOffMs(attempt, random)).toBeLessThan(2000);
      }),
    );
    expect([0, 1, 2, 3].map((attempt) => backOffMs(attempt, 0.9999)).map(Math.round)).toEqual([100, 200, 400, 800]);
  });
});

/** Holds the first answer back, and slips it in before the answer of the request after `beforeNext` is set. */
function holdFirst(server: ModbusServer): { late: { beforeNext: boolean }; release: () => void } {
  const late = { beforeNext: false };
  let held: Readonly<{ answer: Buffer; socket: Socket }> | null = null;
  const release = (): void => {
    if (held !== null && !held.socket.destroyed) held.socket.write(held.answer);
  };
  server.mangle = (answer: Buffer, _: Request, socket: Socket) => {
    if (held === null) {
      held = { answer, socket };
      return null;
    }
    if (late.beforeNext) release();
    return answer;
  };
  return { late, release };
}
