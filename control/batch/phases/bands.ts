/** What is out of band or out of its limits, in words with the live value: what people read, and what a proof stands on. */
import { formatValue } from '../../../plant/quantity.ts';
import type { Reliable } from '../../../plant/recipe/equipment.ts';
import type { FormulaLimit } from '../../../plant/recipe/recipe.ts';
import type { Plan } from '../../../plant/recipe/plan.ts';
import { isReading } from '../../../plant/recipe/roles.ts';
import type { SkidReading } from '../skid-reading.ts';
import { listOf, quantityOf, type PhaseContext } from './phase.ts';

export type Bands = Readonly<{ temperatureK: number; pressureBar: number; flowPercent: number }>;

export const bandsOf = (context: PhaseContext): Bands => ({
  temperatureK: quantityOf(context, 'temperatureBand'),
  pressureBar: quantityOf(context, 'pressureBand'),
  flowPercent: quantityOf(context, 'flowBand'),
});

const planned = {
  ligand: 'ligandMlPerMin',
  chalcogen: 'chalcogenMlPerMin',
  cadmium: 'cadmiumMlPerMin',
  shell: 'shellMlPerMin',
} as const satisfies Readonly<Record<string, keyof Plan>>;
type Feed = keyof typeof planned;

/** Empty where all three feeds of the core and the reactor are in band. */
export const coreOutOfBand = (
  skid: SkidReading,
  plan: Plan,
  { temperatureK, flowPercent }: Omit<Bands, 'pressureBar'>,
): string[] => [
  ...outOf('reactor temperature A', skid.points.temperatureA, plan.temperatureC, temperatureK, '°C'),
  ...outOf('reactor temperature B', skid.points.temperatureB, plan.temperatureC, temperatureK, '°C'),
  ...flowsOutOfBand(skid, plan, flowPercent, ['ligand', 'chalcogen', 'cadmium']),
];

/** Empty where the whole line is in band, the shell's part of it while its feed is on. */
export const lineOutOfBand = (skid: SkidReading, plan: Plan, bands: Bands): readonly string[] => [
  ...coreOutOfBand(skid, plan, bands),
  ...outOf('reactor pressure', skid.readings.reactorPressure, plan.backPressureBarG, bands.pressureBar, 'bar(g)'),
  ...(shellIsOn(skid) ? shellOutOfBand(skid, plan, shellTarget(skid, plan), bands) : []),
];

/** A set point that cannot be read may stand anywhere. */
const shellIsOn = ({ setPoints: { shell } }: SkidReading): boolean => shell !== undefined && shell !== 0;

/** A recipe may have shells at several temperatures: the one that stands is meant. */
const shellTarget = ({ setPoints: { shellTemperature } }: SkidReading, { shellTemperatureC }: Plan): number =>
  shellTemperature ?? shellTemperatureC ?? 0;

export const shellOutOfBand = (
  skid: SkidReading,
  plan: Plan,
  temperatureC: number,
  { temperatureK, flowPercent }: Omit<Bands, 'pressureBar'>,
): readonly string[] => [
  ...outOf('shell temperature', skid.points.shellTemperature, temperatureC, temperatureK, '°C'),
  ...flowsOutOfBand(skid, plan, flowPercent, ['shell']),
];

export const flowsOutOfBand = (
  { points }: SkidReading,
  plan: Plan,
  percent: number,
  feeds: readonly Feed[],
): readonly string[] =>
  feeds.flatMap((feed) => {
    const target = plan[planned[feed]];
    return outOf(`${feed} flow`, points[feed], target, (target * percent) / 100, 'mL/min');
  });

/** Nothing where it is Good and in band. */
export function outOf(
  what: string,
  value: Reliable | undefined,
  target: number,
  band: number,
  unit: string,
): readonly string[] {
  if (value != null && Math.abs(value - target) <= band) return [];
  return [`${what} ${formatValue(value ?? null, unit, 1)} (${formatValue(target, unit, 1)} ± ${band.toFixed(1)})`];
}

/** What the step's argument `name` asks of the formula's limits, and is not in range by a Good reading. */
export const limitsOutOfRange = (context: PhaseContext, name: string): readonly string[] =>
  listOf(context, name).flatMap((limit) => limitOutOfRange(context, limit));

function limitOutOfRange({ limits, skid }: PhaseContext, name: string): readonly string[] {
  const limit = limits.get(name);
  if (limit === undefined) throw new RangeError(`limit ${name} of a checked step is not in the formula`);
  const value = valueOf(limit, skid);
  const { low, high } = limit;
  if (value !== null && (low === null || value >= low) && (high === null || value <= high)) return [];
  const said = value === null ? `${name} not known: no Good reading` : `${name} ${formatValue(value, limit.unit, 2)}`;
  return [`${said} (${sayLimit(limit)})`];
}

const valueOf = ({ reading }: FormulaLimit, { readings }: SkidReading): Reliable =>
  isReading(reading) ? (readings[reading] ?? null) : null;

function sayLimit(limit: FormulaLimit): string {
  const { low, high } = limit;
  const say = (value: number): string => formatValue(value, limit.unit, 2);
  if (low !== null && high !== null) return `${say(low)} to ${say(high)}`;
  return low === null ? `at most ${say(high ?? 0)}` : `at least ${say(low)}`;
}

/** The limits of the step's argument `name` as they read now, for the record. */
export function limitFigures({ limits, skid, values }: PhaseContext, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    listOf({ values }, name).flatMap((each) => {
      const limit = limits.get(each);
      return limit === undefined ? [] : [[each, formatValue(valueOf(limit, skid), limit.unit, 2)]];
    }),
  );
}
