/**
 * A Spinsolve as its remote control shows it: answers what it knows, measures when it is told to or again and again in a series of
 * its own, and writes its results into a folder, slowly and in pieces. Strict: what is no request of the remote control ends the
 * connection.
 */
import { mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../plant/clock.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import { benchtop80, type NmrInstrument } from '../spectra/fid.ts';
import type { InstrumentServer } from './instrument.ts';
import { KeptFiles } from './kept-files.ts';
import { NmrAcquisition } from './nmr-acquisition.ts';
import { trialSight, type Sight } from './sight.ts';
import { resultFiles, writeResult, type Measurement, type ResultFile } from './spinsolve-result.ts';
import { readRequest, type SpinsolveRequest } from './spinsolve-requests.ts';

export type SpinsolveOptions = Readonly<{
  host: string;
  /** 0 lets the system choose one. */
  port: number;
  /** Where results go; to its clients it is `C:\Data`. */
  folder: string;
  random: () => number;
  /** What stands in its cell; a liquid of its own where it is tried out alone. */
  sight?: Sight;
  /** Stamps its results; without it they carry no time. */
  clock?: Pick<Clock, 'utc'>;
  /** What it is; without it one that measures short decays. */
  instrument?: NmrInstrument;
  /** What of a result is written; without it all. */
  files?: readonly ResultFile[];
  /** How many results are kept; 0, or none: all. */
  keep?: number;
  /** Told of a result that could not be written. */
  onFault?: (reason: string) => void;
}>;

/** What can be done to it. */
export type SpinsolveWorld = {
  software: string;
  /** Whether its software reaches the spectrometer. */
  connected: boolean;
  /** Takes requests and says nothing. */
  silent: boolean;
  /** How long a measurement takes. */
  durationMs: number;
  /** Measures phosphorus again and again by itself, until it is aborted; the next start goes on with it. */
  series: boolean;
  /** Pause between the pieces of the result. */
  pieceMs: number;
  /** Sends what it says in pieces of so many bytes; 0: whole. */
  pieceBytes: number;
  /** Leaves the result cut off, as a full disk does. */
  cutResult: boolean;
  /** Refuses the next starts with these words. */
  refusal: string;
};

const protocols: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  '1D PROTON': { Scan: ['QuickScan', 'StandardScan', 'PowerScan'] },
  '1D PHOSPHORUS': { Number: ['1', '4', '16', '64'], RepetitionTime: ['4', '7', '10'], Comment: [] },
  SHIM: { Shim: ['CheckShim', 'QuickShim', 'PowerShim'] },
};
const seriesProtocol = '1D PHOSPHORUS';
/** Of a measurement; the liquid is looked at in the middle. */
const steps = 4;
const short: NmrInstrument = { ...benchtop80, points: 4096 };
const end = '</Message>';
const resultName = /^\d{4,}-/u;

export class SpinsolveInstrument implements InstrumentServer {
  readonly world: SpinsolveWorld = {
    software: '1.18.1.3062',
    connected: true,
    silent: false,
    durationMs: 8000,
    series: false,
    pieceMs: 200,
    pieceBytes: 0,
    cutResult: false,
    refusal: '',
  };
  readonly #options: SpinsolveOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  readonly #acquisition: NmrAcquisition;
  readonly #kept: KeptFiles;
  #running: { protocol: string; abort: AbortController } | null = null;
  /** Its series was aborted, and waits for a start. */
  #halted = false;
  #results = 0;
  #sending: Promise<void> = Promise.resolve();
  readonly started: Readonly<{ protocol: string; options: Readonly<Record<string, string>> }>[] = [];

  constructor(options: SpinsolveOptions) {
    this.#options = options;
    const { sight = trialSight, instrument = short } = options;
    this.#acquisition = new NmrAcquisition({ ...options, sight, instrument });
    this.#kept = new KeptFiles(options.folder, options.keep ?? 0);
  }

