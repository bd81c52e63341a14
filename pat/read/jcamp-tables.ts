/**
 * Tables of JCAMP-DX: ordinates at equal steps, (X++(Y..Y)), and pairs, (XY..XY). Everything a table says of itself is checked:
 * its number of points, its first and last x, each line's x, and the value that a line of differences repeats.
 */
import { tokensOf } from './asdf.ts';
import { Lie } from './reading.ts';

export type Curve = Readonly<{ x: Float64Array; y: Float64Array }>;

/** What is said of a table outside of it. */
export type Expected = Readonly<{ count: number; from: number; to: number; xFactor: number; yFactor: number }>;

/** @throws Lie */
export function readOrdinates(lines: readonly string[], { count, from, to, xFactor, yFactor }: Expected): Curve {
  const step = (to - from) / (count - 1);
  const y = new Float64Array(count);
  let [read, last, difference] = [0, 0, 0];
  let byDifference = false;
  const add = (value: number): void => {
    if (read >= count) throw new Lie(`It has more than the ${count} points it says.`);
    last = value;
    y[read] = value * yFactor;
    read += 1;
  };
  for (const line of lines) {
    if (line.trim() === '') continue;
    const tokens = tokensOf(line.trim());
    const [abscissa, ...ordinates] = tokens ?? [];
    if (abscissa?.form !== 'value' || ordinates.length === 0) throw new Lie(`"${line.slice(0, 40)}" is no line of it.`);
    checkAbscissa(line, abscissa.value * xFactor, { x: from + read * step, step, xFactor, byDifference });
    const repeated = byDifference && read > 0 ? last : null;
    byDifference = false;
    for (const [i, token] of ordinates.entries()) {
      if (token.form === 'value') {
        byDifference = false;
        if (i === 0 && repeated !== null) {
          if (token.value !== repeated) throw new Lie(`A line repeats ${token.value}, and ${repeated} came before it.`);
        } else add(token.value);
      } else if (token.form === 'difference') {
        if (i === 0) throw new Lie(`"${line.slice(0, 40)}" begins with a difference.`);
        byDifference = true;
        difference = token.value;
        add(last + difference);
      } else {
        if (i === 0 || token.count < 1) throw new Lie(`"${line.slice(0, 40)}" repeats nothing.`);
        for (let again = 1; again < token.count; again += 1) add(byDifference ? last + difference : last);
      }
    }
  }
  if (read !== count) throw new Lie(`It has ${read} points, and says ${count}.`);
  return { x: Float64Array.from({ length: count }, (_, i) => (i === count - 1 ? to : from + i * step)), y };
}

/** Each line says its own x: rounded as it is printed, and in difference form that of the repeated value as a rule. */
function checkAbscissa(
  line: string,
  said: number,
  { x, step, xFactor, byDifference }: Readonly<{ x: number; step: number; xFactor: number; byDifference: boolean }>,
): void {
  const decimals = /^\s*[+-]?\d*\.(\d+)/u.exec(line)?.[1]?.length ?? 0;
  const rounding = 0.5 * 10 ** -decimals * Math.abs(xFactor);
  const within = 0.5 * Math.abs(step) + rounding + 1e-9 * Math.abs(x);
  if (Math.abs(said - x) <= within || (byDifference && Math.abs(said - (x - step)) <= within)) return;
  throw new Lie(`A line says x ${said} where ${x} follows.`);
}

/** @throws Lie */
export function readPairs(
  lines: readonly string[],
  { count, xFactor, yFactor }: Pick<Expected, 'count' | 'xFactor' | 'yFactor'>,
): Curve {
  const numbers = lines.flatMap((line) =>
    line
      .split(/[\s,;]+/u)
      .filter((part) => part !== '')
      .map((part) => {
        if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(part)) throw new Lie(`"${part}" is no number.`);
        return Number(part);
      }),
  );
  if (numbers.length !== 2 * count) throw new Lie(`It has ${numbers.length / 2} points, and says ${count}.`);
  return {
    x: Float64Array.from({ length: count }, (_, i) => (numbers[2 * i] ?? Number.NaN) * xFactor),
    y: Float64Array.from({ length: count }, (_, i) => (numbers[2 * i + 1] ?? Number.NaN) * yFactor),
  };
}
