/** What a tag is besides its source: its ranges, how long it may be silent, who may write it, its states. */
import { milliseconds, type Milliseconds } from '../clock.ts';
import { controllerOf } from '../device-model.ts';
import { parseDuration, parseRange } from '../quantity.ts';
import type { Range, TagDefinition, TagSource } from './definition.ts';
import type { TagFile } from './schema.ts';
import type { Path, Source } from './source.ts';
import type { TagContext } from './tag-source.ts';
import { deviceOf } from './source-device.ts';

const defaultStaleAfter = milliseconds(2000);
const defaultHistoryEvery = milliseconds(1000);
/** A value that one lost answer makes stale would flicker. */
const periodsBeforeStale = 3;

export function readRanges(
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

export function readStaleAfter(
  source: Source,
  path: Path,
  file: TagFile,
  context: TagContext,
  { tagSource, tags }: Readonly<{ tagSource: TagSource; tags: ReadonlyMap<string, TagDefinition | null> }>,
): Milliseconds | null {
  if (tagSource.kind === 'derived') {
    if (file.staleAfter !== undefined) {
      source.fault(
        [...path, 'staleAfter'],
        'A derived tag is as stale as the tags it is made of.',
        'Leave "staleAfter" out.',
      );
    }
    const parts = tagSource.expression.tags.map((tag) => tags.get(tag)?.staleAfter ?? 0);
    return parts.length === 0 ? defaultStaleAfter : milliseconds(Math.max(...parts));
  }
  const { staleAfter } = file;
  if (tagSource.kind === 'given') {
    if (staleAfter !== undefined) {
      source.fault([...path, 'staleAfter'], 'A figure that was taken does not grow stale.', 'Leave "staleAfter" out.');
    }
    return defaultStaleAfter;
  }
  if (staleAfter === undefined) return usualStaleAfter(tagSource, context);
  const span = source.attempt([...path, 'staleAfter'], (where) => parseDuration(staleAfter, where));
  const period = context.devices.find(({ name }) => name === deviceOf(tagSource))?.model.period ?? milliseconds(0);
  if (span !== null && span < periodsBeforeStale * period) {
    source.fault(
      [...path, 'staleAfter'],
      `The tag is stale after ${span} ms, and ${deviceOf(tagSource) ?? ''} is read every ${period} ms.`,
      `Use at least ${periodsBeforeStale * period} ms, so that one lost answer does not turn it Bad.`,
    );
  }
  return span;
}

/** What an analysis says is as old as a spectrum may be, where nothing else is said. */
const usualStaleAfter = (tagSource: TagSource, { analyses }: TagContext): Milliseconds =>
  tagSource.kind === 'analysis'
    ? (analyses.find(({ name }) => name === tagSource.analysis)?.spectrum.staleAfter ?? defaultStaleAfter)
    : defaultStaleAfter;

export function readWrite(
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
  if (point.kind !== 'boolean' && range === null) {
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

export function readStates(
  source: Source,
  path: Path,
  file: TagFile,
  context: TagContext,
  { tagSource, valueType }: Readonly<{ tagSource: TagSource; valueType: TagDefinition['valueType'] }>,
): TagDefinition['states'] {
  const { states } = file;
  if (states === undefined) return null;
  if (file.unit !== undefined)
    source.fault([...path, 'states'], 'A tag with states has a unit.', 'Leave one of them out.');
  if (states === 'controller steps') {
    const device =
      tagSource.kind === 'point' ? context.devices.find(({ name }) => name === tagSource.device) : undefined;
    const controller = device === undefined ? undefined : controllerOf(device.model);
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

export function readHistory(source: Source, path: Path, file: TagFile): Milliseconds {
  const { history } = file;
  if (history === undefined) return defaultHistoryEvery;
  if (history === 'every sample') return milliseconds(0);
  return source.attempt([...path, 'history'], (where) => parseDuration(history, where)) ?? defaultHistoryEvery;
}

/** What is critical is kept as it is, and states have no distance. */
export function readDeadband(
  source: Source,
  path: Path,
  { deadband, critical }: TagFile,
  of: Readonly<{ valueType: TagDefinition['valueType']; states: TagDefinition['states']; tagSource: TagSource }>,
): number {
  if (deadband === undefined) return 0;
  const why =
    critical === true
      ? 'The tag is critical: history keeps every change of it.'
      : of.valueType !== 'number' || of.states !== null
        ? 'A state has no deadband.'
        : of.tagSource.kind === 'row'
          ? 'Every row of a logging device is kept.'
          : null;
  if (why !== null) source.fault([...path, 'deadband'], why, 'Leave the deadband out.');
  return why === null ? deadband : 0;
}

export function usualDecimals(range: Range | null): number {
  const span = range === null ? 10 : range.high - range.low;
  return span > 1000 ? 0 : span > 30 ? 1 : span > 2 ? 2 : 3;
}
