/**
 * A batch on several lines, with its record, its commands on their way, and the equipment that they share; everything that can
 * happen to it can be made to happen here. After each thing the record is held against what the engine believes.
 */
import { expect } from 'vitest';
import {
  newBatch,
  recipeOf,
  type BatchCore,
  type BatchFacts,
  type BatchLasting,
} from '../../../../control/batch/batch-core.ts';
import { decide, type BatchEffect, type BatchInput, type Decision } from '../../../../control/batch/batch-decide.ts';
import { batchEvent } from '../../../../control/batch/batch-events.ts';
import { foldBatch, readOn } from '../../../../control/batch/batch-fold.ts';
import { cell, internalTransitions, isActive } from '../../../../control/batch/phase-table.ts';
import { arbitrate, type ArbiterInput } from '../../../../control/batch/shared/arbiter.ts';
import { emptyPlaces, type ArbiterState } from '../../../../control/batch/shared/places.ts';
import type { EquipmentUser } from '../../../../plant/shared-equipment.ts';
import { restartService } from '../../../../control/batch/restarted-service.ts';
import { equipmentKey } from '../../../../control/batch/unit/unit-turn.ts';
import type { BatchCommand, BatchState } from '../../../../plant/batch-view.ts';
import { monotonic, processTime, utcMs } from '../../../../plant/clock.ts';
import type { Actor } from '../../../../plant/people.ts';
import type { GuardVerdict } from '../../../../plant/ports/scan-guard.ts';
import type { RecordEvent, StoredEvent } from '../../../../plant/record-event.ts';
import { equipmentOf, type Equipment } from '../../../../plant/recipe/equipment.ts';
import { planOf } from '../../../../plant/recipe/plan.ts';
import { readRecipe } from '../../../../plant/recipe/read-recipe.ts';
import type { SetPoints } from '../../../../plant/recipe/roles.ts';
import type { Demand } from '../../../../plant/safe-state.ts';
import { skidName, type SkidName } from '../../../../plant/sample.ts';
import { loadSkidType } from '../../../../plant/skid/skid-loader.ts';
import { Line } from './line.ts';

const type = loadSkidType(new URL('../../../../plant/skids/cdse.yaml', import.meta.url).pathname);
const equipment = equipmentOf(type) as Equipment;
const person: Actor = {
  kind: 'person',
  id: 'P-1',
  userName: 'o',
  printedName: 'O',
  roles: ['operator'],
  terminal: 't',
};

type Sent = Readonly<{ skid: SkidName; writes: SetPoints } | { skid: SkidName; release: true }>;

const known = new Map<string, ReturnType<typeof readRecipe>>();
const recipeIn = (text: string): ReturnType<typeof readRecipe> => {
  const found = known.get(text) ?? readRecipe(text, 'test');
  known.set(text, found);
  return found;
};

export class World {
  core: BatchCore;
  readonly skids: readonly SkidName[];
  readonly spares: readonly SkidName[];
  readonly lines = new Map<SkidName, Line>();
  readonly verdicts = new Map<SkidName, GuardVerdict>();
  readonly events: StoredEvent[] = [];
  /** What was asked of fields and is not answered yet. */
  sent: Sent[] = [];
  /** Of what the skids share: who has it, and who waits. */
  arbiter: ArbiterState;
  now = 1_000_000;
  process = 0;
  restarts = 0;
  /** What stands against a command when its turn has come. */
  refusedBy: string | null = null;
  /** What is on record so far. */
  #read: BatchLasting;
  #ids = 0;

