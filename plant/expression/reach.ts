/**
 * What values an expression can take while its tags stay in their ranges: interval arithmetic, so that the checker can
 * say that an interlock never trips. Wider than the truth where a tag stands twice, never narrower.
 */
import type { BinaryOperator, Expression } from '../expression.ts';
import type { Range } from '../skid/definition.ts';
import { saturatedLiquidDensity, saturationPressureBar } from './water.ts';

/** The range of a tag or of a bound name, or null where it has none. */
export type Reach = (name: string) => Range | null;

const anything: Range = { low: -Infinity, high: Infinity };

export function reachOf(node: Expression, reach: Reach): Range {
  switch (node.kind) {
    case 'number':
      return { low: node.value, high: node.value };
    case 'tag':
      return reach(node.tag) ?? anything;
    case 'name':
      return reach(node.name) ?? anything;
    case 'unary': {
      const { low, high } = reachOf(node.of, reach);
      return { low: -high, high: -low };
    }
    case 'call':
      return ofCall(
        node.function,
        node.arguments.map((argument) => reachOf(argument, reach)),
      );
    case 'binary':
      return ofBinary(node.operator, reachOf(node.left, reach), reachOf(node.right, reach));
  }
}

function ofCall(name: string, ranges: readonly Range[]): Range {
  const [lows, highs] = [ranges.map(({ low }) => low), ranges.map(({ high }) => high)];
  const { low, high } = ranges[0] ?? anything;
  switch (name) {
    case 'min':
      return { low: Math.min(...lows), high: Math.min(...highs) };
    case 'max':
      return { low: Math.max(...lows), high: Math.max(...highs) };
    case 'abs':
      return { low: low <= 0 && high >= 0 ? 0 : Math.min(Math.abs(low), Math.abs(high)), high: Math.max(-low, high) };
    case 'psat':
      return { low: known(saturationPressureBar(low), 0), high: known(saturationPressureBar(high), Infinity) };
    case 'density':
      return { low: known(saturatedLiquidDensity(high), 0), high: 1000 };
    case 'drag':
      return { low: 0, high: Infinity };
    case 'percent':
      return { low: 0, high: 100 };
    default:
      return anything;
  }
}

const known = (value: number, otherwise: number): number => (Number.isNaN(value) ? otherwise : value);

function ofBinary(operator: BinaryOperator, left: Range, right: Range): Range {
  switch (operator) {
    case '+':
      return { low: left.low + right.low, high: left.high + right.high };
    case '-':
      return { low: left.low - right.high, high: left.high - right.low };
    case '*':
      return corners(left, right, (a, b) => (a === 0 || b === 0 ? 0 : a * b));
    case '/':
      return right.low <= 0 && right.high >= 0 ? anything : corners(left, right, (a, b) => a / b);
    default:
      return anything;
  }
}

function corners(left: Range, right: Range, by: (a: number, b: number) => number): Range {
  const all = [by(left.low, right.low), by(left.low, right.high), by(left.high, right.low), by(left.high, right.high)];
  return all.some(Number.isNaN) ? anything : { low: Math.min(...all), high: Math.max(...all) };
}

/** Whether a condition can hold, and can fail, within those ranges. */
export function outcomes(node: Expression, reach: Reach): Readonly<{ canHold: boolean; canFail: boolean }> {
  const both = { canHold: true, canFail: true };
  if (node.kind === 'unary' && node.operator === 'not') {
    const of = outcomes(node.of, reach);
    return { canHold: of.canFail, canFail: of.canHold };
  }
  if (node.kind !== 'binary') return both;
  if (node.operator === 'and' || node.operator === 'or') {
    const [left, right] = [outcomes(node.left, reach), outcomes(node.right, reach)];
    return node.operator === 'and'
      ? { canHold: left.canHold && right.canHold, canFail: left.canFail || right.canFail }
      : { canHold: left.canHold || right.canHold, canFail: left.canFail && right.canFail };
  }
  const [left, right] = [reachOf(node.left, reach), reachOf(node.right, reach)];
  switch (node.operator) {
    case '<':
      return { canHold: left.low < right.high, canFail: left.high >= right.low };
    case '<=':
      return { canHold: left.low <= right.high, canFail: left.high > right.low };
    case '>':
      return { canHold: left.high > right.low, canFail: left.low <= right.high };
    case '>=':
      return { canHold: left.high >= right.low, canFail: left.low < right.high };
    default:
      return both;
  }
}
