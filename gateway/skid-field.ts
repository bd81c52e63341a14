/** One skid's field: its drivers, image, writer and scan, started and stopped together. */
import type { Block } from '../plant/block.ts';
import type { Clock, Monotonic } from '../plant/clock.ts';
import { controllerOf, type PointDefinition } from '../plant/device-model.ts';
import { mesolineError } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { RingCursor, SampleStore } from '../plant/ports/history.ts';
import type { LinkView, ScanConsumer, ScanNews } from '../plant/ports/scan-consumer.ts';
import type { ScanGuard } from '../plant/ports/scan-guard.ts';
import type { SpectrumConsumer } from '../plant/ports/spectrum-consumer.ts';
import type { SpectrumReader } from '../plant/ports/spectrum-reader.ts';
import { asksField } from '../plant/safe-state.ts';
import type { LocalTag, Sample } from '../plant/sample.ts';
import type { DeviceDefinition, Skid } from '../plant/skid/definition.ts';
import { LocalSwitches } from './availability/local-switches.ts';
import type { CommandField, PointWrite, WriteRun } from './commands/command-field.ts';
import type { Driver, ReadValue, Withdraw } from './driver.ts';
import { ownPoints, pointOf, type Controller } from './controller.ts';
import { FieldWriter } from './field-writer.ts';
import { handOverText, needsHandOver } from './hand-over.ts';
import { makeDriver } from './make-driver.ts';
import type { Buses } from './modbus/buses.ts';
import { linkFault } from './modbus/link-errors.ts';
import { ModbusDevice } from './modbus/modbus-device.ts';
import { FieldImage } from './scan/field-image.ts';
import { SkidScan, type SkidScanOptions } from './scan/skid-scan.ts';
import { SpectrumBoard } from './spectra/spectrum-board.ts';
import type { Timers } from './timers.ts';

export type SkidFieldOptions = Readonly<{
  skid: Skid;
  guard: ScanGuard;
  samples: SampleStore;
  buses: Buses;
  consumers: readonly ScanConsumer[];
  spectrumConsumers: readonly SpectrumConsumer[];
  reader: SpectrumReader | null;
  /** Keys and certificates towards servers of devices; null where the house keeps none. */
  pkiFolder: string | null;
  /** What of the skid is locked out for maintenance. */
  lockOuts: () => readonly Block[];
  /** Whether a batch is on the skid. */
  batch: () => boolean;
  /** Told of every scan. */
  baselines: SkidScanOptions['baselines'];
  clock: Clock;
  timers: Timers;
  random: () => number;
  log: Log;
}>;

const handOverMs = 1500;
/** How long a scan waits for its controller's registers; then it goes by what it has. */
const longestReadMs = 60;
/**
 * And so much more: after a halt of the thread its timers come first, while the answer lies at the socket, and a scan without it
 * sees what it says a whole period later.
 */
const lastLookMs = 15;

export class SkidField implements CommandField {
  readonly skid: Skid;
  readonly image: FieldImage;
  readonly writer: FieldWriter;
  readonly #options: SkidFieldOptions;
  readonly #drivers = new Map<string, Driver>();
  readonly #spectra: SpectrumBoard;
  readonly #scan: SkidScan;
  readonly #switches: LocalSwitches;
  #controllerDevice: ModbusDevice | null = null;
  #running = false;

  constructor(options: SkidFieldOptions) {
    const { skid, clock, timers, log, guard, consumers, lockOuts, spectrumConsumers, batch, baselines } = options;
    this.#options = options;
    this.skid = skid;
    this.image = new FieldImage(skid, clock.utc());
    this.#spectra = new SpectrumBoard(skid, clock, spectrumConsumers, log);
    for (const device of skid.type.devices) this.#drivers.set(device.name, this.#driverOf(device));
    this.writer = new FieldWriter({
      name: skid.name,
      controller: this.#controller(),
      image: this.image,
      lockedOut: () => lockOuts()[0]?.message ?? null,
      clock,
      timers,
      log,
    });
    this.#switches = new LocalSwitches(skid.type);
    const { image, writer } = this;
    const blocks = (samples: ReadonlyMap<LocalTag, Sample>): readonly Block[] => this.#blocks(samples);
    this.#scan = new SkidScan({ skid, guard, image, writer, consumers, blocks, batch, baselines, clock, log });
  }

  get news(): ScanNews | null {
    return this.#scan.news;
  }

  get controller(): CommandField['controller'] {
    const { controller } = this.writer;
    if (controller === null) return null;
    const { flush } = controller.words;
    return { device: controller.device, reserved: ownPoints(controller), ...(flush === undefined ? {} : { flush }) };
  }

  /** As things are now, not at the last scan: what was just set and read back counts against the limits at once. */
  readonly samples = (): ReadonlyMap<LocalTag, Sample> | null => {
    const { clock, guard } = this.#options;
    const now = clock.monotonic();
    return this.news === null ? null : this.image.sample(now, clock.utc(), guard.forces(now));
  };
  readonly linked = (device: string): boolean => this.#drivers.get(device)?.state === 'connected';
  readonly blocks = (): readonly Block[] => this.#blocks(this.samples() ?? new Map());

  plan(writes: readonly (PointWrite & Readonly<{ device: string }>)[]): readonly WriteRun[] {
    const devices = new Set(writes.map(({ device }) => device));
    const tagOf = new Map(writes.map((write) => [write.point, write.tag]));
    return [...devices].flatMap((device) => {
      const own = writes.filter((write) => write.device === device);
      return this.#driver(device)
        .plan(own)
        .map((group) => ({
          device,
          writes: group.flatMap(({ point, value }) => {
            const tag = tagOf.get(point);
            return tag === undefined ? [] : [{ tag, point, value }];
          }),
        }));
    });
  }

