/** A batch as pages see it. */
import {
  batchCommands,
  type BatchCommand,
  type BatchView,
  type CommandView,
  type PromptView,
  type ReconcileLine,
  type UnitView,
} from '../../plant/batch-view.ts';
import { formatValue } from '../../plant/quantity.ts';
import { fieldSatisfies } from '../../plant/safe-state.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Role } from '../../plant/people.ts';
import { batchCollectedMl, batchState, recipeOf, scopeOf, unitsOf, type BatchCore } from './batch-core.ts';
import { permission, readingOf, type Outside, type SkidOutside } from './permits.ts';
import { isFinal } from './phase-table.ts';
import { procedureView, stepsView, waitsOf } from './procedure-view.ts';
import { coldBelowC, restWaitsFor } from './unit/hold.ts';
import { resumesAt } from './unit/restart.ts';
import type { UnitLasting } from './unit/unit-lasting.ts';
import type { UnitPassing } from './unit/unit-turn.ts';
import { collectedMl } from './volume.ts';

export type Shown = Readonly<{
  core: BatchCore;
  isSigned: boolean;
  outside: Outside;
  /** Shared equipment of a unit: what it has, and its place where it waits. */
  equipment: (skid: SkidName) => UnitView['equipment'];
}>;

export function batchView({ core, isSigned, outside, equipment }: Shown): BatchView {
  const { facts, lasting } = core;
  const units = [...lasting.units.values()];
  const plan = facts.plans.get(facts.skids[0] ?? ('' as SkidName));
  const isArchived = units.length > 0 && units.every(({ outcome }) => outcome !== null);
  return {
    id: facts.id,
    scope: scopeOf(facts.id),
    recipe: facts.recipe.name,
    recipeTitle: facts.recipe.title,
    recipeVersion: facts.recipeVersion,
    recipeDigest: facts.controlDigest,
    purpose: facts.purpose,
    state: lasting.ended?.as ?? batchState(core),
    archived: isArchived,
    units: units.map((unit) => unitView(core, unit, outside(unit.skid, facts.id), equipment(unit.skid))),
    spares: facts.spares.filter((skid) => !lasting.units.has(skid)),
    whenSkidFails: facts.recipe.whenSkidFails,
    startedAt: lasting.startedAt,
    endedAt: lasting.ended?.at ?? null,
    collectedMl: batchCollectedMl(core),
    targetMl: plan?.targetMl ?? 0,
    commands: batchCommands.map((command) => ofWhole(core, command, outside)),
    signed: isSigned,
    message: units.find(({ message, givenUp }) => message !== null && !givenUp)?.message ?? null,
    timeScale: facts.timeScale,
  };
}

function unitView(
  core: BatchCore,
  unit: UnitLasting,
  outside: SkidOutside,
  equipment: UnitView['equipment'],
): UnitView {
  const recipe = recipeOf(core, unit.skid);
  const passing = core.passing.get(unit.skid);
  const waits = waitsOf(unit, passing);
  const first = [...waits][0];
  const finished = core.tree.find(({ id }) => unit.marks[id]?.state === 'finished');
  const isHeld = ['Holding', 'Held', 'Restarting'].includes(unit.state);
  return {
    skid: unit.skid,
    state: unit.outcome ?? unit.state,
    mode: unit.mode,
    givenUp: unit.givenUp,
    steps: stepsView(recipe, unit, waits),
    procedure: procedureView(recipe, unit, waits),
    next: nextOf(core, unit, outside, first),
    proceed:
      finished === undefined
        ? null
        : { path: finished.path, refusedBy: unit.state === 'Running' ? null : `The unit is ${unit.state}.` },
    prompts: unit.prompts.map((prompt): PromptView => {
      const { title, kind, unit: unitName, low, high, done, checked } = prompt.form;
      return {
        id: prompt.id,
        skid: unit.skid,
        path: core.tree[prompt.node]?.path ?? '',
        title,
        kind,
        unit: unitName,
        low,
        high,
        done: done as Role,
        checked: checked as Role | null,
        askedAt: prompt.askedAt,
        answers: prompt.answers,
        withdrawn: prompt.withdrawn,
      };
    }),
    equipment,
    collectedMl: collectedMl(passing?.volume ?? unit.volume),
    startedAt: unit.startedAt,
    endedAt: unit.endedAt,
    message: unit.message ?? passing?.withheldBy ?? null,
    resumesAt: isHeld ? resumesAt(core.tree, unit.marks) : [],
    reconcile: unit.reconcile ? reconcileLines(unit, passing, outside) : null,
    commands: batchCommands.map((command) => ({ command, ...permission(core, unit, command, outside) })),
  };
}

