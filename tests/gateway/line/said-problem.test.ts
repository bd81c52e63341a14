/** What a person is told where a device does not answer as its model says. */
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { milliseconds } from '../../../plant/clock.ts';
import { heard } from '../support/log.ts';
import { Bench, shipped } from './support/bench.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const lauda = shipped('lauda', { settle: milliseconds(0) });
const [first] = lauda.points;

/** A thermostat that answers `said` to a line, and rightly to its hello where nothing is said of it. */
async function answering(said: (line: string) => string) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      socket.write(said(bytes.toString('latin1').trim()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { log, lines } = heard();
  const bench = new Bench(lauda, (server.address() as AddressInfo).port, { log });
  open.push(() => new Promise((resolve) => void server.close(() => resolve())));
  open.push(() => bench.device.stop());
  bench.device.start();
  const told = () => lines.filter(([level, message]) => level === 'warn' && message.startsWith('link lost'));
  const failed = () => lines.filter(([level, message]) => level === 'warn' && message === 'connecting failed');
  const problem = ([, , fields]: (typeof lines)[number]) => fields.problem;
  return { bench, told, failed, problem };
}

const end = lauda.ends.answer;
const { ask } = lauda.hello;

describe('a line device that is lost', () => {
  it('by an answer that nobody knows names what was asked, what came, and the remedy, once', async () => {
    const { bench, told, problem } = await answering((line) => (line === ask ? `XT${end}` : `E!7${end}`));
    await bench.until(() => bench.device.figures.malformed >= 3);
    expect(told().map(problem)).toEqual([
      `"${first!.ask}" was answered with "E!7", which is no answer to what was asked; the connection is made anew. Where the device refuses by it, add it to "refusals" of its model.`,
    ]);
  });

  it.each([
    ['a line end before that of the model', 'XT\n\r', /with the byte 0x0a within a line; .* See "ends"/u],
    [
      'half a line end',
      'XT\r',
      /was not answered within 100 ms\. "XT\\r" came without what ends an answer\. See "ends"/u,
    ],
    ['silence', '', /was not answered within 100 ms\.$/u],
  ])('by %s says so', async (_, said, text) => {
    const { bench, failed, problem } = await answering(() => said);
    await bench.until(() => failed().length > 0 && bench.device.problem !== null);
    expect(problem(failed()[0]!)).toMatch(text);
    expect(bench.device.problem).toMatch(text);
    expect(bench.device.problem).toContain(`"${ask}"`);
  });
});
