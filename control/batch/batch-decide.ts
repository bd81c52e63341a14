/**
 * The batch engine, pure: one batch, one thing that happened, the batch after it, what is to be recorded and what is to be
 * done. What is decided at once is recorded at once: all of a decision's events stand in the record, or none.
 */
import type { BatchCommand, UnitMode } from '../../plant/batch-view.ts';
import type { CommandOutcome } from '../../plant/command.ts';
import type { Actor } from '../../plant/people.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import type { SetPoints } from '../../plant/recipe/roles.ts';
import type { Demand } from '../../plant/safe-state.ts';
import type { SkidName } from '../../plant/sample.ts';
import {
  batchCollectedMl,
  commandedUnits,
  endOf,
  isThrough,
  recipeOf,
  unitsOf,
  type BatchCore,
  type BatchLasting,
} from './batch-core.ts';
import { batchCommanded, batchEnded, unitJoined, unitRecord } from './batch-events.ts';
import { goesToSafety } from './idempotency.ts';
import { cell, isActive } from './phase-table.ts';
import { recordVolume } from './unit/count-volume.ts';
import { hold } from './unit/hold.ts';
import * as commands from './unit/unit-commands.ts';
import type { PromptAnswer } from './unit/unit-events.ts';
import { newUnit, type UnitLasting } from './unit/unit-lasting.ts';
import { scanUnit } from './unit/unit-scan.ts';
import { newPassing, UnitTurn, type Moment, type UnitEffect, type UnitScan } from './unit/unit-turn.ts';

/** `asks`: everything that the command's id stands for, so that it is never taken for another's. */
export type Person = Readonly<{ actor: Actor; commandId: string; asks: string; reason: string }>;

export type BatchInput = Moment &
  /** `started`: the line of the record that says so, with everything that was looked at. */
  (
    | Readonly<{ kind: 'begin'; started: RecordEvent }>
    | Readonly<{ kind: 'scan'; skid: SkidName; scan: Omit<UnitScan, 'collectedMl' | 'utc' | 'monotonic'> }>
    | (Readonly<{
        kind: 'command';
        command: BatchCommand;
        /** Null: every unit of the batch. */
        skid: SkidName | null;
        /** What the field of each skid says; null where it does not answer. */
        fieldDemand: (skid: SkidName) => Demand | null;
        /** What else stands against it when its turn has come: people may have signed for a while. */
        refusedBy: (core: BatchCore, unit: UnitLasting) => string | null;
      }> &
        Person)
    | (Readonly<{ kind: 'mode'; skid: SkidName; to: UnitMode; isHot: () => boolean }> & Person)
    | (Readonly<{ kind: 'proceed'; skid: SkidName; node: number }> & Person)
    | (Readonly<{ kind: 'answer'; skid: SkidName; prompt: string; answer: PromptAnswer }> & Person)
    | (Readonly<{ kind: 'reconcile'; skid: SkidName }> & Person)
    | (Readonly<{ kind: 'replace'; skid: SkidName; by: SkidName; refusedBy: () => string | null }> & Person)
    | Readonly<{ kind: 'written'; skid: SkidName; writes: SetPoints; outcome: CommandOutcome }>
    | Readonly<{ kind: 'released'; skid: SkidName; outcome: CommandOutcome }>
    | Readonly<{ kind: 'equipment failed'; skids: readonly SkidName[]; message: string }>
    | Readonly<{ kind: 'record failed'; message: string }>
    /** The service stops. */
    | Readonly<{ kind: 'record volume' }>
  );

export type BatchEffect = UnitEffect & Readonly<{ skid: SkidName }>;

export type Decision = Readonly<{
  core: BatchCore;
  events: readonly RecordEvent[];
  effects: readonly BatchEffect[];
  /** The field was asked for a safe state, or has taken one: the record follows. */
  isUrgent: boolean;
  /** Why a person's input was not taken; nothing has changed then. */
  refusal: string | null;
}>;

export function decide(core: BatchCore, input: BatchInput): Decision {
  const turn = new BatchTurn(core, input);
  const refusal = turn.take(input);
  return refusal === null ? turn.decision() : { core, events: [], effects: [], isUrgent: false, refusal };
}

class BatchTurn {
  readonly #core: BatchCore;
  readonly #moment: Moment;
  readonly #turns = new Map<SkidName, UnitTurn>();
  readonly #said: RecordEvent[] = [];
  #lasting: BatchLasting;
  /** A unit begins with this. */
  #begins = false;

