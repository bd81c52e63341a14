/** A stream of fields as a person reads it: when, which tag and point, what it says. */
import type { Evaluated } from '../../../plant/expression.ts';
import { isGood } from '../../../plant/quality.ts';
import { formatValue } from '../../../plant/quantity.ts';
import type { FieldReading, PointFacts, PointName } from './field-points.ts';
import type { ProofScan } from './row-run.ts';

export function saidOf({ value, quality }: Evaluated, facts: PointFacts | undefined): string {
  if (!isGood(quality)) return 'Bad';
  if (typeof value !== 'number') return value === true ? 'true' : value === false ? 'false' : String(value);
  return formatValue(Number(value.toPrecision(7)), facts?.unit ?? null, decimalsOf(value));
}

const decimalsOf = (value: number): number => {
  const text = String(Number(value.toPrecision(7)));
  return /e/u.test(text) ? 6 : (text.split('.')[1]?.length ?? 0);
};

/** Each scan in one line: all of the first, of the others what has changed. */
export function traceOf(
  scans: readonly ProofScan[],
  points: ReadonlyMap<PointName, PointFacts>,
  tagAt: (point: PointName) => string | null,
): readonly string[] {
  let before: FieldReading = new Map();
  const nameOf = (point: PointName): string => {
    const tag = tagAt(point);
    return tag === null ? point : `${tag} (${point})`;
  };
  return scans.map(({ at, field, hot, changeover }, i) => {
    const changed = [...field].filter(([name, said]) => !same(before.get(name), said));
    before = field;
    const words = changed.map(([name, said]) => `${nameOf(name)} ${saidOf(said, points.get(name))}`);
    const modes = i > 0 ? [] : [...(hot ? ['the skid is hot'] : []), ...(changeover ? ['in changeover'] : [])];
    return `${(at / 1000).toFixed(3)} s: ${[...modes, ...words].join(', ') || 'all as before'}`;
  });
}

const same = (one: Evaluated | undefined, other: Evaluated): boolean =>
  one?.value === other.value && one.quality === other.quality;
