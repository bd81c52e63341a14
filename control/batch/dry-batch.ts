/**
 * A batch without a service: the engine as it runs, over fields that answer at once, with no ledger and nobody to wait for but people who
 * take the time that is said. What would go into the record is told instead.
 */
import { elapsed, type utcMs, type Clock, type Milliseconds, type Monotonic } from '../../plant/clock.ts';
import type { CommandOutcome } from '../../plant/command.ts';
import type { Actor } from '../../plant/people.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { Equipment } from '../../plant/recipe/equipment.ts';
import type { Plan } from '../../plant/recipe/plan.ts';
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import type { LocalTag, SkidName } from '../../plant/sample.ts';
import { batchCollectedMl, batchState, isThrough, newBatch, type BatchCore } from './batch-core.ts';
import { decide, type BatchEffect, type BatchInput } from './batch-decide.ts';
import { batchEvent } from './batch-events.ts';
import { orderedWrites } from './set-point-order.ts';
import { readSkid } from './skid-reading.ts';
import type { PromptForm } from './unit/unit-events.ts';

/** A field that answers at once; `letGo` in the scans to come. What refuses comes back in words, or null. */
export type DryField = Readonly<{
  ask: (action: 'H') => void;
  letGo: (told: (why: string | null) => void) => void;
  set: (writes: readonly Readonly<{ tag: LocalTag; value: number }>[]) => string | null;
}>;

export type DryUnit = Readonly<{ field: DryField; equipment: Equipment; plan: Plan }>;

export type DryBatchOptions = Readonly<{
  /** With the formula values of this run. */
  recipe: MasterRecipe;
  units: ReadonlyMap<SkidName, DryUnit>;
  clock: Clock;
  /** How long a person takes for an answer. */
  answersAfter: Milliseconds;
  tell: (event: RecordEvent) => void;
}>;

export type DryBatchView = Readonly<{
  state: string;
  collectedMl: number;
  isThrough: boolean;
  phases: ReadonlyMap<SkidName, string | null>;
}>;

const id = 'dry-run';
const person = {
  kind: 'person',
  id: 'P-dry-run',
  userName: 'dry-run',
  printedName: 'Dry run',
  roles: ['operator'],
  terminal: 'dry-run',
} as const satisfies Actor;
const done: CommandOutcome = { status: 'done', message: '', readBack: null };
const owned: ReadonlySet<string> = new Set();

export class DryBatch {
  readonly #options: DryBatchOptions;
  readonly #asked = new Map<string, Monotonic>();
  #core: BatchCore;
  #answers = 0;

  constructor(options: DryBatchOptions) {
    this.#options = options;
    const skids = [...options.units.keys()];
    this.#core = newBatch(
      {
        id,
        recipe: options.recipe,
        recipeVersion: 0,
        controlDigest: '',
        purpose: 'rehearsal',
        skids,
        spares: [],
        plans: new Map([...options.units].map(([skid, { plan }]) => [skid, plan])),
        timeScale: 1,
      },
      new Map(skids.map((skid) => [skid, owned])),
    );
  }

  begin(): void {
    this.#take({ kind: 'begin', started: batchEvent(id, 'batch-started', id), ...this.#moment() });
  }

  scan({ batch, verdict, fieldDemand, blocks }: ScanNews): void {
    const { skid, utc, monotonic, process, samples } = batch;
    const unit = this.#options.units.get(skid);
    if (unit === undefined) return;
    const read = readSkid(unit.equipment, samples);
    this.#take({
      kind: 'scan',
      skid,
      utc,
      monotonic,
      scan: { process, skid: read, verdict, fieldDemand, blocks, owned },
    });
    this.#answer(skid, monotonic);
  }

  view(): DryBatchView {
    const { tree, facts, lasting } = this.#core;
    const phases = [...lasting.units.values()].map(({ skid, marks }) => {
      const running = tree.find(({ id: node, kind }) => kind === 'step' && marks[node]?.state === 'running');
      const phase = running?.kind === 'step' ? facts.recipe.procedure.steps[running.step]?.phase : undefined;
      return [skid, phase ?? null] as const;
    });
    return {
      state: batchState(this.#core),
      collectedMl: batchCollectedMl(this.#core),
      isThrough: isThrough(this.#core),
      phases: new Map(phases),
    };
  }

  #take(input: BatchInput): void {
    const decision = decide(this.#core, input);
    if (decision.refusal !== null) return;
    this.#core = decision.core;
    for (const event of decision.events) this.#options.tell(event);
    for (const effect of decision.effects) this.#carryOut(effect);
  }

  #carryOut(effect: BatchEffect): void {
    const { skid } = effect;
    const unit = this.#options.units.get(skid);
    if (unit === undefined) return;
    switch (effect.kind) {
      case 'safe-state':
        unit.field.ask('H');
        return;
      case 'release':
        unit.field.letGo((why) => this.#take({ kind: 'released', skid, outcome: outcomeOf(why), ...this.#moment() }));
        return;
      case 'write': {
        const { writes } = effect;
        const why = unit.field.set(orderedWrites(writes, unit.equipment));
        this.#take({ kind: 'written', skid, writes, outcome: outcomeOf(why), ...this.#moment() });
        return;
      }
      case 'ask equipment':
      case 'give equipment back':
        // Nothing is shared with anybody here.
        return;
    }
  }

  #answer(skid: SkidName, now: Monotonic): void {
    for (const { id: prompt, answers, withdrawn, form } of this.#core.lasting.units.get(skid)?.prompts ?? []) {
      if (answers.length > 0 || withdrawn !== null) continue;
      const key = `${skid} ${prompt}`;
      const since = this.#asked.get(key) ?? now;
      this.#asked.set(key, since);
      if (elapsed(since, now) < this.#options.answersAfter) continue;
      this.#answers += 1;
      const value = answerTo(form);
      const answer = {
        value,
        by: person.printedName,
        checkedBy: form.checked,
        at: this.#moment().utc,
        reason: null,
        outside: false,
      };
      const asked = { actor: person, commandId: `answer-${this.#answers}`, asks: '', reason: 'dry run' };
      this.#take({ kind: 'answer', skid, prompt, answer, ...asked, ...this.#moment() });
    }
  }

  #moment(): Readonly<{ utc: ReturnType<typeof utcMs>; monotonic: Monotonic }> {
    return { utc: this.#options.clock.utc(), monotonic: this.#options.clock.monotonic() };
  }
}

const outcomeOf = (why: string | null): CommandOutcome =>
  why === null ? done : { status: 'refused', by: 'interlock', message: why, live: null };

/** What is asked for a number is answered from the middle of its limits. */
function answerTo({ kind, low, high }: PromptForm): string {
  if (kind === 'confirm') return 'yes';
  if (kind === 'text') return 'as expected';
  if (low !== null && high !== null) return String((low + high) / 2);
  return String(low ?? high ?? 0);
}
