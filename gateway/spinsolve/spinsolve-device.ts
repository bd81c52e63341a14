/**
 * A Magritek Spinsolve over its remote control: its state and progress as values, a point that starts and aborts the
 * model's measurement, and each result as a spectrum. A measurement of another protocol is shown, and its result left alone.
 */
import type { NamedPoint, PointDefinition, SpectrumSource, SpinsolveModel } from '../../plant/device-model.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { DeviceIdentity } from '../../plant/ports/scan-consumer.ts';
import {
  badDecodingError,
  badDeviceFailure,
  badWaitingForInitialData,
  good,
  type Quality,
} from '../../plant/quality.ts';
import { endpointOf } from '../../plant/skid/device-link.ts';
import { streamTo } from '../byte-stream/index.ts';
import type { DriverContext } from '../driver-context.ts';
import type { Driver, LinkFigures, LinkState, PointValue, ReadValue, Withdraw } from '../driver.ts';
import { linkFault } from '../modbus/link-errors.ts';
import { Waiters } from '../waiters.ts';
import { folderHere } from './data-folder.ts';
import { heard, nothingKnown, states, type Measuring } from './measuring.ts';
import {
  abortRequest,
  getRequest,
  protocolsRequest,
  startRequest,
  type ProtocolList,
  type SpinsolveMessage,
} from './messages.ts';
import { resultOf } from './result-file.ts';
import { SpinsolveLink } from './spinsolve-link.ts';
import { faultOfMeasurement } from './start-check.ts';

/** How long it may take to say that it began, or ended, what it was told to. */
const confirmMs = 3000;

type Hardware = Extract<SpinsolveMessage, { kind: 'hardware' }>;

export class SpinsolveDevice implements Driver {
  readonly device: string;
  readonly endpoint: string;
  readonly #model: SpinsolveModel;
  readonly #context: DriverContext;
  readonly #link: SpinsolveLink;
  readonly #waiters: Waiters;
  #measuring: Measuring = nothingKnown;
  #hardware: Hardware | null = null;
  #protocols: ProtocolList | null = null;
  readonly #got = new Map<string, string>();
  /** The folder whose result is being, or was last, fetched. */
  #fetched: string | null = null;
  #abort = new AbortController();
  #taken = 0;
  #unread = 0;
  #note: string | null = null;

