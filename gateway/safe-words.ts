/**
 * The words by which a field controller is asked for a safe state, and what belongs to them: request, measures, row. Each is
 * held there: written while it reads otherwise, and anew when the controller comes back.
 */
import type { Clock, UtcMs, Monotonic } from '../plant/clock.ts';
import { messageOf } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { GuardVerdict } from '../plant/ports/scan-guard.ts';
import { isGood } from '../plant/quality.ts';
import type { Demand } from '../plant/safe-state.ts';
import type { Controller } from './controller.ts';
import { HeldWord } from './held-word.ts';
import { encodeWord } from './modbus/codec.ts';
import type { Order } from './modbus/link.ts';
import { codeOf } from './modbus/link-errors.ts';
import { measureBits, measuresWanted, safeFrame, type SafeFrame, type SafeValues } from './safe-frame.ts';
import { requestToWrite, type FieldDemand } from './safe-state.ts';
import type { FieldImage, Reading } from './scan/field-image.ts';

export type Commanded = Readonly<{ demand: Demand; at: UtcMs; monotonic: Monotonic }>;

export type SafeWordsOptions = Readonly<{
  /** Of the skid. */
  name: string;
  controller: Controller;
  image: FieldImage;
  clock: Clock;
  log: Log;
}>;

type Held = 'none' | FieldDemand;

export class SafeWords {
  readonly #options: SafeWordsOptions;
  readonly #request = new HeldWord(() => this.reading(this.#options.controller.words.request));
  readonly #measures = new HeldWord(() => this.reading(this.#options.controller.words.measures?.request));
  readonly #row = new HeldWord(() => this.reading(this.#options.controller.words.row?.request));
  /** Every measure that was asked for since the start, as bits. */
  #everAsked = 0;
  #commanded: Commanded | null = null;
  /** What is on its way of the safe state, in words that tell one from another. */
  #underWay: string | null = null;
  /** Words beside the request that are on their way. */
  readonly #holding = new Set<string>();

  constructor(options: SafeWordsOptions) {
    this.#options = options;
  }

  /** The last request word that the field has acknowledged; null before the first. */
  get commanded(): Commanded | null {
    return this.#commanded;
  }

