/** What a twin is a twin of: the device model that a skid type names for its field controller, and the skid's parameters. */
import type { Milliseconds } from '../plant/clock.ts';
import type { RegisterModel } from '../plant/device-model.ts';
import { mesolineError, type Fault } from '../plant/errors.ts';
import { loadSkidType } from '../plant/skid/skid-loader.ts';
import type { TwinParameters } from './skid/parameters.ts';
import { loadParameters } from './skid/parameters-file.ts';

export type DefinitionFiles = Readonly<{ skidTypeFile: string; device: string; parametersFile: string }>;
export type Definition = Readonly<{
  model: RegisterModel;
  parameters: TwinParameters;
  /** As the skid file has it. */
  watchdog: Milliseconds | null;
}>;
/** What a process that reads it sends back; an error of ours loses its class on the way. */
export type DefinitionAnswer = Readonly<{ definition: Definition } | { code: string; faults: readonly Fault[] }>;

/** @throws MesolineError with the faults of the files, or `twin-cannot-serve` where they do not go together. */
export function loadDefinition({ skidTypeFile, device, parametersFile }: DefinitionFiles): Definition {
  const type = loadSkidType(skidTypeFile);
  const parameters = loadParameters(parametersFile);
  const definition = type.devices.find(({ name }) => name === device);
  if (definition === undefined) {
    const known = type.devices.map(({ name }) => name).join(', ');
    throw mesolineError('twin-cannot-serve', skidTypeFile, `It has no device ${device}.`, `Use one of ${known}.`);
  }
  if (parameters.skidType !== type.type) {
    throw mesolineError(
      'twin-cannot-serve',
      parametersFile,
      `It describes ${parameters.skidType}, the skid file ${type.type}.`,
      'Give the --parameters of this skid type.',
    );
  }
  const { model } = definition;
  if (model.protocol !== 'modbus') {
    throw mesolineError(
      'twin-cannot-serve',
      skidTypeFile,
      `${device} is a ${model.model}, which is no field controller.`,
      'Name the device that holds the run-enables.',
    );
  }
  return { model, parameters, watchdog: definition.watchdog };
}
