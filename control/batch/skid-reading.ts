/** What one scan says of a skid: set points, points and readings by what they do, as far as they may be relied on. */
import { isGood } from '../../plant/quality.ts';
import { readingValue, type Equipment, type Reliable } from '../../plant/recipe/equipment.ts';
import {
  readingNames,
  setPointNames,
  type PointName,
  type ReadingName,
  type SetPointName,
} from '../../plant/recipe/roles.ts';
import { splitTag, type LocalTag, type Sample } from '../../plant/sample.ts';
import type { TagDefinition } from '../../plant/skid/definition.ts';

export type SkidReading = Readonly<{
  /** Left out where the skid has no such set point; null where it is not Good. */
  setPoints: Readonly<Partial<Record<SetPointName, Reliable>>>;
  points: Readonly<Partial<Record<PointName, Reliable>>>;
  /** Left out where the skid cannot say it. */
  readings: Readonly<Partial<Record<ReadingName, Reliable>>>;
  /** The hottest of all wetted parts in °C; null while one thermometer of them may not be relied on: then it may be hot. */
  hottestC: Reliable;
  reactorVolumeMl: number;
  shellVolumeMl: number;
}>;

export function readSkid(equipment: Equipment, samples: readonly Sample[]): SkidReading {
  const byTag = new Map<LocalTag, Sample>(samples.map((sample) => [splitTag(sample.tag).local, sample]));
  const read = ({ name }: TagDefinition): Reliable => numberOf(byTag.get(name));
  const readings: Partial<Record<ReadingName, Reliable>> = {};
  for (const name of readingNames as readonly ReadingName[])
    if (equipment.readings.has(name)) readings[name] = readingValue(name, equipment, read);
  const setPoints: Partial<Record<SetPointName, Reliable>> = {};
  for (const name of setPointNames) {
    const tag = equipment.setPoints[name];
    if (tag !== undefined) setPoints[name] = read(tag);
  }
  const points: Partial<Record<PointName, Reliable>> = {};
  for (const [name, tag] of Object.entries(equipment.points)) points[name as PointName] = read(tag);
  const hottestC = equipment.wetted
    .map(read)
    .reduce<Reliable>((most, one) => (most === null || one === null ? null : Math.max(most, one)), -Infinity);
  const { reactorVolumeMl, shellVolumeMl } = equipment;
  return { setPoints, points, readings, hottestC, reactorVolumeMl, shellVolumeMl: shellVolumeMl ?? 0 };
}

function numberOf(sample: Sample | undefined): Reliable {
  if (sample === undefined || !isGood(sample.quality)) return null;
  const { value } = sample;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
