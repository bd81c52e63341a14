/**
 * The least uncertainty with which the conversion of a synthetic decay could be known (Cramér and Rao), in %, k = 1: that of an
 * estimator that knows every line's place, width and phase, and so seeks its amplitude only; the amplitudes to amounts are exact.
 */
import type { SyntheticFid } from './synthetic-fid.ts';

export function leastUncertainty({ lines, noise, data, fractions }: SyntheticFid): number {
  const { frequencyMHz, spectralWidthHz } = data.nmr!;
  const points = data.x.values.length;
  const parts = lines.map((line) =>
    [
      [0, 1 - line.satellites],
      [-0.5, line.satellites / 2],
      [0.5, line.satellites / 2],
    ].map(([turn, share]) => ({
      share: share!,
      hz: line.ppm * frequencyMHz + turn! * line.couplingHz,
      widthHz: line.widthHz,
    })),
  );
  const information = parts.map((a) =>
    parts.map((b) => {
      let sum = 0;
      for (const one of a)
        for (const other of b) sum += one.share * other.share * overlap(one, other, points, spectralWidthHz);
      return sum / noise ** 2;
    }),
  );
  const inverse = inverted(information);
  const place = (name: string): number => lines.findIndex((line) => line.name === name);
  const [tcep, tcepX] = [place('tcep'), place('tcepX')];
  const [phosphine, chalcogenide] = [lines[tcep]!, lines[tcepX]!];
  const perTcep = fractions.tcep === 0 ? 1 : fractions.tcep / phosphine.amplitude;
  const perTcepX = fractions.tcepX === 0 ? 1 : fractions.tcepX / chalcogenide.amplitude;
  const total = fractions.tcep + fractions.tcepX;
  const slopes = [(-fractions.tcepX / total ** 2) * perTcep, (fractions.tcep / total ** 2) * perTcepX];
  const at = [tcep, tcepX];
  let variance = 0;
  at.forEach((i, m) => at.forEach((j, n) => (variance += slopes[m]! * slopes[n]! * inverse[i]![j]!)));
  return 100 * Math.sqrt(variance);
}

type Part = Readonly<{ hz: number; widthHz: number }>;

/** Real part of Σ exp(…) of one decay times the other's conjugate, over the points. */
function overlap(a: Part, b: Part, points: number, spectralWidthHz: number): number {
  const fade = Math.exp((-Math.PI * (a.widthHz + b.widthHz)) / spectralWidthHz);
  const angle = (2 * Math.PI * (a.hz - b.hz)) / spectralWidthHz;
  const [re, im] = [fade * Math.cos(angle), fade * Math.sin(angle)];
  const last = fade ** points;
  const [lastRe, lastIm] = [last * Math.cos(angle * points), last * Math.sin(angle * points)];
  const square = (1 - re) ** 2 + im ** 2;
  return ((1 - lastRe) * (1 - re) + lastIm * im) / square;
}

function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))]);
  for (let c = 0; c < size; c += 1) {
    let pivot = c;
    for (let r = c + 1; r < size; r += 1) if (Math.abs(rows[r]![c]!) > Math.abs(rows[pivot]![c]!)) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    const lead = rows[c]![c]!;
    rows[c] = rows[c]!.map((value) => value / lead);
    for (let r = 0; r < size; r += 1) {
      if (r === c) continue;
      const factor = rows[r]![c]!;
      rows[r] = rows[r]!.map((value, j) => value - factor * rows[c]![j]!);
    }
  }
  return rows.map((row) => row.slice(size));
}
