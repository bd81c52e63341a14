/**
 * A calibration by partial least squares as a record: what is needed to predict, what it was made from, how well it did on batches it had not seen, and
 * how far from it a spectrum may be. It is frozen, and named by a digest over all of it; a change is another version.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { mesolineError } from '../errors.ts';

const closed = { additionalProperties: false } as const;
const numbers = Type.Array(Type.Number());
const table = Type.Array(numbers);
const text = Type.String({ minLength: 1 });
const count = Type.Integer({ minimum: 1 });
const sha = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** More than any spectrometer gives. */
const mostPoints = 200_000;

const stepSchema = Type.Union([
  Type.Object(
    {
      step: Type.Literal('savitzky-golay'),
      windowPoints: Type.Integer({ minimum: 5 }),
      order: Type.Integer({ minimum: 1, maximum: 5 }),
      derivative: Type.Integer({ minimum: 0 }),
    },
    closed,
  ),
  Type.Object({ step: Type.Literal('snv') }, closed),
  Type.Object(
    { step: Type.Literal('regions'), ranges: Type.Array(Type.Tuple([Type.Number(), Type.Number()]), { minItems: 1 }) },
    closed,
  ),
]);

const responseSchema = Type.Object(
  {
    name: text,
    unit: Type.Union([text, Type.Null()]),
    /** Of the calibration's samples; a prediction outside is an extrapolation. */
    least: Type.Number(),
    most: Type.Number(),
    /** Root mean square error on the batches left out, in the response's unit. */
    rmsecv: Type.Number({ minimum: 0 }),
    /** Predicted is `slope`·raw + `bias`; 1 and 0 where nothing was corrected. */
    slope: Type.Number(),
    bias: Type.Number(),
    /** Standard error of reference against prediction that came with a correction; null where there was none. */
    correctionError: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  },
  closed,
);

const plsModelSchema = Type.Object(
  {
    name: text,
    version: count,
    /** Digest of the version this one corrects; null for a calibration. */
    corrects: Type.Union([sha, Type.Null()]),
    /** SHA-256 of spectra, values and groups. */
    calibrationSet: sha,
    samples: count,
    groups: Type.Array(text, { minItems: 2 }),
    axisUnit: text,
    grid: Type.Object(
      {
        from: Type.Number(),
        step: Type.Number({ exclusiveMinimum: 0 }),
        points: Type.Integer({ minimum: 2, maximum: mostPoints }),
      },
      closed,
    ),
    preprocessing: Type.Array(stepSchema),
    components: count,
    responses: Type.Array(responseSchema, { minItems: 1 }),
    centre: numbers,
    responseCentre: numbers,
    /** Variables × components. */
    rotations: table,
    loadings: table,
    /** Responses × components. */
    responseLoadings: table,
    /** Of each score in the calibration, n − 1. */
    scoreVariances: numbers,
    limits: Type.Object({ confidence: Type.Number(), hotellingT2: Type.Number(), q: Type.Number() }, closed),
    digest: sha,
  },
  closed,
);

type Sealed<T> = T extends object ? { readonly [K in keyof T]: Sealed<T[K]> } : T;

export type PlsModel = Sealed<Static<typeof plsModelSchema>>;

/** Of the canonical content (RFC 8785) without the digest itself. */
const plsDigest = (content: Omit<PlsModel, 'digest'>): string => sha256({ ...content, digest: null });

const sha256 = (content: unknown): string =>
  createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest('hex');

/** Sealed: nothing of it changes any more. */
export const sealPlsModel = (content: Omit<PlsModel, 'digest'>): PlsModel =>
  frozen({ ...content, digest: plsDigest(content) });

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/**
 * A model from JSON, checked whole.
 * @throws MesolineError `pls-model-invalid`
 */
export function readPlsModel(json: unknown, where: string): PlsModel {
  if (!Value.Check(plsModelSchema, json)) {
    const [error] = Value.Errors(plsModelSchema, json);
    const at = error === undefined ? '' : `${error.instancePath || '/'} ${error.message}`;
    throw invalid(where, `It is no model: ${at}.`);
  }
  const model: PlsModel = json;
  const { digest, ...content } = model;
  const shapes: readonly (readonly [string, readonly unknown[], number])[] = [
    ['rotations', model.rotations, model.centre.length],
    ['loadings', model.loadings, model.centre.length],
    ['responseCentre', model.responseCentre, model.responses.length],
    ['responseLoadings', model.responseLoadings, model.responses.length],
    ['scoreVariances', model.scoreVariances, model.components],
    ...[...model.rotations, ...model.loadings, ...model.responseLoadings].map(
      (row) => ['a row', row, model.components] as const,
    ),
  ];
  for (const [name, list, length] of shapes)
    if (list.length !== length) throw invalid(where, `It has ${list.length} numbers in ${name} and not ${length}.`);
  const kept = pointsLeft(model);
  if (kept !== model.centre.length)
    throw invalid(where, `Its preprocessing leaves ${kept} points of the grid, and it has ${model.centre.length}.`);
  if (plsDigest(content) !== digest) throw invalid(where, `Its content is not that of digest ${digest.slice(0, 12)}.`);
  return frozen(structuredClone(model));
}

/** Of the grid, after all steps. */
function pointsLeft({ grid, preprocessing }: PlsModel): number {
  const ranges = preprocessing.flatMap((step) => (step.step === 'regions' ? [step.ranges] : []));
  const isLeft = (at: number): boolean => ranges.every((some) => some.some(([low, high]) => at >= low && at <= high));
  let left = 0;
  for (let i = 0; i < grid.points; i += 1) if (isLeft(grid.from + i * grid.step)) left += 1;
  return left;
}

const invalid = (where: string, problem: string) =>
  mesolineError('pls-model-invalid', where, problem, 'Take the record as it was sealed, or calibrate anew.');
