/** Where a tag's value comes from: a point or a column of a device, an analysis, or an expression over other tags. */
import { checkExpression, type Scope } from '../expression/check.ts';
import type { CheckedExpression } from '../expression.ts';
import { parseDifference, parseDuration } from '../quantity.ts';
import { ringOf, type PointDefinition } from '../device-model.ts';
import { didYouMean } from '../suggest.ts';
import { readFromAnalysis, type AnalysisHead } from './analysis-source.ts';
import type { DeviceDefinition, TagSource, UnitDefinition } from './definition.ts';
import type { TagFile } from './schema.ts';
import { checkSourceUnit } from './source-unit.ts';
import type { Path, Source } from './source.ts';

export type TagContext = Readonly<{
  units: readonly UnitDefinition[];
  devices: readonly DeviceDefinition[];
  /** Devices whose own fault has been told. */
  faultyDevices: ReadonlySet<string>;
  analyses: readonly AnalysisHead[];
  /** Analyses whose own fault has been told. */
  faultyAnalyses: ReadonlySet<string>;
  volumesMl: Readonly<Record<string, number>>;
}>;

/** @param file with its unit as the house writes it */
export function readSource(
  source: Source,
  path: Path,
  file: Omit<TagFile, 'unit'> & { unit: string | undefined },
  context: TagContext,
  scope: Scope,
): TagSource | null {
  const { from, is } = file;
  if (file.given !== undefined || file.taken !== undefined) return readGiven(source, path, file, scope);
  if (from !== undefined && is === undefined) return readFrom(source, path, from, file.unit ?? null, context);
  if (is === undefined || from !== undefined) {
    source.fault(
      path,
      from === undefined ? 'The tag has neither "from" nor "is".' : 'The tag has both "from" and "is".',
      'Write "from: DEVICE.point", "from: UNIT/ANALYSIS.output" or "is: EXPRESSION".',
    );
    return null;
  }
  const expression = source.attempt([...path, 'is'], (where): CheckedExpression => {
    const free = file.unit === undefined ? checkExpression(is, scope, where) : undefined;
    return free?.unit === 'bool' ? free : checkExpression(is, scope, where, file.unit ?? null);
  });
  return expression === null ? null : { kind: 'derived', expression };
}

function readGiven(
  source: Source,
  path: Path,
  file: Omit<TagFile, 'unit'> & { unit: string | undefined },
  scope: Scope,
): TagSource | null {
  const { given, taken, from, is } = file;
  if (given === undefined || taken === undefined || from !== undefined || is !== undefined) {
    source.fault(
      path,
      'A figure that is taken from the skid has "given" and "taken", and neither "from" nor "is".',
      'Write "given: VALUE, taken: { from: …, while: …, over: 60 s, within: 10 %, by: [process engineer] }".',
    );
    return null;
  }
  const unit = file.unit ?? null;
  const at = [...path, 'taken'];
  const value = source.attempt([...path, 'given'], (where) => parseDifference(given, unit, where));
  const reading = source.attempt([...at, 'from'], (where) => checkExpression(taken.from, scope, where, unit));
  const while_ = source.attempt([...at, 'while'], (where) => checkExpression(taken.while, scope, where, 'bool'));
  const over = source.attempt([...at, 'over'], (where) => parseDuration(taken.over, where));
  const percent = source.attempt([...at, 'within'], (where) => parseDifference(taken.within, '%', where));
  if (value === null || reading === null || while_ === null || over === null || percent === null) return null;
  if (over <= 0 || percent <= 0) {
    source.fault(at, `It is taken over ${taken.over}, within ${taken.within}.`, 'Use more than 0 for both.');
    return null;
  }
  return { kind: 'given', value, taken: { from: reading, while: while_, over, within: percent / 100, by: taken.by } };
}

function readFrom(
  source: Source,
  path: Path,
  from: string,
  unit: string | null,
  context: TagContext,
): TagSource | null {
  // Names of analyses hold a stroke, those of devices none.
  if (from.includes('/')) return readFromAnalysis(source, path, { from, unit }, context);
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
  const points: readonly PointDefinition[] = device.model.points;
  const point = points.find(({ name }) => name === pointName);
  const column = ringOf(device.model)?.values.find(({ name }) => name === pointName);
  if (point === undefined && column === undefined) {
    const names = [...device.model.points, ...(ringOf(device.model)?.values ?? [])].map(({ name }) => name);
    source.fault(
      [...path, 'from'],
      `${device.model.model} has no point "${pointName}".`,
      didYouMean(pointName, names, `Its points: ${names.join(', ')}.`),
    );
    return null;
  }
  const fieldUnit = (point ?? column)?.unit ?? null;
  if (!checkSourceUnit(source, path, { from, unit }, fieldUnit, 'the field has the unit of its point')) return null;
  if (point !== undefined) return { kind: 'point', device: deviceName, point };
  return { kind: 'row', device: deviceName, column: pointName };
}

export const isBoolean = (source: TagSource): boolean =>
  (source.kind === 'point' && source.point.kind === 'boolean') ||
  (source.kind === 'derived' && source.expression.unit === 'bool');

export const isText = (source: TagSource): boolean => source.kind === 'point' && source.point.kind === 'text';
