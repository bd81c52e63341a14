/**
 * A skid type as recipes and phases see it: its set points and readings by what they do, the thermometers of its wetted
 * parts and its volumes. Another skid type needs no change here as long as its field controller has the points.
 */
import { saturatedLiquidDensity } from '../expression/water.ts';
import type { LocalTag } from '../sample.ts';
import type { SkidType, TagDefinition } from '../skid/definition.ts';
import {
  fittedPoints,
  fittedSetPoints,
  neededPoints,
  neededSetPoints,
  readingForm,
  readings,
  type FittedPoint,
  type FittedSetPoint,
  type NeededPoint,
  type NeededSetPoint,
  type PointName,
  type ReadingForm,
  type ReadingName,
} from './roles.ts';

export type Equipment = Readonly<{
  setPoints: Readonly<Record<NeededSetPoint, TagDefinition> & Partial<Record<FittedSetPoint, TagDefinition>>>;
  points: Readonly<Record<NeededPoint, TagDefinition> & Partial<Record<FittedPoint, TagDefinition>>>;
  /** The tags behind each reading; what the skid cannot say is left out. */
  readings: ReadonlyMap<ReadingName, readonly TagDefinition[]>;
  /** Every thermometer of a wetted part: the line is cold when all of them are Good and say so. */
  wetted: readonly TagDefinition[];
  /** In mL, cold. */
  reactorVolumeMl: number;
  shellVolumeMl: number | null;
}>;

/** The equipment of a skid type, or what it lacks to run a batch. */
export function equipmentOf(type: SkidType): Equipment | Readonly<{ lacks: readonly string[] }> {
  const byName = new Map<LocalTag, TagDefinition>(type.tags.map((tag) => [tag.name, tag]));
  const byPoint = new Map(
    type.tags.flatMap((tag) => (tag.source.kind === 'point' ? [[tag.source.point.name, tag] as const] : [])),
  );
  const lacks: string[] = [];
  const find = <K extends string>(forms: Readonly<Record<K, PointForm>>, isNeeded: boolean): Partial<Tags<K>> =>
    Object.fromEntries(
      Object.entries<PointForm>(forms).flatMap(([name, { point, unit }]) => {
        const tag = byPoint.get(point);
        if (tag?.unit === unit) return [[name, tag]];
        if (tag !== undefined) lacks.push(`${tag.name} in ${unit ?? 'no unit'}`);
        else if (isNeeded) lacks.push(point);
        return [];
      }),
    ) as Partial<Tags<K>>;
  const setPoints = { ...find(neededSetPoints, true), ...find(fittedSetPoints, false) };
  const points = { ...find(neededPoints, true), ...find(fittedPoints, false) };
  for (const { name, write } of Object.values<TagDefinition>(setPoints)) {
    if (write === null) lacks.push(`write of ${name}`);
  }
  const wetted = type.wetted.flatMap((name) => byName.get(name) ?? []);
  if (wetted.length === 0) lacks.push('"wetted", the thermometers of its wetted parts');
  const volumeOf = (tag: TagDefinition | undefined): number | null =>
    tag === undefined ? null : (type.volumesMl[tag.unitName] ?? null);
  const reactorVolumeMl = volumeOf(points.temperatureA);
  if (reactorVolumeMl === null) lacks.push('volume of the reactor');
  if (lacks.length > 0 || reactorVolumeMl === null || !isWhole(setPoints, neededSetPoints)) return { lacks };
  if (!isWhole(points, neededPoints)) return { lacks };
  return {
    setPoints,
    points,
    readings: readingsOf(type, points, byName),
    wetted,
    reactorVolumeMl,
    shellVolumeMl: volumeOf(points.shellTemperature),
  };
}

type PointForm = Readonly<{ point: string; unit: string | null }>;
type Tags<K extends string> = Record<K, TagDefinition>;

const isWhole = <T extends object, K extends string>(found: T, asked: Record<K, unknown>): found is T & Tags<K> =>
  Object.keys(asked).every((name) => Object.hasOwn(found, name));

function readingsOf(
  type: SkidType,
  points: Readonly<Partial<Tags<PointName>>>,
  byName: ReadonlyMap<LocalTag, TagDefinition>,
): Equipment['readings'] {
  const found = new Map<ReadingName, readonly TagDefinition[]>();
  for (const name of Object.keys(readings) as ReadingName[]) {
    const tags = tagsOf(readingForm(name), type, points, byName);
    if (tags !== null) found.set(name, tags);
  }
  return found;
}

/** Null where the skid cannot say it. */
function tagsOf(
  { found, unit }: ReadingForm,
  type: SkidType,
  points: Readonly<Partial<Tags<PointName>>>,
  byName: ReadonlyMap<LocalTag, TagDefinition>,
): readonly TagDefinition[] | null {
  switch (found.kind) {
    case 'points':
      return whole(found.of.map((name) => points[name]));
    case 'residence time':
      return whole(residencePoints.map((name) => points[name]));
    case 'analysis':
      return whole([
        type.tags.find(
          (tag) =>
            tag.source.kind === 'analysis' &&
            tag.source.output === found.output &&
            tag.source.part === 'value' &&
            tag.unit === unit,
        ),
      ]);
    case 'row': {
      const channels = type.interlocks.find(({ row }) => row === found.row)?.channels ?? [];
      const tags = channels.map(({ root }) => (root.kind === 'tag' ? byName.get(root.tag) : undefined));
      return tags.length === 0 || tags.some((tag) => tag?.unit !== unit) ? null : whole(tags);
    }
  }
}

function whole(tags: readonly (TagDefinition | undefined)[]): readonly TagDefinition[] | null {
  const there = tags.filter((tag) => tag !== undefined);
  return there.length === tags.length ? there : null;
}

const residencePoints = ['temperatureA', 'temperatureB', 'chalcogen', 'cadmium', 'ligand', 'flush'] as const;

/** A value that may be relied on, or null: a sample that is not Good is no evidence. */
export type Reliable = number | null;

/** What a reading says, from what its tags say; null while one of them may not be relied on, or the skid has it not. */
export function readingValue(
  name: ReadingName,
  equipment: Equipment,
  read: (tag: TagDefinition) => Reliable,
): Reliable {
  const tags = equipment.readings.get(name);
  if (tags === undefined) return null;
  const values: number[] = [];
  for (const tag of tags) {
    const value = read(tag);
    if (value === null) return null;
    values.push(value);
  }
  const { found } = readingForm(name);
  if (found.kind === 'residence time') return residenceTimeS(values, equipment.reactorVolumeMl);
  if (found.kind === 'analysis') return values[0] ?? null;
  if (found.by === 'sum') return values.reduce((sum, value) => sum + value, 0);
  return found.by === 'max' ? Math.max(...values) : Math.min(...values);
}

/** Pumps count their volume at this temperature, in °C. */
export const pumpedAtC = 25;

/** How many times lighter the liquid is at `celsius` than where the pumps count it. */
export const expansion = (celsius: number): number =>
  saturatedLiquidDensity(celsius) / saturatedLiquidDensity(pumpedAtC);

/** Below this flow, in mL/min, no residence time is told. */
const leastFlowMlPerMin = 0.1;

function residenceTimeS(values: readonly number[], volumeMl: number): Reliable {
  const [a = NaN, b = NaN, ...flows] = values;
  const flow = flows.reduce((sum, each) => sum + each, 0);
  if (flow < leastFlowMlPerMin) return null;
  const seconds = (60 * volumeMl * expansion(Math.max(a, b))) / flow;
  return Number.isFinite(seconds) ? seconds : null;
}
