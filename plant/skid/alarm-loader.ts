/** Reads the limit alarms of a skid file: levels in order, reachable and clearable, with what a person does about each. */
import { milliseconds, type Milliseconds } from '../clock.ts';
import { checkExpression, type Scope } from '../expression/check.ts';
import { mesolineError } from '../errors.ts';
import { reachOf } from '../expression/reach.ts';
import { parseDifference, parseDuration, parseQuantity } from '../quantity.ts';
import { didYouMean } from '../suggest.ts';
import { convert } from '../units.ts';
import type { AlarmDefinition, AlarmLimit, AlarmPriority, Range, TagDefinition, UnitDefinition } from './definition.ts';
import { checkName } from './names.ts';
import { reachOfTags } from './reach-of-tags.ts';
import { type consequences, type urgencies, type AlarmFile } from './schema.ts';
import type { Path, Source } from './source.ts';

export type AlarmContext = Readonly<{
  tags: readonly TagDefinition[];
  units: readonly UnitDefinition[];
  phases: readonly string[];
  scope: Scope;
}>;

/** From the weightiest level down to the lowest limit, as limits must fall. */
const levels = ['high-high', 'high', 'low', 'low-low'] as const;

/** ISA-18.2's priority by what happens and how soon someone must act. */
const priorities: Readonly<
  Record<(typeof consequences)[number], Readonly<Record<(typeof urgencies)[number], AlarmPriority>>>
> = {
  injury: { seconds: 1, minutes: 1, hours: 1 },
  release: { seconds: 1, minutes: 1, hours: 2 },
  'equipment damage': { seconds: 1, minutes: 1, hours: 2 },
  'production loss': { seconds: 2, minutes: 2, hours: 3 },
};

export function readAlarms(
  source: Source,
  files: Readonly<Record<string, AlarmFile>>,
  context: AlarmContext,
): readonly AlarmDefinition[] {
  return Object.entries(files).flatMap(([name, file]) => readAlarm(source, name, file, context) ?? []);
}

function readAlarm(source: Source, name: string, file: AlarmFile, context: AlarmContext): AlarmDefinition | null {
  const path = ['alarms', name];
  checkName(
    source,
    path,
    name,
    /^[A-Za-z][A-Za-z0-9]*\/[A-Za-z][A-Za-z0-9]*(?:[.-][A-Za-z0-9]+)*$/u,
    'Write UNIT/NAME, such as "R201/TI-201.temperature".',
  );
  const unitName = name.split('/', 1)[0] ?? '';
  const unitNames = context.units.map((unit) => unit.name);
  if (!unitNames.includes(unitName)) {
    source.fault(
      path,
      `The alarm belongs to the unit "${unitName}", which does not exist.`,
      didYouMean(unitName, unitNames, 'Add it under "units".'),
    );
  }
  for (const key of ['cause', 'consequence', 'response'] as const) {
    if (file[key].trim() === '') source.fault([...path, key], `The ${key} is empty.`, 'Say it in one sentence.');
  }
  (file.suppressed ?? []).forEach((phase, i) => {
    if (context.phases.includes(phase)) return;
    source.fault(
      [...path, 'suppressed', i],
      `There is no phase "${phase}".`,
      didYouMean(phase, context.phases, 'Name a phase of this file.'),
    );
  });
  const respondWithin = source.attempt([...path, 'respondWithin'], (where) => parseDuration(file.respondWithin, where));
  const watch = source.attempt([...path, 'watch'], (where) => checkExpression(file.watch, context.scope, where));
  if (watch?.unit === 'bool') {
    source.fault(
      [...path, 'watch'],
      `"${watch.text}" is a condition, and a limit needs a number.`,
      'Watch percent(…) of it.',
    );
  }
  const armed =
    file.armed === undefined
      ? null
      : source.attempt([...path, 'armed'], (where) => checkExpression(file.armed ?? '', context.scope, where));
  if (armed !== null && armed.unit !== 'bool') {
    source.fault(
      [...path, 'armed'],
      `"${armed.text}" is no condition.`,
      'Compare it with something, as in "… > 90 °C".',
    );
  }
  if (watch === null || watch.unit === 'bool' || respondWithin === null) return null;
  const limits = readLimits(source, [...path, 'limit'], file.limit, {
    unit: watch.unit,
    range: reachOf(watch.root, reachOfTags(context.tags)),
  });
  return {
    name,
    watch,
    armed,
    unit: watch.unit,
    limits,
    priority: priorities[file.priority.consequence][file.priority.urgency],
    cause: file.cause,
    consequence: file.consequence,
    response: file.response,
    respondWithin,
    suppressedIn: file.suppressed ?? [],
  };
}

