/** Reads the tags of a skid file: where each comes from, in which unit, how long it may be silent. */
import { milliseconds, type Milliseconds } from '../clock.ts';
import { checkExpression, type Scope } from '../expression/check.ts';
import { tagsNamedIn } from '../expression/parse.ts';
import type { CheckedExpression } from '../expression.ts';
import { parseDuration, parseRange } from '../quantity.ts';
import { localTag } from '../sample.ts';
import { didYouMean } from '../suggest.ts';
import { parseUnit, unitText } from '../units.ts';
import type { DeviceDefinition, Range, TagDefinition, TagSource, UnitDefinition } from './definition.ts';
import { checkName } from './names.ts';
import type { TagFile } from './schema.ts';
import type { Path, Source } from './source.ts';

export type TagContext = Readonly<{
  units: readonly UnitDefinition[];
  devices: readonly DeviceDefinition[];
  /** Devices whose own fault has been told. */
  faultyDevices: ReadonlySet<string>;
  volumesMl: Readonly<Record<string, number>>;
}>;

const defaultStaleAfter = milliseconds(2000);
const defaultHistoryEvery = milliseconds(1000);
/** A value that one lost answer makes stale would flicker. */
const periodsBeforeStale = 3;

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
    for (const part of tagsNamedIn(file.is ?? '')) make(part, [...readers, name]);
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
  const { unit: written } = file;
  const unit =
    written === undefined ? null : source.attempt([...path, 'unit'], (where) => unitText(parseUnit(written, where)));
  const tagSource = readSource(source, path, { ...file, unit: unit ?? undefined }, context, made.scope);
  const ranges = readRanges(source, path, file, unit);
  const stale = tagSource === null ? null : readStaleAfter(source, path, file, context, { tagSource, made });
  const write = tagSource === null ? null : readWrite(source, path, file, { tagSource, range: ranges.range });
  if (tagSource === null || stale === null || source.faults.length > before) return null;
  const valueType = isBoolean(tagSource) ? 'boolean' : 'number';
  const states = readStates(source, path, file, context, { tagSource, valueType });
  return {
    name: localTag(name),
    title: file.title,
    unitName,
    source: tagSource,
    valueType,
    unit,
    range: ranges.range,
    normal: ranges.normal,
    states,
    decimals: file.decimals ?? (valueType === 'boolean' || states !== null ? 0 : usualDecimals(ranges.range)),
    critical: file.critical ?? false,
    staleAfter: stale,
    historyEvery: readHistory(source, path, file),
    write,
  };
}

/** @param file with its unit as the house writes it */
function readSource(
  source: Source,
  path: Path,
  file: Omit<TagFile, 'unit'> & { unit: string | undefined },
  context: TagContext,
  scope: Scope,
): TagSource | null {
  const { from, is } = file;
  if (from !== undefined && is === undefined) return readFrom(source, path, from, file.unit ?? null, context);
  if (is === undefined || from !== undefined) {
    source.fault(
      path,
      from === undefined ? 'The tag has neither "from" nor "is".' : 'The tag has both "from" and "is".',
      'Write "from: DEVICE.point" or "is: EXPRESSION".',
    );
    return null;
  }
  const expression = source.attempt([...path, 'is'], (where): CheckedExpression => {
    const free = file.unit === undefined ? checkExpression(is, scope, where) : undefined;
    return free?.unit === 'bool' ? free : checkExpression(is, scope, where, file.unit ?? null);
  });
  return expression === null ? null : { kind: 'derived', expression };
}

function readFrom(
  source: Source,
  path: Path,
  from: string,
  unit: string | null,
  context: TagContext,
): TagSource | null {
  const dot = from.indexOf('.');
  const [deviceName, pointName] = dot < 0 ? [from, ''] : [from.slice(0, dot), from.slice(dot + 1)];
  const device = context.devices.find(({ name }) => name === deviceName);
  if (device === undefined && context.faultyDevices.has(deviceName)) return null;
  if (device === undefined) {
    const names = context.devices.map(({ name }) => name);
    source.fault(
      [...path, 'from'],
      `There is no device "${deviceName}".`,
      didYouMean(deviceName, names, 'Name a device of this file, then a dot and its point.'),
    );
    return null;
  }
  const point = device.model.points.find(({ name }) => name === pointName);
  const column = device.model.ring?.values.find(({ name }) => name === pointName);
  if (point === undefined && column === undefined) {
    const names = [...device.model.points, ...(device.model.ring?.values ?? [])].map(({ name }) => name);
    source.fault(
      [...path, 'from'],
      `${device.model.model} has no point "${pointName}".`,
      didYouMean(pointName, names, `Its points: ${names.join(', ')}.`),
    );
    return null;
  }
  const fieldUnit = (point ?? column)?.unit ?? null;
  if (fieldUnit !== unit) {
    source.fault(
      unit === null ? path : [...path, 'unit'],
      `The tag is ${unit === null ? 'without a unit' : `in ${unit}`}, and ${from} ${fieldUnit === null ? 'has none' : `is in ${fieldUnit}`}.`,
      fieldUnit === null
        ? 'Leave "unit" out.'
        : `Write "unit: ${quoted(fieldUnit)}"; a tag from the field has the unit of its point.`,
    );
    return null;
  }
  if (point !== undefined) return { kind: 'point', device: deviceName, point };
  return { kind: 'row', device: deviceName, column: pointName };
}

const quoted = (unit: string): string => (unit === '%' ? "'%'" : unit);

const isBoolean = (source: TagSource): boolean =>
  (source.kind === 'point' && source.point.type === 'bool') ||
  (source.kind === 'derived' && source.expression.unit === 'bool');

