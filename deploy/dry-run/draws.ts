/** Many dry runs, each on another skid of the type: its numbers drawn within what is said of how far they may be off. */
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { mesolineError } from '../../plant/errors.ts';
import { withFormulaValues } from '../../plant/recipe/formula-values.ts';
import { readRecipeFile } from '../../plant/recipe/read-recipe.ts';
import { loadSkidType } from '../../plant/skid/skid-loader.ts';
import { drawParameters, loadTwinOf, loadUncertainties, withStocks } from '../../twin/virtual/index.ts';
import { madeUpOf } from './substances.ts';
import type { DryRun } from './dry-run-result.ts';
import { seeded } from './random.ts';
import { runOnce } from './run-once.ts';

/** Plain, so that another thread can be given it. */
export type DrawOrder = Readonly<{
  recipeFile: string;
  values: Readonly<Record<string, string>>;
  skidTypeFile: string;
  skids: number;
  /** Each run has a seed of its own; null: as the parameter files stand. */
  seeds: readonly (number | null)[];
  /** How the names of the numbers begin that are drawn, such as `feeds.gain`; all of them where it is left out. */
  numbers?: readonly string[];
  answersAfterS: number;
  mostH: number;
}>;

/** What of a run is kept of a draw. */
export type Draw = Pick<DryRun, 'state' | 'why' | 'durationS' | 'collectedMl' | 'wasteMl' | 'coreMmol' | 'diversions'> &
  Readonly<{ seed: number | null }>;

/** One run; `seed` null: as the parameter files stand. @throws MesolineError where a file cannot be read */
export function runDrawn(order: DrawOrder, seed: number | null): DryRun {
  const recipe = withFormulaValues(readRecipeFile(order.recipeFile), order.values);
  const loaded = loadTwinOf(order.skidTypeFile);
  const twin = { ...loaded, parameters: withStocks(loaded.parameters, madeUpOf(recipe)) };
  const random = seeded(seed ?? 0);
  const { numbers } = order;
  const uncertainties = loadUncertainties().filter(
    ({ of }) => numbers === undefined || numbers.some((name) => of === name || of.startsWith(`${name}.`)),
  );
  const parameters = Array.from({ length: order.skids }, () =>
    seed === null ? twin.parameters : drawParameters(twin.parameters, uncertainties, random),
  );
  const { answersAfterS, mostH } = order;
  const type = loadSkidType(order.skidTypeFile);
  return runOnce({ type, twin, parameters, recipe, seed: seed ?? 1, answersAfterS, mostH });
}

/** All of them on so many threads; `told` hears of each as it comes. */
export async function drawMany(
  order: DrawOrder,
  threads: number,
  told: (draw: Draw) => void,
): Promise<readonly Draw[]> {
  const parts = Array.from({ length: threads }, (_, i) => order.seeds.filter((_seed, at) => at % threads === i));
  const found: Draw[] = [];
  await Promise.all(
    parts
      .filter((seeds) => seeds.length > 0)
      .map(
        (seeds) =>
          new Promise<void>((resolve, reject) => {
            const worker = new Worker(new URL(import.meta.url), { workerData: { dryRun: { ...order, seeds } } });
            worker.on('message', (draw: Draw) => {
              found.push(draw);
              told(draw);
            });
            worker.once('error', reject);
            worker.once('exit', (code) =>
              code === 0
                ? resolve()
                : reject(
                    mesolineError('dry-run-failed', 'draws', `A thread ended with ${code}.`, 'Ask for fewer draws.'),
                  ),
            );
          }),
      ),
  );
  return found;
}

/** A quantile of values, between two of them in proportion; `share` from 0 to 1. NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return below + (above - below) * (at - Math.floor(at));
}

const given = (workerData as Readonly<{ dryRun?: DrawOrder }> | null)?.dryRun;
if (!isMainThread && given !== undefined)
  for (const seed of given.seeds) {
    const { state, why, durationS, collectedMl, wasteMl, coreMmol, diversions } = runDrawn(given, seed);
    parentPort?.postMessage({ seed, state, why, durationS, collectedMl, wasteMl, coreMmol, diversions } satisfies Draw);
  }
