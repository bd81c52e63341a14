/**
 * Whole drivers over real sockets against devices that answer rightly and damaged: what gets into the image as Good must be
 * what a right answer to that very request said, whatever else came.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Driver } from '../../../gateway/driver.ts';
import { LineDevice } from '../../../gateway/line/line-device.ts';
import { Buses } from '../../../gateway/modbus/buses.ts';
import type { Decoded } from '../../../gateway/modbus/codec.ts';
import { ModbusDevice } from '../../../gateway/modbus/modbus-device.ts';
import { FieldImage } from '../../../gateway/scan/field-image.ts';
import { SpinsolveDevice } from '../../../gateway/spinsolve/spinsolve-device.ts';
import { systemTimers, type Timers } from '../../../gateway/timers.ts';
import { milliseconds, type Monotonic, type UtcMs } from '../../../plant/clock.ts';
import type { DeviceModel, RegisterModel, RegisterPoint } from '../../../plant/device-model.ts';
import { isBad, isGood } from '../../../plant/quality.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { silentLog } from '../../gateway/support/house.ts';
import { Bench, shippedModel } from '../../gateway/spectra/support/bench.ts';
import { registerPoint } from '../../support/register-model.ts';
import { valueOf } from './chaos-truth.ts';
import { rightLine, lineModel } from './fuzz-line.ts';
import { rightAnswer } from './fuzz-modbus.ts';
import { mutations } from './fuzz-mutations.ts';
import type { FuzzRandom } from './fuzz-random.ts';
import { rightMessage } from './fuzz-spinsolve.ts';
import { judgeLine, manuals, type LineManual } from './strict-oracle-line.ts';
import { crcOf, judgeRtu, judgeTcp } from './strict-oracle-modbus.ts';
import { judgeSpinsolve } from './strict-oracle-spinsolve.ts';

const clock = systemClock();
/** Time-outs and back-offs at a pace at which thousands of them pass. */
const hasty: Timers = {
  after: (delay, run) => systemTimers.after(delay / 8, run),
  every: (delay, run) => systemTimers.every(delay / 8, run),
};

/** What was rightly said of each point: the newest of them, since a value may be some requests old when it is taken. */
class Said {
  readonly #newest = new Map<string, unknown[]>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(point: string, value: unknown): void {
    const all = this.#newest.get(point) ?? [];
    all.push(value);
    if (all.length > this.#most) all.shift();
    this.#newest.set(point, all);
  }

  has(point: string, value: unknown): boolean {
    return this.#newest.get(point)?.includes(value) === true;
  }
}

/** An image that looks at everything it takes. */
class WatchedImage extends FieldImage {
  good = 0;
  bad = 0;
  readonly wrong: string[] = [];
  onTake: (point: string, decoded: Decoded) => string | null = () => null;

  override take(device: string, point: string, decoded: Decoded, source: UtcMs, server: UtcMs, at: Monotonic): void {
    if (isGood(decoded.quality)) this.good += 1;
    else if (isBad(decoded.quality)) this.bad += 1;
    const wrong = this.onTake(point, decoded);
    if (wrong !== null) this.wrong.push(wrong);
    super.take(device, point, decoded, source, server, at);
  }
}

/** Answers one question: the bytes to send, damaged or not. */
type Answerer = (received: Buffer) => Readonly<{ rest: Buffer; answers: readonly Buffer[] }>;

