/**
 * What the procedure decides by itself between two steps: which branch, whether another turn, whether a transition has come,
 * whether shared equipment is there. Each decision is told with what it was taken by, so that it is taken once.
 */
import type { Bindings } from '../../../plant/expression/evaluate.ts';
import { elapsed } from '../../../plant/clock.ts';
import { namesOf } from '../../../plant/recipe/conditions.ts';
import { sayTime } from '../../../plant/recipe/say.ts';
import type { CheckedExpression } from '../../../plant/expression.ts';
import { isDone, type Mark } from '../procedure/marks.ts';
import type { TreeNode } from '../procedure/tree.ts';
import { bindingsOf, holds } from './conditions.ts';
import { hold, withdrawPrompts } from './hold.ts';
import { endNeedless, isNeedless, volumeIsThere } from './needless.ts';
import { equipmentKey, freshStep, type UnitScan, type UnitTurn } from './unit-turn.ts';

/** How long after it was asked shared equipment is asked for again, in ms of the wall. */
const askAgainAfter = 5000;
/** How long what runs waits for equipment that it had and has not any more, in seconds of process time. */
const takenAwayForS = 60;
/** How long a branch waits for a reading that may be relied on, in seconds of process time. */
const undecidedForS = 60;

type Of<Kind extends TreeNode['kind']> = Extract<TreeNode, Readonly<{ kind: Kind }>>;

/** @returns whether the unit is still where it was: neither held nor at its end */
export function walk(turn: UnitTurn, scan: UnitScan, dtS: number): boolean {
  // Most scans decide nothing, and need none of them.
  let known: Bindings | null = null;
  const bindings = (): Bindings => (known ??= bindingsOf(turn.recipe, scan));
  let waitedS = dtS;
  for (let again = true; again; waitedS = 0) {
    again = false;
    for (const node of turn.recipe.tree) {
      const mark = turn.unit.marks[node.id];
      if (mark?.state !== 'active' && mark?.state !== 'running') continue;
      if (!decide(turn, scan, bindings, node, mark, waitedS)) continue;
      if (turn.unit.state !== 'Running') return false;
      leave(turn);
      again = true;
    }
  }
  return !isDone(turn.unit.marks);
}

/** @returns whether anything was decided */
function decide(
  turn: UnitTurn,
  scan: UnitScan,
  bindings: () => Bindings,
  node: TreeNode,
  mark: Mark,
  dtS: number,
): boolean {
  switch (node.kind) {
    case 'step':
      return mark.state === 'active' && begin(turn, scan, node.id, dtS);
    case 'choose':
      return mark.taken === null && choose(turn, bindings(), node, dtS);
    case 'wait':
      return transition(turn, bindings(), node, dtS, scan.collectedMl);
    case 'repeat':
      return turnAgain(turn, bindings, node, mark, dtS);
    case 'with':
      return mark.taken === null && acquire(turn, scan, node, mark.turn, dtS);
    case 'sequence':
    case 'parallel':
      return false;
  }
}

/** A step begins when what it uses of the site's shared equipment is its own. */
function begin(turn: UnitTurn, scan: UnitScan, node: number, dtS: number): boolean {
  if (isNeedless(turn, scan.collectedMl, node)) {
    endNeedless(turn, node);
    return true;
  }
  if (!ownsWhatItUses(turn, scan, node, dtS)) return false;
  turn.tell({ kind: 'step-started', node, purpose: 'procedure' });
  turn.passStep(node, freshStep);
  const { phase, values } = turn.stepOf(node);
  // From here on it may be in the line, whatever becomes of the step.
  if (phase === 'fouling-flush' && values.with === 'dilute acid') turn.tell({ kind: 'flush-liquid', liquid: 'acid' });
  return true;
}

export function ownsWhatItUses(turn: UnitTurn, scan: UnitScan, node: number, dtS: number): boolean {
  const lacking = turn.recipe.uses(node).filter((capability) => !owns(turn, scan, node, capability));
  if (lacking.length > 0) waiting(turn, node, dtS, `waiting for ${lacking.join(', ')}, which another skid has`);
  return lacking.length === 0;
}

