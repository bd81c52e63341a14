/**
 * A folder into which an instrument's program writes spectra. It is looked at by its listing, since a network share tells
 * nobody of changes; one look after the other, so that a share that hangs holds one thread of the file system and no more.
 */
import { milliseconds, utcMs, type UtcMs } from '../../plant/clock.ts';
import type { FolderModel, PointDefinition, SpectrumSource } from '../../plant/device-model.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { SpectrumReader } from '../../plant/ports/spectrum-reader.ts';
import { badDecodingError, badNotConnected, badWaitingForInitialData, good } from '../../plant/quality.ts';
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
import type { Cancel } from '../timers.ts';
import { asModelled, faultOfAxis } from './as-modelled.ts';
import { FolderFiles, type FileSeen } from './folder-files.ts';
import { bytesOf, companionsIn, lookAt, namesOf } from './folder-reader.ts';
import { fits } from './name-pattern.ts';

/** Files read in one look; the others wait for the next, in their order. */
const readsALook = 20;
/** Files long taken that are looked at again in one look, in turns: one may be written anew under its old name. */
const againALook = 200;
const largestBytes = 64 * 1024 * 1024;

export class FolderDevice implements Driver {
  readonly device: string;
  readonly endpoint: string;
  readonly identity = null;
  state: LinkState = 'connecting';
  readonly #context: DriverContext;
  readonly #model: FolderModel;
  readonly #folder: string;
  readonly #reader: SpectrumReader;
  readonly #files: FolderFiles;
  readonly #figures: LinkFigures = noFigures();
  /** Counts starts, so that a look from before a stop ends by itself. */
  #run = 0;
  #running = false;
  #adopted = false;
  #cancel: Cancel | null = null;
  #turn = 0;
  #taken = 0;
  #malformed = 0;
  #last: Readonly<{ name: string; at: UtcMs }> | null = null;
  #note: string | null = null;

  /** @throws MesolineError where nothing reads its files, or it is no folder */
  constructor(model: FolderModel, context: DriverContext) {
    const { skid, device, link, reader } = context;
    const where = `${skid.name}/${device}`;
    if (link.protocol !== 'folder')
      throw mesolineError('link-not-served', where, `${link.protocol} is no way to it.`, 'Give it a folder:PATH.');
    if (reader === null)
      throw mesolineError(
        'reader-missing',
        where,
        'Nothing here reads files of spectra.',
        'Give the gateway a reader.',
      );
    this.device = device;
    this.endpoint = endpointOf(link);
    this.#context = context;
    this.#model = model;
    this.#folder = link.path;
    this.#reader = reader;
    this.#files = new FolderFiles(model.folder.settle);
  }

  get figures(): Readonly<LinkFigures> {
    return this.#figures;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#run += 1;
    this.#next(0, this.#run);
  }

  stop(): Promise<void> {
    this.#running = false;
    this.#cancel?.();
    this.#cancel = null;
    return Promise.resolve();
  }

  plan(writes: readonly PointValue[]): readonly (readonly PointValue[])[] {
    return writes.map((write) => [write]);
  }

  write(): Promise<void> {
    const where = `${this.#context.skid.name}/${this.device}`;
    return Promise.reject(linkFault('link-down', where, 'A folder of spectra takes nothing.', ''));
  }

  read(points: readonly PointDefinition[]): Promise<ReadonlyMap<string, ReadValue>> {
    const { image } = this.#context;
    return Promise.resolve(new Map(points.map(({ name }) => [name, image.reading(this.device, name)?.value ?? null])));
  }

  notes(): readonly string[] {
    return this.#note === null ? [] : [this.#note];
  }

  counts(): Readonly<Record<string, number>> {
    return { spectra: this.#taken, spectraMalformed: this.#malformed, spectraWaiting: this.#files.waiting };
  }

  #next(delayMs: number, run: number): void {
    this.#cancel = this.#context.timers.after(delayMs, () => void this.#look(run));
  }