  async write({ device, writes }: WriteRun, withdraw: Withdraw): Promise<void> {
    await this.#driver(device).write(writes, () => withdraw() ?? this.writer.held());
  }

  /** What is read goes into the image as well: the next command sees it at once. */
  async readBack({ device, writes }: WriteRun): Promise<ReadonlyMap<LocalTag, ReadValue>> {
    const points: readonly PointDefinition[] = writes.map(({ point }) => point);
    const read = await this.#driver(device).read(points);
    return new Map(writes.map(({ tag, point }) => [tag, read.get(point.name) ?? null]));
  }

  start(cursors: readonly RingCursor[]): void {
    if (this.#running) return;
    this.#running = true;
    for (const driver of this.#drivers.values()) driver.start(cursors);
  }

  /** Its turn, while it runs: reads the field controller, and scans as soon as that is done, or takes too long. */
  readonly tick = (due: Monotonic): void => {
    if (!this.#running) return;
    const reading = this.#controllerDevice?.readForScan() ?? null;
    if (reading === null) {
      this.#scanNow(due);
      return;
    }
    const { timers } = this.#options;
    let scanned = false;
    const scan = (): void => {
      if (scanned) return;
      scanned = true;
      cancel();
      if (this.#running) this.#scanNow(due);
    };
    let cancel = timers.after(longestReadMs, () => {
      cancel = timers.after(lastLookMs, scan);
    });
    void reading.then(scan);
  };

  #scanNow(due: Monotonic): void {
    this.#scan.tick(due);
    this.#spectra.age(this.#options.clock.monotonic());
  }

  /**
   * Asks the field controller for HOT-HOLD where the skid is hot, not known to be cold, or running, and waits for it.
   * Says what came of it, or null where there was nothing to hand over.
   */
  async handOver(): Promise<string | null> {
    // A field that is just being let go is not held, though its step still says so.
    const { leaving } = this.writer;
    if (!this.#running) return null;
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
    this.#running = false;
    await Promise.all([...this.#drivers.values()].map((driver) => driver.stop()));
  }

  links(): readonly LinkView[] {
    return [...this.#drivers.values()].map(({ device, figures, endpoint, state, identity, problem = null }) => {
      const { requests, timeouts, malformed, exceptions, reconnects, late, latencyMs, lastGood } = figures;
      const counts = { requests, timeouts, malformed, exceptions, reconnects, late, latencyMs };
      return { skid: this.skid.name, device, endpoint, state, lastGoodRead: lastGood, ...counts, identity, problem };
    });
  }

  /** What a person should know of it, in sentences. */
  notes(): readonly string[] {
    const lost = this.links().filter((link) => link.state !== 'connected');
    const notes = [...this.#drivers.values()].flatMap((driver) => driver.notes());
    const why = (problem: string | null): string =>
      problem === null || notes.some((note) => note.endsWith(problem)) ? '.' : `: ${problem}`;
    return [
      ...lost.map(
        ({ skid, device, endpoint, problem }) => `No connection to ${skid}/${device} (${endpoint})${why(problem)}`,
      ),
      ...notes,
    ];
  }

  figures(): Record<string, number> {
    const figures: Record<string, number> = {};
    for (const driver of this.#drivers.values()) {
      for (const [name, count] of Object.entries({ ...driver.figures, ...driver.counts() })) {
        if (count !== null) figures[`${this.skid.name}/${driver.device}.${name}`] = count;
      }
    }
    return figures;
  }

  /** Lock-outs first: they say who stands there. */
  #blocks(samples: ReadonlyMap<LocalTag, Sample>): readonly Block[] {
    const { lockOuts, clock } = this.#options;
    const [locked, local] = [lockOuts(), this.#switches.blocks(samples, clock.utc())];
    return locked.length === 0 ? local : [...locked, ...local];
  }

  #driver(device: string): Driver {
    const driver = this.#drivers.get(device);
    if (driver === undefined)
      throw linkFault('link-down', `${this.skid.name}/${device}`, 'It is not of this skid.', '');
    return driver;
  }

  #driverOf({ name: device, model }: DeviceDefinition): Driver {
    const { skid, clock, timers, random, log, samples, buses, reader, pkiFolder } = this.#options;
    const link = skid.links.find((each) => each.device === device);
    if (link === undefined) {
      throw mesolineError(
        'link-missing',
        `${skid.name}/${device}`,
        'The site does not say how it is reached.',
        `Give it a link such as modbus-tcp://192.0.2.10:502/1.`,
      );
    }
    // The scan is made after the drivers: its writer needs one of them.
    const scan = { row: (time: Parameters<SkidScan['row']>[0]) => this.#scan.row(time) };
    const { image } = this;
    const spectra = this.#spectra;
    const hands = { clock, timers, random, log };
    return makeDriver(model, { skid, device, link, image, scan, samples, buses, spectra, reader, pkiFolder, ...hands });
  }

  #controller(): Controller | null {
    for (const { name: device, model } of this.skid.type.devices) {
      const words = controllerOf(model);
      const driver = this.#drivers.get(device);
      if (words === undefined || model.protocol !== 'modbus' || !(driver instanceof ModbusDevice)) continue;
      for (const point of [words.request, words.heartbeat, words.reset, words.step]) {
        if (pointOf(model, point) !== undefined) continue;
        throw mesolineError('controller-word-missing', model.model, `It has no point "${point}".`, 'Correct its map.');
      }
      this.#controllerDevice = driver;
      return { device, words, model, link: driver.link };
    }
    return null;
  }
}
