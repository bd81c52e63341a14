import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RegisterModel, RegisterPoint } from '../../plant/device-model.ts';
import { answerRequest } from '../../twin/modbus/answer.ts';
import { serverDeviceFailure } from '../../twin/modbus/bank.ts';
import { FrameReader } from '../../twin/modbus/frame.ts';
import { createPointBank } from '../../twin/modbus/point-bank.ts';
import { createModbusServer } from '../../twin/modbus/server.ts';
import { registerPoint } from '../support/register-model.ts';
import { Peer } from './modbus-peer.ts';
import { model as plc } from './skid-in-hand.ts';

const point = (name: string, area: RegisterPoint['area'], address: number, more: Partial<RegisterPoint> = {}) =>
  registerPoint({ name, area, address, ...more });

const model: RegisterModel = {
  ...plc,
  largestHole: 2,
  forbidden: [{ area: 'input', from: 40, to: 41 }],
  points: [
    point('speed', 'holding', 0, { access: 'read-write', range: { low: 0, high: 100 } }),
    point('flow', 'holding', 1, { type: 'float32', access: 'read-write', range: { low: 0, high: 50 } }),
    point('serial', 'holding', 3),
    point('far', 'holding', 6),
    point('farther', 'holding', 10),
    point('level', 'input', 0),
    point('before', 'input', 39),
    point('after', 'input', 42),
    ...Array.from({ length: 130 }, (_, i) => point(`many${i}`, 'input', 200 + i)),
    ...Array.from({ length: 10 }, (_, i) =>
      point(`lamp${i}`, 'coil', i, { type: 'bool', access: i < 9 ? 'read-write' : 'read' }),
    ),
    point('door', 'discrete', 3, { type: 'bool' }),
  ],
};

const values = new Map<string, number>();
let locked = false;
const bank = createPointBank(model, {
  read: (name) => values.get(name) ?? 0,
  write: (changes) => {
    if (locked) return serverDeviceFailure;
    for (const [name, value] of changes) values.set(name, value);
    return null;
  },
});
const server = createModbusServer({ host: '127.0.0.1', port: 0, unitId: 1, bank });
let port = 0;
let peer: Peer;

beforeAll(async () => {
  port = await server.start();
  peer = await Peer.connect(port);
});
afterEach(() => {
  values.clear();
  locked = false;
});
afterAll(async () => {
  peer.close();
  await server.stop();
});

const float = (value: number): number[] => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return [...bytes];
};

describe('a Modbus server reads', () => {
  it('holding and input registers, each of its own area', async () => {
    values.set('speed', 0x1234).set('level', 0x0506);
    expect(await peer.ask([3, 0, 0, 0, 1])).toEqual([3, 2, 0x12, 0x34]);
    expect(await peer.ask([4, 0, 0, 0, 1])).toEqual([4, 2, 0x05, 0x06]);
  });

  it('coils and discrete inputs, eight to a byte, the first in the lowest bit', async () => {
    values.set('lamp0', 1).set('lamp8', 1).set('door', 1);
    expect(await peer.ask([1, 0, 0, 0, 10])).toEqual([1, 2, 1, 1]);
    expect(await peer.ask([2, 0, 3, 0, 1])).toEqual([2, 1, 1]);
  });

  it('NaN where an instrument has no value', async () => {
    values.set('flow', Number.NaN);
    const [, , ...bytes] = await peer.ask([3, 0, 1, 0, 2]);
    expect(Buffer.from(bytes).readFloatBE()).toBeNaN();
  });

  it('small gaps as 0, and refuses large ones and what lies behind the map', async () => {
    values.set('serial', 7).set('far', 9);
    expect(await peer.ask([3, 0, 3, 0, 4])).toEqual([3, 8, 0, 7, 0, 0, 0, 0, 0, 9]);
    expect(await peer.ask([3, 0, 6, 0, 5])).toEqual([0x83, 2]);
    expect(await peer.ask([3, 0, 10, 0, 2])).toEqual([0x83, 2]);
    expect(await peer.ask([3, 0xff, 0xff, 0, 2])).toEqual([0x83, 2]);
  });

  it('no register that must not be touched, not even in a longer read', async () => {
    expect(await peer.ask([4, 0, 39, 0, 1])).toEqual([4, 2, 0, 0]);
    expect(await peer.ask([4, 0, 39, 0, 4])).toEqual([0x84, 2]);
    expect(await peer.ask([4, 0, 40, 0, 1])).toEqual([0x84, 2]);
  });

  it('up to 125 registers and 2000 bits, and at least one', async () => {
    expect((await peer.ask([4, 0, 200, 0, 125])).length).toBe(252);
    expect(await peer.ask([4, 0, 200, 0, 126])).toEqual([0x84, 3]);
    expect(await peer.ask([4, 0, 200, 0, 0])).toEqual([0x84, 3]);
    expect(await peer.ask([1, 0, 0, 0x07, 0xd1])).toEqual([0x81, 3]);
    expect(await peer.ask([1, 0, 0, 0x07, 0xd0])).toEqual([0x81, 2]);
  });
});

