/** What a dry run found, as one plain value: the prediction, what it takes, and what would go wrong. Pure. */
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';
import { brokenBy, type Broken } from './broken.ts';
import { materialUses, type MaterialUse } from './consumption.ts';
import { quantile, type Draw } from './draws.ts';
import type { DryRun } from './dry-run-result.ts';
import type { Weighed } from './substances.ts';

/** Changes whenever a name of the report does, or what it means. */
export const reportForm = 2;

/** What `--json` puts out; every name of it is said in docs/dry-run.md and kept by a test. */
export type DryReport = Readonly<{
  form: typeof reportForm;
  recipe: string;
  skidType: string;
  skids: number;
  isFit: boolean;
  nominal: DryRun;
  /** What all skids of the nominal run take, against what the recipe weighs. */
  materials: readonly MaterialUse[];
  /** What the nominal run broke. */
  broken: readonly Broken[];
  draws: null | Readonly<{
    runs: number;
    /** Runs that came through. */
    complete: number;
    /** 5 %, 50 % and 95 % of the runs that came through. */
    volumeMl: readonly [number, number, number];
    durationS: readonly [number, number, number];
    /** Why others did not, and how often. */
    stopped: Readonly<Record<string, number>>;
  }>;
  /** How many times faster than the process the nominal run was. */
  timesRealTime: number;
}>;

export type ReportOf = Pick<DryReport, 'skidType' | 'skids' | 'timesRealTime'> &
  Readonly<{ recipe: Pick<MasterRecipe, 'name' | 'materials'> }>;

/** @param weighed by what materials in grams are held against what is taken */
export function reportOf(
  { recipe, ...of }: ReportOf,
  nominal: DryRun,
  weighed: readonly Weighed[],
  draws: readonly Draw[],
): DryReport {
  const complete = draws.filter(({ state }) => state === 'Complete');
  const interval = (values: readonly number[]): readonly [number, number, number] => [
    quantile(values, 0.05),
    quantile(values, 0.5),
    quantile(values, 0.95),
  ];
  const stopped: Record<string, number> = {};
  for (const { state, why } of draws)
    if (state !== 'Complete') stopped[why ?? state] = (stopped[why ?? state] ?? 0) + 1;
  const materials = materialUses(recipe, weighed, nominal.consumption);
  const broken = brokenBy(nominal, materials);
  return {
    form: reportForm,
    recipe: recipe.name,
    ...of,
    isFit:
      nominal.state === 'Complete' &&
      nominal.trips.length === 0 &&
      broken.length === 0 &&
      complete.length === draws.length,
    nominal,
    materials,
    broken,
    draws:
      draws.length === 0
        ? null
        : {
            runs: draws.length,
            complete: complete.length,
            volumeMl: interval(complete.map(({ collectedMl }) => collectedMl)),
            durationS: interval(complete.map(({ durationS }) => durationS)),
            stopped,
          },
  };
}
