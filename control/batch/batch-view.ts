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
import { standingBlock } from '../../plant/block.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import { formatValue } from '../../plant/quantity.ts';
import type { Equipment } from '../../plant/recipe/equipment.ts';
import { fieldSatisfies } from '../../plant/safe-state.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Role } from '../../plant/people.ts';
import { batchCollectedMl, batchState, recipeOf, scopeOf, unitsOf, type BatchCore } from './batch-core.ts';
import { cell, isFinal } from './phase-table.ts';
import { procedureView, stepsView, waitsOf } from './procedure-view.ts';
import { readSkid, type SkidReading } from './skid-reading.ts';
import { coldBelowC, restWaitsFor } from './unit/hold.ts';
import { resumesAt } from './unit/restart.ts';
import type { UnitLasting } from './unit/unit-lasting.ts';
import type { UnitPassing } from './unit/unit-turn.ts';
import { collectedMl } from './volume.ts';

/** From here on water would boil without pressure, and standing liquid is dangerous. */
const hotFromC = 90;

/** What is known of a skid from outside the batch. */
export type SkidOutside = Readonly<{ news: ScanNews | null; equipment: Equipment | null }>;
export type Outside = (skid: SkidName) => SkidOutside;

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
    units: units.map((unit) => unitView(core, unit, outside(unit.skid), equipment(unit.skid))),
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

/** Whether the table takes the command on one skid, and why it is refused now where it is. */
export function permission(
  core: BatchCore,
  unit: UnitLasting,
  command: BatchCommand,
  outside: SkidOutside,
): Omit<CommandView, 'command'> {
  const { id } = core.facts;
  if (unit.outcome !== null) {
    const refusedBy = `${id} has ended (${unit.outcome}) and is archived; nothing commands it any more.`;
    return { legal: false, refusedBy };
  }
  const of = cell(unit.state, command);
  return { legal: of.legal, refusedBy: of.legal ? refusedNow(core, unit, command, outside) : of.reason };
}

function ofWhole(core: BatchCore, command: BatchCommand, outside: Outside): CommandView {
  const each = unitsOf(core).map((unit) => ({ unit, ...permission(core, unit, command, outside(unit.skid)) }));
  const isSafe = ['Hold', 'Stop', 'Abort'].includes(command);
  const legal = each.filter((one) => one.legal);
  const refused = each.find(({ refusedBy }) => refusedBy !== null);
  if (isSafe && legal.length > 0) return { command, legal: true, refusedBy: null };
  return { command, legal: each.length > 0 && legal.length === each.length, refusedBy: refused?.refusedBy ?? null };
}

/** Why a command that the table takes is refused now, or null. */
function refusedNow(core: BatchCore, unit: UnitLasting, command: BatchCommand, outside: SkidOutside): string | null {
  if (command === 'Start') return `${core.facts.id} has run. Start a new batch instead.`;
  if (command === 'Pause') return pauseRefusal(unit, core.passing.get(unit.skid), outside);
  if (command !== 'Restart' && command !== 'Resume') return null;
  const { news } = outside;
  if (news === null) return 'The skid has not been seen yet.';
  if (command === 'Restart' && unit.reconcile)
    return 'The service was started anew. Look at the skid, and sign what you found, first.';
  const block = standingBlock(news.blocks);
  if (block !== null) return block.message;
  if (command === 'Resume') return news.blocks[0]?.message ?? null;
  const { demand, causes } = news.verdict;
  if (demand !== 'none') {
    const cause = causes[0]?.message ?? `the interlocks demand ${demand}`;
    return `An interlock holds the skid: ${cause} Remove the cause and reset on the unit page first.`;
  }
  if (news.fieldDemand === null) return 'The field controller does not answer.';
  return news.blocks[0]?.message ?? null;
}

/** A line with cadmium in it, or hot, cannot stand still. */
function pauseRefusal(unit: UnitLasting, passing: UnitPassing | undefined, outside: SkidOutside): string | null {
  const skid = readingOf(outside);
  if (skid === null) return 'The skid has not been seen yet.';
  if (skid.hottestC === null) return 'The temperature of a wetted part is not known. Hold instead.';
  if (skid.hottestC >= hotFromC)
    return `A wetted part is at ${formatValue(skid.hottestC, '°C', 1)}; a hot line cannot stand still. Hold instead.`;
  const standing = { ...skid.setPoints, ...unit.standing, ...passing?.set };
  if ((standing.temperature ?? hotFromC) > 0 || (standing.stage1 ?? 0) > 0 || (standing.shellTemperature ?? 0) > 0)
    return 'The line is being heated. Hold instead.';
  if ((standing.cadmium ?? 1) > 0) return 'Cadmium is being fed. Hold instead.';
  return null;
}

export function readingOf({ news, equipment }: SkidOutside): SkidReading | null {
  return news === null || equipment === null ? null : readSkid(equipment, news.batch.samples);
}

/** Where it may not be seen, it is hot. */
export function isHot(outside: SkidOutside): boolean {
  const { hottestC } = readingOf(outside) ?? { hottestC: null };
  return hottestC === null || hottestC >= coldBelowC;
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
