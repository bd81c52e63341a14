/** Reads the tags of a skid file: where each comes from, in which unit, how long it may be silent. */
import type { Scope } from '../expression/check.ts';
import { tagsNamedIn } from '../expression/parse.ts';
import { localTag } from '../sample.ts';
import { didYouMean } from '../suggest.ts';
import { parseUnit, unitText } from '../units.ts';
import type { TagDefinition } from './definition.ts';
import { checkName } from './names.ts';
import type { TagFile } from './schema.ts';
import type { Source } from './source.ts';
import {
  readDeadband,
  readHistory,
  readRanges,
  readStaleAfter,
  readStates,
  readWrite,
  usualDecimals,
} from './tag-details.ts';
import { isBoolean, isText, readSource, type TagContext } from './tag-source.ts';

/** The tags, each after the tags it is derived from; and what expressions elsewhere in the file may read. */
export function readTags(
  source: Source,
  files: Readonly<Record<string, TagFile>>,
  context: TagContext,
): Readonly<{ tags: readonly TagDefinition[]; scope: Scope }> {
  const made = new Map<string, TagDefinition | null>();
  const names = Object.keys(files);
  const scope: Scope = {
    tagNames: names,
    volumesMl: context.volumesMl,
    tagUnit: (name) => {
      const tag = made.get(name);
      if (tag?.valueType === 'text') return 'text';
      if (tag !== undefined && tag !== null) return tag.valueType === 'boolean' ? 'bool' : tag.unit;
      return Object.hasOwn(files, name) ? declaredUnit(files[name]) : undefined;
    },
  };
  const make = (name: string, readers: readonly string[]): void => {
    const file = Object.hasOwn(files, name) ? files[name] : undefined;
    if (file === undefined || made.has(name)) return;
    if (readers.includes(name)) {
      const circle = [...readers.slice(readers.indexOf(name)), name].join(' → ');
      source.fault(
        ['tags', name, 'is'],
        `The tag is derived from itself: ${circle}.`,
        'Take one of them from the field.',
      );
      made.set(name, null);
      return;
    }
    const reads = [file.is, file.taken?.from, file.taken?.while].flatMap((text) => tagsNamedIn(text ?? ''));
    for (const part of reads) make(part, [...readers, name]);
    if (!made.has(name)) made.set(name, readTag(source, name, file, context, { scope, made }));
  };
  for (const name of names) make(name, []);
  return { tags: [...made.values()].filter((tag) => tag !== null), scope };
}

/** A tag whose own line is at fault is not at fault again wherever it is read. */
function declaredUnit(file: TagFile | undefined): string | null {
  try {
    return file?.unit === undefined ? 'faulty' : unitText(parseUnit(file.unit));
  } catch {
    return 'faulty';
  }
}

type Made = Readonly<{ scope: Scope; made: ReadonlyMap<string, TagDefinition | null> }>;

function readTag(source: Source, name: string, file: TagFile, context: TagContext, made: Made): TagDefinition | null {
  const path = ['tags', name];
  const before = source.faults.length;
  checkName(
    source,
    path,
    name,
    /^[A-Za-z][A-Za-z0-9]*\/[A-Za-z][A-Za-z0-9]*(?:[.-][A-Za-z0-9]+)*$/u,
    'Write UNIT/NAME, such as "R201/TT-201A".',
  );
  const unitName = name.split('/', 1)[0] ?? '';
  const unitNames = context.units.map((unit) => unit.name);
  if (!unitNames.includes(unitName)) {
    source.fault(
      path,
      `The tag belongs to the unit "${unitName}", which does not exist.`,
      didYouMean(unitName, unitNames, 'Add it under "units".'),
    );
  }
  const unit = readUnit(source, path, file);
  if (unit === undefined) return null;
  const tagSource = readSource(source, path, { ...file, unit: unit ?? undefined }, context, made.scope);
  const ranges = readRanges(source, path, file, unit);
  const { range } = ranges;
  if (tagSource?.kind === 'given' && range !== null && (tagSource.value < range.low || tagSource.value > range.high)) {
    source.fault(
      [...path, 'given'],
      `The figure ${file.given ?? ''} leaves the range ${file.range ?? ''}.`,
      'Correct one of them.',
    );
  }
  const stale = tagSource === null ? null : readStaleAfter(source, path, file, context, { tagSource, tags: made.made });
  const write = tagSource === null ? null : readWrite(source, path, file, { tagSource, range });
  if (tagSource === null || stale === null || source.faults.length > before) return null;
  const valueType = isBoolean(tagSource) ? 'boolean' : isText(tagSource) ? 'text' : 'number';
  const states = readStates(source, path, file, context, { tagSource, valueType });
  return {
    name: localTag(name),
    title: file.title,
    unitName,
    source: tagSource,
    valueType,
    unit,
    range,
    normal: ranges.normal,
    states,
    decimals: file.decimals ?? (valueType === 'boolean' || states !== null ? 0 : usualDecimals(ranges.range)),
    critical: file.critical ?? false,
    staleAfter: stale,
    historyEvery: readHistory(source, path, file),
    deadband: readDeadband(source, path, file, { valueType, states, tagSource }),
    write,
  };
}

/** The tag's unit as the house writes it; null where it has none, undefined where it is at fault. */
function readUnit(source: Source, path: readonly string[], { unit }: TagFile): string | null | undefined {
  if (unit === undefined) return null;
  const read = source.attempt([...path, 'unit'], (where) => ({ unit: unitText(parseUnit(unit, where)) }));
  return read === null ? undefined : read.unit;
}
