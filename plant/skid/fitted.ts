/**
 * A skid as it is fitted: without some of the devices of its type, and without what comes of them alone. What protects or
 * controls is never left out with them: a device that it goes by cannot be left out.
 */
import { tagsNamedIn } from '../expression/parse.ts';
import { didYouMean } from '../suggest.ts';
import type { AnalysisFile, InterlockFile, SkidFile } from './schema.ts';
import type { Source } from './source.ts';

export type Fitting = Readonly<{
  /** Devices that the skid is not fitted with: they are left out, with what comes of them alone. */
  without?: readonly string[];
  /** Where a site says that skids are without a device, `file:line` each; without it, where the type has its devices. */
  withoutAt?: (device: string) => readonly string[];
}>;

/** @returns null, with the faults noted, where the file has no such device or cannot be without it */
export function asFitted(source: Source, form: SkidFile, { without = [], withoutAt }: Fitting): SkidFile | null {
  const names = Object.keys(form.devices);
  const gone = new Set(without);
  const faults = without.flatMap((device) => {
    const said = withoutAt?.(device) ?? [source.where(['devices'])];
    return said.flatMap((where) => {
      if (!names.includes(device)) {
        const problem = `The skid is without ${device}, which is no device of ${form.type}.`;
        return [{ where, problem, remedy: didYouMean(device, names, `Its devices: ${names.join(', ')}.`) }];
      }
      const needs = needsOf(form, gone, device);
      const remedy = `Leave it in, or write a skid type that is like ${form.type} and does without.`;
      return needs === null ? [] : [{ where, problem: `${device} cannot be left out: ${needs}.`, remedy }];
    });
  });
  source.faults.push(...faults);
  return faults.length > 0 ? null : withoutDevices(form, gone);
}

function withoutDevices(form: SkidFile, gone: ReadonlySet<string>): SkidFile {
  if (gone.size === 0) return form;
  const devices = kept(form.devices, (name) => !gone.has(name));
  const { spectra, analyses, tags } = leftWithout(form, gone);
  const stands = (text: string | undefined): boolean =>
    tagsNamedIn(text ?? '').every((tag) => Object.hasOwn(tags, tag) || !Object.hasOwn(form.tags, tag));
  const alarms = kept(form.alarms ?? {}, (_, { watch, armed }) => stands(watch) && stands(armed));
  const shown = (names: readonly string[] | undefined): string[] =>
    (names ?? []).filter((name) => Object.hasOwn(tags, name) || !Object.hasOwn(form.tags, name));
  const { calibration } = form;
  const calibrated = kept(
    calibration ?? {},
    (name) => !gone.has(name) && (Object.hasOwn(tags, name) || !Object.hasOwn(form.tags, name)),
  );
  const page = { overview: shown(form.page?.overview), trend: shown(form.page?.trend) };
  const left = mapped(analyses, (analysis) =>
    withoutLostInputs(analysis, (tag) => Object.hasOwn(tags, tag) || !Object.hasOwn(form.tags, tag)),
  );
  const upkeep = calibration === undefined ? {} : { calibration: calibrated };
  return { ...form, ...upkeep, devices, spectra, analyses: left, tags, alarms, page };
}

/** What gives values still, where some devices are gone. */
function leftWithout(
  form: SkidFile,
  gone: ReadonlySet<string>,
): Required<Pick<SkidFile, 'spectra' | 'analyses' | 'tags'>> {
  const spectra = kept(form.spectra ?? {}, (_, { from }) => !gone.has(deviceIn(from)));
  const analyses = kept(form.analyses ?? {}, (_, { spectrum }) => Object.hasOwn(spectra, spectrum));
  const isLost = (from: string): boolean =>
    from.includes('/') ? !Object.keys(analyses).some((name) => from.startsWith(`${name}.`)) : gone.has(deviceIn(from));
  const tags = withoutOrphans(
    kept(form.tags, (_, { from }) => from === undefined || !isLost(from)),
    form.tags,
  );
  return { spectra, analyses, tags };
}

