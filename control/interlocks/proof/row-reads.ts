/** What a row of the matrix goes by: its expressions, their tags, the numbers in them, and what all of it means. */
import type { CheckedExpression, Expression } from '../../../plant/expression.ts';
import type { LocalTag } from '../../../plant/sample.ts';
import type { InterlockDefinition } from '../../../plant/skid/definition.ts';
import type { Sight } from './field-points.ts';

export function expressionsOf(row: InterlockDefinition): readonly CheckedExpression[] {
  const { armed, channels, reference, trip, warn } = row;
  const all = [
    ...channels,
    armed,
    ...trip.flatMap((one) => [one.when, one.armed]),
    warn?.when ?? null,
    ...(reference === null ? [] : [reference.target, reference.ramped, reference.value, reference.heating]),
  ];
  return all.filter((one) => one !== null);
}

export const tagsOf = (row: InterlockDefinition): readonly LocalTag[] => [
  ...new Set([...(row.stale ?? []), ...expressionsOf(row).flatMap(({ tags }) => tags)]),
];

/** The numbers that stand in the row's expressions: where something changes, it does so near one of them. */
export function numbersOf(row: InterlockDefinition): readonly number[] {
  const numbers = new Set<number>(row.reference === null ? [] : [row.reference.within]);
  const walk = (node: Expression): void => {
    switch (node.kind) {
      case 'number':
        numbers.add(node.value);
        return;
      case 'call':
        node.arguments.forEach(walk);
        return;
      case 'unary':
        walk(node.of);
        return;
      case 'binary':
        walk(node.left);
        walk(node.right);
        return;
      case 'tag':
      case 'name':
    }
  };
  for (const { root } of expressionsOf(row)) walk(root);
  return [...numbers];
}

export const namesIn = (row: InterlockDefinition, name: string): boolean => {
  const holds = (node: Expression): boolean => {
    switch (node.kind) {
      case 'name':
        return node.name === name;
      case 'call':
        return node.arguments.some(holds);
      case 'unary':
        return holds(node.of);
      case 'binary':
        return holds(node.left) || holds(node.right);
      default:
        return false;
    }
  };
  return expressionsOf(row).some(({ root }) => holds(root));
};

/** What the row does with a field, written out: two rows of which it is the same do the same with every field there is. */
export function meaningOf(row: InterlockDefinition, sight: Sight): string {
  const said = (one: CheckedExpression | null): string | null => (one === null ? null : sight.meaning(one.root));
  const { reference, warn } = row;
  return JSON.stringify({
    vote: row.vote,
    channels: row.channels.map(said),
    stale: row.stale === null ? null : [...sight.pointsBehind(row.stale).keys()].sort(),
    armed: said(row.armed),
    reference:
      reference === null
        ? null
        : {
            target: said(reference.target),
            ramped: said(reference.ramped),
            value: said(reference.value),
            heating: said(reference.heating),
            within: reference.within,
          },
    warn: warn === null ? null : { ...warn, when: said(warn.when) },
    trip: row.trip.map((one) => ({ ...one, when: said(one.when), armed: said(one.armed) })),
    action: row.action,
  });
}
