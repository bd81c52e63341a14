/** Reads the analyses of a skid file: which method makes values of which spectrum, with what delay and which inputs. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import { loadMethod } from '../method/method-loader.ts';
import { parseQuantity } from '../quantity.ts';
import { localTag, type LocalTag } from '../sample.ts';
import { didYouMean } from '../suggest.ts';
import { convert } from '../units.ts';
import type { AnalysisHead } from './analysis-source.ts';
import type { AnalysisDefinition, SpectrumDefinition, TagDefinition, UnitDefinition } from './definition.ts';
import { checkName } from './names.ts';
import type { AnalysisFile } from './schema.ts';
import type { Path, Source } from './source.ts';

type Files = Readonly<Record<string, AnalysisFile>>;

type Parts = Readonly<{
  units: readonly UnitDefinition[];
  spectra: readonly SpectrumDefinition[];
  /** Spectra whose own fault has been told. */
  faultySpectra: ReadonlySet<string>;
  methodFolder: string;
}>;

/** The analyses as far as tags refer to them, before any tag is known. */
export function readAnalysisHeads(source: Source, files: Files, parts: Parts): readonly AnalysisHead[] {
  if (Object.keys(files).length === 0) return [];
  const known = methodsIn(source, parts.methodFolder);
  return Object.entries(files).flatMap(([name, file]) => {
    const path = ['analyses', name];
    checkName(
      source,
      path,
      name,
      /^[A-Za-z][A-Za-z0-9]*\/[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*$/u,
      'Write UNIT/NAME, such as "A401/AY-401".',
    );
    const unitName = name.split('/', 1)[0] ?? '';
    const unitNames = parts.units.map((unit) => unit.name);
    if (!unitNames.includes(unitName)) {
      const remedy = didYouMean(unitName, unitNames, 'Add it under "units".');
      source.fault(path, `The analysis belongs to the unit "${unitName}", which does not exist.`, remedy);
    }
    const spectrum = readSpectrum(source, path, file, parts);
    if (!known.includes(file.method)) {
      const remedy = didYouMean(file.method, known, `Add ${file.method}.yaml to ${parts.methodFolder}.`);
      source.fault([...path, 'method'], `There is no method "${file.method}".`, remedy);
      return [];
    }
    const method = source.attempt(path, () => loadMethod(join(parts.methodFolder, `${file.method}.yaml`)));
    return method === null || spectrum === null ? [] : [{ name: localTag(name), spectrum, method }];
  });
}

/** The analyses whole, once the tags are known. */
export const readAnalyses = (
  source: Source,
  files: Files,
  heads: readonly AnalysisHead[],
  tags: Tags,
): readonly AnalysisDefinition[] =>
  heads.flatMap(({ name, spectrum, method }) => {
    const file = files[name];
    if (file === undefined) return [];
    const path = ['analyses', name];
    return [
      {
        name,
        title: file.title,
        unitName: name.split('/', 1)[0] ?? '',
        spectrum: spectrum.name,
        method,
        delay: readDelay(source, path, file, tags),
        inputs: readInputs(source, path, file, { method, tags }),
        required: file.required ?? false,
      },
    ];
  });

type Tags = Readonly<{
  tags: readonly TagDefinition[];
  /** All that the file names, also those at fault. */
  named: readonly string[];
}>;

function methodsIn(source: Source, folder: string): readonly string[] {
  try {
    return readdirSync(folder).flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -'.yaml'.length)] : []));
  } catch (thrown) {
    const problem = `The methods of ${folder} cannot be read: ${messageOf(thrown)}.`;
    source.fault(['analyses'], problem, 'Check the folder.');
    return [];
  }
}

function readSpectrum(
  source: Source,
  path: Path,
  { spectrum }: AnalysisFile,
  { spectra, faultySpectra }: Parts,
): SpectrumDefinition | null {
  const found = spectra.find(({ name }) => name === spectrum);
  if (found !== undefined) return found;
  if (faultySpectra.has(spectrum)) return null;
  const names = spectra.map(({ name }) => name);
  const remedy = didYouMean(spectrum, names, 'Name one of "spectra".');
  source.fault([...path, 'spectrum'], `There is no spectrum "${spectrum}".`, remedy);
  return null;
}

function readDelay(source: Source, path: Path, { delay }: AnalysisFile, tags: Tags): AnalysisDefinition['delay'] {
  if (delay === undefined) return null;
  const volumeMl = source.attempt([...path, 'delay', 'volume'], (where) => {
    const { value, unit } = parseQuantity(delay.volume, where);
    return convert(value, unit, 'mL', where);
  });
  if (volumeMl !== null && volumeMl <= 0)
    source.fault([...path, 'delay', 'volume'], `The volume is ${delay.volume}.`, 'Write a volume above 0.');
  const flow = readNumber(source, [...path, 'delay', 'flow'], delay.flow, { unit: 'mL/min', tags });
  return volumeMl === null || flow === null ? null : { volumeMl, flow };
}

function readInputs(
  source: Source,
  path: Path,
  file: AnalysisFile,
  { method, tags }: Readonly<{ method: AnalysisHead['method']; tags: Tags }>,
): Readonly<Record<string, LocalTag>> {
  const inputs = Object.entries(file.inputs ?? {}).flatMap(([name, tag]) => {
    const where = [...path, 'inputs', name];
    const asked = method.inputs.find((input) => input.name === name);
    if (asked === undefined) {
      const names = method.inputs.map((input) => input.name);
      const otherwise = names.length === 0 ? 'It asks for none.' : `It asks for ${names.join(', ')}.`;
      source.fault(where, `${method.method} asks for no "${name}".`, didYouMean(name, names, otherwise));
      return [];
    }
    const found = readNumber(source, where, tag, { unit: asked.unit, tags });
    return found === null ? [] : [[name, found] as const];
  });
  return Object.fromEntries(inputs);
}

/** A tag of numbers in `unit`. */
function readNumber(
  source: Source,
  path: Path,
  name: string,
  { unit, tags: { tags, named } }: Readonly<{ unit: string | null; tags: Tags }>,
): LocalTag | null {
  const tag = tags.find((each) => each.name === name);
  if (tag === undefined) {
    if (!named.includes(name))
      source.fault(path, `There is no tag "${name}".`, didYouMean(name, named, 'Name a tag of this file.'));
    return null;
  }
  if (tag.valueType === 'number' && tag.unit === unit) return tag.name;
  const is = tag.valueType === 'number' ? (tag.unit === null ? 'has no unit' : `is in ${tag.unit}`) : 'is no number';
  source.fault(
    path,
    `${name} ${is}.`,
    `Name a tag ${unit === null ? 'that is a number without a unit' : `in ${unit}`}.`,
  );
  return null;
}
