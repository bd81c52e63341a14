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
      if (node.function === 'percent') return ofPercent(node.arguments, reach);
      return ofCall(
        node.function,
        node.arguments.map((argument) => reachOf(argument, reach)),
      );
    case 'binary':
      return ofBinary(node.operator, reachOf(node.left, reach), reachOf(node.right, reach));
  }
}

function ofPercent([condition]: readonly Expression[], reach: Reach): Range {
  const { canHold, canFail } = condition === undefined ? { canHold: true, canFail: true } : outcomes(condition, reach);
  return { low: canFail ? 0 : 100, high: canHold ? 100 : 0 };
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
export const outcomes = (node: Expression, reach: Reach): Readonly<{ canHold: boolean; canFail: boolean }> => ({
  canHold: can(node, reach, true),
  canFail: can(node, reach, false),
});

/** Whether a condition can come out as `wanted`. What a conjunction asks of a tag in one part binds it in the others. */
function can(node: Expression, reach: Reach, wanted: boolean): boolean {
  if (node.kind === 'unary' && node.operator === 'not') return can(node.of, reach, !wanted);
  if (node.kind === 'tag' || node.kind === 'name') {
    const { low, high } = reachOf(node, reach);
    return wanted ? high > 0 : low < 1;
  }
  if (node.kind !== 'binary') return true;
  if (node.operator === 'and' || node.operator === 'or') {
    const joined = (node.operator === 'and') === wanted;
    if (!joined) return can(node.left, reach, wanted) || can(node.right, reach, wanted);
    const within = wanted ? narrowedBy([node], reach) : reach;
    return within !== null && can(node.left, within, wanted) && can(node.right, within, wanted);
  }
  return compared(
    wanted ? node.operator : opposite(node.operator),
    reachOf(node.left, reach),
    reachOf(node.right, reach),
  );
}

function compared(operator: BinaryOperator, left: Range, right: Range): boolean {
  switch (operator) {
    case '<':
      return left.low < right.high;
    case '<=':
      return left.low <= right.high;
    case '>':
      return left.high > right.low;
    case '>=':
      return left.high >= right.low;
    default:
      return true;
  }
}

const opposites: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};
const opposite = (operator: BinaryOperator): BinaryOperator => opposites[operator] ?? operator;

/**
 * The ranges that are left while all of `conditions` hold, or null where they cannot together. It looks at comparisons of a tag or name and
 * at conditions read as such, joined by "and"; what says less plainly narrows nothing.
 */
export function narrowedBy(conditions: readonly Expression[], reach: Reach): Reach | null {
  const left = new Map<string, Range>();
  const within: Reach = (name) => left.get(name) ?? reach(name);
  const empty: string[] = [];
  const bind = (node: Expression, bound: Range): void => {
    if (node.kind !== 'tag' && node.kind !== 'name') return;
    const { low, high } = reachOf(node, within);
    const range = { low: Math.max(low, bound.low), high: Math.min(high, bound.high) };
    const name = node.kind === 'tag' ? node.tag : node.name;
    if (range.low > range.high) empty.push(name);
    left.set(name, range);
  };
  const look = (node: Expression): void => {
    if (node.kind === 'tag' || node.kind === 'name') bind(node, { low: 1, high: Infinity });
    else if (node.kind === 'unary' && node.operator === 'not') bind(node.of, { low: -Infinity, high: 0 });
    else if (node.kind === 'binary' && node.operator === 'and') {
      look(node.left);
      look(node.right);
    } else if (node.kind === 'binary') {
      const [one, other] = [reachOf(node.left, within), reachOf(node.right, within)];
      const below = node.operator === '<' || node.operator === '<=' || node.operator === '=';
      const above = node.operator === '>' || node.operator === '>=' || node.operator === '=';
      if (below) {
        bind(node.left, { low: -Infinity, high: other.high });
        bind(node.right, { low: one.low, high: Infinity });
      }
      if (above) {
        bind(node.left, { low: other.low, high: Infinity });
        bind(node.right, { low: -Infinity, high: one.high });
      }
    }
  };
  conditions.forEach(look);
  return empty.length === 0 ? within : null;
}