describe('a Modbus server writes', () => {
  it('one register, one coil, and echoes the request', async () => {
    expect(await peer.ask([6, 0, 0, 0, 42])).toEqual([6, 0, 0, 0, 42]);
    expect(await peer.ask([5, 0, 2, 0xff, 0])).toEqual([5, 0, 2, 0xff, 0]);
    expect(values).toEqual(
      new Map([
        ['speed', 42],
        ['lamp2', 1],
      ]),
    );
  });

  it('many registers and coils', async () => {
    expect(await peer.ask([16, 0, 0, 0, 3, 6, 0, 5, ...float(12.5)])).toEqual([16, 0, 0, 0, 3]);
    expect(await peer.ask([15, 0, 0, 0, 9, 2, 0b101, 1])).toEqual([15, 0, 0, 0, 9]);
    expect(values.get('flow')).toBe(12.5);
    expect(values.get('lamp2')).toBe(1);
    expect(values.get('lamp8')).toBe(1);
  });

  it('all of a request or nothing', async () => {
    expect(await peer.ask([16, 0, 0, 0, 3, 6, 0, 5, ...float(51)])).toEqual([0x90, 3]);
    expect(await peer.ask([16, 0, 0, 0, 4, 8, 0, 5, ...float(1), 0, 1])).toEqual([0x90, 2]);
    expect(await peer.ask([15, 0, 0, 0, 10, 2, 0xff, 3])).toEqual([0x8f, 2]);
    locked = true;
    expect(await peer.ask([6, 0, 0, 0, 5])).toEqual([0x86, 4]);
    expect(values.size).toBe(0);
  });

  it('no value outside its range, and none that is no number', async () => {
    expect(await peer.ask([6, 0, 0, 0, 101])).toEqual([0x86, 3]);
    expect(await peer.ask([16, 0, 1, 0, 2, 4, ...float(Number.NaN)])).toEqual([0x90, 3]);
    expect(await peer.ask([16, 0, 1, 0, 2, 4, ...float(Number.POSITIVE_INFINITY)])).toEqual([0x90, 3]);
  });

  it('no half of a value, nothing read-only, nothing in a gap', async () => {
    expect(await peer.ask([6, 0, 1, 0, 0])).toEqual([0x86, 2]);
    expect(await peer.ask([16, 0, 2, 0, 1, 2, 0, 0])).toEqual([0x90, 2]);
    expect(await peer.ask([6, 0, 3, 0, 0])).toEqual([0x86, 2]);
    expect(await peer.ask([6, 0, 4, 0, 0])).toEqual([0x86, 2]);
    expect(await peer.ask([5, 0, 9, 0xff, 0])).toEqual([0x85, 2]);
    expect(await peer.ask([5, 0, 10, 0xff, 0])).toEqual([0x85, 2]);
  });

  it('nothing whose counts do not agree', async () => {
    expect(await peer.ask([16, 0, 0, 0, 1, 4, 0, 5])).toEqual([0x90, 3]);
    expect(await peer.ask([16, 0, 0, 0, 1, 2, 0, 5, 0])).toEqual([0x90, 3]);
    expect(await peer.ask([16, 0, 0, 0, 0, 0])).toEqual([0x90, 3]);
    expect(await peer.ask([16, 0, 0, 0, 124, 248, ...Array<number>(247).fill(0)])).toEqual([0x90, 3]);
    expect(await peer.ask([15, 0, 0, 0, 9, 1, 0])).toEqual([0x8f, 3]);
    expect(await peer.ask([5, 0, 0, 1, 0])).toEqual([0x85, 3]);
    expect(await peer.ask([6, 0, 0, 0])).toEqual([0x86, 3]);
    expect(await peer.ask([3, 0, 0, 0, 1, 0])).toEqual([0x83, 3]);
    expect(await peer.ask([16])).toEqual([0x90, 3]);
    expect(values.size).toBe(0);
  });
});

