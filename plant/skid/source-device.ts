/** The device a tag is read from; null where it is made here, of other tags or by an analysis. */
import type { TagSource } from './definition.ts';

export const deviceOf = (source: TagSource): string | null =>
  source.kind === 'point' || source.kind === 'row' ? source.device : null;
