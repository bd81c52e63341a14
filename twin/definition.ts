/** What a twin is a twin of: the devices of a skid type, its field controller among them, and the skid's parameters. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Milliseconds } from '../plant/clock.ts';
import { controllerOf, type DeviceModel, type RegisterModel } from '../plant/device-model.ts';
import { mesolineError, type Fault } from '../plant/errors.ts';
import type { DeviceDefinition, SkidType } from '../plant/skid/definition.ts';
import { loadSkidType } from '../plant/skid/skid-loader.ts';
import { fileOfLike } from '../plant/skid/variant.ts';
import type { TwinParameters } from './skid/parameters.ts';
import { loadParameters } from './skid/parameters-file.ts';

export type DefinitionFiles = Readonly<{
  skidTypeFile: string;
  /** Names of the devices that the skid is fitted with; empty: all of its type. */
  fitted: readonly string[];
  /** The field controller; empty: the device that holds the run-enables. */
  controller: string;
  /** The skid's parameters; empty: those of its type below `parametersFolder`. */
  parametersFile: string;
  parametersFolder: string;
}>;
/** Its numbers are those of the whole type, so that they stay the same on a skid that is without some. */
export type OtherDevice = Readonly<{
  device: string;
  model: DeviceModel;
  /** Which of the type's devices, and which of those of its model it is; from 0. */
  index: number;
  place: number;
}>;
export type Definition = Readonly<{
  /** The field controller's name and registers. */
  controller: string;
  model: RegisterModel;
  /** As the skid file has it. */
  watchdog: Milliseconds | null;
  /** Every other device that the skid is fitted with. */
  others: readonly OtherDevice[];
  parameters: TwinParameters;
}>;
/** What a process that reads it sends back; an error of ours loses its class on the way. */
export type DefinitionAnswer = Readonly<{ definition: Definition } | { code: string; faults: readonly Fault[] }>;

/** @throws MesolineError with the faults of the files, or `twin-cannot-serve` where they do not go together. */
export function loadDefinition(files: DefinitionFiles): Definition {
  const { skidTypeFile, parametersFolder } = files;
  const type = loadSkidType(skidTypeFile);
  const devices = fittedDevices(type, files);
  const controller = controllerAmong(devices, files);
  const types = [type.type, ...likeOf(skidTypeFile)];
  const parametersFile = files.parametersFile === '' ? parametersOf(types, parametersFolder) : files.parametersFile;
  const parameters = loadParameters(parametersFile);
  if (!types.includes(parameters.skidType)) {
    throw mesolineError(
      'twin-cannot-serve',
      parametersFile,
      `It describes ${parameters.skidType}, the skid file ${type.type}.`,
      'Give the --parameters of this skid type.',
    );
  }
  const { name, model, watchdog } = controller;
  if (model.protocol !== 'modbus') {
    throw mesolineError(
      'twin-cannot-serve',
      skidTypeFile,
      `${name} is a ${model.model}, which is no field controller.`,
      'Name the device that holds the run-enables.',
    );
  }
  const others = type.devices.flatMap((each, index) => {
    if (each === controller || !devices.includes(each)) return [];
    const before = type.devices.slice(0, index).filter((other) => other.model.model === each.model.model);
    return [{ device: each.name, model: each.model, index, place: before.length }];
  });
  return { controller: name, model, watchdog, others, parameters };
}

function fittedDevices({ devices }: SkidType, { skidTypeFile, fitted }: DefinitionFiles): readonly DeviceDefinition[] {
  const known = devices.map(({ name }) => name);
  const unknown = fitted.find((name) => !known.includes(name));
  if (unknown !== undefined) throw noDevice(skidTypeFile, unknown, known);
  return fitted.length === 0 ? devices : devices.filter(({ name }) => fitted.includes(name));
}

function controllerAmong(
  devices: readonly DeviceDefinition[],
  { skidTypeFile, controller }: DefinitionFiles,
): DeviceDefinition {
  const found =
    controller === ''
      ? devices.find(({ model }) => controllerOf(model) !== undefined)
      : devices.find(({ name }) => name === controller);
  if (found !== undefined) return found;
  if (controller !== '')
    throw noDevice(
      skidTypeFile,
      controller,
      devices.map(({ name }) => name),
    );
  throw mesolineError(
    'twin-cannot-serve',
    skidTypeFile,
    'None of its devices holds the run-enables.',
    'A twin is made of a skid with a field controller.',
  );
}

const noDevice = (file: string, device: string, known: readonly string[]): Error =>
  mesolineError('twin-cannot-serve', file, `It has no device ${device}.`, `Use one of ${known.join(', ')}.`);

/** The type that a variant is like: what flows, heats and reacts in it is the same. */
function likeOf(skidTypeFile: string): readonly string[] {
  const said = (file: string, key: string): string | undefined =>
    new RegExp(`^${key}:\\s*(\\S+)`, 'mu').exec(readFileSync(file, 'utf8'))?.[1];
  const like = said(skidTypeFile, 'like');
  const base = like === undefined ? undefined : said(fileOfLike(skidTypeFile, like), 'type');
  return base === undefined ? [] : [base];
}

/** The file of the folder that says that it is of the first of these types, else of the next. */
function parametersOf(types: readonly string[], folder: string): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const described = files.map((name) => ({
    file: join(folder, name),
    type: /^skidType:\s*(\S+)/mu.exec(readFileSync(join(folder, name), 'utf8'))?.[1] ?? '',
  }));
  const found = types.flatMap((type) => described.filter((each) => each.type === type))[0];
  if (found !== undefined) return found.file;
  throw mesolineError(
    'twin-cannot-serve',
    types.join(', like '),
    `None of ${folder} describes a skid of this type.`,
    `Give its --parameters; there are ${described.map((each) => each.type).join(', ')}.`,
  );
}