describe('a Modbus server', () => {
  it('answers functions it does not know with exception 1', async () => {
    for (const code of [7, 8, 11, 17, 20, 24, 43, 100]) {
      expect(await peer.ask([code, 0, 0, 0, 1])).toEqual([code | 0x80, 1]);
    }
  });

  it('answers for its own unit only', async () => {
    expect(await peer.ask([3, 0, 0, 0, 1], 1, 2)).toEqual([0x83, 11]);
    expect(await peer.ask([6, 0, 0, 0, 9], 1, 0)).toEqual([0x86, 11]);
    expect(values.size).toBe(0);
  });

  it('gives back all sixteen bits of a transaction', async () => {
    for (const transaction of [0, 255, 256, 0x1234, 0xffff]) {
      expect(await peer.ask([3, 0, 0, 0, 1], transaction)).toEqual([3, 2, 0, 0]);
    }
  });

  it('waits for the rest of a frame that comes in pieces, and answers several that come in one', async () => {
    const other = await Peer.connect(port);
    const request = [0, 9, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1];
    for (const byte of request) other.send([byte]);
    expect(await other.frame()).toEqual(Buffer.from([0, 9, 0, 0, 0, 5, 1, 3, 2, 0, 0]));
    other.send([...request, ...request, ...request.slice(0, 7)]);
    expect(await other.frame()).not.toBe('closed');
    expect(await other.frame()).not.toBe('closed');
    other.send(request.slice(7));
    expect(await other.frame()).not.toBe('closed');
    other.close();
  });

  it.each([
    ['another protocol id', [0, 1, 0, 1, 0, 6, 1, 3, 0, 0, 0, 1]],
    ['a length without a function', [0, 1, 0, 0, 0, 1, 1]],
    ['a length beyond a frame', [0, 1, 0, 0, 1, 0, 1, 3, 0, 0, 0, 1]],
    ['noise', [0x47, 0x45, 0x54, 0x20, 0x2f, 0x20, 0x48]],
  ])('closes a stream with %s, after it answered what came before', async (_, bytes) => {
    const other = await Peer.connect(port);
    other.send([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1, ...bytes]);
    expect(await other.frame()).not.toBe('closed');
    expect(await other.frame()).toBe('closed');
    expect(await peer.ask([3, 0, 0, 0, 1])).toEqual([3, 2, 0, 0]);
  });

  it('serves many clients at once, and outlives one that is reset', async () => {
    const peers = await Promise.all(Array.from({ length: 20 }, () => Peer.connect(port)));
    peers[0]!.send([0, 1, 0, 0]);
    peers[0]!.socket.resetAndDestroy();
    const answers = await Promise.all(peers.slice(1).map((one, i) => one.ask([3, 0, 0, 0, 1], i)));
    expect(new Set(answers.map(String))).toEqual(new Set(['3,2,0,0']));
    for (const one of peers) one.close();
  });

  it('says that its port is in use', async () => {
    const second = createModbusServer({ host: '127.0.0.1', port, unitId: 1, bank });
    await expect(second.start()).rejects.toMatchObject({ code: 'port-in-use' });
    await second.stop();
  });

  it('stops with clients on it, and stops again', async () => {
    const short = createModbusServer({ host: '127.0.0.1', port: 0, unitId: 1, bank });
    await short.stop();
    const client = await Peer.connect(await short.start());
    await client.ask([3, 0, 0, 0, 1]);
    await short.stop();
    await short.stop();
    expect(await client.frame()).toBe('closed');
  });
});

describe('whatever bytes come', () => {
  it('a PDU is answered with its function or its exception, and never with more than a frame holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 253 }), (bytes) => {
        const pdu = Buffer.from(bytes);
        const answer = answerRequest(bank, pdu);
        const refused = answer[0] === (pdu[0]! | 0x80) && answer.length === 2 && [1, 2, 3, 4].includes(answer[1]!);
        expect(answer[0] === pdu[0] || refused).toBe(true);
        expect(answer.length).toBeLessThanOrEqual(253);
      }),
      { numRuns: 300 },
    );
  });

  it('how they are cut into pieces makes no difference', () => {
    const frame = fc
      .uint8Array({ minLength: 1, maxLength: 40 })
      .map((pdu) => Buffer.from([0, 1, 0, 0, 0, pdu.length + 1, 1, ...pdu]));
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (frames, cuts) => {
          const stream = Buffer.concat(frames);
          const reader = new FrameReader();
          const pdus: Buffer[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const end = at + cuts[turn % cuts.length]!;
            const read = reader.push(stream.subarray(at, end));
            expect(read.broken).toBeNull();
            pdus.push(...read.frames.map(({ pdu }) => pdu));
            at = end;
          }
          expect(pdus.map(String)).toEqual(frames.map((bytes) => String(bytes.subarray(7))));
        },
      ),
    );
  });
});