/** What comes next: rest, where the unit goes there; else what it waits for. */
function nextOf(
  core: BatchCore,
  unit: UnitLasting,
  { news }: SkidOutside,
  first: readonly [number, string] | undefined,
): UnitView['next'] {
  const passing = core.passing.get(unit.skid);
  const monotonic = news?.batch.monotonic;
  const rest = passing === undefined || monotonic === undefined ? null : restWaitsFor(unit, passing, monotonic);
  if (rest !== null) return { path: resumesAt(core.tree, unit.marks)[0] ?? '', waitsFor: rest };
  return first === undefined ? null : { path: core.tree[first[0]]?.path ?? '', waitsFor: first[1] };
}

function ofWhole(core: BatchCore, command: BatchCommand, outside: Outside): CommandView {
  const each = unitsOf(core).map((unit) => ({
    unit,
    ...permission(core, unit, command, outside(unit.skid, core.facts.id)),
  }));
  const isSafe = ['Hold', 'Stop', 'Abort'].includes(command);
  const legal = each.filter((one) => one.legal);
  const refused = each.find(({ refusedBy }) => refusedBy !== null);
  if (isSafe && legal.length > 0) return { command, legal: true, refusedBy: null };
  return { command, legal: each.length > 0 && legal.length === each.length, refusedBy: refused?.refusedBy ?? null };
}

/** What the record and the field say of the same thing, for people to look at after a restart of the service. */
function reconcileLines(
  unit: UnitLasting,
  passing: UnitPassing | undefined,
  outside: SkidOutside,
): readonly ReconcileLine[] {
  const { news } = outside;
  const skid = readingOf(outside);
  const line = (what: string, record: string, field: string | null, agrees: boolean): ReconcileLine => ({
    what,
    record,
    field: field ?? 'cannot be read',
    verdict: field === null ? 'unknown' : agrees ? 'agrees' : 'differs',
  });
  const demand = news?.fieldDemand ?? null;
  const points = skid?.points ?? {};
  const number = (value: number | null | undefined, unitName: string, digits = 1): string | null =>
    value === null || value === undefined ? null : formatValue(value, unitName, digits);
  const feeds = ['chalcogen', 'cadmium', 'ligand', 'shell'] as const;
  const fed = feeds.map((feed) => points[feed]).filter((value) => value !== undefined);
  const isKnown = fed.length > 0 && fed.every((value) => value !== null);
  const sum = fed.reduce<number>((total, value) => total + (value ?? 0), 0);
  const volume = passing?.volume ?? unit.volume;
  const total = points.collected;
  const hottest = skid?.hottestC ?? null;
  const isCold = hottest !== null && hottest < coldBelowC;
  return [
    line('State', 'at rest', demand, demand !== null && (fieldSatisfies(demand, 'H') || (demand === 'B' && isCold))),
    line('Feeds', '0 mL/min', isKnown ? formatValue(sum, 'mL/min', 1) : null, sum < 0.5),
    line('Diverter', 'waste', words(points.diverter, ['waste', 'product']), points.diverter === 0),
    line('Heater', 'off', words(points.heater, ['off', 'on']), points.heater === 0),
    line('Hottest wetted part', 'cooling', number(skid?.hottestC, '°C'), true),
    line(
      'Totaliser of collected volume',
      volume.open === null ? 'no stretch is open' : formatValue(volume.open.lastMl, 'mL', 1),
      number(total, 'mL'),
      volume.open === null || (total !== null && total !== undefined && total >= volume.open.lastMl - 0.5),
    ),
    line(
      'Flush liquid',
      unit.acid ? 'dilute acid was let in: rinse it out' : 'no acid',
      words(points.flushLiquid, ['water', 'oil', 'dilute acid']),
      !unit.acid && points.flushLiquid !== 2,
    ),
  ];
}

const words = (value: number | null | undefined, of: readonly string[]): string | null =>
  value === null || value === undefined ? null : (of[value] ?? String(value));

export const isEnded = (core: BatchCore): boolean =>
  [...core.lasting.units.values()].every(({ state, outcome }) => isFinal(outcome ?? state));
