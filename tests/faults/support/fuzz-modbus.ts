/** Modbus messages of every function we ask for, right and damaged, fed to the port, modbus-serial and what reads its answer. */
import { exceptionOf } from '../../../gateway/modbus/link-errors.ts';
import { identificationFrom } from '../../../gateway/modbus/identification.ts';
import { MbapPort } from '../../../gateway/modbus/mbap-port.ts';
import { ModbusRTU, send, type ModbusClient, type Request } from '../../../gateway/modbus/request.ts';
import { RtuPort } from '../../../gateway/modbus/rtu-port.ts';
import { MesolineError } from '../../../plant/errors.ts';
import { FedStream, FedTimers, guarded, judged, type Fate, type FuzzCore, type Judged } from './fuzz-core.ts';
import { mutations } from './fuzz-mutations.ts';
import type { FuzzRandom } from './fuzz-random.ts';
import { crcOf, judgeRtu, judgeTcp, type ModbusVerdict } from './strict-oracle-modbus.ts';

/** A unit, and what is asked of it. */
type Asked = Readonly<{ unit: number; request: Request }>;

const word = (value: number): readonly number[] => [value >> 8, value & 0xff];
const words = (count: number, random: FuzzRandom): number[] =>
  Array.from({ length: count }, () => random.between(0, 0xffff));

export function anyRequest(random: FuzzRandom): Request {
  const address = random.between(0, random.chance(0.5) ? 200 : 0xff00);
  const few = (most: number): number => random.between(1, random.chance(0.8) ? Math.min(12, most) : most);
  switch (random.between(1, 11)) {
    case 1:
      return { kind: 'read', area: 'coil', address, length: few(2000) };
    case 2:
      return { kind: 'read', area: 'discrete', address, length: few(2000) };
    case 3:
    case 4:
      return { kind: 'read', area: 'holding', address, length: few(125) };
    case 5:
      return { kind: 'read', area: 'input', address, length: few(125) };
    case 6:
      return { kind: 'coils', address, bits: [random.chance(0.5)] };
    case 7:
      return { kind: 'write', address, words: words(1, random), alone: true };
    case 8:
      return { kind: 'coils', address, bits: Array.from({ length: 1 + few(1000) }, () => random.chance(0.5)) };
    case 9:
      return { kind: 'write', address, words: words(few(123), random), alone: false };
    case 10:
      return random.chance(0.5)
        ? { kind: 'mask', address, and: random.between(0, 0xffff), or: random.between(0, 0xffff) }
        : { kind: 'write-read', address, words: words(few(121), random) };
    default:
      return { kind: 'identify', object: 0 };
  }
}

/** @param body unit and PDU of a request as it went out. @returns unit and PDU of a right answer */
export function rightAnswer(body: Uint8Array, random: FuzzRandom): Buffer {
  const [unit = 0, code = 0] = body;
  if (random.chance(0.08)) return Buffer.from([unit, code | 0x80, random.pick([1, 2, 3, 4, 5, 6, 8, 10, 11])]);
  const quantity = (body[4] ?? 0) * 256 + (body[5] ?? 0);
  switch (code) {
    case 1:
    case 2: {
      const bits = random.bytes(Math.ceil(quantity / 8));
      if (quantity % 8 > 0) bits[bits.length - 1] = (bits.at(-1) ?? 0) & ((1 << (quantity % 8)) - 1);
      return Buffer.from([unit, code, bits.length, ...bits]);
    }
    case 3:
    case 4:
    case 23:
      return Buffer.from([unit, code, 2 * quantity, ...random.bytes(2 * quantity)]);
    case 22:
      return Buffer.from(body.subarray(0, 8));
    case 43: {
      const first = body[4] ?? 0;
      const objects = [0, 1, 2].filter((id) => id >= first && random.chance(0.9));
      const last = objects.at(-1) ?? -1;
      const more = last >= 0 && last < 2 && random.chance(0.3);
      const texts = objects.flatMap((id) => {
        const text = Buffer.from('Acme Flow 7.3 rev B'.slice(0, random.between(0, 19)));
        return [id, text.length, ...text];
      });
      const head = [unit, 43, 14, 1, random.pick([1, 0x81]), more ? 0xff : 0, more ? last + 1 : 0, objects.length];
      return Buffer.from([...head, ...texts]);
    }
    default:
      return Buffer.from(body.subarray(0, 6));
  }
}

