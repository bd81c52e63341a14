/** One recipe once through on twins in this process: their processes, their interlocks, the engine and the alarms, by a virtual clock. */
import { createSkidAlarms } from '../../alarms/index.ts';
import { DryBatch, type DryUnit } from '../../control/batch/index.ts';
import { createGuard } from '../../control/interlocks/index.ts';
import { VirtualField } from '../../gateway/index.ts';
import { milliseconds } from '../../plant/clock.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import { isGood } from '../../plant/quality.ts';
import { equipmentOf, readingValue, type Equipment } from '../../plant/recipe/equipment.ts';
import { planOf } from '../../plant/recipe/plan.ts';
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';
import type { ReadingName } from '../../plant/recipe/roles.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import { asksField } from '../../plant/safe-state.ts';
import { skidName, splitTag, type LocalTag, type SkidName } from '../../plant/sample.ts';
import type { Skid, SkidType } from '../../plant/skid/definition.ts';
import {
  createVirtualLine,
  type LineBooks,
  type TwinOf,
  type TwinParameters,
  type VirtualLine,
} from '../../twin/virtual/index.ts';
import { Analysers } from './analysers.ts';
import { MarginWatch } from './boiling-margin.ts';
import { consumptionOf, type Consumption } from './consumption.ts';
import { stepAt, type AlarmTally, type DryRun, type Extreme, type Step, type Trip } from './dry-run-result.ts';
import { limitsOf, LimitWatch } from './limit-watch.ts';
import { seeded } from './random.ts';
import { loadWeighed } from './substances.ts';
import { channelsAt } from './trip-channels.ts';
import { secondsOf, VirtualClock } from './virtual-clock.ts';

export type RunOptions = Readonly<{
  type: SkidType;
  twin: TwinOf;
  /** Of each skid of the batch. */
  parameters: readonly TwinParameters[];
  recipe: MasterRecipe;
  seed: number;
  /** How long a person takes for an answer, in s. */
  answersAfterS: number;
  /** A run that is not through then is given up, in h of the process. */
  mostH: number;
}>;

const scanMs = 100;
/** How long a skid may take until it is permitted to start, in s. */
const readyWithinS = 300;
/** Readings are looked at every so many scans. */
const lookEveryScans = 10;
const productSide = 1;
const watched = [
  'reactorTemperature',
  'reactorPressure',
  'totalFlow',
  'stage1Temperature',
  'outletTemperature',
] as const;

type Line = Readonly<{
  skid: Skid;
  equipment: Equipment;
  twin: VirtualLine;
  field: VirtualField;
  guard: ReturnType<typeof createGuard>;
  analysers: Analysers;
  alarms: ReturnType<typeof createSkidAlarms>;
  margins: MarginWatch;
  limits: LimitWatch;
}>;

type Known<T> = Omit<T, 'step'>;

/** @throws MesolineError for a type that no twin stands for, or that runs no batches */
export function runOnce(options: RunOptions): DryRun {
  return new Run(options).toTheEnd();
}

