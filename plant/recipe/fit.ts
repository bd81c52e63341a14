/**
 * Whether skids of a type can be run as a recipe asks: capabilities, phases, readings, limits, the margin to boiling, and
 * that no interlock of theirs would trip at any operating point of the procedure.
 */
import type { Fault } from '../errors.ts';
import type { Evaluated } from '../expression.ts';
import { evaluate } from '../expression/evaluate.ts';
import { bad, good } from '../quality.ts';
import { formatValue } from '../quantity.ts';
import type { LocalTag, TagValue } from '../sample.ts';
import type { SkidType, TagDefinition } from '../skid/definition.ts';
import { permissiveBarG } from './boiling.ts';
import { namesOf } from './conditions.ts';
import { equipmentOf, type Equipment } from './equipment.ts';
import { operatingPoints, type OperatingPoint, type PlacedPoint } from './operating-points.ts';
import { planOf } from './plan.ts';
import type { MasterRecipe, RecipeNode } from './recipe.ts';
import { chemistries, chemistryOf, isReading, setPointNames, type SetPointName } from './roles.ts';

/** What the recipe asks of a skid and the type does not have; empty where the recipe is for it. */
export const lacking = ({ needs }: Pick<MasterRecipe, 'needs'>, { capabilities }: SkidType): readonly string[] =>
  needs.filter((need) => !capabilities.includes(need));

/**
 * Every fault of running `recipe` on skids of `type`, which has what it needs.
 * @param where how faults name a step's path; a recipe as it was read says it by file and line
 */
export function fitFaults(
  recipe: MasterRecipe,
  type: SkidType,
  where: (path: string) => string = (path) => `${recipe.source} (${path})`,
): readonly Fault[] {
  const on = (problem: string): string => `On ${type.type}: ${problem}`;
  const fault = (path: string, problem: string, remedy: string): Fault => ({
    where: where(path),
    problem: on(problem),
    remedy,
  });
  const equipment = equipmentOf(type);
  if ('lacks' in equipment) {
    const problem = `it has the capabilities that the recipe needs, but lacks ${equipment.lacks.join(', ')}.`;
    return [fault('', problem, 'Give its field controller these points, or take the capability away.')];
  }
  const points = operatingPoints(recipe, planOf(recipe, equipment));
  return [
    ...phaseFaults(recipe, type, fault),
    ...readingFaults(recipe, equipment, fault),
    ...gasFaults(recipe, type, fault),
    ...limitFaults(points, type, equipment, fault),
    ...boilingFaults(points, fault),
    ...interlockFaults(points, type, equipment, fault),
  ];
}

type Say = (path: string, problem: string, remedy: string) => Fault;

function phaseFaults({ procedure }: MasterRecipe, { phases }: SkidType, fault: Say): readonly Fault[] {
  const missing = new Map<string, string>();
  for (const { phase, path } of procedure.steps) {
    if (!phases.includes(phase) && !missing.has(phase)) missing.set(phase, path);
  }
  return [...missing].map(([phase, path]) =>
    fault(path, `no phase "${phase}" is offered.`, `It offers ${phases.join(', ')}.`),
  );
}

function readingFaults(recipe: MasterRecipe, { readings }: Equipment, fault: Say): readonly Fault[] {
  const asked = new Map<string, string>();
  const ask = (name: string, path: string): void => {
    if (isReading(name) && !readings.has(name) && !asked.has(name)) asked.set(name, path);
  };
  for (const limit of recipe.formula.values()) if (limit.kind === 'limit') ask(limit.reading, `formula/${limit.name}`);
  conditionsIn(recipe.procedure.tree, ask);
  return [...asked].map(([name, path]) =>
    fault(path, `nothing says ${name}.`, 'Need the analyser that says it, or ask something else.'),
  );
}

function conditionsIn(node: RecipeNode, ask: (name: string, path: string) => void): void {
  switch (node.kind) {
    case 'step':
      return;
    case 'sequence':
      for (const each of node.of) conditionsIn(each, ask);
      return;
    case 'parallel':
      for (const each of node.branches) conditionsIn(each, ask);
      return;
    case 'repeat':
      if (node.until !== null) for (const name of namesOf(node.until.root)) ask(name, node.path);
      conditionsIn(node.body, ask);
      return;
    case 'choose':
      for (const { when, body } of node.branches) {
        if (when !== null) for (const name of namesOf(when.root)) ask(name, node.path);
        conditionsIn(body, ask);
      }
      return;
    case 'wait':
      for (const name of namesOf(node.until.root)) ask(name, node.path);
      return;
    case 'with':
      conditionsIn(node.body, ask);
  }
}

/** Sulfide, selenide and telluride leave as gas when their pH falls: the skid has to watch for it. */
function gasFaults({ feedstocks }: MasterRecipe, { interlocks }: SkidType, fault: Say): readonly Fault[] {
  const name = feedstocks.find(({ feed }) => feed === 'chalcogen')?.name;
  const chemistry = name === undefined ? null : chemistryOf(name);
  if (chemistry === null) return [];
  const { gas, gasRow } = chemistries[chemistry];
  if (interlocks.some(({ row }) => row === gasRow)) return [];
  return [
    fault(
      '',
      `nothing watches for ${gas} (row ${gasRow} of its interlocks is missing).`,
      'Run it where a detector is.',
    ),
  ];
}

const unitsOf = { flow: 'mL/min', pressure: 'bar(g)', temperature: '°C' } as const;

