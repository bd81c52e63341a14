/**
 * Whether a skid can be run as a recipe asks: capabilities, phases, limits, the margin to boiling, and that none of the
 * skid's interlocks would trip at the recipe's own operating point.
 */
import type { Fault } from '../../plant/errors.ts';
import type { Evaluated } from '../../plant/expression.ts';
import { evaluate } from '../../plant/expression/evaluate.ts';
import { good, bad } from '../../plant/quality.ts';
import { formatValue } from '../../plant/quantity.ts';
import type { LocalTag, TagValue } from '../../plant/sample.ts';
import type { SkidType, TagDefinition } from '../../plant/skid/definition.ts';
import { permissiveBarG } from './boiling.ts';
import type { Equipment, equipmentOf, SetPointName } from './equipment.ts';
import type { Plan } from './phases/phase.ts';
import type { MasterRecipe } from './recipe.ts';
import { planOf } from './recipe-plan.ts';

/** What the recipe asks of a skid and the type does not have; empty where the recipe is for it. */
export const lacking = (recipe: MasterRecipe, { capabilities }: SkidType): readonly string[] =>
  recipe.needs.filter((need) => !capabilities.includes(need));

/** Every fault of running `recipe` on skids of `type`. */
export function fitFaults(
  recipe: MasterRecipe,
  type: SkidType,
  equipment: ReturnType<typeof equipmentOf>,
): readonly Fault[] {
  const where = `${recipe.file} (${recipe.name} on ${type.type})`;
  const fault = (problem: string, remedy: string): Fault => ({ where, problem, remedy });
  if ('lacks' in equipment) {
    const problem = `The type has the capabilities that the recipe needs, but lacks ${equipment.lacks.join(', ')}.`;
    return [fault(problem, 'Give its field controller these points, or take the capability away.')];
  }
  const plan = planOf(recipe, equipment);
  return [
    ...recipe.steps
      .filter(({ phase }) => !type.phases.includes(phase))
      .map(({ phase }) => fault(`The skid type offers no phase "${phase}".`, `It offers ${type.phases.join(', ')}.`)),
    ...limitFaults(recipe, plan, type, equipment, fault),
    ...boilingFaults(recipe, plan, fault),
    ...interlockFaults(plan, type, equipment, fault),
  ];
}

type Say = (problem: string, remedy: string) => Fault;

function limitFaults(
  recipe: MasterRecipe,
  plan: Plan,
  type: SkidType,
  equipment: Equipment,
  fault: Say,
): readonly Fault[] {
  const faults: Fault[] = [];
  const most = (what: string, value: number, limit: number | null, unit: string, remedy: string): void => {
    if (limit !== null && value > limit) {
      faults.push(
        fault(
          `${what} would be ${formatValue(value, unit, 1)}, above the skid's limit of ${formatValue(limit, unit, 1)}.`,
          remedy,
        ),
      );
    }
  };
  const within = (name: SetPointName, value: number): void => {
    const tag = equipment.setPoints[name];
    if (tag === undefined) return;
    const { range, unit, title } = tag;
    if (range !== null && (value < range.low || value > range.high)) {
      faults.push(
        fault(
          `${title} would be ${formatValue(value, unit, 1)}, outside ${range.low}..${range.high}.`,
          'Change the formula or the concentrations.',
        ),
      );
    }
  };
  const { limits } = type;
  most('The total flow', plan.totalMlPerMin, limits.totalFlowMlPerMin, 'mL/min', 'Ask a longer residence time.');
  most('The back pressure', plan.backPressureBarG, limits.pressureBarG, 'bar(g)', 'Ask a lower back pressure.');
  most('The temperature', plan.temperatureC, limits.automaticTemperatureC, '°C', 'Ask a lower temperature.');
  within('chalcogen', plan.chalcogenMlPerMin);
  within('cadmium', plan.cadmiumMlPerMin);
  within('ligand', plan.ligandMlPerMin);
  within('flush', plan.totalMlPerMin);
  within('temperature', plan.temperatureC);
  within('backPressure', plan.backPressureBarG);
  for (const { phase, values } of recipe.steps) {
    if (phase === 'leak-test' && values.pressure !== undefined) {
      within('backPressure', values.pressure);
      most(
        'The pressure of the leak test',
        values.pressure,
        limits.pressureBarG,
        'bar(g)',
        'Test at a lower pressure.',
      );
    }
    if (phase === 'heat-up') {
      if (values.to !== undefined) {
        within('temperature', values.to);
        most(
          'The temperature of the heat-up',
          values.to,
          limits.automaticTemperatureC,
          '°C',
          'Ask a lower temperature.',
        );
      }
      if (values.ramp !== undefined) within('ramp', values.ramp);
    }
  }
  return faults;
}

function boilingFaults(recipe: MasterRecipe, plan: Plan, fault: Say): readonly Fault[] {
  const temperatures = recipe.steps.flatMap(({ phase, values }) =>
    phase === 'heat-up' && values.to !== undefined ? [values.to] : [],
  );
  const hottest = Math.max(plan.temperatureC, ...temperatures);
  const needed = permissiveBarG(hottest);
  if (plan.backPressureBarG >= needed) return [];
  return [
    fault(
      `At ${formatValue(hottest, '°C', 0)} and ${formatValue(plan.backPressureBarG, 'bar(g)', 2)} the margin to boiling is too small to start.`,
      `Ask a back pressure of at least ${formatValue(Math.ceil(needed * 100) / 100, 'bar(g)', 2)}, or a lower temperature.`,
    ),
  ];
}

/** At the operating point every value stands where the recipe wants it; a condition that is true there would always trip. */
function interlockFaults(plan: Plan, type: SkidType, equipment: Equipment, fault: Say): readonly Fault[] {
  const lookup = operatingPoint(plan, type, equipment);
  const faults: Fault[] = [];
  for (const row of type.interlocks) {
    const reference: Evaluated = { value: plan.temperatureC, quality: good };
    const trips = row.channels.some((channel) => {
      const bindings = { value: evaluate(channel.root, lookup), reference };
      return row.trip.some(({ when }) => evaluate(when.root, lookup, bindings).value === true);
    });
    const armed = row.armed === null || evaluate(row.armed.root, lookup).value !== false;
    if (trips && armed) {
      faults.push(
        fault(
          `The interlock ${row.row} (${row.title}) would trip at the recipe's own set points.`,
          `Change the formula or the concentrations: ${row.why}`,
        ),
      );
    }
  }
  return faults;
}

function operatingPoint(plan: Plan, type: SkidType, equipment: Equipment): (tag: LocalTag) => Evaluated {
  const { readings, setPoints } = equipment;
  const values = new Map<LocalTag, TagValue>();
  const put = (value: TagValue, ...tags: readonly TagDefinition[]): void => {
    for (const tag of tags) values.set(tag.name, value);
  };
  put(plan.chalcogenMlPerMin, readings.chalcogen, setPoints.chalcogen);
  put(plan.cadmiumMlPerMin, readings.cadmium, setPoints.cadmium);
  put(plan.ligandMlPerMin, readings.ligand, setPoints.ligand);
  put(0, readings.flush, setPoints.flush);
  put(plan.temperatureC, readings.temperatureA, readings.temperatureB, readings.independent, setPoints.temperature);
  put(plan.backPressureBarG, readings.pressureA, readings.pressureB, setPoints.backPressure);
  put(true, readings.heater);
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
