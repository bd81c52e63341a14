/**
 * The value of a checked expression. Plain arithmetic: units were settled when the file was read.
 *
 * Quality is the worst of everything read, whichever side of an `or` it stands on. What has no value gives no value, and
 * a result that is not a finite number at any step is no value and Bad: 1 / 0 must not pass for "greater than any limit".
 */
import type { Evaluated, Expression, Lookup } from '../expression.ts';
import { bad, good, isBad, isWorse, type Quality } from '../quality.ts';
import { tubeDrag } from './drag.ts';
import { saturatedLiquidDensity, saturationPressureBar } from './water.ts';

/** What names such as `value` and `reference` stand for. */
export type Bindings = Readonly<Record<string, Evaluated>>;

type Value = number | boolean | null;
type Reading = { quality: Quality };

const noBindings: Bindings = {};
const unknown: Evaluated = { value: null, quality: bad };

export function evaluate(root: Expression, lookup: Lookup, bindings: Bindings = noBindings): Evaluated {
  const reading: Reading = { quality: good };
  const value = valueOf(root, lookup, bindings, reading);
  return { value, quality: reading.quality };
}

function valueOf(node: Expression, lookup: Lookup, bindings: Bindings, reading: Reading): Value {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'tag':
      return read(lookup(node.tag), reading);
    case 'name':
      return read(bindings[node.name] ?? unknown, reading);
    case 'call': {
      const values = node.arguments.map((argument) => valueOf(argument, lookup, bindings, reading));
      return values.includes(null) ? null : finite(call(node.function, values as (number | boolean)[]), reading);
    }
    case 'unary': {
      const of = valueOf(node.of, lookup, bindings, reading);
      if (of === null) return null;
      return node.operator === 'not' ? !of : -Number(of);
    }
    case 'binary': {
      const left = valueOf(node.left, lookup, bindings, reading);
      const right = valueOf(node.right, lookup, bindings, reading);
      return left === null || right === null ? null : finite(apply(node.operator, left, right), reading);
    }
  }
}

function read({ value, quality }: Evaluated, reading: Reading): Value {
  if (isWorse(quality, reading.quality)) reading.quality = quality;
  if (typeof value !== 'string') return typeof value === 'number' ? finite(value, reading) : value;
  return finite(NaN, reading);
}

function finite(value: number | boolean, reading: Reading): Value {
  if (typeof value === 'boolean' || Number.isFinite(value)) return value;
  if (!isBad(reading.quality)) reading.quality = bad;
  return null;
}

function apply(
  operator: Extract<Expression, { kind: 'binary' }>['operator'],
  left: number | boolean,
  right: number | boolean,
): number | boolean {
  switch (operator) {
    case '+':
      return Number(left) + Number(right);
    case '-':
      return Number(left) - Number(right);
    case '*':
      return Number(left) * Number(right);
    case '/':
      return Number(left) / Number(right);
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case 'and':
      return Boolean(left) && Boolean(right);
    case 'or':
      return Boolean(left) || Boolean(right);
  }
}

function call(name: string, values: readonly (number | boolean)[]): number {
  const numbers = values.map(Number);
  switch (name) {
    case 'min':
      return Math.min(...numbers);
    case 'max':
      return Math.max(...numbers);
    case 'abs':
      return Math.abs(numbers[0] ?? NaN);
    case 'psat':
      return saturationPressureBar(numbers[0] ?? NaN);
    case 'density':
      return saturatedLiquidDensity(numbers[0] ?? NaN);
    case 'drag':
      return tubeDrag(numbers[0] ?? NaN, numbers[1] ?? NaN, numbers[2] ?? NaN);
    case 'percent':
      return values[0] === true ? 100 : 0;
    default:
      return NaN;
  }
}
