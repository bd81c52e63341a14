/** The switches by which a skid, or a device of it, is taken to Local in the field. */
import { localTag, type LocalTag } from '../sample.ts';
import { didYouMean } from '../suggest.ts';
import type { DeviceDefinition, TagDefinition } from './definition.ts';
import type { SkidFile } from './schema.ts';
import type { Path, Source } from './source.ts';

type Parts = Readonly<{ tags: readonly TagDefinition[]; devices: readonly DeviceDefinition[] }>;

/** @returns the skid's own switch; those of the devices are checked too */
export function checkLocal(source: Source, form: SkidFile, { tags, devices }: Parts): LocalTag | null {
  for (const { name, local } of devices)
    if (local !== null) checkSwitch(source, form, ['devices', name, 'local'], local, tags);
  if (form.local === undefined) return null;
  checkSwitch(source, form, ['local'], form.local, tags);
  return localTag(form.local);
}

function checkSwitch(source: Source, form: SkidFile, path: Path, name: string, tags: readonly TagDefinition[]): void {
  const tag = tags.find((each) => each.name === name);
  if (!Object.hasOwn(form.tags, name)) {
    source.fault(
      path,
      `The switch is the tag ${name}, which does not exist.`,
      didYouMean(name, Object.keys(form.tags), 'Name a tag of this file.'),
    );
  } else if (tag !== undefined && tag.valueType !== 'boolean') {
    source.fault(path, `${name} is not true or false.`, 'Name a tag that is true while the switch stands in Local.');
  }
}
