/** Reads and checks a device model of `gateway/devices/`: what a device says and takes, as data. */
import { basename } from 'node:path';
import type { DeviceModel } from '../device-model.ts';
import { didYouMean } from '../suggest.ts';
import {
  analyserModelSchema,
  folderModelSchema,
  lineModelSchema,
  registerModelSchema,
  spinsolveModelSchema,
} from './device-model-schema.ts';
import { readLineModel } from './line-model-loader.ts';
import { readAnalyserModel, readFolderModel, readSpinsolveModel } from './named-model-loader.ts';
import { readRegisterModel } from './register-model-loader.ts';
import { readRepairedForm } from './repair.ts';
import { Source } from './source.ts';

const protocols = ['modbus', 'line', 'spinsolve', 'opcua', 'spectra-folder'] as const;

/** @throws MesolineError `device-model-invalid` with every fault of the file, each at `file:line` */
export function loadDeviceModel(file: string): DeviceModel {
  const source = new Source(file, 'device-model-invalid');
  const model = readModel(source);
  if (model !== null) checkName(source, model.model);
  source.throwFaults('device-model-invalid');
  if (model === null) throw new TypeError('a form that fits gave no model');
  return model;
}

/** A skid file names the model, and the file is looked for by that name. */
function checkName(source: Source, model: string): void {
  const name = basename(source.file, '.yaml');
  if (model === name) return;
  source.fault(
    ['model'],
    `The model is "${model}", the file ${basename(source.file)}.`,
    `Make them equal: write "model: ${name}", or call the file ${model}.yaml.`,
  );
}

/** The protocol says which form the file has. */
function readModel(source: Source): DeviceModel | null {
  const protocol = protocolOf(source.value);
  switch (protocol) {
    case 'line': {
      const form = readRepairedForm(source, lineModelSchema);
      return form === null ? null : readLineModel(source, form);
    }
    case 'spinsolve': {
      const form = readRepairedForm(source, spinsolveModelSchema);
      return form === null ? null : readSpinsolveModel(source, form);
    }
    case 'opcua': {
      const form = readRepairedForm(source, analyserModelSchema);
      return form === null ? null : readAnalyserModel(source, form);
    }
    case 'spectra-folder': {
      const form = readRepairedForm(source, folderModelSchema);
      return form === null ? null : readFolderModel(source, form);
    }
    case 'modbus':
    case undefined: {
      const form = readRepairedForm(source, registerModelSchema);
      return form === null ? null : readRegisterModel(source, form);
    }
    default:
      source.fault(
        ['protocol'],
        `There is no protocol "${String(protocol)}".`,
        didYouMean(String(protocol), protocols, `Use one of ${protocols.join(', ')}.`),
      );
      return null;
  }
}

const protocolOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'protocol' in value ? value.protocol : undefined;
