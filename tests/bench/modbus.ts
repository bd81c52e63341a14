/** Our Modbus link against bare modbus-serial, both with one request in flight, both against Debian's libmodbus. */
import { atLeast, atMost, type Run } from '../support/measured.ts';
import type { Figures } from './modbus/client.ts';
import { readScattered } from './modbus/scattered.ts';
import { CServer } from './support/c-server.ts';
import { MeasuringChild } from './support/measuring-child.ts';
import { interleaved, median, rounded } from './support/pairs.ts';

export const run: Run = async ({ say, quick = false }) => {
  const [pairs, milliseconds, warmUpMs] = quick ? [1, 150, 100] : [5, 4000, 2000];
  const server = await CServer.start('modbus-server');
  const port = String(server.ports[0]);
  const file = new URL('./modbus/client.ts', import.meta.url);
  const sides = { ours: new MeasuringChild(file, ['ours', port]), bare: new MeasuringChild(file, ['bare', port]) };
  try {
    const { joined, apart } = await readScattered(server);
    say(`120 scattered registers: ${joined} requests; without reading over holes ${apart}`);
    for (const side of Object.values(sides)) await side.ask<Figures>({ milliseconds: warmUpMs });
    const { pairs: measured } = await interleaved(
      pairs,
      (side) => sides[side].ask<Figures>({ milliseconds }),
      ({ ours, bare }, number) =>
        say(`pair ${number}: ours ${rounded(rate(ours), 0)}/s, modbus-serial ${rounded(rate(bare), 0)}/s`),
    );
    const served = await server.figures();
    say(`the server answered ${served.requests ?? 0} requests with ${rounded(served.cpuMs, 0)} ms of CPU of its own`);
    return [
      atLeast(
        'rate of ours / modbus-serial, one request in flight',
        rounded(median(measured.map(({ ours, bare }) => rate(ours) / rate(bare)))),
        '',
        0.9,
      ),
      atMost(
        'CPU of a request, ours / modbus-serial',
        rounded(median(measured.map(({ ours, bare }) => cost(ours) / cost(bare)))),
        '',
      ),
      atLeast('requests of ours', rounded(median(measured.map(({ ours }) => rate(ours))), 0), '/s'),
      atLeast('requests of modbus-serial', rounded(median(measured.map(({ bare }) => rate(bare))), 0), '/s'),
      atMost('requests for 120 scattered registers', joined, '', 3),
    ];
  } finally {
    await Promise.all([sides.ours.stop(), sides.bare.stop()]);
    await server.stop();
  }
};

const rate = ({ requests, milliseconds }: Figures): number => (1000 * requests) / milliseconds;
const cost = ({ requests, cpuMs }: Figures): number => cpuMs / requests;
