/** Reads and checks a skid file of `plant/skids/`, with the device models it names. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import { parseDuration, parseQuantity } from '../quantity.ts';
import { localTag, type LocalTag } from '../sample.ts';
import { asFitted, type Fitting } from './fitted.ts';
import { didYouMean } from '../suggest.ts';
import { convert } from '../units.ts';
import { readAlarms } from './alarm-loader.ts';
import { readAnalyses, readAnalysisHeads } from './analysis-loader.ts';
import type { DeviceDefinition, SkidType, UnitDefinition } from './definition.ts';
import { controllerOf } from '../device-model.ts';
import { checkLocal } from './local-switch.ts';
import { readLoops } from './loop-loader.ts';
import { readSkidSpectra } from './spectrum-loader.ts';
import { loadDeviceModel } from './device-model-loader.ts';
import { shippedDeviceModelFolder, shippedMethodFolder } from './folders.ts';
import { readInterlocks } from './interlock-loader.ts';
import { checkName } from './names.ts';
import { readRepairedForm } from './repair.ts';
import { skidSchema, type SkidFile } from './schema.ts';
import type { Source } from './source.ts';
import { readCapabilities } from './capabilities.ts';
import { checkSeldomTags } from './seldom-tags.ts';
import { readTags } from './tag-loader.ts';
import { readSkidSource } from './variant.ts';
import { readCalibration, readWasteTank } from './upkeep.ts';
import { readWetted } from './wetted.ts';

export type SkidFolders = Readonly<{
  deviceModelFolder?: string;
  methodFolder?: string;
}> &
  Fitting;

/**
 * @param folders where the device models and methods lie; without it, where the shipped ones do
 * @throws MesolineError `skid-file-invalid` with every fault of the file, its device models and methods, each at `file:line`
 */
export function loadSkidType(file: string, folders: SkidFolders = {}): SkidType {
  return skidTypeIn(readSkidSource(file, 'skid-file-invalid'), folders);
}

/**
 * The skid type that stands in a file which was read already.
 * @throws MesolineError as `loadSkidType` does
 */
export function skidTypeIn(source: Source, folders: SkidFolders = {}): SkidType {
  const whole = readRepairedForm(source, skidSchema);
  const form = whole === null ? null : asFitted(source, whole, folders);
  const type = form === null ? null : readSkid(source, form, folders);
  source.throwFaults('skid-file-invalid');
  if (type === null) throw new TypeError('a form that fits gave no skid type');
  return type;
}

function readSkid(source: Source, form: SkidFile, folders: SkidFolders): SkidType {
  const { deviceModelFolder = shippedDeviceModelFolder, methodFolder = shippedMethodFolder } = folders;
  const units = readUnits(source, form);
  const volumesMl = readVolumes(source, form);
  const devices = readDevices(source, form, deviceModelFolder);
  const phases = readPhases(source, form);
  const faultyDevices = faultyOf(form.devices, devices);
  const spectra = readSkidSpectra(source, form.spectra ?? {}, { units, devices, faultyDevices });
  const faultySpectra = faultyOf(form.spectra ?? {}, spectra);
  const analysed = form.analyses ?? {};
  const heads = readAnalysisHeads(source, analysed, { units, spectra, faultySpectra, methodFolder });
  const faultyAnalyses = faultyOf(analysed, heads);
  const context = { units, devices, faultyDevices, analyses: heads, faultyAnalyses, volumesMl };
  const { tags, scope } = readTags(source, form.tags, context);
  const analyses = readAnalyses(source, analysed, heads, { tags, named: Object.keys(form.tags) });
  const critical = Object.keys(form.tags).filter((name) => form.tags[name]?.critical === true);
  const controlled = faultyDevices.size > 0 || devices.some(({ model }) => controllerOf(model) !== undefined);
  const measured = faultyDevices.size > 0 || devices.some(({ model }) => controllerOf(model)?.measures !== undefined);
  const interlocks = readInterlocks(source, form.interlocks ?? {}, { tags, critical, controlled, measured, scope });
  checkSeldomTags(source, tags, interlocks);
  const loops = readLoops(source, form.loops ?? {}, {
    tags,
    units,
    devices,
    faultyDevices,
    named: Object.keys(form.tags),
  });
  const local = checkLocal(source, form, { tags, devices });
  const alarms = readAlarms(source, form.alarms ?? {}, { tags, units, phases, scope });
  const names = tags.map(({ name }) => name);
  const digests = [...devices.map(({ model }) => model.digest), ...analyses.map(({ method }) => method.digest)];
  return {
    type: form.type,
    title: form.title,
    definition: form.definition,
    limits: {
      totalFlowMlPerMin: readLimit(source, 'totalFlow', form.limits?.totalFlow, 'mL/min'),
      pressureBarG: readLimit(source, 'pressure', form.limits?.pressure, 'bar(g)'),
      automaticTemperatureC: readLimit(source, 'automaticTemperature', form.limits?.automaticTemperature, '°C'),
    },
    capabilities: readCapabilities(form, analyses),
    volumesMl,
    wetted: readWetted(source, form, tags),
    calibration: readCalibration(source, form, { tags, devices }),
    wasteTank: readWasteTank(source, form, { tags, devices }),
    units,
    devices,
    tags,
    loops,
    spectra,
    analyses,
    local,
    interlocks,
    alarms,
    phases,
    page: {
      overview: readPage(source, form, 'overview', names),
      trend: readPage(source, form, 'trend', names),
    },
    digest: createHash('sha256')
      .update([source.digest, ...digests, ...Object.keys(form.devices)].join('\n'))
      .digest('hex'),
  };
}

