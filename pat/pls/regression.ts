/**
 * Partial least squares (Wold, Sjöström, Eriksson 2001), one response or several, by deflation. The inner iteration of NIPALS
 * converges to the dominant eigenvector of the responses' covariance with the spectra; it is taken directly.
 *
 * Coefficients are W(PᵀW)⁻¹Qᵀ: W alone belongs to the deflated spectra, not to those that are measured.
 */
import { EigenvalueDecomposition, Matrix, solve } from 'ml-matrix';
import { mesolineError } from '../../plant/errors.ts';

export type Regression = Readonly<{
  /** Means that were taken off, of the spectra and of the responses. */
  centre: Float64Array;
  responseCentre: Float64Array;
  /** W(PᵀW)⁻¹, variables × components: centred spectrum → scores. */
  rotations: Matrix;
  /** P, variables × components: scores → what of the spectrum they explain. */
  loadings: Matrix;
  /** Q, responses × components. */
  responseLoadings: Matrix;
  /** T, spectra × components. */
  scores: Matrix;
}>;

/**
 * @param spectra a row each, preprocessed
 * @param responses a row each
 * @throws MesolineError `pls-rank` where the spectra carry fewer components than that
 */
export function fitPls(spectra: Matrix, responses: Matrix, components: number): Regression {
  const [n, variables, m] = [spectra.rows, spectra.columns, responses.columns];
  const centre = Float64Array.from(spectra.mean('column'));
  const responseCentre = Float64Array.from(responses.mean('column'));
  const rest = spectra.clone().subRowVector(centre);
  const open = responses.clone().subRowVector(responseCentre);
  const W = new Matrix(variables, components);
  const P = new Matrix(variables, components);
  const Q = new Matrix(m, components);
  const T = new Matrix(n, components);
  const least = 1e-12 * rest.norm() * Math.max(open.norm(), Number.MIN_VALUE);
  for (let a = 0; a < components; a += 1) {
    const weight = dominantWeight(rest.transpose().mmul(open));
    if (!(weight.norm > least)) throw lowRank(a, components);
    const t = rest.mmul(weight.vector);
    const tt = t.dot(t);
    if (!(tt > 0)) throw lowRank(a, components);
    const p = rest.transpose().mmul(t).div(tt);
    const q = open.transpose().mmul(t).div(tt);
    rest.sub(t.mmul(p.transpose()));
    open.sub(t.mmul(q.transpose()));
    W.setColumn(a, weight.vector.to1DArray());
    P.setColumn(a, p.to1DArray());
    Q.setColumn(a, q.to1DArray());
    T.setColumn(a, t.to1DArray());
  }
  // Rᵀ = (WᵀP)⁻¹Wᵀ.
  const rotations = solve(W.transpose().mmul(P), W.transpose()).transpose();
  return { centre, responseCentre, rotations, loadings: P, responseLoadings: Q, scores: T };
}

/** Of covariances, variables × responses: the direction of largest covariance, of unit length, and how large it is. */
function dominantWeight(covariance: Matrix): Readonly<{ vector: Matrix; norm: number }> {
  const small = covariance.transpose().mmul(covariance);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(small, { assumeSymmetric: true });
  const largest = realEigenvalues.reduce((best, value, i) => (value > (realEigenvalues[best] ?? 0) ? i : best), 0);
  const vector = covariance.mmul(eigenvectorMatrix.getColumnVector(largest));
  const norm = vector.norm();
  return { vector: norm > 0 ? vector.div(norm) : vector, norm };
}

const lowRank = (found: number, wanted: number) =>
  mesolineError(
    'pls-rank',
    'partial least squares',
    `The spectra explain the responses with ${found} components, and ${wanted} are asked for.`,
    'Ask for fewer, or calibrate with more different samples.',
  );

/** B for the first components: variables × responses. */
export function coefficientsOf({ rotations, responseLoadings }: Regression, components: number): Matrix {
  const last = components - 1;
  return rotations
    .subMatrix(0, rotations.rows - 1, 0, last)
    .mmul(responseLoadings.subMatrix(0, responseLoadings.rows - 1, 0, last).transpose());
}

/** Responses of preprocessed spectra by the first components. */
export function predictRows(regression: Regression, spectra: Matrix, components: number): Matrix {
  const centred = spectra.clone().subRowVector(regression.centre);
  return centred.mmul(coefficientsOf(regression, components)).addRowVector(regression.responseCentre);
}

/** What the components leave of preprocessed spectra. */
export function residualRows(regression: Regression, spectra: Matrix): Matrix {
  const centred = spectra.clone().subRowVector(regression.centre);
  return Matrix.sub(centred, centred.mmul(regression.rotations).mmul(regression.loadings.transpose()));
}
