/** A made-up moment of a skid: what its measured tags say, and everything that is derived of them. */
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import type { Evaluated, Lookup } from '../../../plant/expression.ts';
import { evaluate } from '../../../plant/expression/evaluate.ts';
import { badNoCommunication, badSensorFailure, badWaitingForInitialData, good } from '../../../plant/quality.ts';
import { tagName, type LocalTag, type Sample, type SkidName, type TagValue } from '../../../plant/sample.ts';
import type { TagDefinition } from '../../../plant/skid/definition.ts';

/** How a measured tag may be in doubt (safety.md §2); each must count like the others. */
export const doubts = ['Bad', 'stale', 'missing'] as const;
export type Doubt = (typeof doubts)[number];

/** A measured tag at a moment: a value, or a doubt about it. */
export type Reading = number | boolean | Doubt;
export type Readings = ReadonlyMap<LocalTag, Reading>;

export type Tags = ReadonlyMap<LocalTag, TagDefinition>;

const missing: Evaluated = { value: null, quality: badWaitingForInitialData };

/** A stale tag keeps its last value, which must not matter; it is the one that speaks for a trip least. */
function evaluated(reading: Reading | undefined, last: TagValue): Evaluated {
  switch (reading) {
    case undefined:
    case 'missing':
      return missing;
    case 'Bad':
      return { value: null, quality: badSensorFailure };
    case 'stale':
      return { value: last, quality: badNoCommunication };
    default:
      return { value: reading, quality: good };
  }
}

/** What tags say at a moment, derived ones by their expressions. */
export function lookupOf(tags: Tags, readings: Readings): Lookup {
  const known = new Map<LocalTag, Evaluated>();
  const lookup: Lookup = (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const tag = tags.get(name);
    const said =
      tag?.source.kind === 'derived'
        ? evaluate(tag.source.expression.root, lookup)
        : evaluated(readings.get(name), tag?.valueType === 'boolean' ? false : (tag?.range?.low ?? 0));
    known.set(name, said);
    return said;
  };
  return lookup;
}

/** The same as a scan's samples; what is missing is not among them. */
export function samplesOf(
  skid: SkidName,
  tags: Tags,
  names: readonly LocalTag[],
  readings: Readings,
  sourceTime: UtcMs = utcMs(0),
): ReadonlyMap<LocalTag, Sample> {
  const lookup = lookupOf(tags, readings);
  const samples = new Map<LocalTag, Sample>();
  for (const name of names) {
    const said = lookup(name);
    if (said.quality === badWaitingForInitialData && said.value === null) continue;
    samples.set(name, { tag: tagName(skid, name), ...said, sourceTime, serverTime: sourceTime });
  }
  return samples;
}

export const isDoubt = (reading: Reading | undefined): reading is Doubt => typeof reading === 'string';
