/** One skid's field: its links, readers, image, writer and scan, started and stopped together. */
import type { Clock } from '../plant/clock.ts';
import { mesolineError, type MesolineError } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { RingCursor, SampleStore } from '../plant/ports/history.ts';
import type { LinkView, ScanConsumer, ScanNews } from '../plant/ports/scan-consumer.ts';
import type { ScanGuard } from '../plant/ports/scan-guard.ts';
import { badNotConnected } from '../plant/quality.ts';
import { asksField } from '../plant/safe-state.ts';
import type { LocalTag, Sample } from '../plant/sample.ts';
import type { DeviceDefinition, Skid } from '../plant/skid/definition.ts';
import type { CommandField, WriteRun } from './commands/command-field.ts';
import { FieldWriter, ownPoints, pointOf, type Controller } from './field-writer.ts';
import { handOverText, needsHandOver } from './hand-over.ts';
import { linkFault } from './modbus/link-errors.ts';
import { ModbusLink } from './modbus/link.ts';
import { RingReader } from './ring/ring-reader.ts';
import { FieldImage } from './scan/field-image.ts';
import { Poller, readInto } from './scan/poller.ts';
import { SkidScan } from './scan/skid-scan.ts';
import type { Cancel, Timers } from './timers.ts';

export type SkidFieldOptions = Readonly<{
  skid: Skid;
  guard: ScanGuard;
  samples: SampleStore;
  consumers: readonly ScanConsumer[];
  clock: Clock;
  timers: Timers;
  random: () => number;
  log: Log;
}>;

const scanMs = 100;
const handOverMs = 1500;

export class SkidField implements CommandField {
  readonly skid: Skid;
  readonly image: FieldImage;
  readonly writer: FieldWriter;
  readonly #options: SkidFieldOptions;
  readonly #links = new Map<string, ModbusLink>();
  readonly #pollers: Poller[] = [];
  readonly #rings = new Map<string, RingReader>();
  readonly #scan: SkidScan;
  #cancelTicks: Cancel | null = null;

  constructor(options: SkidFieldOptions) {
    const { skid, clock, timers, log, guard, consumers, samples } = options;
    this.#options = options;
    this.skid = skid;
    this.image = new FieldImage(skid, clock.utc());
    for (const device of skid.type.devices) this.#links.set(device.name, this.#linkOf(device));
    this.writer = new FieldWriter({
      name: skid.name,
      controller: this.#controller(),
      image: this.image,
      clock,
      timers,
      log,
    });
    const { image, writer } = this;
    this.#scan = new SkidScan({ skid, guard, image, writer, consumers, clock, log });
    for (const { name: device, model } of skid.type.devices) {
      const link = this.link(device);
      const { ring } = model;
      if (link === null) continue;
      if (ring === undefined) {
        this.#pollers.push(new Poller({ device, model, link, image, clock, timers }));
      } else {
        const scan = this.#scan;
        const reader = new RingReader({ skid, device, model, ring, link, image, scan, samples, clock, timers, log });
        this.#rings.set(device, reader);
      }
    }
  }

  get news(): ScanNews | null {
    return this.#scan.news;
  }

  get controller(): CommandField['controller'] {
    const { controller } = this.writer;
    return controller === null ? null : { device: controller.device, reserved: ownPoints(controller) };
  }

  /** As things are now, not at the last scan: what was just set and read back counts against the limits at once. */
  readonly samples = (): ReadonlyMap<LocalTag, Sample> | null => {
    const { clock } = this.#options;
    return this.news === null ? null : this.image.sample(clock.monotonic(), clock.utc());
  };
  readonly linked = (device: string): boolean => this.link(device)?.state === 'connected';

  link(device: string): ModbusLink | null {
    return this.#links.get(device) ?? null;
  }

  async write(run: WriteRun, withdraw: () => MesolineError | null): Promise<void> {
    const link = this.#linkTo(run.device);
    if (run.area === 'coil') await this.writer.writeCoil(link, run.address, run.words[0] !== 0, withdraw);
    else await this.writer.write(link, run.address, run.words, withdraw);
  }

