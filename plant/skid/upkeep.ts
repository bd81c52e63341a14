/** What a skid file says of the upkeep of its skid: which instruments are calibrated how often, and how much its waste tank holds. */
import { milliseconds } from '../clock.ts';
import { parseQuantity } from '../quantity.ts';
import { localTag } from '../sample.ts';
import { didYouMean } from '../suggest.ts';
import { convert } from '../units.ts';
import type { CalibratedInstrument, DeviceDefinition, TagDefinition, WasteTank } from './definition.ts';
import type { SkidFile } from './schema.ts';
import type { Source } from './source.ts';

type Parts = Readonly<{ tags: readonly TagDefinition[]; devices: readonly DeviceDefinition[] }>;

/** Row 16 of the cause-and-effect matrix diverts here. */
const usualFullPercent = 90;
const dayMs = 86_400_000;
/** Ten years: whatever is longer is a slip of the pen. */
const longestDays = 3660;

export function readCalibration(
  source: Source,
  form: SkidFile,
  { tags, devices }: Parts,
): readonly CalibratedInstrument[] {
  return Object.entries(form.calibration ?? {}).flatMap(([name, text]) => {
    const path = ['calibration', name];
    const tag = tags.find((each) => each.name === name);
    const device = devices.find((each) => each.name === name);
    if (tag === undefined && device === undefined) {
      const known = [...Object.keys(form.devices), ...Object.keys(form.tags)];
      // The fault of what stands in the file, and of which nothing came, has been told.
      if (!known.includes(name))
        source.fault(
          path,
          `"${name}" is neither a device nor a tag.`,
          didYouMean(name, known, 'Name an instrument of this file.'),
        );
      return [];
    }
    if (tag?.source.kind === 'derived' || tag?.source.kind === 'analysis') {
      source.fault(path, `${name} is made of others and has no calibration.`, 'Name what measures.');
      return [];
    }
    const days = Number(/^([1-9]\d{0,3}) d$/u.exec(text)?.[1] ?? Number.NaN);
    if (!(days <= longestDays)) {
      source.fault(path, `The interval is "${text}".`, `Write whole days, such as "365 d", ${longestDays} d at most.`);
      return [];
    }
    return [
      { name, title: tag?.title ?? device?.title ?? name, unit: tag?.unit ?? null, every: milliseconds(days * dayMs) },
    ];
  });
}

/** Null where the file names none, or what it says is at fault. */
export function readWasteTank(source: Source, form: SkidFile, { tags }: Parts): WasteTank | null {
  if (form.wasteTank === undefined) return null;
  const { level, volume, full } = form.wasteTank;
  const tag = tags.find(({ name }) => name === level);
  if (tag === undefined && !Object.hasOwn(form.tags, level))
    source.fault(
      ['wasteTank', 'level'],
      `There is no tag "${level}".`,
      didYouMean(level, Object.keys(form.tags), 'Name a tag of this file.'),
    );
  if (tag !== undefined && (tag.valueType !== 'number' || tag.unit !== '%'))
    source.fault(['wasteTank', 'level'], `${level} is no level in %.`, 'Name the level of the waste tank.');
  const read = (key: 'volume' | 'full', text: string, unit: string): number | null =>
    source.attempt(['wasteTank', key], (where) => {
      const quantity = parseQuantity(text, where);
      return convert(quantity.value, quantity.unit, unit, where);
    });
  const volumeMl = read('volume', volume, 'mL');
  const fullPercent = full === undefined ? usualFullPercent : read('full', full, '%');
  if (volumeMl !== null && volumeMl <= 0)
    source.fault(['wasteTank', 'volume'], `The volume is ${volume}.`, 'Write a volume above 0.');
  if (fullPercent !== null && (fullPercent <= 0 || fullPercent > 95))
    source.fault(['wasteTank', 'full'], `It is full at ${full ?? ''}.`, 'Write up to 95 %: there everything stops.');
  return tag === undefined || volumeMl === null || fullPercent === null
    ? null
    : { level: localTag(level), volumeMl, fullPercent };
}
