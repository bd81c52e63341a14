/** Numbers short enough for an axis: `1 M`, `250 k`, `0.0025`. Pure. */
const steps = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** To six digits; with an exponent from 1e12 on, and below 1e-6. */
export function compactText(value: number): string {
  const rounded = Number(value.toPrecision(6));
  const size = Math.abs(rounded);
  if (size >= 1e12) return rounded.toExponential().replace('e+', 'e');
  const [factor, letter] = steps.find(([least]) => size >= least) ?? [1, ''];
  return letter === '' ? String(rounded) : `${Number((rounded / factor).toPrecision(6))} ${letter}`;
}
