/**
 * Starting a batch: everything that has to be in order, whether it is or not; then the control recipe goes into the record, the
 * people asked sign it, everything is looked at once more, and it begins.
 */
import { standingBlock } from '../../plant/block.ts';
import { elapsed, type Clock } from '../../plant/clock.ts';
import { MesolineError, messageOf } from '../../plant/errors.ts';
import type { Actor } from '../../plant/people.ts';
import type { BatchOrder } from '../../plant/ports/batch-desk.ts';
import type { RecipeStore, StoredRecipe } from '../../plant/ports/recipe-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import type { GateCheck, StartQuestion } from '../../plant/ports/start-gate.ts';
import { fitFaults, lacking } from '../../plant/recipe/fit.ts';
import { withFormulaValues } from '../../plant/recipe/formula-values.ts';
import { planOf } from '../../plant/recipe/plan.ts';
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { didYouMean } from '../../plant/suggest.ts';
import { scopeOf, type BatchFacts } from './batch-core.ts';
import type { BatchHost, Place } from './host.ts';
import { freshFor } from './permits.ts';
import { checkAnalyses } from './start-analyses.ts';

/** An order that can be carried out, as far as recipe and skids go. */
export type CheckedOrder = Readonly<{
  order: BatchOrder;
  stored: StoredRecipe;
  /** With the batch's own values in its formula. */
  recipe: MasterRecipe;
  places: ReadonlyMap<SkidName, Place>;
  plans: BatchFacts['plans'];
}>;

/** @returns the order with all it names found, or why it cannot be carried out */
export function checkOrder(
  order: BatchOrder,
  site: BatchHost['site'],
  store: RecipeStore,
): CheckedOrder | Readonly<{ refusal: string }> {
  const stored = order.version === null ? store.recipe(order.recipe) : store.recipe(order.recipe, order.version);
  if (stored === null) return { refusal: noRecipe(order, store) };
  const { status } = stored;
  const named = `${order.recipe} v${stored.version}`;
  if (order.purpose === 'production' && status !== 'effective')
    return {
      refusal: `${named} is ${status}, and only an effective recipe makes product. Rehearse it on a twin, or have it made effective.`,
    };
  if (status === 'retired') return { refusal: `${named} is retired.` };
  const skids = [...order.skids, ...order.spares];
  if (order.skids.length === 0) return { refusal: 'No skid is named.' };
  const twice = skids.find((skid, i) => skids.indexOf(skid) !== i);
  if (twice !== undefined) return { refusal: `${twice} is named twice.` };
  const places = new Map<SkidName, Place>();
  for (const name of skids) {
    const place = site.get(name);
    if (place === undefined)
      return { refusal: `There is no skid "${name}". ${didYouMean(name, site.keys(), 'Look at the overview.')}` };
    if (place.equipment === null) return { refusal: `${name} runs no batches.` };
    if (order.purpose === 'rehearsal' && !place.skid.twin)
      return { refusal: `A rehearsal runs on twins only, and ${name} is a real skid.` };
    const lacks = lacking(stored.recipe, place.skid.type);
    if (lacks.length > 0) return { refusal: `${named} needs ${lacks.join(', ')}, which ${name} has not.` };
    places.set(name, place);
  }
  return fitted(order, stored, places);
}

function fitted(
  order: BatchOrder,
  stored: StoredRecipe,
  places: CheckedOrder['places'],
): CheckedOrder | Readonly<{ refusal: string }> {
  try {
    const recipe = withFormulaValues(stored.recipe, order.values);
    const plans = new Map<SkidName, ReturnType<typeof planOf>>();
    for (const [name, { skid, equipment }] of places) {
      const [fault] = fitFaults(recipe, skid.type);
      if (fault !== undefined) return { refusal: `${name}: ${fault.problem} ${fault.remedy}` };
      if (equipment !== null) plans.set(name, planOf(recipe, equipment));
    }
    return { order, stored, recipe, places, plans };
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    return { refusal: thrown.faults.map(({ problem, remedy }) => `${problem} ${remedy}`).join(' ') };
  }
}

function noRecipe({ recipe, version }: BatchOrder, store: RecipeStore): string {
  const names = store.names();
  if (!names.includes(recipe))
    return `There is no recipe "${recipe}". ${didYouMean(recipe, names, `There is ${names.join(', ') || 'none'}.`)}`;
  return version === null
    ? `No version of ${recipe} is effective. Rehearse one on a twin by its number, or have it made effective.`
    : `${recipe} has no version ${version}.`;
}

