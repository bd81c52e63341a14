/**
 * Where a procedure takes the line: every combination of set points that stands at a step or on the way through it, with
 * the step that first asks for it.
 */
import type { Plan } from './plan.ts';
import type { MasterRecipe, RecipeNode, RecipeStep } from './recipe.ts';
import type { SetPoints } from './roles.ts';

/** Flows in mL/min, temperatures in °C (0: not heated), back pressure in bar(g), ramp in °C/min. */
export type OperatingPoint = Readonly<{
  chalcogen: number;
  cadmium: number;
  ligand: number;
  shell: number;
  flush: number;
  temperature: number;
  stage1: number;
  shellTemperature: number;
  ramp: number;
  backPressure: number;
  chalcogenRatio: number;
  flushLiquid: number;
}>;

export type PlacedPoint = Readonly<{ point: OperatingPoint; path: string }>;

const still: OperatingPoint = {
  chalcogen: 0,
  cadmium: 0,
  ligand: 0,
  shell: 0,
  flush: 0,
  temperature: 0,
  stage1: 0,
  shellTemperature: 0,
  ramp: 0,
  backPressure: 0,
  chalcogenRatio: 0,
  flushLiquid: 0,
};

export const flushLiquids = ['water', 'oil', 'dilute acid'] as const;

/** Each distinct point once. */
export function operatingPoints({ procedure }: Pick<MasterRecipe, 'procedure'>, plan: Plan): readonly PlacedPoint[] {
  const found = new Map<string, PlacedPoint>();
  const note = (point: OperatingPoint, path: string): void => {
    const key = keyOf(point);
    if (!found.has(key)) found.set(key, { point, path });
  };
  const walk = (node: RecipeNode, points: Points): Points => {
    switch (node.kind) {
      case 'step': {
        const step = procedure.steps[node.step];
        return step === undefined ? points : stepThrough(step, points, plan, note);
      }
      case 'sequence':
        return node.of.reduce((before, each) => walk(each, before), points);
      // One branch at most sets anything, and the others leave the points as they are.
      case 'parallel':
        return node.branches.reduce((before, each) => walk(each, before), points);
      case 'choose':
        return new Map(node.branches.flatMap(({ body }) => [...walk(body, points)]));
      case 'repeat':
        return turns(points, (before) => walk(node.body, before));
      case 'with':
        return walk(node.body, points);
      case 'wait':
        return points;
    }
  };
  walk(procedure.tree, new Map([[keyOf(still), still]]));
  return [...found.values()];
}

type Points = ReadonlyMap<string, OperatingPoint>;

const keyOf = (point: OperatingPoint): string => Object.values(point).join(' ');

/** Until a turn begins from nothing new. */
function turns(points: Points, turn: (points: Points) => Points): Points {
  let before = points;
  for (;;) {
    const after = turn(before);
    const all = new Map([...before, ...after]);
    if (all.size === before.size) return after;
    before = all;
  }
}

function stepThrough(
  step: RecipeStep,
  points: Points,
  plan: Plan,
  note: (point: OperatingPoint, path: string) => void,
): Points {
  const changes = setPointsOf(step, plan);
  if (changes.length === 0) return points;
  const after = new Map<string, OperatingPoint>();
  for (const before of points.values()) {
    let point = before;
    for (const change of changes) {
      point = { ...point, ...change };
      note(point, step.path);
    }
    after.set(keyOf(point), point);
  }
  return after;
}

const nothingFed = { chalcogen: 0, cadmium: 0, ligand: 0, shell: 0 } as const;
const nothingHot = { temperature: 0, stage1: 0, shellTemperature: 0 } as const;

