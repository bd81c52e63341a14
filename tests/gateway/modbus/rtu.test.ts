/** A serial line has no ids: what late, repeated and damaged answers do there. */
import { describe, expect, it } from 'vitest';
import type { Request } from '../../../gateway/modbus/request.ts';
import { until } from '../../support/waiting.ts';
import { busesOf, closeLater, failureOf, linked, rtuUnit, type Linked } from './support/linked.ts';
import { RtuSlaves } from './support/rtu-slave.ts';

const checks: readonly Request[] = [
  ...[1, 2, 3, 5, 7].map((length) => ({ kind: 'read', area: 'input', address: 100, length }) as const),
  { kind: 'identify', object: 0 },
];

async function line(): Promise<RtuSlaves> {
  const slaves = new RtuSlaves();
  await slaves.start();
  closeLater(() => slaves.stop());
  return slaves;
}

async function unitOn(slaves: RtuSlaves, unitId = 1, buses = busesOf()): Promise<Linked> {
  const unit = linked(buses, rtuUnit(slaves.port, unitId), { checks, timeoutMs: 100 });
  await unit.reaches('connected');
  return unit;
}

describe('a unit on a serial line', () => {
  it('reads and writes, however its bytes come', async () => {
    const slaves = await line();
    const { link, states } = await unitOn(slaves);
    slaves.value = 4242;
    slaves.mangle = (frame) => {
      for (const byte of frame.subarray(0, -1)) slaves.say(Buffer.of(byte));
      return frame.subarray(-1);
    };
    expect(await link.readRegisters('holding', 0, 60)).toEqual(Array(60).fill(4242));
    await link.writeRegisters(1, [1, 2]);
    await link.writeRegisters(1, [1], {}, true);
    await link.writeBits(1, 0b110, 0b010);
    await link.writeCoils(3, [true, false, true]);
    expect(slaves.requests.slice(-4).map(({ pdu }) => [...pdu])).toEqual([
      [16, 0, 1, 0, 2, 4, 0, 1, 0, 2],
      [6, 0, 1, 0, 1],
      [22, 0, 1, 0xff, 0xf9, 0, 2],
      [15, 0, 3, 0, 3, 1, 0b101],
    ]);
    expect(states).toEqual(['connected']);
    expect(link.figures).toMatchObject({ timeouts: 0, malformed: 0, late: 0 });
  });

  it('is looked at before its first value is believed', async () => {
    const slaves = await line();
    await unitOn(slaves);
    expect([...slaves.requests[0]!.pdu]).toEqual([4, 0, 100, 0, 1]);
  });

  it('never gives a late answer to the next who asks the same', async () => {
    const slaves = await line();
    const { link, reaches, states } = await unitOn(slaves);
    slaves.value = 1111;
    let held: Buffer | null = null;
    slaves.mangle = (frame) => {
      held = frame;
      return null;
    };
    expect(await failureOf(link.readRegisters('holding', 0, 1))).toBe('link-timeout');
    expect(link.state).toBe('lost');
    slaves.value = 2222;
    // From now on the line is one answer behind: each request is answered with the answer before.
    slaves.mangle = (frame) => {
      const before = held;
      held = frame;
      return before;
    };
    await until(() => link.figures.malformed > 1, { everyMs: 2 });
    expect(link.state).toBe('lost');
    slaves.mangle = (frame) => frame;
    await reaches('connected');
    expect(await link.readRegisters('holding', 0, 1)).toEqual([2222]);
    expect(states).toEqual(['connected', 'lost', 'connected']);
    expect(slaves.connections).toBe(1);
  });

  it('counts and drops an answer that comes while the line is left silent', async () => {
    const slaves = await line();
    const { link, reaches } = await unitOn(slaves);
    let held: Buffer | null = null;
    slaves.mangle = (frame) => {
      held ??= frame;
      return null;
    };
    const asked = failureOf(link.readRegisters('holding', 0, 1));
    expect(await asked).toBe('link-timeout');
    slaves.mangle = (frame) => frame;
    slaves.say(held!);
    await reaches('connected');
    expect(link.figures).toMatchObject({ late: 1, timeouts: 1, malformed: 0 });
  });

  it('is not believed for an exception, which may be the late answer of any request of its function', async () => {
    const slaves = await line();
    const { link, reaches } = await unitOn(slaves);
    slaves.mangle = () => null;
    expect(await failureOf(link.readRegisters('input', 0, 9))).toBe('link-timeout');
    const before = slaves.requests.length;
    slaves.refuse = ({ pdu }) => (pdu[0] === 43 ? 1 : 2);
    slaves.mangle = (frame) => frame;
    await reaches('connected');
    const looks = slaves.requests.slice(before).map(({ pdu }) => [...pdu].join(' '));
    expect(new Set(looks).size, 'each look is another').toBe(looks.length);
    expect(looks.at(-1), 'at last what nothing else can be answered like').toBe('43 14 1 0');
  });

  it('drops an answer that is followed by its own repetition', async () => {
    const slaves = await line();
    const { link, reaches } = await unitOn(slaves);
    slaves.mangle = (frame) => Buffer.concat([frame, frame]);
    expect(await failureOf(link.readRegisters('holding', 0, 4))).toBe('link-malformed');
    slaves.mangle = (frame) => frame;
    await reaches('connected');
    slaves.value = 9;
    expect(await link.readRegisters('holding', 0, 4)).toEqual([9, 9, 9, 9]);
  });

  it('finds within about a second that it is one answer behind', async () => {
    const slaves = await line();
    const { link } = await unitOn(slaves);
    slaves.value = 1;
    await link.readRegisters('holding', 0, 4);
    // A repetition so late that it is the answer to the next request.
    let before: Buffer | null = null;
    slaves.mangle = (frame) => {
      const said = before ?? frame;
      before = frame;
      return said;
    };
    const from = performance.now();
    let failure: string | null = null;
    while (failure === null) failure = await failureOf(link.readRegisters('holding', 0, 4));
    expect(performance.now() - from).toBeLessThan(2500);
    expect(link.figures.malformed).toBeGreaterThan(0);
  });

  it('is left silent after bytes that nothing asked for', async () => {
    const slaves = await line();
    const { link } = await unitOn(slaves);
    slaves.say(Buffer.of(1, 3, 2, 0, 7));
    await until(() => link.figures.malformed === 1, { everyMs: 2 });
    const before = slaves.requests.length;
    slaves.value = 5;
    expect(await link.readRegisters('holding', 0, 1)).toEqual([5]);
    expect(slaves.requests.length - before, 'a look, and then the read').toBe(2);
  });

  it.each([
    ['a wrong checksum', (frame: Buffer) => Buffer.from(frame).fill(0, frame.length - 1)],
    ['another unit', (frame: Buffer) => Buffer.concat([Buffer.of(9), frame.subarray(1)])],
    ['fewer registers', (frame: Buffer) => Buffer.concat([frame.subarray(0, 2), Buffer.of(2), frame.subarray(3)])],
  ])('takes no answer with %s', async (_, damage) => {
    const slaves = await line();
    const { link, reaches } = await unitOn(slaves);
    slaves.mangle = damage;
    expect(await failureOf(link.readRegisters('holding', 0, 4))).toBe('link-malformed');
    slaves.mangle = (frame) => frame;
    await reaches('connected');
  });

  it('says of a write that was not answered that it may have been done', async () => {
    const slaves = await line();
    const { link } = await unitOn(slaves);
    slaves.mangle = () => null;
    await expect(link.writeRegisters(1, [1])).rejects.toThrow(/Whether it was done is not known/u);
  });

  it('does not starve the others of its line', async () => {
    const slaves = await line();
    const buses = busesOf();
    const living = await unitOn(slaves, 1, buses);
    const dead = await unitOn(slaves, 2, buses);
    slaves.mangle = (frame, { unit }) => (unit === 2 ? null : frame);
    expect(await failureOf(dead.link.readRegisters('holding', 0, 1))).toBe('link-timeout');
    const asksOf = (unit: number): number => slaves.requests.filter((request) => request.unit === unit).length;
    // What was saved up for asking again soon is spent first.
    const soon = asksOf(2) + 2;
    while (asksOf(2) < soon) await living.link.readRegisters('holding', 0, 1);
    const [from, living0, dead0] = [performance.now(), asksOf(1), asksOf(2)];
    while (performance.now() - from < 1000) await living.link.readRegisters('holding', 0, 1);
    const passed = performance.now() - from;
    // Each costs its time-out and as long a silence.
    expect((asksOf(2) - dead0) * 200).toBeLessThanOrEqual(0.2 * passed + 200);
    // A line shared in turns would give each as many; how many a second is the machine's affair.
    expect(asksOf(1) - living0).toBeGreaterThan(10 * (asksOf(2) - dead0));
    expect(living.states).toEqual(['connected']);
  });
});