  /** Asked anew after every wait. */
  #goes(): boolean {
    return this.#running;
  }

  /** Never throws. */
  async #look(run: number): Promise<void> {
    const { clock, timers, image } = this.#context;
    const startedAt = clock.monotonic();
    const { period, timeout } = this.#model;
    const cancel = timers.after(timeout, () => {
      this.#figures.timeouts += 1;
      this.#lose(`${this.endpoint} has not answered for ${timeout / 1000} s.`);
    });
    this.#figures.requests += 1;
    try {
      await this.#watch();
      this.#figures.lastGood = clock.utc();
      this.#figures.latencyMs = clock.monotonic() - startedAt;
      if (this.state === 'lost') this.#figures.reconnects += 1;
      this.state = 'connected';
    } catch (thrown) {
      this.#figures.exceptions += 1;
      this.#lose(`${this.endpoint} cannot be looked into: ${messageOf(thrown)}.`);
    }
    cancel();
    if (!this.#running || run !== this.#run) return;
    if (this.state === 'connected') this.#show();
    else image.lose(this.device, badNotConnected);
    this.#next(Math.max(1, period - (clock.monotonic() - startedAt)), run);
  }

  async #watch(): Promise<void> {
    const { clock } = this.#context;
    const names = (await namesOf(this.#folder, this.#reader.endings)).filter((name) => this.#sourceOf(name) !== null);
    if (!this.#running) return;
    this.#files.keep(new Set(names));
    if (!this.#adopted) {
      await this.#adopt(names);
      return;
    }
    const seen: FileSeen[] = [];
    for (const name of this.#worthLooking(names)) {
      const file = await lookAt(this.#folder, name);
      if (file !== null) seen.push(file);
    }
    const ready = this.#files.look(seen, clock.monotonic());
    for (const file of ready.slice(0, readsALook)) if (this.#goes()) await this.#read(file);
  }

  /** Everything new and unfinished, and some of the rest in turns. */
  #worthLooking(names: readonly string[]): readonly string[] {
    const open = names.filter((name) => this.#files.isOpen(name));
    const rest = names.filter((name) => !this.#files.isOpen(name));
    const turn = rest.slice(this.#turn, this.#turn + againALook);
    this.#turn = this.#turn + againALook < rest.length ? this.#turn + againALook : 0;
    return [...open, ...turn];
  }

  /** What is there at the start was measured before: only the newest of each spectrum is shown, if it is not stale by now. */
  async #adopt(names: readonly string[]): Promise<void> {
    const { clock } = this.#context;
    const files: FileSeen[] = [];
    for (const name of names) {
      const file = await lookAt(this.#folder, name);
      if (file !== null) files.push(file);
    }
    const newest = new Set(this.#model.spectra.flatMap((source) => this.#newestOf(source, files)));
    const now = clock.monotonic();
    this.#files.adopt(
      files.filter(({ name }) => !newest.has(name)),
      now,
    );
    this.#files.look(
      files.filter(({ name }) => newest.has(name)),
      now,
    );
    this.#adopted = true;
  }

  #newestOf(source: SpectrumSource, files: readonly FileSeen[]): readonly string[] {
    const { clock, skid } = this.#context;
    const staleAfter = skid.type.spectra
      .filter((spectrum) => spectrum.device === this.device && spectrum.source.name === source.name)
      .reduce((longest, spectrum) => Math.max(longest, spectrum.staleAfter), 0);
    const own = files.filter(({ name }) => this.#sourceOf(name)?.name === source.name);
    const newest = own.reduce<FileSeen | null>(
      (latest, file) => (latest === null || file.changedAt > latest.changedAt ? file : latest),
      null,
    );
    return newest === null || clock.utc() - newest.changedAt > staleAfter ? [] : [newest.name];
  }

  async #read(file: FileSeen): Promise<void> {
    const { clock } = this.#context;
    const { name } = file;
    const source = this.#sourceOf(name);
    if (source === null) return;
    if (file.size > largestBytes) {
      this.#refuse(source, name, `it has ${file.size} bytes, more than ${largestBytes}`);
      return;
    }
    let bytes: Uint8Array | null;
    try {
      bytes = await bytesOf(this.#folder, file);
    } catch (thrown) {
      // Whoever writes it may hold it for itself.
      this.#wait(source, name, `it cannot be opened: ${messageOf(thrown)}`);
      return;
    }
    const again = bytes === null ? null : await lookAt(this.#folder, name);
    // It was written while it was read: the next look sees it changed.
    if (bytes === null || again?.size !== file.size || again.changedAt !== file.changedAt) return;
    const companions = await companionsIn(this.#folder, this.#reader.companionsOf(name), largestBytes);
    const { column } = source;
    const reading = await this.#reader.read(name, bytes, { companions, ...(column === undefined ? {} : { column }) });
    if (!this.#running) return;
    if (reading.kind === 'incomplete') {
      this.#wait(source, name, reading.reason);
      return;
    }
    if (reading.kind === 'malformed') {
      this.#refuse(source, name, reading.reason);
      return;
    }
    const short = faultOfAxis(reading.data.x, this.#model.folder.axis);
    const modelled = asModelled(reading.data, source, clock.utc());
    if (short?.short === true) this.#wait(source, name, short.reason);
    else if (short !== null) this.#refuse(source, name, short.reason);
    else if ('fault' in modelled) this.#refuse(source, name, modelled.fault);
    else {
      const { digest } = reading;
      // File systems count finer than our clock.
      const changedAt = utcMs(Math.round(file.changedAt));
      const data = { ...modelled.data, takenAt: modelled.data.takenAt ?? changedAt };
      const age = milliseconds(Math.max(0, clock.utc() - changedAt));
      this.#context.spectra.take(this.device, { source: source.name, data, origin: name, digest, age }, clock.utc());
      this.#files.done(name);
      this.#taken += 1;
      this.#last = { name, at: changedAt };
      this.#note = null;
    }
  }

  #wait(source: SpectrumSource, name: string, reason: string): void {
    if (!this.#files.awaitMore(name, this.#context.clock.monotonic())) this.#refuse(source, name, reason);
  }

  #refuse(source: SpectrumSource, name: string, reason: string): void {
    const { skid, log, spectra } = this.#context;
    this.#files.done(name);
    this.#malformed += 1;
    this.#figures.malformed += 1;
    this.#note = `${skid.name}/${this.device}: ${name} is no spectrum: ${reason}`;
    log.warn({ skid: skid.name, device: this.device, file: name, reason }, 'a file is no spectrum');
    spectra.lose(this.device, source.name, badDecodingError);
  }

  #lose(reason: string): void {
    const { image } = this.#context;
    this.state = 'lost';
    this.#note = reason;
    image.lose(this.device, badNotConnected);
  }

  #sourceOf(name: string): SpectrumSource | null {
    return this.#model.spectra.find(({ item }) => fits(item, name)) ?? null;
  }

  #show(): void {
    const { image, clock } = this.#context;
    const [utc, at] = [clock.utc(), clock.monotonic()];
    const values: Readonly<Record<string, ReadValue>> = {
      taken: this.#taken,
      malformed: this.#malformed,
      waiting: this.#files.waiting,
      age: this.#last === null ? null : Math.max(0, utc - this.#last.at) / 1000,
      'last file': this.#last?.name ?? null,
    };
    for (const { name, item, scale, offset } of this.#model.points) {
      const value = values[item] ?? null;
      const scaled = typeof value === 'number' ? value * scale + offset : value;
      const quality = value === null ? badWaitingForInitialData : good;
      image.take(this.device, name, { value: scaled, quality }, utc, utc, at);
    }
  }
}
