/** A model's columns over a grid: each line with its satellites, its derivatives, and the baseline; and their products. Pure. */
import { legendre } from './baseline.ts';
import { lineAt, place, placeOfLine, type LineNow, type Model } from './line-model.ts';
import { addLine, type Columns, type Grid } from './line-shape.ts';

/** Columns a line has: its value and five derivatives. */
const perLine = 6;

export type Built = Readonly<{ columns: readonly Float64Array[]; lines: number }>;

export function columnsOf(grid: Grid, model: Model, vector: Float64Array, baseline: readonly Float64Array[]): Built {
  const columns = model.lines.flatMap((line, k) => {
    const made = emptyColumns(grid.hz.length);
    addWithSatellites(grid, lineAt(model, vector, k), line.satellites?.abundance ?? 0, made);
    return [made.value, made.byHz, made.byWidth, made.byGaussian, made.byPhase, made.byCoupling];
  });
  return { columns: [...columns, ...baseline], lines: model.lines.length };
}

export type AllColumns = Columns & Readonly<{ byCoupling: Float64Array }>;

export const emptyColumns = (length: number): AllColumns => ({
  value: new Float64Array(length),
  byHz: new Float64Array(length),
  byWidth: new Float64Array(length),
  byGaussian: new Float64Array(length),
  byPhase: new Float64Array(length),
  byCoupling: new Float64Array(length),
});

/** The line, less what the isotope has of it, and its two satellites: together they are the whole amplitude. */
export function addWithSatellites(
  grid: Grid,
  line: LineNow,
  abundance: number,
  into: Columns,
  from = 0,
  to = grid.hz.length,
): void {
  addLine(grid, line, 1 - abundance, into, 0, from, to);
  if (abundance === 0) return;
  for (const turn of [-0.5, 0.5]) {
    addLine(grid, { ...line, hz: line.hz + turn * line.couplingHz }, abundance / 2, into, turn, from, to);
  }
}

/** Legendre's polynomials over the grid. */
export function baselineColumns(grid: Grid, order: number): readonly Float64Array[] {
  const count = grid.hz.length;
  const first = grid.hz[0] ?? 0;
  const span = (grid.hz[count - 1] ?? 1) - first;
  const columns = Array.from({ length: order + 1 }, () => new Float64Array(count));
  for (let i = 0; i < count; i += 1) {
    const values = legendre((2 * ((grid.hz[i] ?? 0) - first)) / span - 1, order + 1);
    columns.forEach((column, n) => (column[i] = values[n] ?? 0));
  }
  return columns;
}

/** All products of the columns with each other, and with the data. */
export type Products = Readonly<{ gram: Float64Array; size: number; withData: Float64Array; dataSquare: number }>;

export function productsOf(columns: readonly Float64Array[], data: Float64Array): Products {
  const size = columns.length;
  const gram = new Float64Array(size * size);
  const withData = new Float64Array(size);
  for (let a = 0; a < size; a += 1) {
    const first = columns[a];
    if (first === undefined) continue;
    withData[a] = dot(first, data);
    for (let b = 0; b <= a; b += 1) {
      const second = columns[b];
      if (second === undefined) continue;
      const product = dot(first, second);
      gram[a * size + b] = product;
      gram[b * size + a] = product;
    }
  }
  return { gram, size, withData, dataSquare: dot(data, data) };
}

export function dot(a: Float64Array, b: Float64Array): number {
  let even = 0;
  let odd = 0;
  const length = a.length;
  const paired = length - (length % 2);
  for (let i = 0; i < paired; i += 2) {
    even += (a[i] ?? 0) * (b[i] ?? 0);
    odd += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
  }
  if (paired < length) even += (a[paired] ?? 0) * (b[paired] ?? 0);
  return even + odd;
}

/**
 * How the columns make the derivative by each unknown: the linear ones first (amplitudes, then baseline), then the parameters named in
 * `free`, by their places in the vector. A row for each column, `width` wide.
 */
export function jacobianOf(
  { columns, lines }: Built,
  model: Model,
  vector: Float64Array,
  amplitudes: Float64Array,
  free: readonly number[],
): Readonly<{ weights: Float64Array; width: number }> {
  const linear = lines + model.baselineOrder + 1;
  const width = linear + free.length;
  const weights = new Float64Array(columns.length * width);
  for (let k = 0; k < lines; k += 1) weights[k * perLine * width + k] = 1;
  for (let b = 0; b <= model.baselineOrder; b += 1) weights[(lines * perLine + b) * width + lines + b] = 1;
  const turnPerHz = (vector[place.firstOrder] ?? 0) / model.spectralWidthHz;
  free.forEach((parameter, j) => {
    for (let k = 0; k < lines; k += 1) {
      const amplitude = amplitudes[k] ?? 0;
      const own = placeOfLine(k);
      const put = (column: number, factor: number): void => {
        const index = (k * perLine + column) * width + linear + j;
        weights[index] = (weights[index] ?? 0) + factor * amplitude;
      };
      if (parameter === place.offset || parameter === own) {
        put(1, 1);
        put(4, turnPerHz);
      } else if (parameter === place.width || parameter === own + 1) put(2, 1);
      else if (parameter === place.gaussian) put(3, 1);
      else if (parameter === place.phase) put(4, 1);
      else if (parameter === place.firstOrder) put(4, lineAt(model, vector, k).hz / model.spectralWidthHz);
      else if (parameter === own + 2) put(5, 1);
    }
  });
  return { weights, width };
}

/** weightsᵀ·gram·weights, symmetric, `width` wide. */
export function folded(gram: Float64Array, size: number, weights: Float64Array, width: number): Float64Array {
  const half = new Float64Array(size * width);
  for (let a = 0; a < size; a += 1) {
    for (let b = 0; b < size; b += 1) {
      const product = gram[a * size + b] ?? 0;
      if (product === 0) continue;
      for (let j = 0; j < width; j += 1)
        half[a * width + j] = (half[a * width + j] ?? 0) + product * (weights[b * width + j] ?? 0);
    }
  }
  const result = new Float64Array(width * width);
  for (let a = 0; a < size; a += 1) {
    for (let i = 0; i < width; i += 1) {
      const weight = weights[a * width + i] ?? 0;
      if (weight === 0) continue;
      for (let j = 0; j < width; j += 1)
        result[i * width + j] = (result[i * width + j] ?? 0) + weight * (half[a * width + j] ?? 0);
    }
  }
  return result;
}

/** weightsᵀ·vector. */
export function foldedVector(values: Float64Array, weights: Float64Array, width: number): Float64Array {
  const result = new Float64Array(width);
  for (let a = 0; a < values.length; a += 1) {
    for (let j = 0; j < width; j += 1) result[j] = (result[j] ?? 0) + (values[a] ?? 0) * (weights[a * width + j] ?? 0);
  }
  return result;
}
