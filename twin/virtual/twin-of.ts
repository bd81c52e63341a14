/** Which twin stands for skids of a type: its devices, and its parameters as they are shipped. */
import { fileURLToPath } from 'node:url';
import { loadDefinition, type Definition } from '../definition.ts';

export type TwinOf = Definition;

/** @throws MesolineError with the faults of the files, or `twin-cannot-serve` where no twin is of this type */
export const loadTwinOf = (skidTypeFile: string): TwinOf =>
  loadDefinition({
    skidTypeFile,
    fitted: [],
    controller: '',
    parametersFile: '',
    parametersFolder: fileURLToPath(new URL('../parameters', import.meta.url)),
  });
