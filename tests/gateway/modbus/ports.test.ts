/** The ports under modbus-serial, byte by byte, without a wire. */
import fc from 'fast-check';
import modbusSerial from 'modbus-serial';
import { describe, expect, it } from 'vitest';
import type { ByteStream, StreamListener } from '../../../gateway/byte-stream/index.ts';
import { answerFault } from '../../../gateway/modbus/answer-form.ts';
import { withChecksum } from '../../../gateway/modbus/crc.ts';
import { frame, inspect } from '../../../gateway/modbus/mbap-frame.ts';
import { MbapPort } from '../../../gateway/modbus/mbap-port.ts';
import { inspectRtu } from '../../../gateway/modbus/rtu-frame.ts';

/** A stream whose far end is a function. */
class Wire implements ByteStream {
  listener: StreamListener | null = null;
  answer: (bytes: Buffer) => void = () => undefined;

  open(listener: StreamListener): void {
    this.listener = listener;
    listener.onOpen();
  }

  write(bytes: Uint8Array): void {
    this.answer(Buffer.from(bytes));
  }

  close(): void {
    this.listener = null;
  }

  say(bytes: Buffer): void {
    this.listener?.onData(bytes);
  }
}

function onWire(firstTransaction = 0) {
  const wire = new Wire();
  const told: string[] = [];
  const port = new MbapPort(wire, firstTransaction, {
    malformed: (reason) => told.push(reason),
    late: (unitId) => told.push(`late of ${unitId}`),
  });
  const client = new modbusSerial.default(port);
  client.open(() => undefined);
  const read = (): number[] => {
    const got: number[] = [];
    client.writeFC3(1, 0, 1, (_error: Error | null, answer?: { data: number[] }) => got.push(...(answer?.data ?? [])));
    return got;
  };
  return { wire, port, told, read };
}

/** The answer of unit 1 to a read of one register. */
const answerTo = (request: Buffer, value: number): Buffer =>
  frame(request.readUInt16BE(0), Buffer.of(1, 3, 2, value >> 8, value & 255));

describe('the port of Modbus TCP', () => {
  it('knows a late answer 256 and 65 535 requests later for late, and then has no id left to lend', () => {
    const { wire, port, told, read } = onWire(7);
    let held: Buffer | null = null;
    wire.answer = (request) => (held = answerTo(request, 1111));
    expect(read()).toEqual([]);
    port.forget();
    wire.answer = (request) => wire.say(answerTo(request, 2222));
    for (let i = 0; i < 255; i += 1) read();
    const late = held!;
    wire.answer = (request) => wire.say(Buffer.concat([late, answerTo(request, 2222)]));
    expect(read()).toEqual([2222]);
    expect(told).toEqual(['late of 1']);

    wire.answer = (request) => (held = answerTo(request, 1111));
    read();
    port.forget();
    wire.answer = (request) => wire.say(answerTo(request, 2222));
    for (let i = 0; i < 65_535 && !port.exhausted; i += 1) read();
    expect(port.exhausted, 'the id of the one that was never answered is not given out again').toBe(true);
    wire.say(held!);
    expect(told).toEqual(['late of 1', 'late of 1']);
    expect(port.exhausted).toBe(false);
  });

  it('believes an answer only once', () => {
    const { wire, told, read } = onWire();
    wire.answer = (request) => wire.say(Buffer.concat([answerTo(request, 1), answerTo(request, 1)]));
    expect(read()).toEqual([]);
    expect(told).toEqual(['11 bytes more than its length says']);
  });
});

const requests = [
  [1, 1, 0, 0, 0, 10],
  [1, 3, 0, 0, 0, 2],
  [1, 5, 0, 1, 0xff, 0],
  [1, 16, 0, 0, 0, 1, 2, 0, 9],
  [1, 22, 0, 1, 0xff, 0, 0, 3],
  [1, 23, 0, 0, 0, 2, 0, 0, 0, 1, 2, 0, 7],
  [1, 43, 14, 1, 0],
].map((bytes) => Buffer.from(bytes));

const answers: readonly Buffer[] = [
  [1, 1, 2, 0xff, 3],
  [1, 3, 4, 0, 1, 0, 2],
  [1, 5, 0, 1, 0xff, 0],
  [1, 16, 0, 0, 0, 1],
  [1, 22, 0, 1, 0xff, 0, 0, 3],
  [1, 23, 4, 0, 7, 0, 8],
  [1, 43, 14, 1, 1, 0, 0, 2, 0, 3, 65, 66, 67, 1, 0],
].map((bytes) => Buffer.from(bytes));

/** Mutations of a message: a byte changed, cut, or more of them. */
const mutation = fc.record({
  which: fc.nat({ max: requests.length - 1 }),
  at: fc.nat({ max: 20 }),
  change: fc.integer({ min: 1, max: 255 }),
  kind: fc.constantFrom('change', 'cut', 'grow', 'exception', 'any'),
  any: fc.uint8Array({ maxLength: 30 }),
});

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutated({ which, at, change, kind, any }: Mutation): Buffer {
  const answer = Buffer.from(answers[which]!);
  if (kind === 'cut') return answer.subarray(0, at);
  if (kind === 'grow') return Buffer.concat([answer, any]);
  if (kind === 'exception') return Buffer.concat([Buffer.of(1, answer[1]! | 0x80, change), any.subarray(0, at % 3)]);
  if (kind === 'any') return Buffer.from(any);
  answer[at % answer.length]! ^= change;
  return answer;
}

/** Apart from what is tested, from the specification: whether the body answers the request. */
function isAnswer(request: Buffer, body: Buffer): boolean {
  const [unit, code, ...rest] = body;
  if (unit !== 1 || code === undefined) return false;
  if (code === (request[1]! | 0x80)) return rest.length === 1 && rest[0] !== 0;
  if (code !== request[1]) return false;
  if ([5, 16].includes(code)) return body.length === 6 && Buffer.compare(body, request.subarray(0, 6)) === 0;
  if (code === 22) return Buffer.compare(body, request) === 0;
  if (code === 43) {
    if (rest[0] !== 14 || rest[1] !== 1 || ![0, 255].includes(rest[3]!)) return false;
    let objects = 0;
    let left = rest.slice(6);
    while (left.length > 0) {
      if (left.length < 2 || left.length < 2 + left[1]!) return false;
      left = left.slice(2 + left[1]!);
      objects += 1;
    }
    return rest.length >= 6 && objects === rest[5];
  }
  const bytes = code === 1 ? 2 : 4;
  // Ten bits were asked: the other six of the second byte are zeros.
  return rest[0] === bytes && rest.length === 1 + bytes && (code !== 1 || rest[2]! < 4);
}

describe('a fuzzed answer', () => {
  it('is taken where it is one, and else refused, without a crash, over Modbus TCP and RTU', () => {
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(mutation, (how) => {
        const request = requests[how.which]!;
        const body = mutated(how);
        const right = isAnswer(request, body);
        if (body.length >= 2) expect(answerFault(request, body) === null).toBe(right);
        if (body.length >= 3 && body.length <= 254) {
          const seen = inspect(frame(5, body), { transaction: 5, request });
          expect(seen.kind).toBe(right ? 'answer' : 'malformed');
        }
        const heard = inspectRtu(withChecksum(body), request);
        expect(heard.kind === 'answer').toBe(right);
        if (right) taken += 1;
        else refused += 1;
      }),
      { numRuns: 5000 },
    );
    expect(Math.min(taken, refused)).toBeGreaterThan(50);
  });
});
