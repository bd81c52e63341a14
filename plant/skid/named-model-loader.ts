/** Reads models of devices with a protocol of their own, whose driver knows their values by name. */
import type { AnalyserModel, FolderModel, NamedPoint, SpinsolveModel } from '../device-model.ts';
import { readDuration, readFacts, readHead } from './device-model-facts.ts';
import type { AnalyserModelFile, FolderModelFile, SpinsolveModelFile } from './device-model-schema.ts';
import type { Source } from './source.ts';

type NamedModelFile = AnalyserModelFile | FolderModelFile | SpinsolveModelFile;

export function readAnalyserModel(source: Source, form: AnalyserModelFile): AnalyserModel {
  const points = readPoints(source, form);
  refuseWrites(source, points, 'An analyser of this kind is only read.');
  for (const [name, spectrum] of Object.entries(form.spectra ?? {}))
    for (const key of ['column', 'instrument', 'calibration'] as const)
      if (spectrum[key] !== undefined)
        source.fault(['spectra', name, key], 'A server gives no facts with a spectrum.', `Leave "${key}" out.`);
  return { ...readHead(source, form, points), protocol: 'opcua', points };
}

export function readSpinsolveModel(source: Source, form: SpinsolveModelFile): SpinsolveModel {
  const points = readPoints(source, form);
  const { protocolName, options = {}, folders = [], settle } = form.measurement;
  return {
    ...readHead(source, form, points),
    protocol: 'spinsolve',
    points,
    measurement: {
      protocolName,
      options: Object.fromEntries(Object.entries(options).map(([name, value]) => [name, String(value)])),
      folders,
      settle: readDuration(source, ['measurement', 'settle'], settle),
    },
  };
}

export function readFolderModel(source: Source, form: FolderModelFile): FolderModel {
  const points = readPoints(source, form);
  const { settle, axis = null } = form.folder;
  if (axis !== null && axis.low >= axis.high)
    source.fault(['folder', 'axis'], `The axis runs from ${axis.low} to ${axis.high}.`, 'Write low below high.');
  refuseWrites(source, points, 'A folder of spectra takes nothing.');
  return {
    ...readHead(source, form, points),
    protocol: 'spectra-folder',
    points,
    folder: { settle: readDuration(source, ['folder', 'settle'], settle), axis },
  };
}

function refuseWrites(source: Source, points: readonly NamedPoint[], problem: string): void {
  for (const { name, access } of points)
    if (access !== 'read') source.fault(['points', name, 'write'], problem, 'Leave "write" out.');
}

const readPoints = (source: Source, form: NamedModelFile): readonly NamedPoint[] =>
  Object.entries(form.points).map(([name, point]): NamedPoint => ({
    ...readFacts(source, ['points', name], form, { ...point, name, kind: point.kind ?? 'number' }),
    via: 'name',
    item: point.item,
  }));
