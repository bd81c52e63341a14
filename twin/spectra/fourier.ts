/** The discrete Fourier transform of a complex signal whose length is a power of two; in place, exp(−iωt). */

export function transform(real: Float64Array, imaginary: Float64Array): void {
  const length = real.length;
  for (let i = 1, j = 0; i < length; i += 1) {
    let bit = length >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      swap(real, i, j);
      swap(imaginary, i, j);
    }
  }
  for (let size = 2; size <= length; size *= 2) combine(real, imaginary, size);
}

function combine(real: Float64Array, imaginary: Float64Array, size: number): void {
  const half = size / 2;
  for (let k = 0; k < half; k += 1) {
    const angle = (-2 * Math.PI * k) / size;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    for (let at = k; at < real.length; at += size) {
      const [x, y] = [real[at + half] ?? 0, imaginary[at + half] ?? 0];
      const [re, im] = [x * cos - y * sin, x * sin + y * cos];
      real[at + half] = (real[at] ?? 0) - re;
      imaginary[at + half] = (imaginary[at] ?? 0) - im;
      real[at] = (real[at] ?? 0) + re;
      imaginary[at] = (imaginary[at] ?? 0) + im;
    }
  }
}

function swap(values: Float64Array, i: number, j: number): void {
  const kept = values[i] ?? 0;
  values[i] = values[j] ?? 0;
  values[j] = kept;
}