function owns(turn: UnitTurn, scan: UnitScan, node: number, capability: string): boolean {
  if (!turn.recipe.shared.has(capability)) return true;
  const run = turn.unit.marks[node]?.turn ?? 0;
  const key = equipmentKey(node, capability, run);
  if (scan.owned.has(key)) return true;
  const asked = turn.passing.askedFor.get(key);
  // Asked again now and then: a person may have taken it away meanwhile, and asking twice is asking once.
  if (asked === undefined || elapsed(asked, turn.moment.monotonic) >= askAgainAfter) {
    turn.pass({ askedFor: new Map(turn.passing.askedFor).set(key, turn.moment.monotonic) });
    turn.effect({ kind: 'ask equipment', node, turn: run, capability });
  }
  return false;
}

/**
 * Whether all that runs has what it shares; what was taken away from it, or is not known after a restart of the service, is waited
 * for a while, with nothing stepped. @returns false where it waits, or was held for it
 */
export function ownsAll(turn: UnitTurn, scan: UnitScan, dtS: number): boolean {
  if (turn.recipe.shared.size === 0) return true;
  for (const node of turn.recipe.tree) {
    const mark = turn.unit.marks[node.id];
    const isHeld = node.kind === 'with' && mark?.state === 'active' && mark.taken === 1;
    const isRun = node.kind === 'step' && mark?.state === 'running';
    const asks = isHeld ? [node.equipment] : isRun ? turn.recipe.uses(node.id) : [];
    const lacking = asks.find((capability) => !owns(turn, scan, node.id, capability));
    if (lacking === undefined) continue;
    const waitsFor = `waiting for ${lacking}, which this skid had and has not any more`;
    if (waiting(turn, node.id, dtS, waitsFor) > takenAwayForS) {
      forget(turn, node.id);
      hold(turn, 'exception', `${lacking} is not ${turn.skid}'s any more, and ${turn.pathOf(node.id)} needs it.`);
    }
    return false;
  }
  return true;
}

function choose(turn: UnitTurn, bindings: Bindings, { id, when, path }: Of<'choose'>, dtS: number): boolean {
  for (const [part, condition] of when.entries()) {
    const held = condition === null ? true : holds(condition, bindings);
    if (held === null) {
      const said = condition === null ? '' : sayRead(condition, bindings);
      if (waiting(turn, id, dtS, `${said}, which may not be relied on, before a branch is chosen`) <= undecidedForS)
        return false;
      hold(turn, 'exception', `No branch of ${path} could be chosen: ${said} may not be relied on.`);
      return true;
    }
    if (!held) continue;
    const because = condition === null ? 'none of the others holds' : sayRead(condition, bindings);
    turn.tell({ kind: 'procedure', event: { kind: 'branch-chosen', node: id, part }, because });
    return true;
  }
  return false;
}

function transition(turn: UnitTurn, bindings: Bindings, node: Of<'wait'>, dtS: number, collectedMl: number): boolean {
  const { id, until, mostS, otherwise, path } = node;
  const because = sayRead(until, bindings);
  if (holds(until, bindings) === true) {
    turn.tell({ kind: 'procedure', event: { kind: 'wait-ended', node: id }, because });
    return true;
  }
  const waitedS = waiting(turn, id, dtS, `${because}, waiting for ${until.text}`);
  if (isNeedless(turn, collectedMl, id)) {
    turn.tell({ kind: 'procedure', event: { kind: 'wait-ended', node: id }, because: volumeIsThere });
    return true;
  }
  if (waitedS <= mostS) return false;
  const reason = `${until.text} did not come within ${sayTime(mostS)} at ${path}: ${because}.`;
  if (otherwise === 'hold') {
    forget(turn, id);
    hold(turn, 'exception', reason);
    return true;
  }
  turn.tell({ kind: 'exception-raised', what: path, reason: `${reason} The recipe goes on.` });
  turn.tell({ kind: 'procedure', event: { kind: 'wait-ended', node: id }, because: 'its time has passed' });
  return true;
}

