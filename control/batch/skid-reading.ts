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
import type { LocalTag, Sample } from '../../plant/sample.ts';
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
  const sampleOf = finderIn(equipment, samples);
  const read = ({ name }: TagDefinition): Reliable => numberOf(sampleOf(name));
  const setPoints: Partial<Record<SetPointName, Reliable>> = {};
  for (const name of setPointNames) {
    const tag = equipment.setPoints[name];
    if (tag !== undefined) setPoints[name] = read(tag);
  }
  const points: Partial<Record<PointName, Reliable>> = {};
  for (const [name, tag] of Object.entries(equipment.points)) points[name as PointName] = read(tag);
  let hottestC: Reliable = -Infinity;
  for (const tag of equipment.wetted) {
    const one = read(tag);
    hottestC = hottestC === null || one === null ? null : Math.max(hottestC, one);
  }
  const { reactorVolumeMl, shellVolumeMl } = equipment;
  const readings = new Readings(equipment, read) as SkidReading['readings'];
  return { setPoints, points, readings, hottestC, reactorVolumeMl, shellVolumeMl: shellVolumeMl ?? 0 };
}

/** Readings are made when somebody asks: of a scan in which nothing is decided a step looks at a few of them only. */
class Readings {
  readonly #equipment: Equipment;
  readonly #read: (tag: TagDefinition) => Reliable;
  readonly #known = new Map<ReadingName, Reliable | undefined>();

  constructor(equipment: Equipment, read: (tag: TagDefinition) => Reliable) {
    this.#equipment = equipment;
    this.#read = read;
  }

  static {
    for (const name of readingNames as readonly ReadingName[])
      Object.defineProperty(this.prototype, name, {
        get(this: Readings) {
          return this.#of(name);
        },
      });
  }

  #of(name: ReadingName): Reliable | undefined {
    if (!this.#known.has(name)) {
      const has = this.#equipment.readings.has(name);
      this.#known.set(name, has ? readingValue(name, this.#equipment, this.#read) : undefined);
    }
    return this.#known.get(name);
  }
}

/** Where each tag stood in the samples last; scans of a skid have them in the same order. */
const places = new WeakMap<Equipment, Map<LocalTag, number>>();

function finderIn(equipment: Equipment, samples: readonly Sample[]): (name: LocalTag) => Sample | undefined {
  const known = places.get(equipment) ?? new Map<LocalTag, number>();
  places.set(equipment, known);
  const isIt = (sample: Sample | undefined, name: LocalTag): boolean =>
    sample !== undefined &&
    sample.tag.length - sample.tag.indexOf('/') - 1 === name.length &&
    sample.tag.endsWith(name);
  return (name) => {
    const sample = samples[known.get(name) ?? -1];
    if (isIt(sample, name)) return sample;
    const found = samples.findIndex((one) => isIt(one, name));
    if (found >= 0) known.set(name, found);
    return samples[found];
  };
}

function numberOf(sample: Sample | undefined): Reliable {
  if (sample === undefined || !isGood(sample.quality)) return null;
  const { value } = sample;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
