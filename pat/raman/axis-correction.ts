/**
 * By how much an instrument's own axis is off, over the axis, from where a lamp's lines stand on it. Detectors that join several images
 * have a seam between them, seen as a step of the axis unlike its neighbours, and an error of its own in each piece.
 */
import { Matrix, QrDecomposition } from 'ml-matrix';
import { median } from '../curve/noise.ts';
import type { ObservedLine } from './lamp-lines.ts';

/** Between `fromNm` and `toNm` of the instrument's axis its wavelength is too large by Σ cₖ·((λ − centreNm)/10 nm)ᵏ nm. */
export type AxisPiece = Readonly<{ fromNm: number; toNm: number; centreNm: number; coefficientsNm: readonly number[] }>;

type Span = readonly [fromNm: number, toNm: number];

export type AxisCorrection = Readonly<{
  pieces: readonly AxisPiece[];
  /** Where lines stand on either side, on the instrument's own axis. */
  coveredNm: readonly [number, number];
  /** Root mean square of what a line's error is, told from the other lines alone. */
  crossValidatedNm: number;
  linesUsed: number;
}>;

/** Of a fit that many lines agree on, a line further off than this many deviations is none of them. */
const outlier = 3;
/** Of the lamp's image against the sample's; the fits of strong lines claim more than that. */
const floorNm = 0.006;
const seamStep = 0.12;

/** Wavelengths between the pieces of the axis. */
export function seamsOf(nm: Float64Array): readonly number[] {
  const steps = nm.slice(1).map((value, i) => value - (nm[i] ?? 0));
  const seams: number[] = [];
  for (let i = 1; i < steps.length - 1; i += 1) {
    const usual = median(steps.slice(Math.max(0, i - 10), i + 11));
    if (Math.abs((steps[i] ?? usual) / usual - 1) > seamStep) seams.push(((nm[i] ?? 0) + (nm[i + 1] ?? 0)) / 2);
  }
  return seams;
}

/**
 * The correction that tells left-out lines best: of one polynomial over the whole axis, or of one in each piece, and of their degrees.
 * Null where there are too few lines.
 */
export function correctAxis(nm: Float64Array, lines: readonly ObservedLine[]): AxisCorrection | null {
  const [from, to] = [nm[0] ?? 0, nm.at(-1) ?? 0];
  const edges = [from, ...seamsOf(nm), to];
  const spans = edges.slice(1).map((end, i): Span => [edges[i] ?? 0, end]);
  const tried = [
    joined(lines, [bestPiece(lines, [from, to], [1, 2, 3, 4])]),
    ...(spans.length > 1
      ? [
          joined(
            lines,
            spans.map((span) => bestPiece(lines, span, [1, 2, 3])),
          ),
        ]
      : []),
  ].filter((one) => one !== null);
  if (tried.length === 0) return null;
  return tried.reduce((best, one) => (one.score < best.score ? one : best)).correction;
}

/** The instrument's wavelengths, corrected. */
export function correctWavelengths(nm: Float64Array, pieces: readonly AxisPiece[]): Float64Array {
  return nm.map((value) => value - errorAt(value, pieces));
}

function errorAt(nm: number, pieces: readonly AxisPiece[]): number {
  const piece = pieces.find(({ toNm }) => nm <= toNm) ?? pieces.at(-1);
  return piece === undefined ? 0 : polynomial(piece.coefficientsNm, (nm - piece.centreNm) / 10);
}

const polynomial = (coefficients: readonly number[], t: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);

type PieceFit = Readonly<{
  piece: AxisPiece;
  used: readonly ObservedLine[];
  /** Errors of the lines used, told from the others. */
  leftOutNm: readonly number[];
  score: number;
}>;

/** Of the degrees the one that tells left-out lines best; null where the span has too few lines. */
function bestPiece(lines: readonly ObservedLine[], span: Span, degrees: readonly number[]): PieceFit | null {
  const [fromNm, toNm] = span;
  const inside = lines.filter(({ observedNm }) => observedNm >= fromNm && observedNm <= toNm);
  const tried = degrees.filter((degree) => inside.length >= degree + 2).map((degree) => fitPiece(inside, span, degree));
  return tried.reduce<PieceFit | null>((best, one) => (best === null || one.score < best.score ? one : best), null);
}