  /** @throws MesolineError where it cannot be reached, or its results not be read */
  constructor(model: SpinsolveModel, context: DriverContext) {
    const { skid, device, link, image, clock, timers, random, log } = context;
    const name = `${skid.name}/${device}`;
    const fault = (code: string, problem: string, remedy: string) => mesolineError(code, name, problem, remedy);
    if (context.reader === null && model.spectra.length > 0)
      throw fault('reader-missing', 'Nothing here reads files of spectra.', 'Give the gateway a reader.');
    if (streamTo(link) === null)
      throw fault('link-not-served', `${link.protocol} is no way to it.`, 'Use tcp://HOST:13000.');
    const outside = model.spectra.find(({ item }) => item.split(/[\\/]/u).includes('..'));
    if (outside !== undefined)
      throw fault('item-outside', `${outside.item} leads out of the result.`, 'Name a file of the result folder.');
    this.device = device;
    this.endpoint = endpointOf(link);
    this.#model = model;
    this.#context = context;
    this.#waiters = new Waiters(timers);
    this.#link = new SpinsolveLink({
      name,
      endpoint: this.endpoint,
      newStream: () => {
        const stream = streamTo(link);
        if (stream === null) throw new TypeError('a link that was served is not');
        return stream;
      },
      periodMs: model.period,
      timeoutMs: model.timeout,
      clock,
      timers,
      random,
      log,
      onState: (state, quality) => {
        // What it did while nobody heard it is not known.
        this.#measuring = { ...nothingKnown, begun: this.#measuring.begun, errors: this.#measuring.errors };
        this.#hardware = null;
        this.#protocols = null;
        if (state === 'connected') this.#greet();
        else image.lose(device, quality);
        this.#waiters.look();
      },
      onMessage: (message) => this.#hear(message),
    });
  }

  get state(): LinkState {
    return this.#link.state;
  }

  get figures(): Readonly<LinkFigures> {
    return this.#link.figures;
  }

  get identity(): DeviceIdentity | null {
    if (this.#hardware === null) return null;
    const { type, serial, software } = this.#hardware;
    const { manufacturer = null, product = null } = this.#model.identity ?? {};
    return { manufacturer, product: type ?? product, serial, firmware: software };
  }

  start(): void {
    this.#abort = new AbortController();
    this.#link.start();
  }

  stop(): Promise<void> {
    this.#abort.abort();
    this.#link.stop();
    return Promise.resolve();
  }

  plan(writes: readonly PointValue[]): readonly (readonly PointValue[])[] {
    return writes.map((write) => [write]);
  }

  /** Of `run`: 1 starts the model's measurement, 0 aborts whatever runs. */
  async write(group: readonly PointValue[], withdraw: Withdraw): Promise<void> {
    for (const { point, value } of group) {
      if (!this.#isOwn(point) || point.item !== 'run') throw this.#fault('device-refused', `${point.name} is not set.`);
      if (this.#link.state !== 'connected') throw this.#fault('link-down', 'There is no connection.');
      const starts = Number(value) !== 0;
      const unfit = starts ? this.#unfit() : null;
      if (unfit !== null) throw this.#fault('device-refused', unfit);
      const withdrawn = withdraw();
      if (withdrawn !== null) throw withdrawn;
      await (starts ? this.#begin() : this.#end());
    }
  }

  read(points: readonly PointDefinition[]): Promise<ReadonlyMap<string, ReadValue>> {
    return Promise.resolve(
      new Map(points.map((point) => [point.name, this.#isOwn(point) ? this.#valueOf(point).value : null])),
    );
  }

  notes(): readonly string[] {
    const name = `${this.#context.skid.name}/${this.device}`;
    const unfit = this.#link.problem ?? (this.#link.state === 'connected' ? this.#misfit() : null);
    return [
      ...(unfit === null ? [] : [`${name}: ${unfit}`]),
      ...(this.#note === null ? [] : [`${name}: ${this.#note}`]),
    ];
  }

  counts(): Readonly<Record<string, number>> {
    return { spectra: this.#taken, spectraUnread: this.#unread };
  }

  #greet(): void {
    for (const request of [protocolsRequest, getRequest('Solvent'), getRequest('Sample')]) this.#link.send(request);
  }

  #hear(message: SpinsolveMessage): void {
    if (message.kind === 'hardware') this.#hardware = message;
    else if (message.kind === 'protocols') this.#protocols = message.protocols;
    else if (message.kind === 'got') this.#got.set(message.name, message.value);
    this.#measuring = heard(this.#measuring, message);
    const over =
      message.kind === 'completed' ? message.successful : message.kind === 'state' && message.status === 'Ready';
    if (over) this.#fetch();
    this.#show();
    this.#waiters.look();
  }

  /** What keeps a measurement from being started now. */
  #unfit(): string | null {
    const { state, protocol } = this.#measuring;
    if (state === states.running || state === states.stopping) return `It runs "${protocol ?? ''}" already.`;
    return this.#misfit() ?? (this.#protocols === null ? 'It has not listed its protocols yet.' : null);
  }

  #misfit(): string | null {
    if (this.#hardware?.connected === false) return 'Its software has no connection to the spectrometer.';
    return this.#protocols === null ? null : faultOfMeasurement(this.#model.measurement, this.#protocols);
  }

  async #begin(): Promise<void> {
    const { protocolName, options } = this.#model.measurement;
    const { begun, errors } = this.#measuring;
    if (!this.#link.send(startRequest(protocolName, options)))
      throw this.#fault('link-down', 'There is no connection.');
    const answered = (): boolean => this.#measuring.begun > begun || this.#measuring.errors > errors;
    await this.#confirm(answered, 'that it began');
    if (this.#measuring.begun === begun) throw this.#fault('device-refused', this.#measuring.error);
  }

  async #end(): Promise<void> {
    if (!this.#link.send(abortRequest)) throw this.#fault('link-down', 'There is no connection.');
    const ended = (): boolean => this.#measuring.state !== null && this.#measuring.state !== states.running;
    await this.#confirm(ended, 'that it stops');
  }

  async #confirm(answered: () => boolean, what: string): Promise<void> {
    const lost = (): boolean => this.#link.state !== 'connected';
    const came = await this.#waiters.until(() => answered() || lost(), confirmMs);
    if (lost()) throw this.#fault('link-lost', `The connection was lost before it said ${what}.`);
    if (!came) throw this.#fault('link-timeout', `It did not say ${what} within ${confirmMs / 1000} s.`);
  }

  #fetch(): void {
    const { dataFolder, protocol } = this.#measuring;
    const { protocolName, folders, settle } = this.#model.measurement;
    if (dataFolder === null || dataFolder === this.#fetched || protocol !== protocolName) return;
    this.#fetched = dataFolder;
    const folder = folderHere(dataFolder, folders);
    if (folder === null) {
      const reason = `Its result lies in ${dataFolder}, which is none of the folders seen from here.`;
      for (const { name } of this.#asked()) this.#leave(name, reason);
      return;
    }
    const { signal } = this.#abort;
    for (const source of this.#asked()) {
      void resultOf(folder, source, settle, this.#context, signal).then((result) => {
        if (result === null || signal.aborted) return;
        if ('fault' in result) this.#leave(source.name, result.fault);
        else {
          this.#context.spectra.take(this.device, result, this.#context.clock.utc());
          this.#taken += 1;
          this.#note = null;
        }
      });
    }
  }

  /** Files of a result that the skid makes no spectrum of need not be there. */
  #asked(): readonly SpectrumSource[] {
    const { skid, device } = this.#context;
    const asked = skid.type.spectra.filter((spectrum) => spectrum.device === device).map(({ source }) => source.name);
    return this.#model.spectra.filter(({ name }) => asked.includes(name));
  }

  #leave(source: string, reason: string): void {
    const { skid, log, spectra } = this.#context;
    this.#unread += 1;
    this.#note = `A measurement gave no spectrum: ${reason}`;
    log.warn({ skid: skid.name, device: this.device, reason }, 'a measurement gave no spectrum');
    spectra.lose(this.device, source, badDecodingError);
  }

  #show(): void {
    const { image, clock } = this.#context;
    const [utc, at] = [clock.utc(), clock.monotonic()];
    for (const point of this.#model.points) image.take(this.device, point.name, this.#valueOf(point), utc, utc, at);
  }

  #valueOf({ item, scale, offset }: NamedPoint): Readonly<{ value: ReadValue; quality: Quality }> {
    const value = this.#values()[item] ?? null;
    if (value === null) return { value, quality: badWaitingForInitialData };
    const ofInstrument = ['state', 'progress', 'remaining', 'run'].includes(item);
    const quality = ofInstrument && this.#hardware?.connected === false ? badDeviceFailure : good;
    return { value: typeof value === 'number' ? value * scale + offset : value, quality };
  }

  #values(): Readonly<Record<string, ReadValue>> {
    const { state, protocol, percent, secondsRemaining, error, dataFolder } = this.#measuring;
    return {
      state,
      run: state === null ? null : state === states.running ? 1 : 0,
      progress: percent,
      remaining: secondsRemaining,
      protocol,
      error,
      'data folder': dataFolder,
      solvent: this.#got.get('Solvent') ?? null,
      sample: this.#got.get('Sample') ?? null,
      connected: this.#hardware?.connected ?? null,
      serial: this.#hardware?.serial ?? null,
      software: this.#hardware?.software ?? null,
      type: this.#hardware?.type ?? null,
    };
  }

  #isOwn(point: PointDefinition): point is NamedPoint {
    return point.via === 'name';
  }

  #fault(code: Parameters<typeof linkFault>[0], problem: string) {
    return linkFault(code, `${this.#context.skid.name}/${this.device}`, problem, 'Look at the spectrometer.');
  }
}
