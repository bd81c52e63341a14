/**
 * Reads the definition in a process that ends with it: the readers of YAML and of schemas take 40 MB which a twin needs for a
 * moment only, and which no process gives back.
 */
import { MesolineError } from '../plant/errors.ts';
import { loadDefinition, type DefinitionAnswer } from './definition.ts';

function read(): DefinitionAnswer {
  const [skidTypeFile = '', device = '', parametersFile = ''] = process.argv.slice(2);
  try {
    return { definition: loadDefinition({ skidTypeFile, device, parametersFile }) };
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    return { code: thrown.code, faults: thrown.faults };
  }
}

process.send?.(read(), undefined, {}, () => process.disconnect());
