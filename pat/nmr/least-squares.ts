/** Small symmetric systems, row by row in one array: Cholesky's decomposition. Pure. */

/** The lower triangle whose product with its transpose is `matrix`; null where the matrix is not positive definite. */
export function cholesky(matrix: Float64Array, size: number): Float64Array | null {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * size + j] ?? 0;
      for (let k = 0; k < j; k += 1) sum -= (lower[i * size + k] ?? 0) * (lower[j * size + k] ?? 0);
      if (i === j) {
        if (!(sum > 1e-14 * (matrix[i * size + i] ?? 0))) return null;
        lower[i * size + i] = Math.sqrt(sum);
      } else {
        lower[i * size + j] = sum / (lower[j * size + j] ?? 1);
      }
    }
  }
  return lower;
}

/** x with L·Lᵀ·x = b. */
export function solveLower(lower: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i += 1) {
    let sum = x[i] ?? 0;
    for (let k = 0; k < i; k += 1) sum -= (lower[i * size + k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (lower[i * size + i] ?? 1);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < size; k += 1) sum -= (lower[k * size + i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (lower[i * size + i] ?? 1);
  }
  return x;
}

/** x with matrix·x = right; null where the matrix is not positive definite. */
export function solveSymmetric(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const lower = cholesky(matrix, right.length);
  return lower === null ? null : solveLower(lower, right);
}

/** The inverse of a symmetric positive definite matrix; null where it is none. */
export function inverseSymmetric(matrix: Float64Array, size: number): Float64Array | null {
  const lower = cholesky(matrix, size);
  if (lower === null) return null;
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column += 1) {
    const unit = new Float64Array(size);
    unit[column] = 1;
    const solved = solveLower(lower, unit);
    for (let row = 0; row < size; row += 1) inverse[row * size + column] = solved[row] ?? 0;
  }
  return inverse;
}