  /** What the request word should hold and does not, or null. */
  missing(held: Held, field: Demand | null): number | null {
    return requestToWrite(this.#options.controller.words, held, field, this.#request.value);
  }

  /** Writes what the field does not hold of what it has to: the safe state with all that belongs to it, or what is missing. */
  assert(verdict: GuardVerdict, held: Held, field: Demand | null): void {
    const { words, model } = this.#options.controller;
    this.#everAsked |= measureBits(words, verdict.measures ?? []);
    const request = this.missing(held, field);
    const measures = this.#wanted(verdict);
    const row = verdict.row ?? 0;
    if (request !== null) {
      const values = measures === null ? null : { request, measures: measures.value, row };
      const frame = values === null ? null : safeFrame(model, words, values);
      if (frame === null || values === null) this.#askAlone(held, request, row);
      else this.#ask(held, values, frame);
      return;
    }
    if (measures?.due === true) this.#hold(words.measures?.request, measures.value, this.#measures);
    // The controller keeps the row of the first request by itself; this one is the reason as it is now.
    const rowDue = row !== 0 && held !== 'none' && (this.#row.value ?? row) !== row;
    if (rowDue) this.#hold(words.row?.request, row, this.#row);
  }

  /** Takes the request back. @throws MesolineError with a code of `LinkFault` */
  async letGo(order: Order): Promise<void> {
    const { words } = this.#options.controller;
    await this.write(words.request, words.requests.none, order);
    this.#acknowledged('none', { request: words.requests.none });
  }

  /** Writes one word of the controller. @throws MesolineError with a code of `LinkFault` */
  async write(point: string, value: number, order: Order): Promise<void> {
    const { model, link } = this.#options.controller;
    const definition = model.points.find(({ name }) => name === point);
    if (definition === undefined) return;
    const words = encodeWord(definition, value);
    await link.writeRegisters(definition.address, words, order, definition.function === 6);
  }

  reading(point: string | undefined): Reading | null {
    const { controller, image } = this.#options;
    return point === undefined ? null : image.reading(controller.device, point);
  }

  report(what: string, thrown: unknown): void {
    const { log, name } = this.#options;
    // A lost link says so itself.
    if (codeOf(thrown) === 'link-down' || codeOf(thrown) === 'link-lost') return;
    log.warn({ skid: name, cause: messageOf(thrown) }, what);
  }

  #ask(demand: Demand, values: SafeValues, { address, values: parts }: SafeFrame): void {
    const words = parts.flatMap(({ point, value }) => encodeWord(point, value));
    this.#send(demand, values, `${demand} ${words.join(' ')}`, async () => {
      try {
        await this.#options.controller.link.writeRegisters(address, words, { urgent: true });
        return values;
      } catch (thrown) {
        if (codeOf(thrown) !== 'modbus-exception') throw thrown;
        // Whatever it refuses of the frame must not keep the safe state from it; the rest is held word by word.
        return this.#requestAlone(values.request);
      }
    });
  }

  /** The request first: nothing may wait before it. */
  #askAlone(demand: Demand, request: number, row: number): void {
    const { words } = this.#options.controller;
    const isNew = this.#send(demand, { request }, `${demand} ${request}`, () => this.#requestAlone(request));
    if (isNew && words.row !== undefined && row !== 0) this.#hold(words.row.request, row, this.#row);
  }

  async #requestAlone(request: number): Promise<Acknowledged> {
    await this.write(this.#options.controller.words.request, request, { urgent: true });
    return { request };
  }

  /** @returns false where it is on its way already */
  #send(demand: Demand, values: Acknowledged, what: string, send: () => Promise<Acknowledged>): boolean {
    if (what === this.#underWay) return false;
    this.#underWay = what;
    const { log, name } = this.#options;
    log.debug({ skid: name, request: values.request }, 'safe state asked');
    void send()
      .then((acknowledged) => this.#acknowledged(demand, acknowledged))
      .catch((thrown: unknown) =>
        this.report('The safe state could not be asked; it is asked again at the next scan', thrown),
      )
      .finally(() => {
        if (this.#underWay === what) this.#underWay = null;
      });
    return true;
  }

  /** Holds one more word; where it cannot be written now, it is at the next scan. */
  #hold(point: string | undefined, value: number, word: HeldWord): void {
    const what = `${point ?? ''} ${value}`;
    if (point === undefined || this.#holding.has(what)) return;
    this.#holding.add(what);
    void this.write(point, value, { urgent: true })
      .then(() => word.wrote(value, this.#options.clock.monotonic()))
      .catch((thrown: unknown) => this.report(`${point} could not be written`, thrown))
      .finally(() => this.#holding.delete(what));
  }

  #acknowledged(demand: Demand, { request, measures, row }: Acknowledged): void {
    const { clock } = this.#options;
    const now = clock.monotonic();
    this.#request.wrote(request, now);
    if (measures !== undefined) this.#measures.wrote(measures, now);
    if (row !== undefined) this.#row.wrote(row, now);
    this.#commanded = { demand, at: clock.utc(), monotonic: now };
  }

  #wanted({ demand, unseen, measures = [] }: GuardVerdict): ReturnType<typeof measuresWanted> {
    const { words } = this.#options.controller;
    if (words.measures === undefined) return null;
    const said = this.reading(words.measures.held);
    const since = this.#measures.writtenAt ?? -Infinity;
    const isNews = said?.at != null && said.at > since && isGood(said.quality) && typeof said.value === 'number';
    const wanted = measuresWanted({
      asked: measureBits(words, measures),
      everAsked: this.#everAsked,
      free: demand === 'none' && unseen !== true,
      request: this.#measures.value ?? this.#measures.last,
      held: isNews ? Number(said.value) : null,
    });
    // What it held before the link went is enough to go by, but no news that it holds otherwise.
    return wanted === null ? null : { value: wanted.value, due: wanted.due && this.#measures.value !== null };
  }
}

type Acknowledged = Partial<SafeValues> & Pick<SafeValues, 'request'>;