/** Damage that knows what the fields are; the frame around it is right. */
const bodyMutations: Readonly<Record<string, (body: Buffer, random: FuzzRandom) => Buffer>> = {
  'another unit': (body, random) => changed(body, 0, random.between(0, 255)),
  'another function': (body, random) => changed(body, 1, random.pick([1, 2, 3, 4, 5, 6, 15, 16, 22, 23, 43])),
  'another byte count': (body, random) => changed(body, 2, random.between(0, 255)),
  'an exception': (body, random) =>
    Buffer.from([body[0] ?? 0, random.between(0x80, 0xff), ...random.bytes(random.between(0, 3))]),
  'exception of this function': (body, random) =>
    Buffer.from([body[0] ?? 0, (body[1] ?? 0) | 0x80, random.between(0, 255)]),
  'registers more or fewer, counted right': (body, random) => {
    const bytes = random.bytes(2 * random.between(0, 125));
    return Buffer.from([body[0] ?? 0, body[1] ?? 0, bytes.length, ...bytes]);
  },
};

const changed = (body: Buffer, at: number, value: number): Buffer => {
  const made = Buffer.from(body);
  if (at < made.length) made[at] = value;
  return made;
};

const framed = {
  tcp: (body: Buffer, transaction: number): Buffer =>
    Buffer.from([...word(transaction), 0, 0, ...word(body.length), ...body]),
  rtu: (body: Buffer): Buffer => {
    const crc = crcOf(body);
    return Buffer.from([...body, crc & 0xff, crc >> 8]);
  },
};

type Outcome = {
  fate: Fate | 'crashed';
  value: unknown;
  /** What had been brought when it was decided. */
  seen: number;
  why: string;
};

/** One port with modbus-serial on it, as a bus has it. */
class Wire {
  readonly stream = new FedStream();
  readonly timers = new FedTimers();
  readonly port: MbapPort | RtuPort;
  readonly client: ModbusClient;
  outcome: Outcome | null = null;
  brought = 0;
  malformed: string | null = null;

  constructor(framing: 'tcp' | 'rtu', first: number) {
    const listener = { malformed: (reason: string) => void (this.malformed ??= reason), late: () => undefined };
    this.port =
      framing === 'tcp'
        ? new MbapPort(this.stream, first, listener)
        : new RtuPort(this.stream, 2, this.timers, listener);
    this.client = new ModbusRTU(this.port);
    this.client.on('error', () => undefined);
    this.client.open(() => undefined);
  }

  ask({ unit, request }: Asked): void {
    this.outcome = null;
    this.malformed = null;
    this.brought = 0;
    send(this.client, this.port, unit, request, (error, data) => {
      const exception = error === null ? null : exceptionOf(error);
      const fate = error === null ? 'accepted' : exception === null ? 'refused' : 'refusal';
      const value = error === null ? data.slice(0, lengthOf(request) ?? data.length) : (exception?.code ?? null);
      this.outcome = { fate, value, seen: this.brought, why: error?.message ?? '' };
    });
  }
}

const lengthOf = (request: Request): number | null =>
  request.kind === 'read' ? request.length : request.kind === 'write-read' ? request.words.length : null;

export class ModbusCore implements FuzzCore {
  readonly name: string;
  readonly #framing: 'tcp' | 'rtu';
  #wire: Wire | null = null;
  #other: Buffer = Buffer.from([0, 1, 0, 0, 0, 5, 1, 3, 2, 0, 7]);

  constructor(framing: 'tcp' | 'rtu') {
    this.#framing = framing;
    this.name = framing === 'tcp' ? 'Modbus TCP' : 'Modbus RTU';
  }