function readRanges(
  source: Source,
  path: Path,
  file: TagFile,
  unit: string | null,
): Readonly<{ range: Range | null; normal: Range | null }> {
  const read = (key: 'range' | 'normal'): Range | null => {
    const text = file[key];
    if (text === undefined) return null;
    const range = source.attempt([...path, key], (where) => parseRange(text, where));
    if (range === null) return null;
    if (range.unit !== null && range.unit !== unit) {
      source.fault(
        [...path, key],
        `The ${key} is in ${range.unit}, the tag in ${unit ?? 'no unit'}.`,
        `Write the ${key} without a unit.`,
      );
    }
    return { low: range.low, high: range.high };
  };
  const [range, normal] = [read('range'), read('normal')];
  if (range !== null && normal !== null && (normal.low < range.low || normal.high > range.high)) {
    source.fault(
      [...path, 'normal'],
      `The normal band ${file.normal ?? ''} leaves the range ${file.range ?? ''}.`,
      'Correct one of them.',
    );
  }
  return { range, normal };
}

function readStaleAfter(
  source: Source,
  path: Path,
  file: TagFile,
  context: TagContext,
  { tagSource, made }: Readonly<{ tagSource: TagSource; made: Made }>,
): Milliseconds | null {
  if (tagSource.kind === 'derived') {
    if (file.staleAfter !== undefined) {
      source.fault(
        [...path, 'staleAfter'],
        'A derived tag is as stale as the tags it is made of.',
        'Leave "staleAfter" out.',
      );
    }
    const parts = tagSource.expression.tags.map((tag) => made.made.get(tag)?.staleAfter ?? 0);
    return parts.length === 0 ? defaultStaleAfter : milliseconds(Math.max(...parts));
  }
  const { staleAfter } = file;
  if (staleAfter === undefined) return defaultStaleAfter;
  const span = source.attempt([...path, 'staleAfter'], (where) => parseDuration(staleAfter, where));
  const period = context.devices.find(({ name }) => name === tagSource.device)?.model.period ?? milliseconds(0);
  if (span !== null && span < periodsBeforeStale * period) {
    source.fault(
      [...path, 'staleAfter'],
      `The tag is stale after ${span} ms, and ${tagSource.device} is read every ${period} ms.`,
      `Use at least ${periodsBeforeStale * period} ms, so that one lost answer does not turn it Bad.`,
    );
  }
  return span;
}

function readWrite(
  source: Source,
  path: Path,
  file: TagFile,
  { tagSource, range }: Readonly<{ tagSource: TagSource; range: Range | null }>,
): TagDefinition['write'] {
  if (file.write === undefined) return null;
  const where = [...path, 'write'];
  if (tagSource.kind !== 'point') {
    source.fault(where, 'Only a tag from a point of a device can be written.', 'Leave "write" out.');
    return null;
  }
  const { point } = tagSource;
  if (point.access !== 'read-write') {
    source.fault(
      where,
      `${tagSource.device}.${point.name} cannot be written.`,
      'Leave "write" out, or set "write: true" in the device model.',
    );
  }
  if (point.type !== 'bool' && range === null) {
    source.fault(where, 'A tag that can be written has no range, so any value would be taken.', 'Add "range".');
  }
  const [low, high] = [point.range?.low ?? -Infinity, point.range?.high ?? Infinity];
  if (range !== null && (range.low < low || range.high > high)) {
    source.fault(
      [...path, 'range'],
      `The tag takes ${file.range ?? ''}, and ${tagSource.device}.${point.name} only ${low}..${high}.`,
      'Keep the range within the point’s.',
    );
  }
  const { role, safe } = file.write;
  return { roles: typeof role === 'string' ? [role] : role, safe: safe ?? 'lower' };
}

function readStates(
  source: Source,
  path: Path,
  file: TagFile,
  context: TagContext,
  { tagSource, valueType }: Readonly<{ tagSource: TagSource; valueType: 'number' | 'boolean' }>,
): TagDefinition['states'] {
  const { states } = file;
  if (states === undefined) return null;
  if (file.unit !== undefined)
    source.fault([...path, 'states'], 'A tag with states has a unit.', 'Leave one of them out.');
  if (states === 'controller steps') {
    const controller =
      tagSource.kind === 'point'
        ? context.devices.find(({ name }) => name === tagSource.device)?.model.controller
        : undefined;
    if (controller !== undefined && tagSource.kind === 'point' && tagSource.point.name === controller.step) {
      return Object.fromEntries(controller.steps.map(({ value, text }) => [value, text]));
    }
    source.fault(
      [...path, 'states'],
      'The tag does not read the step of a controller.',
      'Write the states out, or read the controller’s step.',
    );
    return null;
  }
  for (const value of Object.keys(states)) {
    const allowed = valueType === 'boolean' ? /^[01]$/u : /^(?:0|-?[1-9]\d*)$/u;
    if (!allowed.test(value)) {
      source.fault(
        [...path, 'states', value],
        `"${value}" is no state of ${valueType === 'boolean' ? 'a bool' : 'a number'}.`,
        valueType === 'boolean' ? 'Use 0 and 1.' : 'Use whole numbers.',
      );
    }
  }
  return states;
}

function readHistory(source: Source, path: Path, file: TagFile): Milliseconds {
  const { history } = file;
  if (history === undefined) return defaultHistoryEvery;
  if (history === 'every sample') return milliseconds(0);
  return source.attempt([...path, 'history'], (where) => parseDuration(history, where)) ?? defaultHistoryEvery;
}

function usualDecimals(range: Range | null): number {
  const span = range === null ? 10 : range.high - range.low;
  return span > 1000 ? 0 : span > 30 ? 1 : span > 2 ? 2 : 3;
}