/** What a step sets, one after the other; what it does not name stays as it is. */
export function setPointsOf(
  { phase, values }: RecipeStep,
  plan: Plan,
): readonly Partial<Omit<SetPoints, 'diverter'>>[] {
  const numberOf = (name: string): number => {
    const value = values[name];
    return typeof value === 'number' ? value : 0;
  };
  switch (phase) {
    case 'leak-test': {
      const test = { ...nothingFed, ...nothingHot, backPressure: numberOf('pressure') };
      return [
        { ...test, flush: numberOf('flow') },
        { ...test, flush: 0 },
      ];
    }
    case 'prime':
      return [
        {
          ...nothingFed,
          ...nothingHot,
          flush: 0,
          chalcogen: plan.chalcogenMlPerMin,
          ligand: plan.ligandMlPerMin,
          backPressure: plan.backPressureBarG,
        },
      ];
    case 'heat-up': {
      const { pressure } = values;
      const backPressure = typeof pressure === 'number' ? pressure : plan.backPressureBarG;
      const water = { ...nothingFed, stage1: 0, shellTemperature: 0, flush: plan.totalMlPerMin, backPressure };
      return [water, { ...water, ramp: numberOf('ramp'), temperature: numberOf('to') }];
    }
    case 'stage-1':
      return stage1Points(plan, numberOf('temperature'));
    case 'stage-2':
      return [
        {
          chalcogen: plan.chalcogenMlPerMin,
          cadmium: plan.cadmiumMlPerMin,
          ligand: plan.ligandMlPerMin,
          flush: 0,
        },
      ];
    case 'shell':
      return [
        { shell: 0, shellTemperature: numberOf('temperature') },
        { shell: plan.shellMlPerMin, shellTemperature: numberOf('temperature') },
      ];
    case 'shutdown': {
      const water = { ...nothingFed, ...nothingHot };
      return [
        ...feedsRunningOut(plan),
        { ...water, flush: plan.totalMlPerMin },
        { ...water, flush: plan.totalMlPerMin, backPressure: 0 },
        { ...water, flush: 0, backPressure: 0 },
      ];
    }
    case 'fouling-flush': {
      const flush = { ...nothingFed, ...nothingHot, backPressure: 0, flush: numberOf('flow') };
      const liquid = flushLiquids.findIndex((each) => each === values.with);
      return [
        { ...flush, flushLiquid: 0 },
        { ...flush, flushLiquid: Math.max(0, liquid) },
        { ...flush, flush: 0, flushLiquid: 0 },
      ];
    }
    default:
      return [];
  }
}

/** Water in the place of cadmium, and of chalcogen too. */
const waterFor = ({ cadmiumMlPerMin, chalcogenMlPerMin }: Plan): Readonly<{ cadmium: number; both: number }> => ({
  cadmium: cadmiumMlPerMin,
  both: Number((cadmiumMlPerMin + chalcogenMlPerMin).toFixed(2)),
});

/** Ligand, then chalcogen, then the heat of the first stage, which nothing but the chalcogen's feed passes. */
function stage1Points(plan: Plan, stage1: number): readonly Partial<OperatingPoint>[] {
  const { chalcogenMlPerMin: chalcogen, ligandMlPerMin: ligand, chalcogenRatio } = plan;
  const ratio = chalcogenRatio === null ? {} : { chalcogenRatio };
  return [
    { cadmium: 0, chalcogen: 0, ligand, flush: waterFor(plan).both, stage1: 0, ...ratio },
    { cadmium: 0, chalcogen, ligand, flush: waterFor(plan).cadmium, stage1: 0, ...ratio },
    { cadmium: 0, chalcogen, ligand, flush: waterFor(plan).cadmium, stage1, ...ratio },
  ];
}

/** Cadmium and shell off first, then chalcogen, as the shutdown does where the line was fed. */
function feedsRunningOut(plan: Plan): readonly Partial<OperatingPoint>[] {
  const { chalcogenMlPerMin: chalcogen, ligandMlPerMin: ligand } = plan;
  return [
    { ...nothingFed, ...nothingHot, chalcogen, ligand, flush: waterFor(plan).cadmium },
    { ...nothingFed, ...nothingHot, ligand, flush: waterFor(plan).both },
  ];
}
