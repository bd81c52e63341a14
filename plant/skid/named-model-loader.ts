/** Reads a model of a device with a protocol of its own, whose driver knows its values by name. */
import type { NamedModel, NamedPoint } from '../device-model.ts';
import { readFacts, readHead } from './device-model-facts.ts';
import type { NamedModelFile } from './device-model-schema.ts';
import type { Source } from './source.ts';

export function readNamedModel(source: Source, form: NamedModelFile): NamedModel {
  const points = Object.entries(form.points).map(([name, point]): NamedPoint => ({
    ...readFacts(source, ['points', name], form, { ...point, name, kind: point.kind ?? 'number' }),
    via: 'name',
    item: point.item,
  }));
  return { ...readHead(source, form, points), protocol: form.protocol, points };
}