/** What protects, controls or is kept, and has lost something with `device`; null where nothing has. */
function needsOf(form: SkidFile, gone: ReadonlySet<string>, device: string): string | null {
  const { tags } = leftWithout(form, new Set([device]));
  const isLost = (tag: string): boolean => Object.hasOwn(form.tags, tag) && !Object.hasOwn(tags, tag);
  const critical = Object.keys(form.tags).filter((name) => form.tags[name]?.critical === true);
  const losing = <T>(entries: Readonly<Record<string, T>> | undefined, loses: (entry: T, name: string) => boolean) =>
    Object.entries(entries ?? {}).flatMap(([name, entry]) => (loses(entry, name) ? [name] : []));
  const needs: readonly (readonly [one: string, several: string, names: readonly string[]])[] = [
    [
      'interlock',
      'interlocks',
      losing(form.interlocks, (row) =>
        row.stale === 'critical tags'
          ? critical.length > 0 && critical.every(isLost)
          : tagsNamedIn(textsOf(row).join(' , ')).some(isLost),
      ),
    ],
    [
      'controller',
      'controllers',
      losing(form.loops, (loop) => loop.device === device || Object.values(loop).some(isLost)),
    ],
    [
      'analysis',
      'analyses',
      losing(leftWithout(form, gone).analyses, ({ delay }) => tagsNamedIn(delay?.flow ?? '').some(isLost)),
    ],
    [
      'the switch to Local of',
      'the switches to Local of',
      losing(form.devices, ({ local }, name) => !gone.has(name) && isLost(local ?? '')),
    ],
    ['the wetted thermometer', 'the wetted thermometers', (form.wetted ?? []).filter(isLost)],
    ['the switch to Local', '', isLost(form.local ?? '') ? [''] : []],
  ];
  const lost = needs.filter(([, , names]) => names.length > 0);
  const told = lost.map(([one, several, names]) =>
    `${names.length === 1 ? one : several} ${names.join(', ')}`.trimEnd(),
  );
  const goes = lost.reduce((sum, [, , names]) => sum + names.length, 0) === 1 ? 'goes' : 'go';
  return told.length === 0 ? null : `${told.join(', ')} ${goes} by it`;
}

/** Everything of a row in which tags may be named. */
const textsOf = ({ vote, stale, armed, reference, warn, trip }: InterlockFile): readonly string[] => [
  ...[vote, stale, armed].flatMap((each) => each ?? []),
  ...(reference === undefined ? [] : [reference.target, reference.ramped, reference.value, reference.heating]),
  ...[warn, trip].flatMap((each) => each ?? []).map(({ when }) => when),
  ...[trip].flatMap((each) => each ?? []).flatMap(({ armed: while_ }) => while_ ?? []),
];

/** What nothing gives any more is not known to the method, which says itself whether it can do without. */
const withoutLostInputs = (analysis: AnalysisFile, stands: (tag: string) => boolean): AnalysisFile =>
  analysis.inputs === undefined ? analysis : { ...analysis, inputs: kept(analysis.inputs, (_, tag) => stands(tag)) };

/** Derived tags go with what they are derived of, and figures with what they are taken from. */
function withoutOrphans(tags: SkidFile['tags'], all: SkidFile['tags']): SkidFile['tags'] {
  const left = kept(tags, (_, { is, taken }) =>
    [is, taken?.from, taken?.while]
      .flatMap((text) => tagsNamedIn(text ?? ''))
      .every((name) => Object.hasOwn(tags, name) || !Object.hasOwn(all, name)),
  );
  return Object.keys(left).length === Object.keys(tags).length ? left : withoutOrphans(left, all);
}

const deviceIn = (from: string): string => from.split('.', 1)[0] ?? '';

const mapped = <T>(entries: Readonly<Record<string, T>>, change: (entry: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, change(entry)]));

const kept = <T>(entries: Readonly<Record<string, T>>, keep: (name: string, entry: T) => boolean): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).filter(([name, entry]) => keep(name, entry)));
