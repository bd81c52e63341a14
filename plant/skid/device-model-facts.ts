/** What device models of every protocol say alike: head, identity, spectra, and the facts of a point. */
import type { Milliseconds } from '../clock.ts';
import type { DeviceModel, IdentitySource, PointDefinition, PointFacts, SpectrumSource } from '../device-model.ts';
import { parseDuration, parseRange } from '../quantity.ts';
import { didYouMean } from '../suggest.ts';
import { parseUnit, unitText } from '../units.ts';
import type { ModelHeadFile, PointFactsFile } from './device-model-schema.ts';
import type { Path, Source } from './source.ts';

type Head = Pick<DeviceModel, 'model' | 'title' | 'period' | 'timeout' | 'identity' | 'spectra' | 'digest'>;

export const readHead = (source: Source, form: ModelHeadFile, points: readonly PointDefinition[]): Head => ({
  model: form.model,
  title: form.title,
  period: readDuration(source, ['period'], form.period),
  timeout: readDuration(source, ['timeout'], form.timeout),
  identity: readIdentity(source, form, points),
  spectra: readSpectra(source, form),
  digest: source.digest,
});

/** @returns a span longer than 0; where it is at fault, 1 s */
export function readDuration(source: Source, path: Path, text: string): Milliseconds {
  const span = source.attempt(path, (where) => parseDuration(text, where)) ?? parseDuration('1 s');
  if (span === 0) source.fault(path, `${path.join(' > ')} is 0.`, 'Write a span longer than 0.');
  return span;
}

export function readFacts(
  source: Source,
  path: Path,
  form: ModelHeadFile,
  point: PointFactsFile & Pick<PointFacts, 'name' | 'kind'>,
): PointFacts {
  const [scale, offset] = [point.scale ?? 1, point.offset ?? 0];
  const unit =
    point.unit === undefined
      ? null
      : source.attempt([...path, 'unit'], (where) => unitText(parseUnit(point.unit ?? '', where)));
  const range =
    point.range === undefined
      ? null
      : source.attempt([...path, 'range'], (where) => parseRange(point.range ?? '', where));
  if (range !== null && range.unit !== null && range.unit !== unit) {
    source.fault(
      [...path, 'range'],
      `The range is in ${range.unit}, the point in ${unit ?? 'no unit'}.`,
      'Write the range without a unit.',
    );
  }
  return {
    name: point.name,
    kind: point.kind,
    scale,
    offset,
    unit,
    ...(range === null ? {} : { range: { low: range.low, high: range.high } }),
    access: point.write === true ? 'read-write' : 'read',
    source: point.source ?? form.source,
    verified: point.verified ?? form.verified,
  };
}

function readIdentity(source: Source, form: ModelHeadFile, points: readonly PointDefinition[]): IdentitySource | null {
  const { identity } = form;
  if (identity === undefined) return null;
  for (const key of ['serial', 'firmware'] as const) {
    const named = identity[key];
    if (named === undefined || points.some(({ name }) => name === named)) continue;
    source.fault(
      ['identity', key],
      `The ${key} is the point "${named}", which does not exist.`,
      didYouMean(
        named,
        points.map(({ name }) => name),
        'Name a point of this file.',
      ),
    );
  }
  return identity;
}

const readSpectra = (source: Source, form: ModelHeadFile): readonly SpectrumSource[] =>
  Object.entries(form.spectra ?? {}).map(([name, { item, x, y, column, instrument, calibration }]) => {
    const unitOf = (axis: 'x' | 'y', text: string): string =>
      source.attempt(['spectra', name, axis, 'unit'], (where) => unitText(parseUnit(text, where))) ?? text;
    return {
      name,
      item,
      x: { title: x.title, unit: unitOf('x', x.unit) },
      y: { title: y.title, unit: y.unit === undefined ? null : unitOf('y', y.unit) },
      ...(column === undefined ? {} : { column }),
      ...(instrument === undefined ? {} : { instrument }),
      ...(calibration === undefined
        ? {}
        : {
            calibration: {
              ...calibration,
              maximumAge: readDuration(source, ['spectra', name, 'calibration', 'maximumAge'], calibration.maximumAge),
            },
          }),
    };
  });