  constructor(text: string, skids: number, spares: number, shared: readonly string[] = []) {
    const recipe = recipeIn(text);
    const names = Array.from({ length: skids + spares }, (_, i) => skidName(`QD-${i + 1}`));
    this.skids = names.slice(0, skids);
    this.spares = names.slice(skids);
    const plan = planOf(recipe, equipment);
    this.arbiter = emptyPlaces(
      shared.map((is, order) => ({
        name: `${is}-1`,
        title: is,
        is,
        serves: names,
        use: 'one',
        order,
        failure: 'hold',
      })),
    );
    const facts: BatchFacts = {
      id: 'B-2026-0001',
      recipe,
      recipeVersion: 1,
      controlDigest: 'digest',
      purpose: 'rehearsal',
      skids: this.skids,
      spares: this.spares,
      plans: new Map(names.map((name) => [name, plan])),
      timeScale: 1,
    };
    this.core = newBatch(facts, new Map(names.map((name) => [name, new Set(shared)])));
    this.#read = this.core.lasting;
    for (const name of names) {
      this.lines.set(name, new Line(plan));
      this.verdicts.set(name, { demand: 'none', causes: [], releasing: false });
    }
    this.#record([batchEvent(facts.id, 'batch-prepared', facts.id, { data: { skids: [...this.skids] } })]);
  }

  line(skid: SkidName): Line {
    return this.lines.get(skid)!;
  }

  begin(): void {
    this.take({
      kind: 'begin',
      started: batchEvent(this.core.facts.id, 'batch-started', this.core.facts.id),
      ...this.#moment(),
    });
  }

  scan(skid: SkidName, seconds: number): void {
    const line = this.line(skid);
    line.pass(seconds);
    this.take({
      kind: 'scan',
      skid,
      ...this.#moment(),
      scan: {
        process: processTime(this.process),
        skid: line.read(),
        verdict: this.verdicts.get(skid)!,
        fieldDemand: line.isThere ? line.demand : null,
        blocks: [],
        owned: this.#owned(skid),
      },
    });
  }

  /** All lines for so long, in steps, with everything that is sent arriving. */
  run(seconds: number, step = 5): void {
    for (let left = seconds; left > 0; left -= step) {
      this.pass(step);
      for (const skid of this.core.lasting.units.keys()) this.scan(skid, step);
      this.arrive();
    }
  }

  pass(seconds: number): void {
    this.now += seconds * 1000;
    this.process += seconds * 1000;
  }

  command(command: BatchCommand, skid: SkidName | null = null): string | null {
    const before = new Map([...this.core.lasting.units].map(([name, unit]) => [name, unit.state]));
    const isSafe = ['Hold', 'Stop', 'Abort'].includes(command);
    for (const [name, state] of before)
      if (isSafe && (skid === null || skid === name) && (isActive(state) || state === 'Holding')) this.#rest(name);
    const refusal = this.take({
      kind: 'command',
      command,
      skid,
      fieldDemand: (of) => this.line(of).demand,
      refusedBy: () => this.refusedBy,
      ...this.#person(),
    });
    return refusal;
  }

