/** Writes a parsed expression with every bracket, so that reading it again must give the same tree. */
import type { Parsed } from '../../../plant/expression/parse.ts';

export function print(node: Parsed): string {
  switch (node.kind) {
    case 'quantity':
      return node.unit === null ? String(node.value) : `${node.value} ${node.unit}`;
    case 'tag':
      return node.tag;
    case 'name':
      return node.name;
    case 'call':
      return `${node.function}(${node.arguments.map(print).join(', ')})`;
    case 'unary':
      return node.operator === 'not' ? `(not (${print(node.of)}))` : `-(${print(node.of)})`;
    case 'binary':
      return `(${print(node.left)} ${node.operator} ${print(node.right)})`;
  }
}
