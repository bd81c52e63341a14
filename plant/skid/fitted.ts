/**
 * A skid as it is fitted: without some of the devices of its type, and without what comes of them alone. What protects or
 * controls is never left out with them: it stays, and the checker says that it has lost its source.
 */
import { tagsNamedIn } from '../expression/parse.ts';
import type { SkidFile } from './schema.ts';
import type { Source } from './source.ts';

/** @param without names of devices; one that the file does not have is a fault */
export function asFitted(source: Source, form: SkidFile, without: readonly string[]): SkidFile {
  for (const device of without) {
    if (Object.hasOwn(form.devices, device)) continue;
    source.fault(
      ['devices'],
      `The skid is without ${device}, which is no device of ${form.type}.`,
      `Its devices: ${Object.keys(form.devices).join(', ')}.`,
    );
  }
  if (without.length === 0) return form;
  const gone = new Set(without);
  const devices = kept(form.devices, (name) => !gone.has(name));
  const spectra = kept(form.spectra ?? {}, (_, { from }) => !gone.has(deviceIn(from)));
  const analyses = kept(form.analyses ?? {}, (_, { spectrum }) => Object.hasOwn(spectra, spectrum));
  const isLost = (from: string): boolean =>
    from.includes('/') ? !Object.keys(analyses).some((name) => from.startsWith(`${name}.`)) : gone.has(deviceIn(from));
  const tags = withoutOrphans(
    kept(form.tags, (_, { from }) => from === undefined || !isLost(from)),
    form.tags,
  );
  const stands = (text: string | undefined): boolean =>
    tagsNamedIn(text ?? '').every((tag) => Object.hasOwn(tags, tag) || !Object.hasOwn(form.tags, tag));
  const alarms = kept(form.alarms ?? {}, (_, { watch, armed }) => stands(watch) && stands(armed));
  const shown = (names: readonly string[] | undefined): string[] =>
    (names ?? []).filter((name) => Object.hasOwn(tags, name) || !Object.hasOwn(form.tags, name));
  const page = { overview: shown(form.page?.overview), trend: shown(form.page?.trend) };
  const left = mapped(analyses, (analysis) =>
    withoutLostInputs(analysis, (tag) => Object.hasOwn(tags, tag) || !Object.hasOwn(form.tags, tag)),
  );
  return { ...form, devices, spectra, analyses: left, tags, alarms, page };
}

type AnalysisFile = NonNullable<SkidFile['analyses']>[string];

/** What nothing gives any more is not known to the method, which says itself whether it can do without. */
const withoutLostInputs = (analysis: AnalysisFile, stands: (tag: string) => boolean): AnalysisFile =>
  analysis.inputs === undefined ? analysis : { ...analysis, inputs: kept(analysis.inputs, (_, tag) => stands(tag)) };

/** Derived tags go with what they are derived of. */
function withoutOrphans(tags: SkidFile['tags'], all: SkidFile['tags']): SkidFile['tags'] {
  const left = kept(tags, (_, { is }) =>
    tagsNamedIn(is ?? '').every((name) => Object.hasOwn(tags, name) || !Object.hasOwn(all, name)),
  );
  return Object.keys(left).length === Object.keys(tags).length ? left : withoutOrphans(left, all);
}

const deviceIn = (from: string): string => from.split('.', 1)[0] ?? '';

const mapped = <T>(entries: Readonly<Record<string, T>>, change: (entry: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, change(entry)]));

const kept = <T>(entries: Readonly<Record<string, T>>, keep: (name: string, entry: T) => boolean): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).filter(([name, entry]) => keep(name, entry)));