  constructor(core: BatchCore, { utc, monotonic }: Moment) {
    this.#core = core;
    this.#moment = { utc, monotonic };
    this.#lasting = core.lasting;
  }

  /** @returns why it was not taken, or null */
  take(input: BatchInput): string | null {
    switch (input.kind) {
      case 'begin':
        this.#said.push({ ...input.started, happenedAt: input.utc });
        for (const skid of this.#lasting.units.keys()) commands.begin(this.#unit(skid));
        this.#lasting = { ...this.#lasting, startedAt: input.utc };
        return null;
      case 'scan': {
        const { utc, monotonic } = this.#moment;
        const collectedMl = batchCollectedMl(this.#core);
        scanUnit(this.#unit(input.skid), { ...input.scan, utc, monotonic, collectedMl });
        this.#holdTheOthers(input.skid);
        return null;
      }
      case 'command':
        return this.#command(input);
      case 'replace':
        return this.#replace(input);
      case 'written':
        commands.written(this.#unit(input.skid), input.writes, input.outcome);
        this.#holdTheOthers(input.skid);
        return null;
      case 'released':
        commands.released(this.#unit(input.skid), input.outcome);
        this.#holdTheOthers(input.skid);
        return null;
      case 'equipment failed':
        for (const skid of input.skids) hold(this.#unit(skid), 'exception', input.message);
        for (const skid of input.skids) this.#holdTheOthers(skid);
        return null;
      case 'record failed':
        for (const { skid } of unitsOf(this.#core))
          hold(this.#unit(skid), 'exception', `The record could not be written: ${input.message}`);
        return null;
      case 'record volume':
        for (const { skid } of this.#core.lasting.units.values()) recordVolume(this.#unit(skid));
        return null;
      default:
        return this.#byPerson(input);
    }
  }

  #byPerson(
    input: Extract<BatchInput, Readonly<{ kind: 'mode' | 'proceed' | 'answer' | 'reconcile' }>>,
  ): string | null {
    if (!this.#lasting.units.has(input.skid)) return `${input.skid} is none of ${this.#core.facts.id}.`;
    this.#say(input, wordsOf(input, this.#core), [input.skid]);
    const unit = this.#unit(input.skid);
    switch (input.kind) {
      case 'mode':
        return commands.changeMode(unit, input.to, input.reason, input.isHot());
      case 'proceed':
        return commands.proceed(unit, input.node);
      case 'answer':
        return commands.answer(unit, input.prompt, input.answer);
      case 'reconcile':
        return commands.reconcile(unit);
    }
  }

  /** To all units: a safe direction is taken by whoever can; anything else by all of them or by none. */
  #command(input: Extract<BatchInput, Readonly<{ kind: 'command' }>>): string | null {
    const { command, reason } = input;
    const skids = commandedUnits(this.#core, command, input.skid).map(({ skid }) => skid);
    if (skids.length === 0) return `${input.skid ?? 'No skid'} is none of ${this.#core.facts.id}.`;
    const taken: SkidName[] = [];
    const refusals: string[] = [];
    this.#say(input, command, skids);
    const collected = batchCollectedMl(this.#core);
    for (const skid of skids) {
      const { unit } = this.#unit(skid);
      const standsAgainst = cell(unit.state, command).legal ? input.refusedBy(this.#core, unit) : null;
      const refused =
        standsAgainst ?? commands.command(this.#unit(skid), command, reason, input.fieldDemand(skid), collected);
      if (refused === null) taken.push(skid);
      else refusals.push(skids.length === 1 ? refused : `${skid}: ${refused}`);
    }
    const isTaken = goesToSafety(command) ? taken.length > 0 : refusals.length === 0;
    return isTaken ? null : refusals.join(' ');
  }

  /** A spare begins the procedure in the place of a skid that has failed, which is aborted. */
  #replace(input: Extract<BatchInput, Readonly<{ kind: 'replace' }>>): string | null {
    const { facts } = this.#core;
    const { skid, by, reason } = input;
    const failed = this.#lasting.units.get(skid);
    if (failed === undefined) return `${skid} is none of ${facts.id}.`;
    if (facts.recipe.whenSkidFails !== 'replace') return `${facts.recipe.name} does not let a skid be replaced.`;
    if (!facts.spares.includes(by)) return `${by} does not stand by for ${facts.id}.`;
    if (this.#lasting.units.has(by)) return `${by} runs in ${facts.id} already.`;
    if (this.#lasting.ended !== null) return `${facts.id} has ended; nobody takes a place in it any more.`;
    const { targetBy, targetMl } = recipeOf(this.#core, by).plan;
    if (targetBy !== null && batchCollectedMl(this.#core) >= targetMl)
      return `${facts.id} has its volume; stop ${skid} instead of replacing it.`;
    if (isActive(failed.state)) return `${skid} is ${failed.state}; only a skid that has failed is replaced.`;
    const withheld = input.refusedBy();
    if (withheld !== null) return withheld;
    this.#say(input, `Replace ${skid} by ${by}`, [skid, by]);
    const unit = this.#unit(skid);
    const refused = commands.giveUp(unit, reason);
    if (refused !== null) return refused;
    const joined = newUnit(by, this.#core.tree);
    this.#lasting = { ...this.#lasting, units: new Map(this.#lasting.units).set(by, joined) };
    this.#said.push(unitJoined(this.#core, by, skid, reason, this.#moment.utc));
    this.#turns.set(by, new UnitTurn(recipeOf(this.#core, by), joined, newPassing(joined), this.#moment));
    commands.begin(this.#unit(by));
    this.#begins = true;
    return null;
  }

  /** Where the recipe says so, one skid that is held holds all. */
  #holdTheOthers(skid: SkidName): void {
    const turn = this.#unit(skid);
    const failed = isActive(turn.before.state) && turn.unit.state === 'Holding';
    const { whenSkidFails, holdReaches } = this.#core.facts.recipe;
    if (!failed || (whenSkidFails !== 'hold all' && holdReaches !== 'batch')) return;
    for (const { skid: other } of unitsOf(this.#core))
      if (other !== skid) hold(this.#unit(other), 'another skid', `${skid} is held: ${turn.unit.message ?? ''}`);
  }

  #say(person: Person & Moment, what: string, skids: readonly SkidName[]): void {
    this.#said.push(batchCommanded(this.#core, person, what, skids));
  }

  #unit(skid: SkidName): UnitTurn {
    const known = this.#turns.get(skid);
    if (known !== undefined) return known;
    const [unit, passing] = [this.#core.lasting.units.get(skid), this.#core.passing.get(skid)];
    if (unit === undefined || passing === undefined) throw new RangeError(`${skid} is none of ${this.#core.facts.id}`);
    const turn = new UnitTurn(recipeOf(this.#core, skid), unit, passing, this.#moment);
    this.#turns.set(skid, turn);
    return turn;
  }

  decision(): Decision {
    const units = new Map(this.#lasting.units);
    const passing = new Map(this.#core.passing);
    const events = [...this.#said];
    const effects: BatchEffect[] = [];
    let isUrgent = false;
    for (const [skid, turn] of this.#turns) {
      units.set(skid, turn.unit);
      passing.set(skid, turn.passing);
      events.push(...unitRecord(this.#core, turn));
      effects.push(...turn.effects.map((effect) => ({ ...effect, skid })));
      isUrgent ||= turn.isUrgent;
    }
    let core: BatchCore = { ...this.#core, lasting: { ...this.#lasting, units }, passing };
    if (isThrough(core)) {
      const as = endOf([...units.values()].map(({ state, outcome }) => outcome ?? state));
      if (core.lasting.ended?.as !== as) {
        core = { ...core, lasting: { ...core.lasting, ended: { as, at: this.#moment.utc } } };
        events.push(batchEnded(core, as, this.#moment.utc));
      }
    }
    // Whoever fails rests already; that another takes its place waits for the record like every beginning.
    return { core, events, effects, isUrgent: isUrgent && !this.#begins, refusal: null };
  }
}

function wordsOf(
  input: Extract<BatchInput, Readonly<{ kind: 'mode' | 'proceed' | 'answer' | 'reconcile' }>>,
  { tree }: BatchCore,
): string {
  switch (input.kind) {
    case 'mode':
      return `Mode ${input.to}`;
    case 'proceed':
      return `Proceed ${tree[input.node]?.path ?? ''}`;
    case 'answer':
      return `Answer ${input.prompt}`;
    case 'reconcile':
      return 'Reconcile';
  }
}
