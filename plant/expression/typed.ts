/** An expression with the unit that was found for it, and how such are put together. */
import type { BinaryOperator, Expression } from '../expression.ts';
import { parseUnit, scaleBetween, unitText, zeroPointOf, type Unit } from '../units.ts';

/** For a value in °C or bar(g): a place on the scale, a distance on it, or a quantity written out, which may be either. */
export type Nature = 'point' | 'difference' | 'either';
export type Typed = Readonly<{ node: Expression; unit: Unit | 'bool'; nature: Nature }>;
export type TypedNumber = Typed & Readonly<{ unit: Unit }>;

const kelvin = parseUnit('K');
export const gauge = parseUnit('bar(g)');
export const bar = parseUnit('bar');

export const number = (value: number): Expression => ({ kind: 'number', value });

export const calling = (name: string, list: readonly Typed[]): Expression => ({
  kind: 'call',
  function: name,
  arguments: list.map(({ node }) => node),
});

export const condition = (operator: BinaryOperator, left: Typed, right: Typed): Typed => ({
  node: { kind: 'binary', operator, left: left.node, right: right.node },
  unit: 'bool',
  nature: 'either',
});

/** In a product a difference in °C is one in K, and one in bar(g) one in bar. */
export const span = (unit: Unit): Unit => {
  if (unit.size !== 1 || zeroPointOf(unit) === 0) return unit;
  return unit.has('°C') ? kelvin : bar;
};

export const isOnly = ({ unit }: TypedNumber, atom: string): boolean => unit.size === 1 && unit.get(atom) === 1;
export const isGauge = (typed: TypedNumber): boolean => isOnly(typed, 'bar(g)');

/** What may make a gauge pressure absolute: a measured pressure, or one written out that is an atmosphere. */
export const isAtmosphere = (node: Expression): boolean =>
  node.kind !== 'number' || (node.value >= 0.8 && node.value <= 1.1);

export function scaled(node: Expression, from: Unit, to: Unit): Expression {
  const factor = scaleBetween(from, to);
  if (factor === 1) return node;
  if (node.kind === 'number') return number(Number((node.value * factor).toPrecision(15)));
  return { kind: 'binary', operator: '*', left: node, right: number(factor) };
}

export const sayUnit = (unit: string | null): string => unit ?? 'a pure number';
export const say = ({ unit }: Typed): string => (unit === 'bool' ? 'a condition' : sayUnit(unitText(unit)));
