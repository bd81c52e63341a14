/** The discrete Fourier transform of a power of two of points, in place (radix 2, decimation in time). */
export type Complex = Readonly<{ re: Float64Array; im: Float64Array }>;

type Twiddles = Readonly<{ cos: Float64Array; sin: Float64Array }>;
const twiddlesBySize = new Map<number, Twiddles>();

/** cos and sin of 2πk/n for k < n. Kept: the same few sizes come again with every spectrum. */
export function twiddlesOf(n: number): Twiddles {
  const kept = twiddlesBySize.get(n);
  if (kept !== undefined) return kept;
  const cos = Float64Array.from({ length: n }, (_, k) => Math.cos((2 * Math.PI * k) / n));
  const sin = Float64Array.from({ length: n }, (_, k) => Math.sin((2 * Math.PI * k) / n));
  const made = { cos, sin };
  twiddlesBySize.set(n, made);
  return made;
}

/** X[k] = Σ x[n]·exp(−2πikn/N), in place; a length that is a power of two. */
export function transform({ re, im }: Complex): void {
  const n = re.length;
  reverseBits(re, im);
  const { cos, sin } = twiddlesOf(n);
  for (let half = 1; half < n; half *= 2) {
    const stride = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0, twiddle = 0; k < half; k += 1, twiddle += stride) {
        const a = start + k;
        const b = a + half;
        const c = cos[twiddle] ?? 0;
        const s = sin[twiddle] ?? 0;
        const bRe = re[b] ?? 0;
        const bIm = im[b] ?? 0;
        const tRe = bRe * c + bIm * s;
        const tIm = bIm * c - bRe * s;
        const aRe = re[a] ?? 0;
        const aIm = im[a] ?? 0;
        re[b] = aRe - tRe;
        im[b] = aIm - tIm;
        re[a] = aRe + tRe;
        im[a] = aIm + tIm;
      }
    }
  }
}

/** The inverse of `transform`, in place. */
export function transformBack(values: Complex): void {
  transform({ re: values.im, im: values.re });
  const n = values.re.length;
  for (let i = 0; i < n; i += 1) {
    values.re[i] = (values.re[i] ?? 0) / n;
    values.im[i] = (values.im[i] ?? 0) / n;
  }
}

function reverseBits(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    const heldRe = re[i] ?? 0;
    re[i] = re[j] ?? 0;
    re[j] = heldRe;
    const heldIm = im[i] ?? 0;
    im[i] = im[j] ?? 0;
    im[j] = heldIm;
  }
}

/** Halves exchanged, so that the frequencies run upwards through zero, as an axis of shifts does. */
export function centred(values: Float64Array): Float64Array {
  const half = values.length / 2;
  const turned = new Float64Array(values.length);
  turned.set(values.subarray(half), 0);
  turned.set(values.subarray(0, half), half);
  return turned;
}

/** The least power of two that is not below `n`. */
export const powerOfTwoFrom = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(2, n)));
