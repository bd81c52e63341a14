import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { badDecodingError, badTimeout, isGood } from '../../../plant/quality.ts';
import { milliseconds } from '../../../plant/clock.ts';
import { Bench, shipped } from './support/bench.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Answers with values alone, each its own; nothing in an answer tells whose it is. */
const values: Readonly<Record<string, string>> = {
  IN_SP_00: '20.00',
  IN_PV_00: '31.00',
  IN_PV_03: '42.00',
  IN_PV_02: '0.50',
  IN_SP_01: '4',
  IN_MODE_02: '1',
  STATUS: '0',
  TYPE: 'XT',
};
const expected = { setpoint: 20, bathTemperature: 31, externalTemperature: 42, pumpPressure: 0.5, pumpLevel: 4 };

type Answer = (line: string, socket: Socket, send: (text: string) => void) => void;

/** A thermostat that a test may have answer as it likes. */
async function thermostat() {
  const state: { answer: Answer; asked: number; connections: number; late: string } = {
    answer: (line, _, send) => send(`${values[line] ?? 'OK'}\r\n`),
    asked: 0,
    connections: 0,
    late: '',
  };
  const server = createServer((socket) => {
    state.connections += 1;
    if (state.late !== '') socket.write(state.late);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      for (const line of bytes.toString().split('\r\n').filter(Boolean)) {
        state.asked += 1;
        state.answer(line, socket, (text) => {
          if (!socket.destroyed) socket.write(text);
        });
      }
    });
    open.push(() => {
      socket.destroy();
      return Promise.resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => new Promise((resolve) => server.close(() => resolve())));
  const bench = new Bench(shipped('lauda', { timeout: milliseconds(70) }), (server.address() as AddressInfo).port);
  open.push(() => bench.device.stop());
  bench.device.start();
  await bench.until(() => isGood(bench.reading('setpoint').quality));
  return { bench, state, plain: state.answer };
}

/** Looks at every value as it is taken, for as long as `doing` runs. */
async function nothingWrong(bench: Bench, doing: () => Promise<void>): Promise<void> {
  const wrong: string[] = [];
  const take = bench.image.take.bind(bench.image);
  bench.image.take = (device, point, decoded, ...times) => {
    const right = (expected as Record<string, number>)[point];
    if (right !== undefined && isGood(decoded.quality) && decoded.value !== right)
      wrong.push(`${point} ${String(decoded.value)}`);
    take(device, point, decoded, ...times);
  };
  await doing();
  expect(wrong).toEqual([]);
}

describe('answers without a number of their own', () => {
  it('that shift by one, because one came twice, make no value wrong, and the connection is made anew', async () => {
    const { bench, state, plain } = await thermostat();
    await nothingWrong(bench, async () => {
      for (const doubled of ['IN_SP_00', 'IN_PV_03', 'STATUS', 'TYPE']) {
        let again: string | null = null;
        const { connections } = state;
        // The second of the two comes right after the next request was sent: in its place.
        state.answer = (line, socket, send) => {
          if (again !== null) {
            send(again);
            again = `${values[line] ?? 'OK'}\r\n`;
            return;
          }
          plain(line, socket, send);
          if (line === doubled && state.connections === connections) again = `${values[line] ?? ''}\r\n`;
          else if (state.connections !== connections) again = null;
        };
        await bench.until(() => state.connections > connections, `${doubled} found out`);
        again = null;
        state.answer = plain;
        await bench.round();
      }
    });
    expect(bench.device.figures.malformed).toBeGreaterThanOrEqual(4);
  });

  it('that come after their time, over the next connection as a serial server sends them, are thrown away', async () => {
    const { bench, state, plain } = await thermostat();
    await nothingWrong(bench, async () => {
      state.late = '99.00\r\n';
      state.answer = (line, socket, send) => {
        if (line !== 'IN_PV_00') plain(line, socket, send);
      };
      await bench.until(() => bench.device.figures.timeouts > 0);
      expect(bench.reading('bathTemperature').quality).toBe(badTimeout);
      state.answer = plain;
      await bench.round();
    });
    expect(bench.device.figures.late).toBeGreaterThan(0);
    expect(bench.device.figures.malformed).toBe(0);
  });

  it('that say more than was asked, or what no line can say, are malformed', async () => {
    const { bench, state, plain } = await thermostat();
    for (const said of ['20.00\r\n21.00\r\n', '20.0x\r\n', '20.\u000700\r\n', '9'.repeat(70), '\r\n', 'é\r\n']) {
      const { malformed } = bench.device.figures;
      state.answer = (line, socket, send) => (line === 'IN_PV_00' ? send(said) : plain(line, socket, send));
      await bench.until(() => bench.device.figures.malformed > malformed, JSON.stringify(said));
      expect(bench.reading('bathTemperature').quality).toBe(badDecodingError);
      state.answer = plain;
      await bench.round();
      expect(bench.reading('bathTemperature').value).toBe(31);
    }
  });

  it('that nothing asked for end the connection', async () => {
    const { bench, state, plain } = await thermostat();
    let socket: Socket | null = null;
    state.answer = (line, by, send) => {
      socket = by;
      plain(line, by, send);
    };
    await bench.round();
    const { reconnects } = bench.device.figures;
    socket!.write('20.00\r\n');
    await bench.until(() => bench.device.figures.reconnects > reconnects);
  });
});

describe('a command to a device that speaks in lines', () => {
  it('goes before the round of readings, and is not sent where it was taken back', async () => {
    const { bench, state } = await thermostat();
    const { asked } = state;
    const withdrawn = new TypeError('taken back');
    const [group] = bench.device.plan([{ point: bench.point('setpoint'), value: 25 }]);
    await expect(bench.device.write(group!, () => withdrawn as never)).rejects.toBe(withdrawn);
    await bench.device.write(group!, () => null);
    expect(state.asked - asked).toBeLessThan(4);
  });

  it('whose answer stays out may have been carried out, and says that it failed', async () => {
    const { bench, state } = await thermostat();
    state.answer = () => undefined;
    await expect(bench.set('setpoint', 25)).rejects.toMatchObject({
      code: expect.stringMatching(/link-(timeout|lost|down)/u),
    });
  });

  it('is refused while there is no connection, and not kept', async () => {
    const { bench } = await thermostat();
    await bench.device.stop();
    await expect(bench.set('setpoint', 25)).rejects.toMatchObject({ code: 'link-down' });
  });

  it('of a value that cannot be said is not sent', async () => {
    const { bench, state } = await thermostat();
    await bench.device.stop();
    const { asked } = state;
    for (const value of [25.005, 400, Number.NaN, true])
      await expect(bench.set('setpoint', value)).rejects.toMatchObject({ code: 'value-not-representable' });
    expect(state.asked).toBe(asked);
  });
});