/** Why the skid may not be started now, or null. */
export function permissiveRefusal(skid: Skid, news: ScanNews | null, clock: Clock): string | null {
  if (news === null || elapsed(news.batch.monotonic, clock.monotonic()) > freshFor)
    return `${skid.name} has not been seen for a while. Check its link first.`;
  const block = standingBlock(news.blocks);
  if (block !== null) return `${skid.name} may not be started: ${block.message}`;
  const { demand, causes } = news.verdict;
  if (demand !== 'none' || causes.length > 0) {
    const cause = causes[0]?.message ?? `the interlocks demand ${demand}`;
    return `${skid.name} is not permitted to start: ${cause} Remove the cause and reset on the unit page.`;
  }
  if (news.fieldDemand === null) return `The field controller of ${skid.name} does not answer.`;
  if (news.fieldDemand !== 'none')
    return `${skid.name} is in a safe state (${news.fieldDemand}). Release or reset it on the unit page first.`;
  const [doubt] = news.blocks;
  return doubt === undefined ? null : `${skid.name} may not be started: ${doubt.message}`;
}

/** Everything that has to be in order before this starts, whether it is or not: the house's own, then the other rooms'. */
export async function checkGates(
  host: BatchHost,
  { order, stored, recipe, places }: CheckedOrder,
  batch: string,
  people: readonly Actor[],
): Promise<readonly GateCheck[]> {
  const checks: GateCheck[] = [
    {
      gate: 'recipe',
      object: `${recipe.name} v${stored.version}`,
      verdict: 'ok',
      found: `${stored.status}; the batch is a ${order.purpose}`,
      remedy: '',
    },
  ];
  for (const [name, { skid }] of places) {
    checks.push(freeOf(host, name, batch));
    const refusal = permissiveRefusal(skid, host.news.get(name) ?? null, host.ports.clock);
    checks.push(verdict('permissive', name, refusal, 'permitted to start'));
    const analyses = await checkAnalyses(host.ports.analyses, name);
    checks.push(verdict('analysis', name, analyses.refusal, 'every analysis that is gone by is fit'));
  }
  const question: StartQuestion = { batch, skids: [...places.keys()], recipe, purpose: order.purpose, people };
  for (const gate of host.ports.gates) checks.push(...(await checked(gate.name, () => gate.check(question))));
  return checks;
}

/** A room that cannot say whether something is in order blocks the start. */
async function checked(gate: string, check: () => Promise<readonly GateCheck[]>): Promise<readonly GateCheck[]> {
  try {
    return await check();
  } catch (thrown) {
    const found = `It cannot be looked at: ${messageOf(thrown)}`;
    return [{ gate, object: gate, verdict: 'blocked', found, remedy: 'Look at the system page.' }];
  }
}

const verdict = (gate: string, object: string, refusal: string | null, ok: string): GateCheck => ({
  gate,
  object,
  verdict: refusal === null ? 'ok' : 'blocked',
  found: refusal ?? ok,
  // What is found here says what to do itself.
  remedy: '',
});

function freeOf(host: BatchHost, skid: SkidName, batch: string): GateCheck {
  const taken = host.takenBy(skid);
  const isFree = taken === null || taken === batch;
  return {
    gate: 'skid',
    object: skid,
    verdict: isFree ? 'ok' : 'blocked',
    found: isFree ? 'free' : `taken by ${taken}`,
    remedy: isFree ? '' : 'Wait for its end, or take another skid.',
  };
}

/** What blocks, and what to do about it, as one sentence after the other. */
export const sayBlocked = ({ object, found, remedy }: GateCheck): string => `${object}: ${found} ${remedy}`.trim();

export const blocked = (checks: readonly GateCheck[]): readonly GateCheck[] =>
  checks.filter((check) => check.verdict === 'blocked');

/** The next free id of the year. Ids are never used twice: also a start that was refused has left its scope in the ledger. */
export async function nextBatchId(records: RecordKeeper, clock: Clock, taken: Iterable<string>): Promise<string> {
  const prefix = `B-${new Date(clock.utc()).getUTCFullYear()}-`;
  const scopes = await records.scopes(scopeOf(prefix));
  const used = [...scopes.map(({ scope }) => scope.slice(scopeOf('').length)), ...taken]
    .filter((id) => id.startsWith(prefix))
    .map((id) => Number(id.slice(prefix.length)));
  return `${prefix}${String(Math.max(0, ...used.filter(Number.isInteger)) + 1).padStart(4, '0')}`;
}