class Run {
  readonly #options: RunOptions;
  readonly #clock = new VirtualClock();
  readonly #lines: readonly Line[];
  readonly #batch: DryBatch;
  readonly #alarms = new Map<string, Known<AlarmTally>>();
  readonly #trips: Known<Trip>[] = [];
  readonly #exceptions: Known<DryRun['exceptions'][number]>[] = [];
  /** Of each line at the start of the batch. */
  readonly #books = new Map<Line, LineBooks>();
  readonly #steps: Step[] = [];
  readonly #extremes = new Map<string, { low: number; high: number }>();
  #diversions = 0;
  #begunS = 0;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#lines = options.parameters.map((parameters, i) => this.#line(parameters, i));
    const units = new Map<SkidName, DryUnit>(
      this.#lines.map(({ skid, equipment, field }) => [
        skid.name,
        { field, equipment, plan: planOf(options.recipe, equipment) },
      ]),
    );
    this.#batch = new DryBatch({
      recipe: options.recipe,
      units,
      clock: this.#clock,
      answersAfter: milliseconds(1000 * options.answersAfterS),
      tell: (event) => this.#heard(event),
    });
  }

  toTheEnd(): DryRun {
    const ready = this.#makeReady();
    if (ready !== null) return this.#result('not ready', ready);
    this.#begunS = this.#clock.seconds;
    for (const line of this.#lines) this.#books.set(line, line.twin.books());
    this.#batch.begin();
    const untilS = this.#begunS + 3600 * this.#options.mostH;
    for (;;) {
      this.#turn((news) => this.#batch.scan(news));
      const { state, isThrough } = this.#batch.view();
      if (isThrough) return this.#result(state, null);
      if (state === 'Held') return this.#result(state, this.#whyHeld());
      if (this.#clock.seconds > untilS)
        return this.#result(state, `It was not through after ${this.#options.mostH} h.`);
    }
  }

  /** As people do before a start: the skid is seen, reset, and let go. @returns why it is not permitted, or null */
  #makeReady(): string | null {
    const asking = new Set<Line>();
    const last = new Map<Line, ScanNews>();
    const isReady = (line: Line): boolean =>
      last.get(line)?.verdict.demand === 'none' && last.get(line)?.fieldDemand === 'none';
    while (this.#clock.seconds < readyWithinS) {
      this.#turn((news, line) => void last.set(line, news));
      if (this.#lines.every(isReady)) return null;
      for (const line of this.#lines) {
        if (isReady(line) || asking.has(line) || last.get(line)?.verdict.unseen === true) continue;
        const actor = { kind: 'service', part: 'dry-run' } as const;
        if (!line.guard.reset(actor, `reset-${this.#clock.seconds}`).done) continue;
        asking.add(line);
        line.field.letGo(() => void asking.delete(line));
      }
    }
    const line = this.#lines.find((each) => !isReady(each));
    const cause = line === undefined ? undefined : last.get(line)?.verdict.causes[0]?.message;
    return cause ?? 'A skid did not become ready.';
  }

  #turn(heard: (news: ScanNews, line: Line) => void): void {
    this.#clock.pass(scanMs);
    const { phases } = this.#batch.view();
    for (const line of this.#lines) {
      const cycles = Math.round(scanMs / 1000 / line.twin.cycleS);
      for (let i = 0; i < cycles; i += 1) line.twin.step(this.#clock.monotonic());
      for (const result of line.analysers.take()) line.field.takeAnalysis(result);
      const before = this.#trips.length;
      const news = line.field.scan(this.#begunS > 0);
      for (let i = before; i < this.#trips.length; i += 1) this.#tellChannels(line, i, news);
      line.alarms.accept(news, phases.get(line.skid.name) ?? null);
      heard(news, line);
      this.#watch(line, news, phases.get(line.skid.name) === 'collect');
    }
  }

  #line(parameters: TwinParameters, index: number): Line {
    const { type, twin: of, seed } = this.#options;
    const skid: Skid = { name: skidName(`DRY-${index + 1}`), title: type.title, type, links: [], twin: true };
    const equipment = equipmentOf(type);
    if ('lacks' in equipment)
      throw new RangeError(`${type.type} runs no batches: it lacks ${equipment.lacks.join(', ')}`);
    const twin = createVirtualLine(of, parameters, seed + index);
    const guard = createGuard(skid, this.#clock, (event, at) => {
      const { action, row, title, demand, message } = event;
      if (action === 'interlock-tripped' && this.#begunS > 0)
        this.#trips.push({ row, title, demand, message, atS: this.#since(at), skid: skid.name, channels: [] });
    });
    const field = new VirtualField({ skid, registers: twin.banks, guard, clock: this.#clock });
    const analysers = new Analysers(skid, twin, this.#clock, seeded(seed + 7919 * (index + 1)));
    const alarms = createSkidAlarms(skid, this.#clock, ({ id, title, priority }) => {
      if (this.#begunS === 0) return;
      const known = this.#alarms.get(id);
      const first = { skid: skid.name, atS: this.#clock.seconds - this.#begunS };
      this.#alarms.set(id, { ...(known ?? { ...first, id, title, priority }), count: (known?.count ?? 0) + 1 });
    });
    const limits = new LimitWatch(limitsOf(this.#options.recipe, type.limits));
    return { skid, equipment, twin, field, guard, analysers, alarms, margins: new MarginWatch(), limits };
  }

  #heard({ action, object, reason = '', data, happenedAt = this.#clock.utc() }: RecordEvent): void {
    const atS = this.#since(happenedAt);
    const skid = typeof data?.['skid'] === 'string' ? data['skid'] : '';
    if (action === 'exception-raised') this.#exceptions.push({ what: object, reason, atS, skid });
    if (action === 'volume-collected' && data?.['fromMl'] === null) this.#diversions += 1;
    if (action === 'step-started') this.#steps.push({ skid, path: object, fromS: atS, toS: null });
    if (action !== 'step-ended') return;
    const open = this.#steps.findLastIndex((step) => step.skid === skid && step.path === object && step.toS === null);
    const step = this.#steps[open];
    if (step !== undefined) this.#steps[open] = { ...step, toS: atS };
  }

  #watch({ equipment, margins, limits }: Line, { batch }: ScanNews, collects: boolean): void {
    if (this.#begunS === 0 || batch.scan % lookEveryScans !== 0) return;
    const samples = new Map(batch.samples.map((sample) => [splitTag(sample.tag).local, sample]));
    const read = ({ name: tag }: Readonly<{ name: LocalTag }>): number | null => {
      const sample = samples.get(tag);
      return sample !== undefined && isGood(sample.quality) && typeof sample.value === 'number' ? sample.value : null;
    };
    const reading = (name: ReadingName): number | null => readingValue(name, equipment, read);
    for (const name of watched) {
      const value = reading(name);
      if (value === null) continue;
      const known = this.#extremes.get(name) ?? { low: value, high: value };
      this.#extremes.set(name, { low: Math.min(known.low, value), high: Math.max(known.high, value) });
    }
    const atS = this.#clock.seconds - this.#begunS;
    const everyS = (lookEveryScans * scanMs) / 1000;
    limits.look(reading, collects && read(equipment.points.diverter) === productSide, atS, everyS);
    const barG = reading('reactorPressure');
    if (barG === null) return;
    for (const part of equipment.wetted) {
      const celsius = read(part);
      if (celsius !== null) margins.look(part.name, celsius, barG, atS, everyS);
    }
  }

  /** What the channels of a trip's row read in the scan in which it tripped. */
  #tellChannels({ skid }: Line, index: number, { batch }: ScanNews): void {
    const trip = this.#trips[index];
    if (trip === undefined) return;
    const samples = new Map(batch.samples.map((sample) => [splitTag(sample.tag).local, sample]));
    this.#trips[index] = { ...trip, channels: channelsAt(skid.type, trip.row, samples) };
  }

  /** A trip stands behind a hold more often than what the batch was told of it. */
  #whyHeld(): string {
    const [trip] = this.#trips.filter(({ demand }) => asksField(demand));
    if (trip !== undefined) return `${trip.row === null ? '' : `Row ${trip.row}, `}${trip.title}: ${trip.message}`;
    return this.#exceptions.at(-1)?.reason ?? 'It was held.';
  }

  #since(at: number): number {
    return secondsOf(at) - this.#begunS;
  }

  #consumption(line: Line, weighed: ReturnType<typeof loadWeighed>): Consumption {
    const now = line.twin.books();
    return consumptionOf(line.skid.name, this.#options.recipe, weighed, this.#books.get(line) ?? now, now);
  }

  #result(state: string, why: string | null): DryRun {
    const { collectedMl } = this.#batch.view();
    const placed = <T extends Readonly<{ skid: string; atS: number }>>(
      found: T,
    ): T & Readonly<{ step: string | null }> => ({
      ...found,
      step: stepAt(this.#steps, found.skid, found.atS),
    });
    const weighed = loadWeighed();
    const consumption = this.#lines.map((line) => this.#consumption(line, weighed));
    const ofLines = <T>(of: (line: Line, stepThen: (atS: number) => string | null) => readonly T[]): readonly T[] =>
      this.#lines.flatMap((line) => of(line, (atS) => stepAt(this.#steps, line.skid.name, atS)));
    const inProduct = (of: 'coreMmol' | 'shellMmol'): number =>
      this.#lines.reduce((sum, line) => sum + line.twin.books()[of] - (this.#books.get(line)?.[of] ?? 0), 0);
    const balanced = (of: 'liquid' | 'cadmium', where: 'fed' | 'waste'): number =>
      consumption.reduce((sum, { balance }) => sum + (balance.find((each) => each.of === of)?.[where] ?? 0), 0);
    const [coreMmol, cadmiumMmol] = [inProduct('coreMmol'), balanced('cadmium', 'fed')];
    return {
      state,
      why,
      durationS: this.#clock.seconds - this.#begunS,
      collectedMl,
      coreMmol,
      shellMmol: inProduct('shellMmol'),
      yieldPercent: cadmiumMmol > 0 ? (100 * coreMmol) / cadmiumMmol : null,
      wasteMl: balanced('liquid', 'waste'),
      consumption,
      diversions: Math.max(0, this.#diversions - this.#lines.length),
      exceptions: this.#exceptions.map(placed),
      trips: this.#trips.map(placed),
      alarms: [...this.#alarms.values()].map(placed),
      boilingMargins: ofLines(({ skid, margins }, stepThen) => margins.found(skid.name, stepThen)),
      limits: ofLines(({ skid, limits }, stepThen) => limits.found(skid.name, stepThen)),
      steps: this.#steps,
      extremes: [...this.#extremes].map(([reading, range]): Extreme => ({ reading, ...range })),
    };
  }
}
