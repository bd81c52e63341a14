/** Values worth trying for a tag: its range's ends, and the figures that expressions hold it against, a little to either side. */
import type { Expression } from '../../../plant/expression.ts';
import type { LocalTag } from '../../../plant/sample.ts';
import type { TagDefinition } from '../../../plant/skid/definition.ts';
import type { Reading, Tags } from './world.ts';

/** How far beside a figure, as a share of the tag's range. */
const beside = 1e-3;
const parts = [0.1, 0.25, 0.5, 0.75];
const usualRange = { low: 0, high: 100 };

/** The numbers that stand in an expression, and in those of the derived tags behind it. */
export function figuresIn(node: Expression, tags: Tags, seen = new Set<LocalTag>()): readonly number[] {
  switch (node.kind) {
    case 'number':
      return [node.value];
    case 'tag': {
      const source = tags.get(node.tag)?.source;
      if (source?.kind !== 'derived' || seen.has(node.tag)) return [];
      seen.add(node.tag);
      return figuresIn(source.expression.root, tags, seen);
    }
    case 'name':
      return [];
    case 'unary':
      return node.operator === '-'
        ? figuresIn(node.of, tags, seen).map((figure) => -figure)
        : figuresIn(node.of, tags, seen);
    case 'call':
      return node.arguments.flatMap((argument) => figuresIn(argument, tags, seen));
    case 'binary':
      return [...figuresIn(node.left, tags, seen), ...figuresIn(node.right, tags, seen)];
  }
}

/** Without doubts; the usual one of a running skid first. */
export function cornersOf(
  { source, valueType, range, normal }: TagDefinition,
  figures: readonly number[],
): readonly Reading[] {
  if (valueType === 'boolean') return [false, true];
  if (source.kind === 'given') return [source.value];
  const { low, high } = range ?? usualRange;
  const span = high - low;
  const near = figures.flatMap((figure) => [figure - beside * span, figure, figure + beside * span]);
  const usual = normal === null ? [] : [(normal.low + normal.high) / 2];
  const all = [...usual, low, ...parts.map((part) => low + part * span), high, ...near];
  return [...new Set(all.filter((value) => value >= low && value <= high))];
}