  step(random: FuzzRandom): Judged | Promise<Judged> {
    const asked: Asked = { unit: random.between(1, 247), request: anyRequest(random) };
    const wire = (this.#wire ??= new Wire(this.#framing, random.between(0, 0xffff)));
    this.#wire = null;
    const forgotten = this.#framing === 'tcp' && random.chance(0.1) ? this.#forget(wire, asked, random) : null;
    wire.ask(asked);
    const { written } = wire.stream;
    const transaction = written.readUInt16BE(0);
    const request = this.#framing === 'tcp' ? written.subarray(6) : written.subarray(0, -2);
    const body = rightAnswer(request, random);
    const { kind, bytes } = this.#message(body, transaction, random);
    const late = forgotten !== null && random.chance(0.7) ? forgotten.answer : Buffer.alloc(0);
    const sent = Buffer.concat([late, bytes]);
    const crash = guarded(() => this.#bring(wire, sent, random));
    const judge = (seen: Buffer): ModbusVerdict =>
      this.#framing === 'tcp'
        ? judgeTcp(seen, { transaction, request }, forgotten === null ? [] : [forgotten.transaction])
        : judgeRtu(seen, request);
    const result = outcomeOf(wire, crash);
    const seen = sent.subarray(0, result.seen);
    // What was taken is judged by what had come by then; what was not, by all that came.
    const strict = strictly(judge(result.fate === 'accepted' || result.fate === 'refusal' ? seen : sent));
    const clean = (result.fate === 'accepted' || result.fate === 'refusal') && wire.malformed === null;
    if (clean && forgotten === null && result.seen === sent.length) this.#wire = wire;
    this.#other = bytes.length > 0 && bytes.length < 300 ? bytes : this.#other;
    const lateKind = forgotten === null ? kind : `${kind}, an older one unanswered`;
    if (asked.request.kind !== 'identify' || result.fate !== 'accepted') return judged(lateKind, sent, result, strict);
    return identified(result).then((ours) => judged(lateKind, sent, ours, strict));
  }

  /** Asks something and gives it up. */
  #forget(wire: Wire, asked: Asked, random: FuzzRandom): Readonly<{ transaction: number; answer: Buffer }> {
    wire.ask({ ...asked, request: anyRequest(random) });
    const { written } = wire.stream;
    const transaction = written.readUInt16BE(0);
    const answer = framed.tcp(rightAnswer(written.subarray(6), random), transaction);
    (wire.port as MbapPort).forget();
    return { transaction, answer };
  }

  #message(body: Buffer, transaction: number, random: FuzzRandom): Readonly<{ kind: string; bytes: Buffer }> {
    const frame = (content: Buffer, id = transaction): Buffer =>
      this.#framing === 'tcp' ? framed.tcp(content, id) : framed.rtu(content);
    const chance = random.unit();
    if (chance < 0.15) return { kind: 'valid', bytes: frame(body) };
    if (chance < 0.4) {
      const kind = random.pick(Object.keys(bodyMutations));
      return { kind, bytes: frame(bodyMutations[kind]!(body, random)) };
    }
    if (chance < 0.45 && this.#framing === 'tcp') {
      const apart = random.pick([256, 1, -1, 0x100 * random.between(1, 255), random.between(0, 0xffff)]);
      return { kind: 'another transaction', bytes: frame(body, (transaction + apart) & 0xffff) };
    }
    const kind = random.pick(Object.keys(mutations).filter((name) => name !== 'valid'));
    const mutate = mutations[kind]!;
    // Half of them with a length or checksum that is right again, so that what it holds is looked at.
    if (random.chance(0.5)) return { kind: `${kind}, framed again`, bytes: frame(mutate(body, this.#other, random)) };
    return { kind, bytes: mutate(frame(body), this.#other, random) };
  }

  #bring(wire: Wire, bytes: Buffer, random: FuzzRandom): void {
    for (const chunk of random.chunks(bytes)) {
      wire.brought += chunk.length;
      wire.stream.bring(chunk);
      // The line may fall silent between two pieces.
      if (random.chance(0.1)) wire.timers.fire(2);
    }
    wire.timers.fire(2);
  }
}

/** A page of identification counts where it is read as one; asking for the next is as good. */
async function identified(outcome: Outcome): Promise<Outcome> {
  const next = new Error('the next page');
  let pages = 0;
  try {
    await identificationFrom(() => {
      pages += 1;
      return pages > 1 ? Promise.reject(next) : Promise.resolve(outcome.value as readonly number[]);
    }, 'fuzz');
    return outcome;
  } catch (thrown) {
    if (thrown === next) return outcome;
    return { ...outcome, fate: thrown instanceof MesolineError ? 'refused' : 'crashed', why: String(thrown) };
  }
}

function outcomeOf({ outcome, malformed, brought }: Wire, crash: string | null): Outcome {
  if (crash !== null) return { fate: 'crashed', value: null, seen: brought, why: crash };
  // Read, but only by catching what its reader threw.
  if (malformed?.startsWith('what could not be read') === true)
    return { fate: 'crashed', value: null, seen: brought, why: malformed };
  if (outcome !== null) return outcome;
  return { fate: malformed === null ? 'waiting' : 'refused', value: null, seen: brought, why: malformed ?? '' };
}

function strictly(verdict: ModbusVerdict): Readonly<{ fate: Fate; value: unknown }> {
  switch (verdict.kind) {
    case 'accepted':
      return { fate: 'accepted', value: verdict.data };
    case 'exception':
      return { fate: 'refusal', value: verdict.code };
    case 'short':
      return { fate: 'waiting', value: null };
    case 'refused':
      return { fate: 'refused', value: null };
  }
}