/** What a section of the file names, and nothing came of: its own fault has been told. */
const faultyOf = (files: object, made: readonly Readonly<{ name: string }>[]): ReadonlySet<string> =>
  new Set(Object.keys(files).filter((key) => !made.some(({ name }) => name === key)));

function readUnits(source: Source, form: SkidFile): readonly UnitDefinition[] {
  return Object.entries(form.units).map(([name, { title, modules }]) => {
    checkName(source, ['units', name], name, /^[A-Za-z][A-Za-z0-9]*$/u, 'Use letters and digits, such as "R201".');
    return { name, title, modules: modules ?? [] };
  });
}

function readVolumes(source: Source, form: SkidFile): Readonly<Record<string, number>> {
  const volumes = Object.entries(form.volumes ?? {}).flatMap(([name, text]) => {
    const path = ['volumes', name];
    const value = source.attempt(path, (where) => {
      const quantity = parseQuantity(text, where);
      return convert(quantity.value, quantity.unit, 'mL', where);
    });
    if (value !== null && value <= 0) source.fault(path, `The volume is ${text}.`, 'Write a volume above 0.');
    return value === null ? [] : [[name, value] as const];
  });
  return Object.fromEntries(volumes);
}

function readDevices(source: Source, form: SkidFile, folder: string): readonly DeviceDefinition[] {
  let known: readonly string[] = [];
  try {
    known = readdirSync(folder).flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -'.yaml'.length)] : []));
  } catch (thrown) {
    source.fault(
      ['devices'],
      `The device models of ${folder} cannot be read: ${messageOf(thrown)}.`,
      'Check the folder.',
    );
  }
  return Object.entries(form.devices).flatMap(([name, device]) => {
    const path = ['devices', name];
    checkName(source, path, name, /^[A-Za-z][A-Za-z0-9-]*$/u, 'Use letters, digits and hyphens, such as "PLC-1".');
    if (!known.includes(device.model)) {
      source.fault(
        [...path, 'model'],
        `There is no device model "${device.model}".`,
        didYouMean(device.model, known, `Add ${device.model}.yaml to ${folder}.`),
      );
      return [];
    }
    const model = source.attempt(path, () => loadDeviceModel(join(folder, `${device.model}.yaml`)));
    if (model === null) return [];
    if (device.watchdog !== undefined && controllerOf(model) === undefined) {
      source.fault(
        [...path, 'watchdog'],
        `${device.model} has no controller that could watch.`,
        'Leave "watchdog" out.',
      );
    }
    const { watchdog } = device;
    const watches =
      watchdog === undefined ? null : source.attempt([...path, 'watchdog'], (where) => parseDuration(watchdog, where));
    const local = device.local === undefined ? null : localTag(device.local);
    return [{ name, title: device.title ?? model.title, model, watchdog: watches, local }];
  });
}

function readPhases(source: Source, form: SkidFile): readonly string[] {
  const phases = form.phases ?? [];
  phases.forEach((phase, i) => {
    checkName(
      source,
      ['phases', i],
      phase,
      /^[a-z]+(-[a-z0-9]+)*$/u,
      'Use small letters and hyphens, such as "heat-up".',
    );
    if (phases.indexOf(phase) !== i)
      source.fault(['phases', i], `The phase "${phase}" stands twice.`, 'Name each phase once.');
  });
  return phases;
}

function readLimit(source: Source, key: string, text: string | undefined, unit: string): number | null {
  if (text === undefined) return null;
  const path = ['limits', key];
  return source.attempt(path, (where) => {
    const quantity = parseQuantity(text, where);
    const value = convert(quantity.value, quantity.unit, unit, where);
    const gauge = unit === 'bar(g)' && quantity.unit !== unit;
    if (gauge) source.fault(path, `The pressure limit is ${text}, absolute.`, 'Write it in bar(g).');
    return value;
  });
}

function readPage(
  source: Source,
  form: SkidFile,
  key: 'overview' | 'trend',
  names: readonly LocalTag[],
): readonly LocalTag[] {
  const listed = form.page?.[key] ?? [];
  listed.forEach((name, i) => {
    if (Object.hasOwn(form.tags, name)) return;
    source.fault(
      ['page', key, i],
      `The page shows ${name}, which is no tag.`,
      didYouMean(name, names, 'Name a tag of this file.'),
    );
  });
  return listed.map(localTag);
}