  proceed(skid: SkidName, node: number): string | null {
    return this.take({ kind: 'proceed', skid, node, ...this.#person() });
  }

  mode(skid: SkidName, to: 'automatic' | 'semi-automatic' | 'manual'): string | null {
    const isHot = (this.line(skid).read().hottestC ?? 99) >= 60;
    return this.take({ kind: 'mode', skid, to, isHot: () => isHot, ...this.#person() });
  }

  replace(skid: SkidName, by: SkidName): string | null {
    return this.take({ kind: 'replace', skid, by, refusedBy: () => this.refusedBy, ...this.#person() });
  }

  reconcile(skid: SkidName): string | null {
    return this.take({ kind: 'reconcile', skid, ...this.#person() });
  }

  /** Whoever is asked says yes. */
  answer(skid: SkidName): void {
    for (const { id, answers, withdrawn, form } of this.core.lasting.units.get(skid)!.prompts) {
      if (answers.length > 0 || withdrawn !== null) continue;
      const value = form.kind === 'number' ? String(form.low ?? 10) : 'yes';
      const answer = { value, by: 'O', checkedBy: 'C', at: utcMs(this.now), reason: null, outside: false };
      this.take({ kind: 'answer', skid, prompt: id, answer, ...this.#person() });
    }
  }

  demand(skid: SkidName, demand: Demand): void {
    const cause = { row: 9, title: 'Row 9', message: 'The pressure is too high.' };
    this.verdicts.set(skid, { demand, causes: demand === 'none' ? [] : [cause], releasing: false });
    if (demand !== 'none' && demand !== 'B') this.#rest(skid, demand);
  }

  /** A person has reset the skid. */
  reset(skid: SkidName): void {
    this.demand(skid, 'none');
    this.line(skid).rest('none');
  }

  /** What was sent arrives, and is done or fails; `count` of the oldest. */
  arrive(count = Infinity, fails = false): void {
    const arriving = this.sent.slice(0, count);
    this.sent = this.sent.slice(arriving.length);
    for (const one of arriving) {
      const line = this.line(one.skid);
      const outcome = fails
        ? ({ status: 'failed', message: 'It did not answer.', readBack: null } as const)
        : ({ status: 'done', message: '', readBack: null } as const);
      if ('release' in one) {
        const isHeld = this.verdicts.get(one.skid)!.demand !== 'none';
        if (!fails && !isHeld) line.rest('none');
        const of = isHeld ? ({ status: 'refused', by: 'interlock', message: 'Held.', live: null } as const) : outcome;
        this.take({ kind: 'released', skid: one.skid, outcome: of, ...this.#moment() });
      } else {
        const isRest = line.demand !== 'none';
        if (!fails) line.write(one.writes);
        const of = isRest ? ({ status: 'refused', by: 'interlock', message: 'Held.', live: null } as const) : outcome;
        this.take({ kind: 'written', skid: one.skid, writes: one.writes, outcome: of, ...this.#moment() });
      }
    }
  }

  /** The service is killed, and comes back: from its record alone. */
  restartService(): void {
    this.restarts += 1;
    this.sent = [];
    const folded = foldBatch(this.events, () => this.core.facts, this.core.shared);
    if (folded.kind !== 'batch') throw new Error(`folded to ${folded.kind} ${'why' in folded ? folded.why : ''}`);
    const { core, events } = restartService(folded.core, this.#moment(), () => true);
    expect(folded.core.lasting).toEqual(this.core.lasting);
    this.core = core;
    this.#record(events);
    // Silence is the field's own cause.
    for (const [skid, line] of this.lines) if (this.restarts % 2 === 0 && line.demand === 'none') this.#rest(skid);
  }

  take(input: BatchInput): string | null {
    const before = this.core;
    const decision = decide(before, input);
    if (decision.refusal !== null) {
      expect(decision.core).toBe(before);
      return decision.refusal;
    }
    this.core = decision.core;
    this.#record(decision.events);
    this.#legal(before, decision, input);
    for (const effect of decision.effects) this.#carryOut(effect);
    for (const { skid, state } of this.core.lasting.units.values())
      if (['Complete', 'Stopped', 'Aborted'].includes(state)) {
        const unit = { batch: this.core.facts.id, skid };
        this.#arbitrate({ kind: 'unit gone', unit, reason: 'test' });
      }
    return null;
  }

  states(): readonly BatchState[] {
    return [...this.core.lasting.units.values()].map(({ state }) => state);
  }

  #carryOut(effect: BatchEffect): void {
    const { skid } = effect;
    switch (effect.kind) {
      case 'safe-state':
        this.#rest(skid);
        return;
      case 'release':
        this.sent.push({ skid, release: true });
        return;
      case 'write':
        // Nothing is raised in a safe state, and nothing is written for a unit that does not run.
        expect(isActive(this.core.lasting.units.get(skid)!.state), `write to ${skid}`).toBe(true);
        this.sent.push({ skid, writes: effect.writes });
        return;
      case 'ask equipment':
        this.#arbitrate({ kind: 'ask', capability: effect.capability, user: this.#user(effect) });
        return;
      case 'give equipment back': {
        const user = this.#user(effect);
        this.#arbitrate({ kind: 'give back', capability: effect.capability, user, reason: 'test' });
      }
    }
  }

  /** A person takes it from whoever has it. */
  takeAway(): void {
    for (const equipment of this.arbiter.keys()) this.#arbitrate({ kind: 'take away', equipment, reason: 'test' });
  }

  #user({ skid, node, turn }: BatchEffect & Readonly<{ node: number; turn: number }>): EquipmentUser {
    return { batch: this.core.facts.id, skid, path: this.core.tree[node]!.path, turn };
  }

  #arbitrate(input: ArbiterInput extends infer T ? (T extends unknown ? Omit<T, 'at'> : never) : never): void {
    const { state } = arbitrate(this.arbiter, { ...input, at: utcMs(this.now) });
    this.arbiter = state;
  }

  #rest(skid: SkidName, demand: Demand = 'H'): void {
    if (this.line(skid).demand === 'none' || demand !== 'H') this.line(skid).rest(demand);
  }

  #owned(skid: SkidName): ReadonlySet<string> {
    const owned = new Set<string>();
    for (const { owner, equipment: piece } of this.arbiter.values()) {
      const node = this.core.tree.find(({ path }) => path === owner?.path);
      if (owner?.skid === skid && node !== undefined) owned.add(equipmentKey(node.id, piece.is, owner.turn));
    }
    return owned;
  }

  /** Every change of state is one of the table's, or one that the equipment brings about. */
  #legal(before: BatchCore, { events }: Decision, input: BatchInput): void {
    const states = new Map([...before.lasting.units].map(([skid, { state }]) => [skid as string, state]));
    for (const { action, data, old, new: to } of events) {
      if (action !== 'state-changed') continue;
      const skid = data!.skid as string;
      const from = states.get(skid) ?? 'Idle';
      expect(old).toBe(from);
      const commands =
        input.kind === 'begin' || input.kind === 'replace'
          ? (['Start', 'Abort'] as const)
          : input.kind === 'command'
            ? [input.command]
            : [];
      const byCommand = commands.some((one) => {
        const of = cell(from, one);
        return of.legal && of.to === to;
      });
      const byItself = internalTransitions.some((one) => one.from === from && one.to === to);
      expect(byCommand || byItself, `${from} to ${JSON.stringify(to)} by ${input.kind}`).toBe(true);
      states.set(skid, to as BatchState);
    }
  }

  /** What is on record is what the engine believes. */
  isOnRecord(): void {
    expect(this.#read).toEqual(this.core.lasting);
  }

  #record(events: readonly RecordEvent[]): void {
    for (const event of events) {
      const seq = this.events.length + 1;
      const utc = utcMs(this.now);
      const written = JSON.parse(JSON.stringify(event)) as RecordEvent;
      this.events.push({ scope: event.scope, seq, hash: '', utc, event: written });
      if (written.action === 'batch-started') this.#read = { ...this.#read, startedAt: utc };
      this.#read = readOn(this.core, this.#read, written, written.happenedAt ?? utc);
    }
  }

  #moment(): { utc: ReturnType<typeof utcMs>; monotonic: ReturnType<typeof monotonic> } {
    return { utc: utcMs(this.now), monotonic: monotonic(this.now) };
  }

  #person() {
    this.#ids += 1;
    return { actor: person, commandId: `c-${this.#ids}`, asks: 'test', reason: 'test', ...this.#moment() };
  }

  /** Elements that are steps, with how often each came to its end in the procedure. */
  endings(skid: SkidName): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { event } of this.events) {
      if (event.action !== 'step-ended' || event.data?.skid !== skid || event.data.purpose !== 'procedure') continue;
      counts.set(event.object, (counts.get(event.object) ?? 0) + 1);
    }
    return counts;
  }

  get steps(): readonly string[] {
    return recipeOf(this.core, this.skids[0]!).steps.map(({ path }) => path);
  }
}