  /** What is read goes into the image as well: the next command sees it at once. */
  async readBack(run: WriteRun): Promise<ReadonlyMap<LocalTag, number | boolean | null>> {
    const { device, area, address, words, writes } = run;
    const { image } = this;
    const points = writes.map(({ point }) => point);
    const request = { area, address, length: words.length, points };
    await readInto(request, { link: this.#linkTo(device), image, device, clock: this.#options.clock });
    return new Map(writes.map(({ tag, point }) => [tag, image.reading(device, point.name)?.value ?? null]));
  }

  start(cursors: readonly RingCursor[]): void {
    if (this.#cancelTicks !== null) return;
    for (const link of this.#links.values()) link.start();
    for (const poller of this.#pollers) poller.start();
    for (const ring of this.#rings.values()) ring.start(cursors);
    this.#cancelTicks = this.#options.timers.every(scanMs, () => this.#scan.tick());
  }

  /**
   * Asks the field controller for HOT-HOLD where the skid is hot, not known to be cold, or running, and waits for it.
   * Says what came of it, or null where there was nothing to hand over.
   */
  async handOver(): Promise<string | null> {
    // A field that is just being let go is not held, though its step still says so.
    const { leaving } = this.writer;
    if (this.#cancelTicks === null) return null;
    if (!leaving && !needsHandOver(this.skid, this.image.samples, this.writer)) return null;
    const held = asksField(this.writer.fieldDemand ?? 'none') && !leaving;
    if (!held) this.writer.ask('H');
    const { device } = this.writer.controller ?? {};
    // A controller that does not answer can confirm nothing; it acts by itself.
    const waitMs = device !== undefined && this.linked(device) ? handOverMs : 0;
    const confirmed = held || (await this.writer.confirmed('H', waitMs));
    const text = handOverText(this.skid.name, confirmed, this.writer);
    this.#options.log[confirmed ? 'info' : 'error']({ skid: this.skid.name, step: this.writer.step }, text);
    return text;
  }

  async stop(): Promise<void> {
    this.#cancelTicks?.();
    this.#cancelTicks = null;
    for (const poller of this.#pollers) poller.stop();
    for (const link of this.#links.values()) link.stop();
    await Promise.all([...this.#rings.values()].map((ring) => ring.stop()));
  }

  links(): readonly LinkView[] {
    return [...this.#links].map(([device, link]) => {
      const { requests, timeouts, malformed, exceptions, reconnects, latencyMs, lastGood: lastGoodRead } = link.figures;
      const counts = { requests, timeouts, malformed, exceptions, reconnects, latencyMs, lastGoodRead };
      return { skid: this.skid.name, device, endpoint: link.endpoint, state: link.state, ...counts };
    });
  }

  /** What a person should know of it, in sentences. */
  notes(): readonly string[] {
    const lost = this.links().filter((link) => link.state !== 'connected');
    return [
      ...lost.map(({ skid, device, endpoint }) => `No connection to ${skid}/${device} (${endpoint}).`),
      ...[...this.#rings.values()].flatMap((ring) => ring.notes()),
    ];
  }

  figures(): Record<string, number> {
    const figures: Record<string, number> = {};
    const put = (device: string, counts: Readonly<Record<string, number | null>>): void => {
      for (const [name, count] of Object.entries(counts)) {
        if (count !== null) figures[`${this.skid.name}/${device}.${name}`] = count;
      }
    };
    for (const [device, link] of this.#links) put(device, link.figures);
    for (const [device, ring] of this.#rings) put(device, ring.figures);
    return figures;
  }

  #linkTo(device: string): ModbusLink {
    const link = this.link(device);
    if (link === null) throw linkFault('link-down', `${this.skid.name}/${device}`, 'It is not of this skid.', '');
    return link;
  }

  #linkOf({ name: device, model }: DeviceDefinition): ModbusLink {
    const { skid, clock, timers, random, log } = this.#options;
    const where = skid.links.find((link) => link.device === device);
    if (where === undefined) {
      throw mesolineError(
        'link-missing',
        `${skid.name}/${device}`,
        'The site does not say how it is reached.',
        `Give it a link such as modbus-tcp://192.0.2.10:502/1.`,
      );
    }
    const { host, port, unitId } = where;
    return new ModbusLink({
      name: `${skid.name}/${device}`,
      host,
      port,
      unitId,
      timeoutMs: model.timeout,
      clock,
      timers,
      random,
      log,
      onState: (state) => {
        if (state !== 'connected') this.image.lose(device, badNotConnected);
      },
    });
  }

  #controller(): Controller | null {
    for (const { name: device, model } of this.skid.type.devices) {
      const words = model.controller;
      const link = this.link(device);
      if (words === undefined || link === null) continue;
      for (const point of [words.request, words.heartbeat, words.reset, words.step]) {
        if (pointOf(model, point) !== undefined) continue;
        throw mesolineError('controller-word-missing', model.model, `It has no point "${point}".`, 'Correct its map.');
      }
      return { device, words, model, link };
    }
    return null;
  }
}
