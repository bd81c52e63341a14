import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { LinkTrouble } from '../../gateway/link-trouble.ts';
import { monotonic } from '../../plant/clock.ts';
import { until } from '../support/waiting.ts';
import { House } from './support/house.ts';
import { heard } from './support/log.ts';
import { cdse, skidOf } from './support/plc.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

describe('what the log is told of a link', () => {
  it('is its first failure at once, and those of the next minute in one line', () => {
    const { log, lines } = heard();
    const trouble = new LinkTrouble('QD-1/D-1');
    for (let second = 0; second <= 60; second += 1) {
      trouble.failed(`"RATE?" was answered with "ERR ${second}".`, monotonic(second * 1000), log);
      trouble.stands(log);
    }
    const told = lines.map(([level, message, { problem, failures }]) => [level, message, problem, failures]);
    expect(told).toEqual([
      ['warn', 'connecting failed', '"RATE?" was answered with "ERR 0".', undefined],
      ['info', 'link connected', undefined, undefined],
      ['warn', 'link lost', '"RATE?" was answered with "ERR 60".', 60],
      ['info', 'link connected', undefined, undefined],
    ]);
  });

  it('is a failure after a quiet minute for itself, not with those of before', () => {
    const { log, lines } = heard();
    const trouble = new LinkTrouble('QD-1/D-1');
    for (const at of [0, 1000, 200_000]) trouble.failed('Silence.', monotonic(at), log);
    expect(lines.map(([, , { failures }]) => failures)).toEqual([undefined, undefined]);
  });

  it('is kept as its problem as long as it is lost', () => {
    const { log } = heard();
    const trouble = new LinkTrouble('QD-1/D-1');
    expect(trouble.problem).toBe(null);
    trouble.failed('One.', monotonic(0), log);
    trouble.failed('Two.', monotonic(1), log);
    expect(trouble.problem).toBe('Two.');
    trouble.stands(log);
    expect(trouble.problem).toBe(null);
  });
});

describe('a Modbus device that is lost', () => {
  it('says on the maintenance page and in health what was asked of it and what came', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write('no Modbus at all'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(() => new Promise((resolve) => void server.close(resolve)));
    const house = new House([skidOf(cdse, (server.address() as AddressInfo).port)]);
    open.push(() => house.gateway.stop());
    await house.gateway.start();
    let problem: string | null = null;
    await until(async () => (problem = (await house.gateway.field.links())[0]!.problem) !== null, { everyMs: 2 });
    expect(problem).toMatch(/^The device sent .+ in answer to \w[^;]+; the connection is made anew\.$/u);
    await until(() => /No connection to .+: The device sent/u.test(JSON.stringify(house.gateway.health())), {
      everyMs: 2,
    });
  });
});
