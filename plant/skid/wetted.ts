/** Reads `wetted` of a skid file: the thermometers of all parts that the liquid touches. */
import { localTag, type LocalTag } from '../sample.ts';
import { didYouMean } from '../suggest.ts';
import type { TagDefinition } from './definition.ts';
import type { SkidFile } from './schema.ts';
import type { Source } from './source.ts';

/** Each as it is measured: what is derived of others is as good as they are, and would hide that one is missing. */
export function readWetted(source: Source, form: SkidFile, tags: readonly TagDefinition[]): readonly LocalTag[] {
  return (form.wetted ?? []).map((name, i) => {
    const path = ['wetted', i];
    const tag = tags.find((each) => each.name === name);
    if (tag === undefined) {
      if (!Object.hasOwn(form.tags, name))
        source.fault(
          path,
          `There is no tag "${name}".`,
          didYouMean(name, Object.keys(form.tags), 'Name a tag of this file.'),
        );
    } else if (tag.valueType !== 'number' || tag.unit !== '°C') {
      source.fault(path, `${name} is no temperature in °C.`, 'Name a thermometer.');
    } else if (tag.source.kind === 'derived') {
      source.fault(path, `${name} is derived of other tags.`, 'Name the thermometers themselves.');
    }
    return localTag(name);
  });
}
