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
import type { RecordEvent } from '../../plant/record-event.ts';
import { skidName, splitTag, type SkidName } from '../../plant/sample.ts';
import type { Skid, SkidType } from '../../plant/skid/definition.ts';
import { createVirtualLine, type TwinOf, type TwinParameters, type VirtualLine } from '../../twin/virtual/index.ts';
import { Analysers } from './analysers.ts';
import type { DryRun, Extreme, Step } from './dry-run-result.ts';
import { seeded } from './random.ts';
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
}>;

/** @throws MesolineError for a type that no twin stands for, or that runs no batches */
export function runOnce(options: RunOptions): DryRun {
  return new Run(options).toTheEnd();
}

class Run {
  readonly #options: RunOptions;
  readonly #clock = new VirtualClock();
  readonly #lines: readonly Line[];
  readonly #batch: DryBatch;
  readonly #alarms = new Map<string, { title: string; priority: number; count: number; firstS: number }>();
  readonly #trips: { row: number | null; title: string; message: string; atS: number; skid: string }[] = [];
  readonly #exceptions: { what: string; reason: string; atS: number }[] = [];
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
    this.#batch.begin();
    const untilS = this.#begunS + 3600 * this.#options.mostH;
    for (;;) {
      this.#turn((news) => this.#batch.scan(news));
      const { state, isThrough } = this.#batch.view();
      if (isThrough) return this.#result(state, null);
      if (state === 'Held') return this.#result(state, this.#exceptions.at(-1)?.reason ?? 'It was held.');
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
      const news = line.field.scan(this.#begunS > 0);
      line.alarms.accept(news, phases.get(line.skid.name) ?? null);
      heard(news, line);
      this.#watch(line, news);
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
      if (event.action === 'interlock-tripped' && this.#begunS > 0)
        this.#trips.push({
          row: event.row,
          title: event.title,
          message: event.message,
          atS: this.#since(at),
          skid: skid.name,
        });
    });
    const field = new VirtualField({ skid, registers: twin.banks, guard, clock: this.#clock });
    const analysers = new Analysers(skid, twin, this.#clock, seeded(seed + 7919 * (index + 1)));
    const alarms = createSkidAlarms(skid, this.#clock, ({ id, title, priority }) => {
      if (this.#begunS === 0) return;
      const known = this.#alarms.get(id);
      if (known === undefined)
        this.#alarms.set(id, { title, priority, count: 1, firstS: this.#clock.seconds - this.#begunS });
      else known.count += 1;
    });
    return { skid, equipment, twin, field, guard, analysers, alarms };
  }

  #heard({ action, object, reason = '', data, happenedAt = this.#clock.utc() }: RecordEvent): void {
    const atS = this.#since(happenedAt);
    const skid = typeof data?.['skid'] === 'string' ? data['skid'] : '';
    if (action === 'exception-raised') this.#exceptions.push({ what: object, reason, atS });
    if (action === 'volume-collected' && data?.['fromMl'] === null) this.#diversions += 1;
    if (action === 'step-started') this.#steps.push({ skid, path: object, fromS: atS, toS: null });
    if (action !== 'step-ended') return;
    const open = this.#steps.findLastIndex((step) => step.skid === skid && step.path === object && step.toS === null);
    const step = this.#steps[open];
    if (step !== undefined) this.#steps[open] = { ...step, toS: atS };
  }

  #watch({ equipment }: Line, { batch }: ScanNews): void {
    if (this.#begunS === 0 || batch.scan % 10 !== 0) return;
    const samples = new Map(batch.samples.map((sample) => [splitTag(sample.tag).local, sample]));
    for (const name of watched) {
      const value = readingValue(name, equipment, ({ name: tag }) => {
        const sample = samples.get(tag);
        return sample !== undefined && isGood(sample.quality) && typeof sample.value === 'number' ? sample.value : null;
      });
      if (value === null) continue;
      const known = this.#extremes.get(name) ?? { low: value, high: value };
      this.#extremes.set(name, { low: Math.min(known.low, value), high: Math.max(known.high, value) });
    }
  }

  #since(at: number): number {
    return secondsOf(at) - this.#begunS;
  }

  #result(state: string, why: string | null): DryRun {
    const { collectedMl } = this.#batch.view();
    const passed = this.#lines.map(({ twin }) => twin.passed());
    const drawn = this.#lines.map(({ twin }) => twin.drawn());
    const sum = (of: (i: number) => number): number => this.#lines.reduce((total, _, i) => total + of(i), 0);
    const stocks = this.#options.parameters;
    const mmol = (of: 'cadmium' | 'ligand', molar: 'cadmiumMolPerL' | 'ligandMolPerL'): number =>
      sum((i) => (drawn[i]?.ml[of] ?? 0) * (stocks[i]?.stocks[molar] ?? 0));
    return {
      state,
      why,
      durationS: this.#clock.seconds - this.#begunS,
      collectedMl,
      coreMmol: sum((i) => passed[i]?.coreMmol ?? 0),
      wasteMl: sum((i) => passed[i]?.wasteMl ?? 0),
      drawnMl: {
        chalcogen: sum((i) => drawn[i]?.ml.chalcogen ?? 0),
        cadmium: sum((i) => drawn[i]?.ml.cadmium ?? 0),
        ligand: sum((i) => drawn[i]?.ml.ligand ?? 0),
        shell: sum((i) => drawn[i]?.ml.shell ?? 0),
        flush: sum((i) => drawn[i]?.ml.flush ?? 0),
      },
      drawnMmol: { cadmium: mmol('cadmium', 'cadmiumMolPerL'), ligand: mmol('ligand', 'ligandMolPerL') },
      diversions: Math.max(0, this.#diversions - this.#lines.length),
      exceptions: this.#exceptions,
      trips: this.#trips,
      alarms: [...this.#alarms].map(([id, alarm]) => ({ id, ...alarm })),
      steps: this.#steps,
      extremes: [...this.#extremes].map(([reading, range]): Extreme => ({ reading, ...range })),
    };
  }
}