function fitPiece(inside: readonly ObservedLine[], [fromNm, toNm]: Span, degree: number): PieceFit {
  const centreNm = (fromNm + toNm) / 2;
  const fit = robustFit(inside, degree, centreNm);
  const leftOutNm: number[] = [];
  let score = 0;
  for (const line of inside) {
    const without = fitPolynomial(
      fit.used.filter((other) => other !== line),
      degree,
      centreNm,
    );
    const residual = errorOf(line) - polynomial(without, (line.observedNm - centreNm) / 10);
    score += Math.min(outlier ** 2, (residual / deviationOf(line)) ** 2);
    if (fit.used.includes(line)) leftOutNm.push(residual);
  }
  return { piece: { fromNm, toNm, centreNm, coefficientsNm: fit.coefficients }, used: fit.used, leftOutNm, score };
}

function joined(
  lines: readonly ObservedLine[],
  fits: readonly (PieceFit | null)[],
): Readonly<{ correction: AxisCorrection; score: number }> | null {
  const found = fits.filter((fit) => fit !== null);
  if (found.length === 0) return null;
  const pieces = found.map(({ piece }) => piece);
  // A line that no piece can say anything of counts as one that is wrong.
  const unseen = lines.filter(
    ({ observedNm }) => !pieces.some(({ fromNm, toNm }) => observedNm >= fromNm && observedNm <= toNm),
  );
  const used = found.flatMap((fit) => fit.used);
  const at = used.map(({ observedNm }) => observedNm);
  const leftOut = found.flatMap(({ leftOutNm }) => leftOutNm);
  return {
    score: found.reduce((sum, { score }) => sum + score, unseen.length * outlier ** 2),
    correction: {
      pieces,
      coveredNm: [Math.min(...at), Math.max(...at)],
      crossValidatedNm: Math.sqrt(leftOut.reduce((sum, value) => sum + value * value, 0) / Math.max(1, leftOut.length)),
      linesUsed: used.length,
    },
  };
}

const errorOf = (line: ObservedLine): number => line.observedNm - line.nm;
const deviationOf = (line: ObservedLine): number => Math.hypot(line.deviationNm, floorNm);

/** Lines that stand off from the others are left out one by one, the worst first, never more than a third. */
function robustFit(
  lines: readonly ObservedLine[],
  degree: number,
  centreNm: number,
): Readonly<{ coefficients: readonly number[]; used: readonly ObservedLine[] }> {
  let used = lines;
  for (;;) {
    const coefficients = fitPolynomial(used, degree, centreNm);
    const off = used.map((line) => {
      const others = used.filter((other) => other !== line);
      const alone = others.length > degree ? fitPolynomial(others, degree, centreNm) : coefficients;
      return Math.abs(errorOf(line) - polynomial(alone, (line.observedNm - centreNm) / 10)) / deviationOf(line);
    });
    const worst = off.indexOf(Math.max(...off));
    const fewest = Math.max(degree + 2, Math.ceil((2 * lines.length) / 3));
    if ((off[worst] ?? 0) <= 2 * outlier || used.length <= fewest) return { coefficients, used };
    used = used.filter((_, i) => i !== worst);
  }
}

function fitPolynomial(lines: readonly ObservedLine[], degree: number, centreNm: number): readonly number[] {
  const terms = Math.min(degree, lines.length - 1) + 1;
  const rows = lines.map((line) => {
    const t = (line.observedNm - centreNm) / 10;
    return Array.from({ length: terms }, (_, k) => t ** k / deviationOf(line));
  });
  const right = lines.map((line) => errorOf(line) / deviationOf(line));
  return new QrDecomposition(new Matrix(rows)).solve(Matrix.columnVector(right)).to1DArray();
}