function turnAgain(turn: UnitTurn, read: () => Bindings, node: Of<'repeat'>, mark: Mark, dtS: number): boolean {
  const { id, body, until, most, everyS, path } = node;
  // Turns are so long apart as they begin: the time counts while one runs, too.
  const sinceTurnS = everyS === null ? 0 : waiting(turn, id, dtS, `the next turn of ${path}`);
  if (!mark.between) return false;
  const bindings = read();
  const turns = turn.unit.marks[body]?.turn ?? 0;
  const because = until === null ? `${turns} of ${most ?? 'any number of'} turns` : sayRead(until, bindings);
  const ended = (again: boolean): true => {
    forget(turn, id);
    turn.tell({ kind: 'procedure', event: { kind: 'turn-ended', node: id, again }, because });
    return true;
  };
  const held = until === null ? false : holds(until, bindings);
  if (held === true) return ended(false);
  if (held === null) {
    if (waiting(turn, id, dtS, `${because}, which may not be relied on`) <= undecidedForS) return false;
    ended(true);
    hold(turn, 'exception', `Whether ${path} is to be repeated cannot be said: ${because} may not be relied on.`);
    return true;
  }
  if (most === null || turns < most) {
    return (everyS === null || sinceTurnS >= everyS) && ended(true);
  }
  if (until === null) return ended(false);
  // A restart turns it once more: nothing goes on from here without what it waits for.
  ended(true);
  hold(turn, 'exception', `${until.text} did not come within ${most} turns of ${path}: ${because}.`);
  return true;
}

function acquire(turn: UnitTurn, scan: UnitScan, node: Of<'with'>, run: number, dtS: number): boolean {
  const { id, equipment, mostS, otherwise, path } = node;
  if (owns(turn, scan, id, equipment)) {
    const because = turn.recipe.shared.has(equipment) ? 'its turn has come' : "it is this skid's alone";
    turn.tell({ kind: 'procedure', event: { kind: 'granted', node: id }, because });
    return true;
  }
  const waitedS = waiting(turn, id, dtS, `waiting for ${equipment}, which another skid has`);
  if (waitedS <= mostS) return false;
  const reason = `${equipment} was not free within ${sayTime(mostS)} at ${path}.`;
  if (otherwise === 'hold') {
    forget(turn, id);
    hold(turn, 'exception', reason);
    return true;
  }
  turn.effect({ kind: 'give equipment back', node: id, turn: run, capability: equipment });
  turn.tell({ kind: 'exception-raised', what: path, reason: `${reason} The recipe goes on without it.` });
  turn.tell({ kind: 'procedure', event: { kind: 'not granted', node: id }, because: 'its time has passed' });
  return true;
}

/** For how long it has waited, in seconds of process time. */
function waiting(turn: UnitTurn, node: number, dtS: number, waitsFor: string): number {
  const forS = (turn.passing.waits.get(node)?.forS ?? 0) + dtS;
  turn.pass({ waits: new Map(turn.passing.waits).set(node, { forS, waitsFor }) });
  return forS;
}

function forget(turn: UnitTurn, node: number): void {
  const waits = new Map(turn.passing.waits);
  waits.delete(node);
  turn.pass({ waits });
}

/** What is over takes its memory, its prompts and its equipment with it. */
export function leave(turn: UnitTurn): void {
  const { tree, shared } = turn.recipe;
  const over = new Set<number>();
  for (const { id } of tree) {
    const state = turn.unit.marks[id]?.state;
    if (state !== 'active' && state !== 'running' && state !== 'finished') over.add(id);
  }
  const steps = new Map([...turn.passing.steps].filter(([node]) => !over.has(node)));
  const waits = new Map([...turn.passing.waits].filter(([node]) => !over.has(node)));
  turn.pass({ steps, waits });
  withdrawPrompts(turn, 'The step that asked has ended.', over);
  if (shared.size === 0) return;
  for (const key of turn.passing.askedFor.keys()) {
    const [node = NaN, capability = '', run = NaN] = key.split(' ').map((part, i) => (i === 1 ? part : Number(part)));
    if (typeof node !== 'number' || typeof run !== 'number' || typeof capability !== 'string') continue;
    if (!over.has(node) && turn.unit.marks[node]?.turn === run) continue;
    const askedFor = new Map(turn.passing.askedFor);
    askedFor.delete(key);
    turn.pass({ askedFor });
    turn.effect({ kind: 'give equipment back', node, turn: run, capability });
  }
}

function sayRead({ root }: CheckedExpression, bindings: Bindings): string {
  const said = namesOf(root)
    .filter((name) => !name.startsWith('$'))
    .map((name) => `${name} ${valueOf(bindings, name)}`);
  return said.length === 0 ? 'nothing' : said.join(', ');
}

function valueOf(bindings: Bindings, name: string): string {
  const value = bindings[name]?.value ?? null;
  return typeof value === 'number'
    ? String(Number(value.toPrecision(5)))
    : value === null
      ? 'is not known'
      : String(value);
}
