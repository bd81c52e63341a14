/**
 * The field of a skid without links and without waiting: registers that lie in this process are read and written at once. What they
 * say comes to the same tags by the same rules as over a link; what is written is checked as the field writer does, and no further.
 */
import type { AnalysisResult } from '../../plant/analysis.ts';
import { elapsed, type Clock, type Monotonic } from '../../plant/clock.ts';
import {
  controllerOf,
  type ControllerWords,
  type RegisterModel,
  type RegisterPoint,
} from '../../plant/device-model.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { GuardScan, GuardVerdict, ScanGuard } from '../../plant/ports/scan-guard.ts';
import { asksField, demandRank, type Demand } from '../../plant/safe-state.ts';
import type { LocalTag } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { decodeFrom, encodePoint } from '../modbus/codec.ts';
import { planReads, type ReadRequest } from '../modbus/read-plan.ts';
import { measureBits } from '../safe-frame.ts';
import { fieldDemandOf, heldDemand, nextHeartbeat, requestToWrite, type Asked } from '../safe-state.ts';
import { FieldImage } from '../scan/field-image.ts';

/** Registers of a device, as its twin keeps them; a number in the place of an answer is a Modbus exception. */
export interface Registers {
  readBits(area: 'coil' | 'discrete', address: number, quantity: number): readonly boolean[] | number;
  readWords(area: 'holding' | 'input', address: number, quantity: number): Uint16Array | number;
  writeBits(address: number, values: readonly boolean[]): number | null;
  writeWords(address: number, values: Uint16Array): number | null;
}

export type TagWrite = Readonly<{ tag: LocalTag; value: number }>;

type Device = {
  readonly name: string;
  readonly model: RegisterModel;
  readonly reads: readonly ReadRequest[];
  due: number;
};
type Controller = Readonly<{ device: string; model: RegisterModel; words: ControllerWords }>;

/** How long the field has for leaving its safe state after the pulse, in ms. */
const leavingMs = 3000;
/** After how many scans the pulse follows the request that was taken back: one to read it. */
const pulseAfterScans = 2;

export type VirtualFieldOptions = Readonly<{
  skid: Skid;
  /** By the devices' names; analysers have none. */
  registers: ReadonlyMap<string, Registers>;
  guard: ScanGuard;
  clock: Clock;
}>;

export class VirtualField {
  readonly #skid: Skid;
  readonly #registers: ReadonlyMap<string, Registers>;
  readonly #guard: ScanGuard;
  readonly #clock: Clock;
  readonly #image: FieldImage;
  readonly #devices: Device[] = [];
  readonly #controller: Controller;
  #verdict: GuardVerdict = { demand: 'B', causes: [], releasing: false };
  #commanded: GuardScan['commanded'] = null;
  #asked: Asked = 'none';
  #leaving: { since: Monotonic; scans: number; pulsed: boolean } | null = null;
  #released: ((why: string | null) => void) | null = null;
  #heartbeat = 0;
  #scan = 0;

  /** @throws MesolineError `controller-missing` for a skid whose safe states nobody could ask for */
  constructor({ skid, registers, guard, clock }: VirtualFieldOptions) {
    this.#skid = skid;
    this.#registers = registers;
    this.#guard = guard;
    this.#clock = clock;
    this.#image = new FieldImage(skid, clock.utc());
    let controller: Controller | null = null;
    for (const { name, model } of skid.type.devices) {
      if (model.protocol !== 'modbus' || !registers.has(name)) continue;
      this.#devices.push({ name, model, reads: planReads(model, model.points), due: -Infinity });
      const words = controllerOf(model);
      if (words !== undefined) controller ??= { device: name, model, words };
    }
    if (controller === null)
      throw mesolineError('controller-missing', skid.name, 'It has no field controller.', 'Name one in the skid file.');
    this.#controller = controller;
  }