export class FuzzedDevice {
  readonly name: string;
  readonly driver: Driver;
  readonly image: WatchedImage;
  /** How many answers were sent, and how many of them damaged. */
  sent = 0;
  damaged = 0;
  /** Damages none from then on. */
  honest = false;
  /** How many of its answers are damaged; a round of lines counts only where all of them are right. */
  readonly #share: number;
  readonly #random: FuzzRandom;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(
    parts: Readonly<{ name: string; driver: Driver; image: WatchedImage; random: FuzzRandom; server: Server }>,
  ) {
    this.name = parts.name;
    this.driver = parts.driver;
    this.image = parts.image;
    this.#share = parts.driver instanceof LineDevice ? 0.12 : 0.4;
    this.#random = parts.random;
    this.#server = parts.server;
  }

  static async modbus(framing: 'tcp' | 'rtu', random: FuzzRandom): Promise<FuzzedDevice> {
    const said = new Said(3);
    const protocol = framing === 'tcp' ? 'modbus-tcp' : 'modbus-rtu-tcp';
    const device = await FuzzedDevice.#make(`modbus-${framing}`, registers, protocol, said, random);
    device.#serve(() => (received) => modbusAnswers(framing, received, device, said));
    return device;
  }

  static async line(name: string, random: FuzzRandom): Promise<FuzzedDevice> {
    const said = new Said(3);
    const model = { ...lineModel(name), period: milliseconds(1), timeout: milliseconds(400) };
    const device = await FuzzedDevice.#make(name, model, 'tcp', said, random);
    device.#serve(() => (received) => lineAnswers(manuals[name]!, model.ends.ask, received, device, said));
    return device;
  }

  static async spinsolve(random: FuzzRandom): Promise<FuzzedDevice> {
    // Values stay until they are said anew.
    const said = new Said(100_000);
    for (const ended of [0, 100]) said.add('progress', ended);
    const shipped = shippedModel('magritek-spinsolve', 'spinsolve');
    const model = { ...shipped, spectra: [], period: milliseconds(8), timeout: milliseconds(1600) };
    const device = await FuzzedDevice.#make('spinsolve', model, 'tcp', said, random);
    device.#serve(() => spinsolveAnswers(device, said));
    return device;
  }

  static async #make(
    name: string,
    model: DeviceModel,
    protocol: 'modbus-tcp' | 'modbus-rtu-tcp' | 'tcp',
    said: Said,
    random: FuzzRandom,
  ): Promise<FuzzedDevice> {
    const server = createServer();
    await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
    const { port } = server.address() as AddressInfo;
    const link =
      protocol === 'tcp' ? { protocol, host: '127.0.0.1', port } : { protocol, host: '127.0.0.1', port, unitId: 7 };
    const tools = { clock, timers: hasty, random: () => 0, log: silentLog };
    const bench = new Bench({ model, link, clock, timers: hasty, more: { buses: new Buses(tools) } });
    const image = new WatchedImage(bench.context.skid, clock.utc());
    const context = { ...bench.context, image };
    image.onTake = (point, { value, quality }) => {
      if (!isGood(quality) || watchedOnly(name, point) || said.has(point, value)) return null;
      return `${name}: ${point} became ${String(value)}, which no right answer said`;
    };
    const driver =
      model.protocol === 'modbus'
        ? new ModbusDevice(model, context)
        : model.protocol === 'line'
          ? new LineDevice(model, context)
          : model.protocol === 'spinsolve'
            ? new SpinsolveDevice(model, context)
            : null;
    if (driver === null) throw new Error(`${model.protocol} is not tried here`);
    return new FuzzedDevice({ name, driver, image, random, server });
  }

  get random(): FuzzRandom {
    return this.#random;
  }

  start(): void {
    this.driver.start([]);
  }

  async stop(): Promise<void> {
    await this.driver.stop();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((settle) => this.#server.close(settle));
  }

  /** It is believed again. */
  get connected(): boolean {
    return this.driver.state === 'connected';
  }

  /** The answer as it is sent: now and then damaged. */
  damage(right: Buffer, frame: (body: Buffer) => Buffer, body: Buffer): Buffer {
    const random = this.#random;
    if (this.honest) return right;
    this.sent += 1;
    if (!random.chance(this.#share)) return right;
    this.damaged += 1;
    const kind = random.pick(Object.keys(mutations).filter((name) => name !== 'valid'));
    const [one, other] = [random.chance(0.4) ? body : right, random.bytes(random.between(1, 30))];
    const made = mutations[kind]!(one, other, random);
    return one === body ? frame(made) : made;
  }

  #serve(answererOf: () => Answerer): void {
    this.#server.on('connection', (socket) => {
      const answerer = answererOf();
      let received = Buffer.alloc(0);
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('data', (bytes: Buffer) => {
        const { rest, answers } = answerer(Buffer.concat([received, bytes]));
        received = Buffer.from(rest);
        for (const answer of answers) for (const chunk of this.#random.chunks(answer)) socket.write(chunk);
      });
    });
  }
}

/** What a Spinsolve's driver reckons from several messages, and is looked at elsewhere. */
const watchedOnly = (name: string, point: string): boolean =>
  name === 'spinsolve' && ['state', 'run', 'error', 'dataFolder', 'remaining'].includes(point);

/** Blocks of lengths of their own: on a line without ids, what looks alike cannot be told apart. */
const points: readonly RegisterPoint[] = [
  ...Array.from({ length: 9 }, (_, at) => registerPoint({ name: `h${at}`, address: at })),
  ...Array.from({ length: 5 }, (_, at) => registerPoint({ name: `j${at}`, address: 100 + at, type: 'int16' })),
  ...Array.from({ length: 3 }, (_, at) =>
    registerPoint({ name: `u${at}`, area: 'input', address: 20 + 2 * at, type: 'uint32', order: 'CDAB' }),
  ),
];

const registers: RegisterModel = {
  protocol: 'modbus',
  model: 'fuzzed',
  title: 'Fuzzed',
  period: milliseconds(1),
  timeout: milliseconds(400),
  identity: { manufacturer: 'Acme', product: 'F', deviceIdentification: true },
  spectra: [],
  digest: '',
  longestRead: 100,
  largestHole: 0,
  forbidden: [],
  points,
};

