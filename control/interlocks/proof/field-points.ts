/**
 * What the field says, point by point, and what tags make of it. Two definitions of a skid are compared by what they do with
 * the same field: a tag is only a name, and what it stands on is its point.
 */
import type { Evaluated, Expression, Lookup } from '../../../plant/expression.ts';
import { evaluate } from '../../../plant/expression/evaluate.ts';
import { bad } from '../../../plant/quality.ts';
import type { LocalTag } from '../../../plant/sample.ts';
import type { Range, SkidType, TagDefinition } from '../../../plant/skid/definition.ts';

/** `PLC-1.reactorPressureA`, or whatever else gives a value from outside: an analysis, a column, a figure that was taken. */
export type PointName = string;

export type FieldReading = ReadonlyMap<PointName, Evaluated>;

/** A point as the definitions see it: what values it takes. */
export type PointFacts = Readonly<{
  kind: 'number' | 'boolean';
  unit: string | null;
  range: Range;
  /** Where it is a state: the numbers it knows. */
  states: readonly number[] | null;
}>;

const unknown: Evaluated = { value: null, quality: bad };
const widest: Range = { low: -1000, high: 1000 };

/** Null for a derived tag. */
export function pointOf({ name, source }: TagDefinition): PointName | null {
  switch (source.kind) {
    case 'point':
      return `${source.device}.${source.point.name}`;
    case 'row':
      return `${source.device}.${source.column}`;
    case 'analysis':
      return `${source.analysis}.${source.output}.${source.part}`;
    case 'given':
      return `the figure taken for ${name}`;
    case 'derived':
      return null;
  }
}

export const factsOf = ({ valueType, unit, range, states }: TagDefinition): PointFacts => ({
  kind: valueType === 'boolean' ? 'boolean' : 'number',
  unit,
  range: range ?? widest,
  states: states === null ? null : Object.keys(states).map(Number),
});

/** One definition's tags over a field. */
export class Sight {
  readonly #tags: ReadonlyMap<LocalTag, TagDefinition>;

  constructor({ tags }: Pick<SkidType, 'tags'>) {
    this.#tags = new Map(tags.map((tag) => [tag.name, tag]));
  }

  /** The first tag that reads the point. */
  tagAt(point: PointName): LocalTag | null {
    for (const tag of this.#tags.values()) if (pointOf(tag) === point) return tag.name;
    return null;
  }

  /** As the scan makes them: derived tags of their parts, with the worst quality of these. */
  lookup(field: FieldReading): Lookup {
    const known = new Map<LocalTag, Evaluated>();
    const look: Lookup = (name) => {
      const before = known.get(name);
      if (before !== undefined) return before;
      const tag = this.#tags.get(name);
      const said = tag === undefined ? unknown : this.#said(tag, field, look);
      known.set(name, said);
      return said;
    };
    return look;
  }

  /** The points behind these tags, with what each is, derived tags followed to their parts. */
  pointsBehind(names: Iterable<LocalTag>): ReadonlyMap<PointName, TagDefinition> {
    const points = new Map<PointName, TagDefinition>();
    const open = [...names];
    const seen = new Set<LocalTag>();
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const tag = this.#tags.get(name);
      if (tag === undefined || seen.has(name)) continue;
      seen.add(name);
      if (tag.source.kind === 'derived') open.push(...tag.source.expression.tags);
      else points.set(pointOf(tag) ?? name, tag);
    }
    return points;
  }

  /** What an expression says of the field, tags written out: the same text where two mean the same. */
  meaning(node: Expression): string {
    switch (node.kind) {
      case 'number':
        return String(node.value);
      case 'name':
        return node.name;
      case 'tag': {
        const tag = this.#tags.get(node.tag);
        if (tag === undefined) return `?${node.tag}`;
        return tag.source.kind === 'derived' ? this.meaning(tag.source.expression.root) : `{${pointOf(tag) ?? ''}}`;
      }
      case 'call':
        return `${node.function}(${node.arguments.map((one) => this.meaning(one)).join(',')})`;
      case 'unary':
        return `(${node.operator} ${this.meaning(node.of)})`;
      case 'binary':
        return `(${this.meaning(node.left)}${node.operator}${this.meaning(node.right)})`;
    }
  }

  #said(tag: TagDefinition, field: FieldReading, look: Lookup): Evaluated {
    if (tag.source.kind === 'derived') return evaluate(tag.source.expression.root, look);
    return field.get(pointOf(tag) ?? '') ?? unknown;
  }
}