  /** What stands of the field's own safe state. */
  get fieldDemand(): Demand | null {
    const { device, words } = this.#controller;
    return fieldDemandOf(words, this.#image.reading(device, words.step));
  }

  takeAnalysis(result: AnalysisResult): void {
    this.#image.takeAnalysis(result, this.#clock.utc(), this.#clock.monotonic());
  }

  /** One turn: reads what is due, asks the interlocks, and holds the field to what they say. */
  scan(batchOn: boolean): ScanNews {
    const { utc, monotonic, process } = this.#now();
    for (const device of this.#devices) this.#read(device, monotonic);
    const samples = this.#image.sample(monotonic, utc, this.#guard.forces(monotonic));
    this.#leave(monotonic);
    const { fieldDemand } = this;
    const verdict = this.#guard.step({
      utc,
      monotonic,
      process,
      samples,
      fieldDemand,
      asked: this.#asked,
      leaving: this.#leaving?.pulsed === true,
      commanded: this.#commanded,
      firstOutRow: this.#firstOutRow(),
      batch: batchOn,
    });
    this.#verdict = verdict;
    if (this.#leaving !== null && asksField(verdict.demand) && !verdict.releasing) this.#stopLeaving(said(verdict));
    this.#assert();
    if (verdict.unseen !== true)
      this.#write(this.#controller.words.heartbeat, (this.#heartbeat = nextHeartbeat(this.#heartbeat)));
    this.#scan += 1;
    const batch = { skid: this.#skid.name, scan: this.#scan, utc, monotonic, process, samples: [...samples.values()] };
    return { batch, verdict, fieldDemand, blocks: [] };
  }

  /** Asks for HOT-HOLD, at once; held until it is let go. */
  ask(action: 'H' | 'S'): void {
    if (demandRank(action) > demandRank(this.#asked)) this.#asked = action;
    this.#stopLeaving(`A command asked for ${action}.`);
    this.#assert();
  }

  /** Leaves the field's safe state in the scans to come; `told` hears why it did not come to that, or null. */
  letGo(told: (why: string | null) => void): void {
    if (this.#leaving !== null) {
      told('The field is being let go already.');
      return;
    }
    this.#leaving = { since: this.#clock.monotonic(), scans: 0, pulsed: false };
    this.#released = told;
    this.#write(this.#controller.words.request, this.#controller.words.requests.none);
    this.#write(this.#controller.words.reset, 0);
    this.#commanded = { demand: 'none', at: this.#clock.utc(), monotonic: this.#clock.monotonic() };
  }

  /** Sets tags, in their order. @returns why not, or null; nothing of what stands behind a refused one is written */
  set(writes: readonly TagWrite[]): string | null {
    const { demand } = this.#verdict;
    const held = heldDemand({ interlocks: demand, releasing: false, asked: this.#asked, leaving: false });
    if (held !== 'none') return this.#asked === 'none' ? said(this.#verdict) : `A command asked for ${this.#asked}.`;
    for (const { tag, value } of writes) {
      const source = this.#skid.type.tags.find(({ name }) => name === tag)?.source;
      if (source?.kind !== 'point' || source.point.via !== 'register') return `${tag} cannot be set.`;
      const refused = this.#writePoint(source.device, source.point, value);
      if (refused !== null) return `${tag}: ${refused}`;
    }
    const { monotonic } = this.#now();
    for (const device of this.#devices)
      if (writes.some((write) => this.#isOf(write.tag, device))) this.#read(device, monotonic, true);
    return null;
  }

  #isOf(tag: LocalTag, { name }: Device): boolean {
    const source = this.#skid.type.tags.find((each) => each.name === tag)?.source;
    return source?.kind === 'point' && source.device === name;
  }

  #read(device: Device, now: Monotonic, atOnce = false): void {
    if (now < device.due && !atOnce) return;
    if (!atOnce) device.due = now + device.model.period;
    const registers = this.#registers.get(device.name);
    if (registers === undefined) return;
    const utc = this.#clock.utc();
    for (const { area, address, length, points } of device.reads) {
      const answer =
        area === 'coil' || area === 'discrete'
          ? registers.readBits(area, address, length)
          : registers.readWords(area, address, length);
      if (typeof answer === 'number') continue;
      const data = answer instanceof Uint16Array ? Array.from(answer) : answer;
      for (const point of points)
        this.#image.take(device.name, point.name, decodeFrom(point, data, point.address - address), utc, utc, now);
    }
  }

  /** Request taken back, then the pulse, then the field's step 0; the pulse is taken back whatever came of it. */
  #leave(now: Monotonic): void {
    const leaving = this.#leaving;
    if (leaving === null) return;
    leaving.scans += 1;
    if (!leaving.pulsed && leaving.scans >= pulseAfterScans) {
      this.#write(this.#controller.words.reset, 1);
      leaving.pulsed = true;
      leaving.since = now;
      return;
    }
    if (leaving.pulsed && this.fieldDemand === 'none' && !this.#verdict.releasing) this.#ended(null);
    else if (elapsed(leaving.since, now) > leavingMs) this.#ended('The field did not leave its safe state within 3 s.');
  }

  #stopLeaving(why: string): void {
    if (this.#leaving !== null) this.#ended(why);
  }

  #ended(why: string | null): void {
    this.#leaving = null;
    if (why === null) this.#asked = 'none';
    this.#write(this.#controller.words.reset, 0);
    const told = this.#released;
    this.#released = null;
    told?.(why);
  }

  #assert(): void {
    const { words, device } = this.#controller;
    const { demand, releasing, measures = [], row = 0 } = this.#verdict;
    const held = heldDemand({ interlocks: demand, releasing, asked: this.#asked, leaving: this.#leaving !== null });
    const readBack = this.#image.reading(device, words.request)?.value;
    const request = requestToWrite(words, held, this.fieldDemand, typeof readBack === 'number' ? readBack : null);
    if (words.measures !== undefined) this.#write(words.measures.request, measureBits(words, measures));
    if (request === null || held === 'none') return;
    if (words.row !== undefined) this.#write(words.row.request, row);
    this.#write(words.request, request);
    this.#commanded = { demand: held, at: this.#clock.utc(), monotonic: this.#clock.monotonic() };
  }

  #firstOutRow(): number | null {
    const { device, words } = this.#controller;
    const value = words.row === undefined ? null : this.#image.reading(device, words.row.first)?.value;
    return typeof value === 'number' && value > 0 ? value : null;
  }

  #write(name: string, value: number): void {
    const { device, model } = this.#controller;
    const point = model.points.find((each) => each.name === name);
    if (point !== undefined) this.#writePoint(device, point, value);
  }

  #writePoint(device: string, point: RegisterPoint, value: number): string | null {
    const registers = this.#registers.get(device);
    if (registers === undefined) return 'its device has no registers';
    const exception =
      point.area === 'coil'
        ? registers.writeBits(point.address, [value !== 0])
        : registers.writeWords(point.address, Uint16Array.from(encodePoint(point, value)));
    return exception === null ? null : `the device answered with exception ${exception}`;
  }

  #now(): Readonly<{ utc: ReturnType<Clock['utc']>; monotonic: Monotonic; process: ReturnType<Clock['process']> }> {
    return { utc: this.#clock.utc(), monotonic: this.#clock.monotonic(), process: this.#clock.process() };
  }
}

const said = ({ causes, demand }: GuardVerdict): string => causes[0]?.message ?? `The interlocks demand ${demand}.`;