  async start(): Promise<number> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true });
    const found = await this.#kept.adopt((name) => resultName.test(name));
    // A program counts on where it stopped: no name is given twice.
    this.#results = found.reduce((most, name) => Math.max(most, Number.parseInt(name, 10)), this.#results);
    const port = await this.#listen();
    this.#proceed();
    return port;
  }

  #listen(): Promise<number> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      const server = createServer((socket) => this.#serve(socket));
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          mesolineError(
            error.code === 'EADDRINUSE' ? 'port-in-use' : 'port-refused',
            `${host}:${port}`,
            `The instrument cannot listen here (${error.code ?? error.message}).`,
            'Choose another --host or --port.',
            error,
          ),
        ),
      );
      server.listen({ host, port }, () => {
        this.#server = server;
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  async stop(): Promise<void> {
    this.world.series = false;
    this.#running?.abort.abort();
    this.hangUp();
    const server = this.#server;
    this.#server = null;
    if (server !== null) await new Promise((resolve) => server.close(resolve));
  }

  /** Ends every connection, as a cable pulled does. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** `{"world": {"connected": false}}`, `{"hangUp": true}`, `{"say": "…"}` for a message that nobody asked for. */
  take(message: unknown): void {
    const { world, hangUp, say } = (typeof message === 'object' && message !== null ? message : {}) as Record<
      string,
      unknown
    >;
    if (typeof world === 'object' && world !== null) this.#change(world as Record<string, unknown>);
    else if (hangUp === true) this.hangUp();
    else if (typeof say === 'string') this.say(say);
    else
      throw mesolineError(
        'message-unknown',
        'message',
        `${JSON.stringify(message)} is no message.`,
        'Send {"world": {…}}, {"hangUp": true} or {"say": "…"}.',
      );
  }

  /** To every client, as it stands. */
  say(text: string): void {
    for (const socket of this.#sockets) this.#send(socket, text);
  }

  #change(world: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(world)) {
      if (Object.hasOwn(this.world, key) && typeof value === typeof this.world[key as keyof SpinsolveWorld]) continue;
      throw mesolineError('instrument-control-unknown', key, `${JSON.stringify(value)} cannot be set.`, 'Correct it.');
    }
    Object.assign(this.world, world);
    if (this.#server !== null) this.#proceed();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.#sockets.delete(socket));
    // The close that follows says all there is to know.
    socket.on('error', () => undefined);
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes.toString('utf8');
      for (let at = received.indexOf(end); at >= 0; at = received.indexOf(end)) {
        const request = readRequest(received.slice(0, at + end.length));
        received = received.slice(at + end.length);
        if (request === null) socket.destroy();
        else if (!this.world.silent) this.#answer(socket, request);
      }
    });
  }

  #answer(socket: Socket, request: SpinsolveRequest): void {
    switch (request.kind) {
      case 'hardware': {
        const { connected, software } = this.world;
        const body = `<ConnectedToHardware>${connected}</ConnectedToHardware><SpinsolveSoftware>${software}</SpinsolveSoftware><SpinsolveType>Spinsolve 80 Phosphorus</SpinsolveType><SerialNumber>SPA-0815</SerialNumber>`;
        this.#send(socket, message(`<HardwareResponse>${body}</HardwareResponse>`));
        return;
      }
      case 'protocols': {
        const listed = Object.entries(protocols).map(([protocol, options]) => {
          const given = Object.entries(options).map(
            ([name, values]) =>
              `<Option name="${name}">${values.map((each) => `<Value>${each}</Value>`).join('')}</Option>`,
          );
          return `<Protocol protocol="${protocol}">${given.join('')}</Protocol>`;
        });
        const body = `<AvailableProtocolOptionsResponse>${listed.join('')}</AvailableProtocolOptionsResponse>`;
        this.#send(socket, message(body));
        return;
      }
      case 'get': {
        const value = request.name === 'Solvent' ? 'D2O' : 'QD precursor &amp; water';
        this.#send(socket, message(`<GetResponse><${request.name}>${value}</${request.name}></GetResponse>`));
        return;
      }
      case 'start':
        this.#begin(request);
        return;
      case 'abort':
        this.#abort();
    }
  }

  #begin({ protocol, options }: Extract<SpinsolveRequest, { kind: 'start' }>): void {
    const known = protocols[protocol];
    const wrong = Object.entries(options).find(([name, value]) => {
      const values = known?.[name];
      return values === undefined || (values.length > 0 && !values.includes(value));
    });
    const refusal =
      this.world.refusal !== ''
        ? this.world.refusal
        : this.#running !== null
          ? 'The device is busy'
          : known === undefined || wrong !== undefined
            ? 'Unknown protocol or option'
            : '';
    if (refusal !== '') {
      this.#notify(`<Error protocol="${protocol}" error="${refusal}"/>`);
      return;
    }
    this.#halted = false;
    this.started.push({ protocol, options });
    this.#run(protocol);
  }

  /** The next of the series, where it has one and nothing runs. */
  #proceed(): void {
    if (this.world.series && !this.#halted && this.#running === null) this.#run(seriesProtocol);
  }

  #run(protocol: string): void {
    const abort = new AbortController();
    this.#running = { protocol, abort };
    const over = (): void => {
      if (this.#running?.abort === abort) this.#running = null;
    };
    this.#measure(protocol, abort.signal, over)
      .catch((thrown: unknown) => this.#options.onFault?.(messageOf(thrown)))
      .finally(() => {
        over();
        this.#proceed();
      });
  }

  /** @param over called when the spectrometer is free again, before the result is written */
  async #measure(protocol: string, signal: AbortSignal, over: () => void): Promise<void> {
    this.#notify(`<State protocol="${protocol}" status="Running"/>`);
    const { durationMs } = this.world;
    let measured: Measurement | null = null;
    for (let step = 1; step <= steps; step += 1) {
      await sleep(durationMs / steps, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      if (step === steps / 2) measured = this.#acquisition.measure(protocol);
      const left = Math.round((durationMs * (steps - step)) / steps / 1000);
      this.#notify(
        `<Progress protocol="${protocol}" percentage="${(100 * step) / steps}" secondsRemaining="${left}"/>`,
      );
    }
    over();
    if (signal.aborted || measured === null) {
      this.#notify(`<State protocol="${protocol}" status="Ready"/>`);
      return;
    }
    this.#results += 1;
    const name = `${String(this.#results).padStart(4, '0')}-${protocol}`;
    this.#notify(`<State protocol="${protocol}" status="Ready" dataFolder="C:\\Data\\${name}"/>`);
    const { pieceMs, cutResult } = this.world;
    try {
      await writeResult(join(this.#options.folder, name), measured, {
        files: this.#options.files ?? resultFiles,
        pieceMs,
        cut: cutResult,
      });
    } finally {
      // What could not be finished lies there too, and goes in its turn: a full disk makes room for itself.
      await this.#kept.add(name);
    }
    this.#notify(
      `<Completed protocol="${protocol}" completed="true" successful="true" dataFolder="C:\\Data\\${name}"/>`,
    );
  }

  #abort(): void {
    const running = this.#running;
    this.#halted = true;
    if (running === null) return;
    this.#notify(`<State protocol="${running.protocol}" status="Stopping"/>`);
    running.abort.abort();
  }

  #notify(body: string): void {
    if (!this.world.silent) this.say(message(`<StatusNotification>${body}</StatusNotification>`));
  }

  /** One message after the other, however many pieces each takes. */
  #send(socket: Socket, text: string): void {
    this.#sending = this.#sending.then(() => this.#sendPieces(socket, Buffer.from(text)));
  }

  async #sendPieces(socket: Socket, bytes: Buffer): Promise<void> {
    const step = this.world.pieceBytes === 0 ? bytes.length : this.world.pieceBytes;
    for (let at = 0; at < bytes.length; at += step) {
      if (!socket.destroyed) socket.write(bytes.subarray(at, at + step));
      if (step < bytes.length) await new Promise(setImmediate);
    }
  }
}

const message = (body: string): string => `<?xml version="1.0" encoding="utf-8"?>\r\n<Message>${body}</Message>\r\n`;
