/** The ranges of tags, for what expressions over them can come to. */
import type { Reach } from '../expression/reach.ts';
import type { Range, TagDefinition } from './definition.ts';

export const reachOfTags = (tags: readonly TagDefinition[]): Reach => {
  const ranges = new Map<string, Range | null>(tags.map(({ name, range }) => [name, range]));
  return (name) => ranges.get(name) ?? null;
};
