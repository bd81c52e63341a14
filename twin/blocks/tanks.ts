/**
 * Tanks in series: what residence time distribution a module has. Each tank is mixed; liquid that does not fit pushes on what is
 * there into the next.
 *
 * A cell is a row of numbers in one array: mol of each species, and last the kg of liquid. What goes in comes out or stays: the
 * step is exact in that but for rounding, whatever its length, because every tank is taken as mixed with what came in before it
 * gives (implicit Euler, in the direction of the flow).
 */

/** Cells that follow one another in the array, of one module. */
export type Train = Readonly<{ firstCell: number; cells: number; litresPerCell: number }>;

/**
 * Lets `moving` through a train; after it, `moving` is what leaves. A tank whose capacity has grown is filled before it gives; one
 * whose capacity has shrunk, because its liquid expands or boils, gives what is too much.
 *
 * @param stride numbers a cell
 * @param moving mol of each species, and kg last: in, then out
 */
export function flowThrough(
  cells: Float64Array,
  stride: number,
  { firstCell, cells: count }: Train,
  capacityKg: number,
  moving: Float64Array,
): void {
  const last = stride - 1;
  for (let cell = firstCell; cell < firstCell + count; cell += 1) {
    const at = cell * stride;
    const kg = (cells[at + last] ?? 0) + (moving[last] ?? 0);
    const leavingKg = Math.max(0, kg - capacityKg);
    const share = kg > 0 ? leavingKg / kg : 0;
    for (let i = 0; i < last; i += 1) {
      const amount = (cells[at + i] ?? 0) + (moving[i] ?? 0);
      const leaving = amount * share;
      cells[at + i] = amount - leaving;
      moving[i] = leaving;
    }
    cells[at + last] = kg - leavingKg;
    moving[last] = leavingKg;
  }
}

/** Adds what `train` holds to `sums`, mol and kg. */
export function addHeld(
  cells: Float64Array,
  stride: number,
  { firstCell, cells: count }: Train,
  sums: Float64Array,
): void {
  for (let cell = firstCell; cell < firstCell + count; cell += 1) {
    for (let i = 0; i < stride; i += 1) sums[i] = (sums[i] ?? 0) + (cells[cell * stride + i] ?? 0);
  }
}
