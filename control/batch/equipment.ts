/**
 * A skid as the phases see it: its feeds, its reactor and its outlet by what they do, whatever the tags are called. The
 * roles are found by the names of the field controller's points, so that another skid type needs no change here.
 */
import { isGood, type Quality } from '../../plant/quality.ts';
import { splitTag, type LocalTag, type Sample } from '../../plant/sample.ts';
import type { SkidType, TagDefinition } from '../../plant/skid/definition.ts';

export const feeds = ['chalcogen', 'cadmium', 'ligand', 'flush'] as const;
export type Feed = (typeof feeds)[number];

const needed = [...feeds, 'temperature', 'ramp', 'backPressure', 'diverter'] as const;
/** What not every skid has. */
const fitted = ['stage1'] as const;
type NeededSetPoint = (typeof needed)[number];
type FittedSetPoint = (typeof fitted)[number];

/**
 * What a batch may set. Flows in mL/min, temperatures (`stage1`: of the first stage) in °C, ramp in °C/min, back pressure in
 * bar(g), diverter 0 waste, 1 product.
 */
export const setPointNames = [...needed, ...fitted] as const;
export type SetPointName = NeededSetPoint | FittedSetPoint;
export type SetPoints = Readonly<Partial<Record<SetPointName, number>>>;

const setPointPoints: Readonly<Record<NeededSetPoint, string>> = {
  chalcogen: 'chalcogenFlowSetpoint',
  cadmium: 'cadmiumFlowSetpoint',
  ligand: 'ligandFlowSetpoint',
  flush: 'flushFlowSetpoint',
  temperature: 'reactorSetpoint',
  ramp: 'reactorRampRate',
  backPressure: 'backPressureSetpoint',
  diverter: 'diverterCommand',
};
const fittedPoints: Readonly<Record<FittedSetPoint, string>> = { stage1: 'stage1Setpoint' };

const readingPoints = {
  chalcogen: 'chalcogenFlow',
  cadmium: 'cadmiumFlow',
  ligand: 'ligandFlow',
  flush: 'flushFlow',
  temperatureA: 'reactorTemperatureA',
  temperatureB: 'reactorTemperatureB',
  independent: 'reactorTemperatureIndependent',
  outlet: 'outletTemperature',
  pressureA: 'reactorPressureA',
  pressureB: 'reactorPressureB',
  diverter: 'diverterPosition',
  collected: 'collectedVolume',
  heater: 'heaterEnabled',
} as const;
export type ReadingName = keyof typeof readingPoints;

export type Equipment = Readonly<{
  setPoints: Readonly<Record<NeededSetPoint, TagDefinition> & Partial<Record<FittedSetPoint, TagDefinition>>>;
  readings: Readonly<Record<ReadingName, TagDefinition>>;
  /** Volume of the reactor in mL, cold. */
  reactorVolumeMl: number;
}>;

/** The equipment of a skid type, or what it lacks to run a batch. */
export function equipmentOf(type: SkidType): Equipment | Readonly<{ lacks: readonly string[] }> {
  const byPoint = new Map(
    type.tags.flatMap((tag) => (tag.source.kind === 'point' ? [[tag.source.point.name, tag] as const] : [])),
  );
  const lacks: string[] = [];
  const find = <K extends string>(points: Readonly<Record<K, string>>): Record<K, TagDefinition> =>
    Object.fromEntries(
      Object.entries<string>(points).flatMap(([name, point]) => {
        const tag = byPoint.get(point);
        if (tag === undefined) lacks.push(point);
        return tag === undefined ? [] : [[name, tag]];
      }),
    ) as Record<K, TagDefinition>;
  const own = find(setPointPoints);
  const more = fitted.flatMap((name) => {
    const tag = byPoint.get(fittedPoints[name]);
    return tag === undefined ? [] : [[name, tag] as const];
  });
  const setPoints: Equipment['setPoints'] = { ...own, ...Object.fromEntries(more) };
  const readings = find(readingPoints);
  for (const tag of Object.values<TagDefinition>(setPoints)) if (tag.write === null) lacks.push(`write of ${tag.name}`);
  const reactor = byPoint.get(readingPoints.temperatureA)?.unitName;
  const reactorVolumeMl = reactor === undefined ? undefined : type.volumesMl[reactor];
  if (reactorVolumeMl === undefined) lacks.push('volume of the reactor');
  return lacks.length > 0 || reactorVolumeMl === undefined ? { lacks } : { setPoints, readings, reactorVolumeMl };
}

/** A value that may be relied on, or null: a sample that is not Good is no evidence. */
export type Reliable = number | null;

/** What one scan says of the skid. */
export type SkidReading = Readonly<{
  readings: Readonly<Record<ReadingName, Reliable>>;
  /** Left out where the skid has no such set point. */
  setPoints: Readonly<Record<NeededSetPoint, Reliable> & Partial<Record<FittedSetPoint, Reliable>>>;
}>;

export function readSkid(equipment: Equipment, samples: readonly Sample[]): SkidReading {
  const byTag = new Map<LocalTag, Sample>(samples.map((sample) => [splitTag(sample.tag).local, sample]));
  const reliable = (tag: TagDefinition): Reliable => {
    const sample = byTag.get(tag.name);
    return sample === undefined ? null : numberOf(sample);
  };
  const all = <T extends object>(tags: T): { [K in keyof T]: Reliable } =>
    Object.fromEntries(Object.entries(tags).map(([name, tag]) => [name, reliable(tag as TagDefinition)])) as {
      [K in keyof T]: Reliable;
    };
  return { readings: all(equipment.readings), setPoints: all(equipment.setPoints) };
}

function numberOf({ value, quality }: Readonly<{ value: Sample['value']; quality: Quality }>): Reliable {
  if (!isGood(quality)) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The larger of the reactor's two temperatures in °C, or null while one of them is not Good. */
export const reactorTemperature = ({ readings: { temperatureA, temperatureB } }: SkidReading): Reliable =>
  temperatureA === null || temperatureB === null ? null : Math.max(temperatureA, temperatureB);

/** The smaller of the reactor's two pressures in bar(g), or null while one of them is not Good. */
export const reactorPressure = ({ readings: { pressureA, pressureB } }: SkidReading): Reliable =>
  pressureA === null || pressureB === null ? null : Math.min(pressureA, pressureB);

/** What all pumps deliver in mL/min, or null while one flow is not Good. */
export function totalFlow({ readings }: SkidReading): Reliable {
  let sum = 0;
  for (const feed of feeds) {
    const flow = readings[feed];
    if (flow === null) return null;
    sum += flow;
  }
  return sum;
}
