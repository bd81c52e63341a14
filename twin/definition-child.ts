/**
 * Reads the definition in a process that ends with it: the readers of YAML and of schemas take 40 MB which a twin needs for a
 * moment only, and which no process gives back.
 */
import { MesolineError } from '../plant/errors.ts';
import { loadDefinition, type DefinitionAnswer, type DefinitionFiles } from './definition.ts';

function read(): DefinitionAnswer {
  try {
    return { definition: loadDefinition(JSON.parse(process.argv[2] ?? '{}') as DefinitionFiles) };
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    return { code: thrown.code, faults: thrown.faults };
  }
}

process.send?.(read(), undefined, {}, () => process.disconnect());
