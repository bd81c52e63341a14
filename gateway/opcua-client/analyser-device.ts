/**
 * An analyser with an OPC UA server of its own (ADI or alike): its values and spectra by subscription. The session lives in
 * a thread of its own, since the stack in the scan's thread would hold the scan.
 */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { milliseconds, utcMs, type UtcMs } from '../../plant/clock.ts';
import type { AnalyserModel, NamedPoint, PointDefinition } from '../../plant/device-model.ts';
import { messageOf, mesolineError } from '../../plant/errors.ts';
import type { DeviceIdentity } from '../../plant/ports/scan-consumer.ts';
import { badNoCommunication, badNotConnected, badOutOfRange, isGood, type Quality } from '../../plant/quality.ts';
import { endpointOf } from '../../plant/skid/device-link.ts';
import type { DriverContext } from '../driver-context.ts';
import {
  noFigures,
  type Driver,
  type LinkFigures,
  type LinkState,
  type PointValue,
  type ReadValue,
} from '../driver.ts';
import { linkFault } from '../modbus/link-errors.ts';
import { asModelled } from '../spectra/as-modelled.ts';
import type { Cancel } from '../timers.ts';
import type { AnalyserSetup, FromAnalyser, PointNews, SpectrumNews, ToAnalyser } from './messages.ts';
import { parseNodeItem } from './node-item.ts';
import { houseUnit } from './house-unit.ts';

type Latest = { value: ReadValue; quality: Quality; sourceTime: UtcMs };

const endWithinMs = 250;
const threadAgainMs = 2000;

export class AnalyserDevice implements Driver {
  readonly device: string;
  readonly endpoint: string;
  state: LinkState = 'connecting';
  readonly figures: LinkFigures = noFigures();
  readonly #model: AnalyserModel;
  readonly #context: DriverContext;
  readonly #setup: AnalyserSetup;
  readonly #latest: (Latest | null)[];
  #worker: Worker | null = null;
  #cancelAgain: Cancel | null = null;
  #reason: string | null = null;
  #wasConnected = false;
  #open = false;
  #taken = 0;
  #faults = new Map<string, string>();