function modbusAnswers(framing: 'tcp' | 'rtu', received: Buffer, device: FuzzedDevice, said: Said) {
  const answers: Buffer[] = [];
  let rest = received;
  for (;;) {
    const length = requestLength(framing, rest);
    if (length === null || rest.length < length) return { rest, answers };
    const asked = rest.subarray(0, length);
    rest = rest.subarray(length);
    const request = framing === 'tcp' ? asked.subarray(6) : asked.subarray(0, -2);
    const transaction = asked.readUInt16BE(0);
    const frame = (body: Buffer): Buffer =>
      framing === 'tcp'
        ? Buffer.concat([asked.subarray(0, 4), Buffer.from([body.length >> 8, body.length & 0xff]), body])
        : Buffer.concat([body, Buffer.from([crcOf(body) & 0xff, crcOf(body) >> 8])]);
    const body = rightAnswer(request, device.random);
    const bytes = device.damage(frame(body), frame, body);
    answers.push(bytes);
    // The answer may be whole before what follows it comes.
    const due = framing === 'tcp' ? 6 + (bytes.length < 6 ? 0 : bytes.readUInt16BE(4)) : 5 + 2 * (request[5] ?? 0);
    for (const seen of [bytes, bytes.subarray(0, due)]) {
      const verdict = framing === 'tcp' ? judgeTcp(seen, { transaction, request }) : judgeRtu(seen, request);
      if (verdict.kind !== 'accepted' || (request[1] !== 3 && request[1] !== 4)) continue;
      const [address, area] = [request.readUInt16BE(2), request[1] === 3 ? 'holding' : 'input'];
      for (const point of points.filter((each) => each.area === area && each.address >= address)) {
        const words = verdict.data.slice(
          point.address - address,
          point.address - address + (point.type === 'uint32' ? 2 : 1),
        );
        if (words.length > 0) said.add(point.name, valueOf(point, words as number[]));
      }
      break;
    }
  }
}

function requestLength(framing: 'tcp' | 'rtu', bytes: Buffer): number | null {
  if (framing === 'tcp') return bytes.length < 6 ? null : 6 + bytes.readUInt16BE(4);
  return bytes.length < 2 ? null : bytes[1] === 43 ? 7 : 8;
}

function lineAnswers(manual: LineManual, askEnd: string, received: Buffer, device: FuzzedDevice, said: Said) {
  const lines = received.toString('latin1').split(askEnd);
  const rest = Buffer.from(lines.pop() ?? '', 'latin1');
  const answers = lines.flatMap((ask) => {
    const fact = manual.facts.find((each) => each.ask === ask);
    if (fact === undefined) return [];
    const end = Buffer.from(manual.end, 'latin1');
    const body = Buffer.from(rightLine(fact, device.random), 'latin1');
    const bytes = device.damage(Buffer.concat([body, end]), (made) => Buffer.concat([made, end]), body);
    const at = bytes.indexOf(end);
    for (const seen of [bytes, at < 0 ? bytes : bytes.subarray(0, at + end.length)]) {
      const verdict = judgeLine(seen, fact, manual);
      if (verdict.kind !== 'accepted') continue;
      for (const [name, value] of Object.entries(verdict.values)) said.add(name, value);
      break;
    }
    return [bytes];
  });
  return { rest, answers };
}

const requestEnd = '</Message>';

/** Of one connection: what is right there is right as long as all before it was. */
function spinsolveAnswers(device: FuzzedDevice, said: Said): Answerer {
  let all = Buffer.alloc(0);
  let known = 0;
  return (received) => {
    const requests = received.toString('latin1').split(requestEnd);
    const rest = Buffer.from(requests.pop() ?? '', 'latin1');
    const answers = requests.map((request) => {
      const hardware = request.includes('<HardwareRequest');
      let text = rightMessage(device.random);
      while (hardware && !text.includes('HardwareResponse')) text = rightMessage(device.random);
      const body = Buffer.from(text);
      const bytes = device.damage(body, (made) => made, body);
      all = Buffer.concat([all, bytes]);
      const facts = wholeFacts(all);
      for (const fact of facts.slice(known)) note(fact, said);
      known = Math.max(known, facts.length);
      return bytes;
    });
    return { rest, answers };
  };
}

/** Up to the first that is none. */
function wholeFacts(bytes: Buffer): readonly Readonly<Record<string, unknown>>[] {
  let facts: readonly Readonly<Record<string, unknown>>[] = [];
  for (let at = bytes.indexOf(requestEnd); at >= 0; at = bytes.indexOf(requestEnd, at + 1)) {
    const verdict = judgeSpinsolve(bytes.subarray(0, at + requestEnd.length));
    if (verdict.kind !== 'accepted') return facts;
    facts = verdict.facts;
  }
  return facts;
}

function note(fact: Readonly<Record<string, unknown>>, said: Said): void {
  for (const [key, point] of [
    ['connected', 'connected'],
    ['software', 'software'],
    ['serial', 'serial'],
    ['type', 'type'],
    ['protocol', 'protocol'],
    ['percent', 'progress'],
  ] as const)
    if (fact[key] !== undefined && fact[key] !== null) said.add(point, fact[key]);
  if (fact['kind'] === 'got') said.add(fact['name'] === 'Solvent' ? 'solvent' : 'sample', fact['value']);
}