type Watched = Readonly<{ unit: string | null; range: Range }>;

function readLimits(source: Source, path: Path, file: AlarmFile['limit'], watched: Watched): readonly AlarmLimit[] {
  const span = (key: 'onDelay' | 'offDelay'): Milliseconds => {
    const text = file[key];
    if (text === undefined) return milliseconds(0);
    return source.attempt([...path, key], (where) => parseDuration(text, where)) ?? milliseconds(0);
  };
  const [onDelay, offDelay] = [span('onDelay'), span('offDelay')];
  const { deadband: written } = file;
  const deadband =
    written === undefined
      ? 0
      : source.attempt([...path, 'deadband'], (where) => parseDifference(written, watched.unit, where));
  if (deadband === null) return [];
  const limits = levels.flatMap((level): AlarmLimit[] => {
    const text = file[level];
    const limit =
      text === undefined ? null : source.attempt([...path, level], (where) => readPlace(text, watched.unit, where));
    return limit === null ? [] : [{ level, limit, deadband, onDelay, offDelay }];
  });
  if (limits.length === 0 && levels.every((level) => file[level] === undefined)) {
    source.fault(path, 'The alarm has no limit.', `Add ${levels.map((level) => `"${level}"`).join(', ')} or several.`);
  }
  checkLimits(source, path, limits, { deadband, watched });
  return limits;
}

/** A place on the scale of `unit`, zero point and all. */
function readPlace(text: string | number, unit: string | null, where: string): number {
  const quantity = parseQuantity(text, where);
  if (quantity.unit !== unit && (quantity.unit === 'bar(g)' || unit === 'bar(g)')) {
    throw mesolineError(
      'unit-mismatch',
      where,
      `The limit is ${text}, the value in ${unit ?? 'no unit'}.`,
      'Gauge and absolute pressure are 1.013 bar apart: write the limit as the value is.',
    );
  }
  return convert(quantity.value, quantity.unit, unit, where);
}

function checkLimits(
  source: Source,
  path: Path,
  limits: readonly AlarmLimit[],
  { deadband, watched }: Readonly<{ deadband: number; watched: Watched }>,
): void {
  const before = source.faults.length;
  const { low, high } = watched.range;
  const unit = watched.unit === null ? '' : ` ${watched.unit}`;
  if (deadband < 0) source.fault([...path, 'deadband'], `The deadband is ${deadband}${unit}.`, 'Use 0 or more.');
  limits.forEach(({ level, limit }, i) => {
    const above = limits[i - 1];
    if (above !== undefined && above.limit <= limit) {
      source.fault(
        [...path, level],
        `The ${level} limit of ${limit}${unit} is not below the ${above.level} limit of ${above.limit}${unit}.`,
        'Let the limits fall from high-high to low-low.',
      );
    }
    const isHigh = level.startsWith('high');
    if (isHigh ? limit >= high : limit <= low) {
      source.fault(
        [...path, level],
        `The value reads ${low} to ${high}${unit}, so it can never be beyond ${limit}${unit}.`,
        `Choose a ${level} limit inside ${low} to ${high}${unit}.`,
      );
    } else if (isHigh ? limit < low : limit > high) {
      source.fault(
        [...path, level],
        `The value reads ${low} to ${high}${unit}, so it is always beyond ${limit}${unit}.`,
        `Choose a ${level} limit inside ${low} to ${high}${unit}.`,
      );
    } else if (isHigh ? limit - deadband < low : limit + deadband > high) {
      source.fault(
        [...path, 'deadband'],
        `The value cannot come back by ${deadband}${unit} from ${limit}${unit}, so the alarm could never clear.`,
        `Use a deadband of at most ${isHigh ? limit - low : high - limit}${unit}.`,
      );
    }
  });
  if (source.faults.length > before) return;
  const highest = limits.filter(({ level }) => level.startsWith('low')).map(({ limit }) => limit + deadband);
  const lowest = limits.filter(({ level }) => level.startsWith('high')).map(({ limit }) => limit - deadband);
  if (Math.max(...highest) > Math.min(...lowest)) {
    source.fault(
      [...path, 'deadband'],
      `With a deadband of ${deadband}${unit} the value is nowhere inside both the high and the low limit.`,
      'Use a smaller deadband.',
    );
  }
}