  /** @throws MesolineError where it cannot be reached, or a node of it is named by nothing */
  constructor(model: AnalyserModel, context: DriverContext) {
    const { skid, device, link, pkiFolder } = context;
    const name = `${skid.name}/${device}`;
    const fault = (code: string, problem: string, remedy: string) => mesolineError(code, name, problem, remedy);
    if (link.protocol !== 'opc.tcp')
      throw fault('link-not-served', `${link.protocol} is no way to it.`, 'Give it an opc.tcp://HOST:PORT/PATH.');
    if (pkiFolder === null)
      throw fault('pki-folder-missing', 'There is no folder for its certificate.', 'Give the gateway a pkiFolder.');
    for (const { item } of [...model.points, ...model.spectra]) {
      if (parseNodeItem(item) !== null) continue;
      throw fault('item-unreadable', `"${item}" names no node.`, 'Write /Name/Name, or nsu=URI;s=name.');
    }
    this.device = device;
    this.endpoint = endpointOf(link);
    this.#model = model;
    this.#context = context;
    this.#latest = model.points.map(() => null);
    this.#setup = {
      name,
      endpoint: this.endpoint,
      periodMs: model.period,
      timeoutMs: model.timeout,
      pkiFolder: join(pkiFolder, name.replaceAll(/[^A-Za-z0-9_-]+/gu, '_')),
      points: model.points.map(({ item, kind }) => ({ item, kind })),
      spectra: model.spectra.map(({ item }) => item),
    };
  }

  get identity(): DeviceIdentity | null {
    const { identity } = this.#model;
    if (identity === null) return null;
    const said = (point: string | undefined): string | null => {
      const value = this.#latest[this.#model.points.findIndex(({ name }) => name === point)]?.value ?? null;
      return value === null ? null : String(value);
    };
    const { manufacturer, product } = identity;
    return { manufacturer, product, serial: said(identity.serial), firmware: said(identity.firmware) };
  }

  start(): void {
    if (this.#worker !== null || this.#cancelAgain !== null) return;
    this.#begin();
  }

  async stop(): Promise<void> {
    this.#cancelAgain?.();
    this.#cancelAgain = null;
    const worker = this.#worker;
    this.#worker = null;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ kind: 'stop' } satisfies ToAnalyser);
    const cancel = this.#context.timers.after(endWithinMs, () => void worker.terminate());
    await ended;
    cancel();
  }

  plan(writes: readonly PointValue[]): readonly (readonly PointValue[])[] {
    return writes.map((write) => [write]);
  }

  write(): Promise<void> {
    return Promise.reject(linkFault('device-refused', this.#setup.name, 'An analyser is only read.', ''));
  }

  read(points: readonly PointDefinition[]): Promise<ReadonlyMap<string, ReadValue>> {
    const { image } = this.#context;
    return Promise.resolve(new Map(points.map(({ name }) => [name, image.reading(this.device, name)?.value ?? null])));
  }

  notes(): readonly string[] {
    const { name } = this.#setup;
    const open = this.#open ? [`${name} offers no encrypted endpoint; what it says goes openly over the network.`] : [];
    const lost = this.#reason === null ? [] : [`${name}: ${this.#reason}`];
    return [...lost, ...open, ...[...this.#faults.values()].map((fault) => `${name}: ${fault}`)];
  }

  counts(): Readonly<Record<string, number>> {
    return { spectra: this.#taken };
  }

  #begin(): void {
    const { log, timers } = this.#context;
    const worker = new Worker(new URL('./analyser.worker.ts', import.meta.url), {
      workerData: this.#setup,
      name: `analyser ${this.#setup.name}`,
      execArgv: [],
      // The stack prints; stdout belongs to the service's log.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 },
    });
    this.#worker = worker;
    for (const stream of [worker.stdout, worker.stderr])
      createInterface({ input: stream }).on('line', (line) =>
        log.debug({ device: this.#setup.name, line }, 'the stack said'),
      );
    worker.on('message', (message: FromAnalyser) => {
      if (this.#worker === worker) this.#take(message);
    });
    worker.on('error', (error) => log.error({ device: this.#setup.name, error: messageOf(error) }, 'a thread failed'));
    worker.once('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#lose(badNotConnected, 'Its thread ended, and is made anew.');
      this.#cancelAgain = timers.after(threadAgainMs, () => {
        this.#cancelAgain = null;
        this.#begin();
      });
    });
  }

  #take(message: FromAnalyser): void {
    const { log, clock } = this.#context;
    switch (message.kind) {
      case 'connected':
        if (this.#wasConnected) this.figures.reconnects += 1;
        this.#wasConnected = true;
        this.figures.latencyMs = message.latencyMs;
        this.figures.lastGood = clock.utc();
        this.state = 'connected';
        this.#reason = null;
        this.#open = !message.encrypted;
        this.#show();
        return;
      case 'lost':
        if (message.silent) this.figures.timeouts += 1;
        this.#lose(message.silent ? badNoCommunication : badNotConnected, message.reason);
        return;
      case 'news':
        this.figures.requests += 1;
        this.figures.lastGood = clock.utc();
        for (const news of message.points) this.#note(news);
        // Before the session stands whole, nothing of it is shown.
        if (this.state === 'connected') this.#show();
        for (const news of message.spectra) this.#spectrum(news);
        return;
      case 'log':
        log[message.level]({ device: this.#setup.name, ...message.fields }, message.message);
    }
  }

  #note([index, value, status, sourceTime]: PointNews): void {
    const point = this.#model.points[index];
    if (point === undefined) return;
    const plain = typeof value === 'number' ? value * point.scale + point.offset : value;
    const quality = isGood(status as Quality) && outside(point, plain) ? badOutOfRange : (status as Quality);
    const time = sourceTime === null ? this.#context.clock.utc() : utcMs(sourceTime);
    this.#latest[index] = { value: plain, quality, sourceTime: time };
  }

  /** What was said last still holds, as every sign of life says. */
  #show(): void {
    const { image, clock } = this.#context;
    const [utc, at] = [clock.utc(), clock.monotonic()];
    for (const [i, { name }] of this.#model.points.entries()) {
      const latest = this.#latest[i];
      if (latest == null) continue;
      image.take(this.device, name, { value: latest.value, quality: latest.quality }, latest.sourceTime, utc, at);
    }
  }

  #spectrum({ spectrum, status, curve, sourceTime, fault }: SpectrumNews): void {
    const { spectra, clock } = this.#context;
    const source = this.#model.spectra[spectrum];
    if (source === undefined) return;
    const takenAt = sourceTime === null ? null : utcMs(sourceTime);
    const data =
      curve === null
        ? null
        : {
            x: { title: source.x.title, unit: houseUnit(curve.unit), values: curve.x },
            y: { title: source.y.title, unit: null, values: curve.y },
            takenAt,
            facts: {},
          };
    const modelled = data === null ? null : asModelled(data, source, clock.utc());
    if (curve === null || modelled === null || 'fault' in modelled) {
      const why = fault ?? (modelled !== null && 'fault' in modelled ? modelled.fault : null);
      if (why !== null) {
        this.figures.malformed += 1;
        this.#faults.set(source.name, `${source.name} is no spectrum: ${why}`);
      }
      spectra.lose(this.device, source.name, isBadStatus(status) ? (status as Quality) : badNoCommunication);
      return;
    }
    this.#faults.delete(source.name);
    this.#taken += 1;
    const origin = `${source.item} ${new Date(takenAt ?? clock.utc()).toISOString()}`;
    const taken = { source: source.name, data: modelled.data, origin, digest: curve.digest };
    // What a server gives first may be of long ago.
    const age = milliseconds(Math.max(0, clock.utc() - (takenAt ?? clock.utc())));
    spectra.take(this.device, { ...taken, age, quality: status as Quality }, clock.utc());
  }

  #lose(quality: Quality, reason: string): void {
    const { image, log } = this.#context;
    const { name, endpoint } = this.#setup;
    if (reason !== this.#reason) log.warn({ device: name, endpoint, reason }, 'the connection was lost');
    this.state = 'lost';
    this.#open = false;
    this.#reason = reason;
    this.#latest.fill(null);
    image.lose(this.device, quality);
  }
}

const isBadStatus = (status: number): boolean => status >>> 30 >= 2;

function outside({ range }: NamedPoint, value: ReadValue): boolean {
  return range !== undefined && typeof value === 'number' && (value < range.low || value > range.high);
}