function limitFaults(
  points: readonly PlacedPoint[],
  { limits }: SkidType,
  { setPoints }: Equipment,
  fault: Say,
): readonly Fault[] {
  const told = new Map<string, Fault>();
  for (const { point, path } of points) {
    const most = (what: string, value: number, limit: number | null, unit: string, remedy: string): void => {
      if (limit === null || value <= limit || told.has(what)) return;
      const problem = `${what} would be ${formatValue(value, unit, 1)}, above its limit of ${formatValue(limit, unit, 1)}.`;
      told.set(what, fault(path, problem, remedy));
    };
    const flow = point.chalcogen + point.cadmium + point.ligand + point.shell + point.flush;
    most('the total flow', flow, limits.totalFlowMlPerMin, unitsOf.flow, 'Ask a longer residence time.');
    most('the back pressure', point.backPressure, limits.pressureBarG, unitsOf.pressure, 'Ask a lower pressure.');
    const hottest = Math.max(point.temperature, point.shellTemperature, point.stage1);
    most('the temperature', hottest, limits.automaticTemperatureC, unitsOf.temperature, 'Ask a lower temperature.');
    for (const name of setPointNames) {
      const value = valueAt(point, name);
      if (value === null || told.has(name)) continue;
      const problem = setPointProblem(setPoints[name], name, value);
      if (problem !== null) told.set(name, fault(path, problem, 'Change the formula, the concentrations or the step.'));
    }
  }
  return [...told.values()];
}

const valueAt = (point: OperatingPoint, name: SetPointName): number | null =>
  name === 'diverter' ? null : point[name];

function setPointProblem(tag: TagDefinition | undefined, name: SetPointName, value: number): string | null {
  if (tag === undefined) return value === 0 ? null : `it has no set point for ${name}.`;
  const { range, unit, title, decimals } = tag;
  if (range === null || (value >= range.low && value <= range.high)) return null;
  return `${title} would be ${formatValue(value, unit, Math.max(1, decimals))}, outside ${range.low}..${range.high}.`;
}

function boilingFaults(points: readonly PlacedPoint[], fault: Say): readonly Fault[] {
  const worst = new Map<string, Fault>();
  for (const { point, path } of points) {
    const hottest = Math.max(point.temperature, point.shellTemperature, point.stage1);
    const needed = permissiveBarG(hottest);
    if (hottest === 0 || point.backPressure >= needed || worst.has(path)) continue;
    const least = formatValue(Math.ceil(needed * 100) / 100, 'bar(g)', 2);
    worst.set(
      path,
      fault(
        path,
        `at ${formatValue(hottest, '°C', 0)} and ${formatValue(point.backPressure, 'bar(g)', 2)} the margin to boiling is too small.`,
        `Ask a back pressure of at least ${least}, or a lower temperature.`,
      ),
    );
  }
  return [...worst.values()];
}

/** At an operating point every value stands where the recipe wants it; a condition that is true there would always trip. */
function interlockFaults(
  points: readonly PlacedPoint[],
  type: SkidType,
  equipment: Equipment,
  fault: Say,
): readonly Fault[] {
  const told = new Map<number, Fault>();
  for (const { point, path } of points) {
    const lookup = valuesAt(point, type, equipment);
    for (const row of type.interlocks) {
      if (told.has(row.row)) continue;
      // Nothing is measured against a set point of zero: a heater that is off follows nothing.
      const reference: Evaluated = { value: heatedTo(point.temperature), quality: good };
      const trips = row.channels.some((channel) => {
        const bindings = { value: evaluate(channel.root, lookup), reference };
        return row.trip.some(({ when, armed }) => {
          const isArmed = armed === null || evaluate(armed.root, lookup, bindings).value !== false;
          return isArmed && evaluate(when.root, lookup, bindings).value === true;
        });
      });
      if (!trips || (row.armed !== null && evaluate(row.armed.root, lookup).value === false)) continue;
      const problem = `the interlock ${row.row} (${row.title}) would trip at the recipe's own set points.`;
      told.set(row.row, fault(path, problem, `Change the formula or the concentrations: ${row.why}`));
    }
  }
  return [...told.values()];
}

/** What a part reads that nothing heats. */
const coldC = 25;
const heatedTo = (celsius: number): number => (celsius === 0 ? coldC : celsius);

function valuesAt(point: OperatingPoint, type: SkidType, equipment: Equipment): (tag: LocalTag) => Evaluated {
  const { points, setPoints } = equipment;
  const values = new Map<LocalTag, TagValue>();
  const put = (value: TagValue, ...tags: readonly (TagDefinition | undefined)[]): void => {
    for (const tag of tags) if (tag !== undefined) values.set(tag.name, value);
  };
  for (const name of setPointNames) put(valueAt(point, name), setPoints[name]);
  put(point.chalcogen, points.chalcogen);
  put(point.cadmium, points.cadmium);
  put(point.ligand, points.ligand);
  put(point.flush, points.flush);
  put(point.shell, points.shell);
  put(heatedTo(point.temperature), points.temperatureA, points.temperatureB, points.independent);
  put(heatedTo(point.stage1), points.stage1);
  put(heatedTo(point.shellTemperature), points.shellTemperature);
  put(coldC, points.outlet);
  put(point.backPressure, points.pressureA, points.pressureB);
  put(point.temperature > 0, points.heater);
  const tags = new Map(type.tags.map((tag) => [tag.name, tag]));
  const lookup = (name: LocalTag): Evaluated => {
    const value = values.get(name);
    if (value !== undefined) return { value, quality: good };
    const source = tags.get(name)?.source;
    if (source?.kind === 'derived') return evaluate(source.expression.root, lookup);
    if (source?.kind === 'point' && source.point.name.startsWith('pumpRunning.')) return { value: true, quality: good };
    return { value: null, quality: bad };
  };
  return lookup;
}
