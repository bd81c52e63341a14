/** A stream that shows something, made as short and as plain as it can be while it still shows it. */
import type { FieldReading } from './field-points.ts';
import type { ProofScan } from './row-run.ts';

/**
 * Without the scans it does not need, with every point that does not matter on its calm value, and numbers no longer than they
 * must be.
 * @param shows whether a stream still shows it, at its last scan
 */
export function shortest(
  scans: readonly ProofScan[],
  calm: FieldReading,
  shows: (scans: readonly ProofScan[]) => boolean,
): readonly ProofScan[] {
  let left = scans;
  const keep = (some: readonly ProofScan[]): boolean => {
    if (!shows(some)) return false;
    left = some;
    return true;
  };
  for (let i = 0; i < left.length - 1;) if (!keep(left.toSpliced(i, 1))) i++;
  for (const [point, value] of calm)
    keep(left.map((scan) => ({ ...scan, field: new Map(scan.field).set(point, value) })));
  for (const point of calm.keys()) {
    for (const digits of [1, 2, 3, 4, 5]) if (keep(left.map((scan) => rounded(scan, point, digits)))) break;
  }
  const first = left[0]?.at ?? 0;
  return left.map((scan) => ({ ...scan, at: scan.at - first }));
}

function rounded(scan: ProofScan, point: string, digits: number): ProofScan {
  const said = scan.field.get(point);
  if (typeof said?.value !== 'number') return scan;
  const value = Number(said.value.toPrecision(digits));
  return { ...scan, field: new Map(scan.field).set(point, { ...said, value }) };
}
