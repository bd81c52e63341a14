/** FC22, FC23 and 43/14 as the twin's server answers them, and the same over RTU. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RegisterModel } from '../../plant/device-model.ts';
import { answerRequest } from '../../twin/modbus/answer.ts';
import { createPointBank } from '../../twin/modbus/point-bank.ts';
import { crc, encodeRtu, RtuReader } from '../../twin/modbus/rtu-frame.ts';
import { createModbusServer } from '../../twin/modbus/server.ts';
import { registerPoint } from '../support/register-model.ts';
import { Peer } from './modbus-peer.ts';
import { model as plc } from './skid-in-hand.ts';

const model: RegisterModel = {
  ...plc,
  largestHole: 0,
  forbidden: [],
  points: [
    registerPoint({ name: 'fan', area: 'holding', address: 0, type: 'bool', bit: 0, access: 'read-write' }),
    registerPoint({ name: 'valve', area: 'holding', address: 0, type: 'bool', bit: 3, access: 'read-write' }),
    registerPoint({ name: 'lock', area: 'holding', address: 0, type: 'bool', bit: 15 }),
    registerPoint({ name: 'speed', area: 'holding', address: 1, access: 'read-write', range: { low: 0, high: 100 } }),
    registerPoint({ name: 'mode', area: 'holding', address: 2, bits: { from: 4, to: 7 } }),
    registerPoint({ name: 'weight', area: 'holding', address: 3, type: 'bcd32', order: 'CDAB' }),
    registerPoint({ name: 'serial', area: 'holding', address: 5, type: 'string', length: 3 }),
    registerPoint({ name: 'swapped', area: 'holding', address: 8, type: 'string', length: 2, order: 'BADC' }),
  ],
};
const values = new Map<string, number>([['lock', 1]]);
const texts: Readonly<Record<string, string>> = { serial: 'SN-17', swapped: 'ab' };
const bank = createPointBank(
  model,
  {
    read: (name) => values.get(name) ?? 0,
    text: (name) => texts[name] ?? '',
    write: (changes) => {
      for (const [name, value] of changes) values.set(name, value);
      return null;
    },
  },
  new Map([[0, 'Mesoline'], [1, 'TWIN'], [2, '1.0'], ...[128, 129].map((id) => [id, 'x'.repeat(200)] as const)]),
);
const ask = (...pdu: number[]): number[] => [...answerRequest(bank, Buffer.from(pdu))];

describe('a Modbus server', () => {
  it('sets single bits by FC22 and leaves the others', () => {
    expect(ask(22, 0, 0, 0xff, 0xf6, 0, 0x08)).toEqual([22, 0, 0, 0xff, 0xf6, 0, 0x08]);
    expect(values.get('valve')).toBe(1);
    expect(values.get('fan')).toBe(0);
    expect(ask(3, 0, 0, 0, 1)).toEqual([3, 2, 0x80, 0x08]);
    expect(ask(22, 0, 0, 0x7f, 0xff, 0, 0), 'a bit that is only read').toEqual([0x96, 2]);
    expect(ask(22, 0, 1, 0xff, 0xfe, 0, 1), 'a bit of a whole value').toEqual([0x96, 2]);
    expect(ask(22, 0, 0, 0xff), 'a request cut short').toEqual([0x96, 3]);
  });

  it('writes and reads back by FC23, the write first', () => {
    expect(ask(23, 0, 1, 0, 1, 0, 1, 0, 1, 2, 0, 42)).toEqual([23, 2, 0, 42]);
    expect(ask(23, 0, 1, 0, 1, 0, 1, 0, 1, 2, 0, 101), 'out of range').toEqual([0x97, 3]);
    expect(ask(23, 0, 40, 0, 1, 0, 1, 0, 1, 2, 0, 43), 'a read of nothing').toEqual([0x97, 2]);
    expect(values.get('speed'), 'what is refused is not written').toBe(42);
    expect(ask(23, 0, 1, 0, 1, 0, 1, 0, 1, 3, 0, 42), 'a wrong byte count').toEqual([0x97, 3]);
  });

  it('says texts, fields of bits and BCD in their orders', () => {
    values.set('mode', 5).set('weight', 12_345_678);
    expect(ask(3, 0, 2, 0, 8)).toEqual([
      3,
      16,
      0,
      0x50,
      0x56,
      0x78,
      0x12,
      0x34,
      ...Buffer.from('SN-17\0'),
      ...Buffer.from('ba\0\0'),
    ]);
  });

  it('says who it is, page by page', () => {
    const basic = ask(43, 14, 1, 0);
    expect(basic.slice(0, 7)).toEqual([43, 14, 1, 0x83, 0, 0, 3]);
    expect(Buffer.from(basic.slice(9, 17)).toString()).toBe('Mesoline');
    const extended = ask(43, 14, 3, 0);
    expect(extended.slice(4, 7), 'one text fits, and the next is named').toEqual([0xff, 129, 4]);
    expect(extended.length).toBeLessThanOrEqual(253);
    expect(ask(43, 14, 3, 129).slice(4, 8)).toEqual([0, 0, 1, 129]);
    expect(ask(43, 14, 4, 1)).toEqual([43, 14, 4, 0x83, 0, 0, 1, 1, 4, ...Buffer.from('TWIN')]);
    expect(ask(43, 14, 4, 77)).toEqual([0xab, 2]);
    expect(ask(43, 13, 1, 0)).toEqual([0xab, 1]);
    expect(ask(43, 14, 5, 0)).toEqual([0xab, 3]);
  });
});

describe('RTU framing', () => {
  it('has the checksum of the standard', () => {
    // The example of MODBUS over Serial Line V1.02, appendix B: 02 07 has 41 12.
    expect(crc(Buffer.from([2, 7]))).toBe(0x1241);
  });

  it('finds every request again, however its bytes come', () => {
    const requests = [
      [3, 0, 1, 0, 2],
      [16, 0, 1, 0, 1, 2, 0, 7],
      [22, 0, 0, 0, 1, 0, 2],
      [23, 0, 1, 0, 1, 0, 1, 0, 1, 2, 0, 9],
      [43, 14, 1, 0],
    ].map((pdu, unit) => ({ unit, pdu: Buffer.from(pdu) }));
    const bytes = Buffer.concat(requests.map(encodeRtu));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }), (cuts) => {
        const reader = new RtuReader();
        const found = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          found.push(...reader.push(bytes.subarray(at, at + cut)));
          at += cut;
        }
        expect(found).toEqual(requests);
      }),
    );
  });

  it('drops all until a silence once a checksum is wrong', () => {
    const reader = new RtuReader();
    const good = encodeRtu({ unit: 1, pdu: Buffer.from([3, 0, 1, 0, 2]) });
    const damaged = Buffer.from(good);
    damaged[3]! ^= 1;
    expect(reader.push(Buffer.concat([damaged, good]))).toEqual([]);
    expect(reader.push(good)).toEqual([]);
    expect(reader.silence()).toBe(null);
    expect(reader.push(good)).toHaveLength(1);
  });

  it('takes a function it does not know for whole where the line is silent', () => {
    const reader = new RtuReader();
    expect(reader.push(encodeRtu({ unit: 1, pdu: Buffer.from([65, 9, 9]) }))).toEqual([]);
    expect(reader.silence()?.pdu).toEqual(Buffer.from([65, 9, 9]));
  });
});

describe('a bus of several units', () => {
  const other = createPointBank(model, { read: () => 7, write: () => null });
  const tcp = createModbusServer({ host: '127.0.0.1', port: 0, unitId: 1, bank, others: new Map([[2, other]]) });
  let port = 0;
  beforeAll(async () => {
    port = await tcp.start();
  });
  afterAll(() => tcp.stop());

  it('answers for each of them, and as a gateway for those that are not there', async () => {
    const peer = await Peer.connect(port);
    expect(await peer.ask([3, 0, 1, 0, 1], 1, 2)).toEqual([3, 2, 0, 7]);
    expect(await peer.ask([3, 0, 1, 0, 1], 2, 3)).toEqual([0x83, 11]);
    peer.close();
  });
});
