/**
 * Hard modelling: a curve as the sum of a polynomial background and lines whose centres, widths and shapes may move only within
 * bounds and whose areas are not negative. Lines may share a width, all may shift together, and an overtone's area may be tied to another's.
 */
import { mesolineError } from '../../plant/errors.ts';
import { fitBounded, type LeastSquaresFit } from './bounded-least-squares.ts';
import { heightOfUnitArea, pseudoVoigt, type ShapeSlopes } from './line-shapes.ts';

/** A parameter that starts at `start` and may go from `least` to `most`; equal bounds hold it. */
export type Bounded = Readonly<{ start: number; least: number; most: number }>;

export type Line = Readonly<{
  name: string;
  centre: Bounded;
  /** Full width at half maximum, or the name of a line before it whose width this one has. */
  width: Bounded | string;
  /** 0 Gauss, 1 Lorentz, or the name of a line before it whose shape this one has. */
  lorentzShare: Bounded | string;
  /** Its area is this much of that of a line before it. */
  areaOf?: Readonly<{ line: string; ratio: Bounded }>;
}>;

export type PeakModel = Readonly<{
  lines: readonly Line[];
  /** Order of the background's polynomial over the window; −1: none. */
  backgroundOrder: number;
  /** Common shift of all centres; absent: none. */
  shift?: Bounded;
  /**
   * Whether what a centre, width, shape or ratio starts at is also held to be likely, with half its range as standard deviation. Lines too
   * faint to have a place of their own then stay where they belong.
   */
  startsAreLikely?: boolean;
  /** Relative fall of χ² below which the fit has settled; 1e-8 where it is not given. */
  tolerance?: number;
}>;

/** A fitted value and its standard uncertainty (k = 1); at a bound it is 0 and says nothing, but for an area, which has one at 0 too. */
export type Fitted = Readonly<{ value: number; deviation: number; atBound: boolean }>;

export type FittedLine = Readonly<{
  name: string;
  /** The common shift included. */
  centre: Fitted;
  width: Fitted;
  lorentzShare: Fitted;
  area: Fitted;
  height: number;
}>;

export type PeakFit = Readonly<{
  lines: readonly FittedLine[];
  shift: Fitted | null;
  background: Float64Array;
  /** Background and lines. */
  curve: Float64Array;
  /** Measurement less curve. */
  residual: Float64Array;
  /** Of the residuals over their stated deviations; about 1 where the model is right. */
  reducedChiSquare: number;
  settled: boolean;
  /** Covariance of the areas of two lines, by name. */
  areaCovariance: (a: string, b: string) => number;
}>;

/**
 * Fits the model. `deviations` are the standard deviations of the points. Where the residuals are larger than these say, the
 * uncertainties are enlarged by the square root of reduced χ² (never made smaller).
 *
 * @throws MesolineError `peak-model-invalid`
 */
export function fitPeaks(x: Float64Array, y: Float64Array, deviations: Float64Array, model: PeakModel): PeakFit {
  const layout = layOut(x, y, model);
  const shape: ShapeSlopes = { value: 0, byCentre: 0, byWidth: 0, byShare: 0 };
  const evaluate = evaluator(x, y, deviations, model, layout, shape);
  const { start, lower, upper } = layout;
  const fit = fitBounded({
    start,
    lower,
    upper,
    points: x.length + layout.likely.length,
    evaluate,
    countAsFree: layout.areas,
    tolerance: model.tolerance ?? 1e-8,
  });
  return describe(x, y, model, layout, fit, shape);
}

type Slots = Readonly<{ centre: number; width: number; share: number; area: number; ratioOf: number | null }>;
type Layout = Readonly<{
  start: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
  lines: readonly Slots[];
  shift: number | null;
  background: number;
  /** Slots of the areas that are not tied. */
  areas: readonly number[];
  /** Slots held near their start, with the deviation. */
  likely: readonly Readonly<{ slot: number; start: number; deviation: number }>[];
  count: number;
  middle: number;
  half: number;
}>;

function layOut(x: Float64Array, y: Float64Array, model: PeakModel): Layout {
  const all: Bounded[] = [];
  const add = (bounded: Bounded): number => all.push(bounded) - 1;
  const shift = model.shift === undefined ? null : add(model.shift);
  const [first, last] = [x[0] ?? 0, x.at(-1) ?? 0];
  const slots: Slots[] = [];
  const before = (line: Line, name: string): Slots => {
    const index = model.lines.findIndex((other) => other.name === name);
    const found = slots[index];
    if (found !== undefined) return found;
    throw mesolineError(
      'peak-model-invalid',
      `line ${line.name}`,
      `It goes by the line ${name}, which does not stand before it.`,
      'Name a line that stands before it.',
    );
  };
  for (const line of model.lines) {
    slots.push({
      centre: add(line.centre),
      width: typeof line.width === 'string' ? before(line, line.width).width : add(line.width),
      share: typeof line.lorentzShare === 'string' ? before(line, line.lorentzShare).share : add(line.lorentzShare),
      area: add(line.areaOf?.ratio ?? { start: startArea(x, y, line, slots, all), least: 0, most: Infinity }),
      ratioOf: line.areaOf === undefined ? null : before(line, line.areaOf.line).area,
    });
  }
  const background = all.length;
  const floor = y.reduce((least, value) => Math.min(least, value), Infinity);
  for (let k = 0; k <= model.backgroundOrder; k += 1) {
    add({ start: k === 0 && Number.isFinite(floor) ? floor : 0, least: -Infinity, most: Infinity });
  }
  return {
    start: Float64Array.from(all, (one) => one.start),
    lower: Float64Array.from(all, (one) => one.least),
    upper: Float64Array.from(all, (one) => one.most),
    lines: slots,
    shift,
    background,
    areas: slots.flatMap((slot) => (slot.ratioOf === null ? [slot.area] : [])),
    likely: all.flatMap(({ start, least, most }, slot) =>
      model.startsAreLikely === true && most > least && Number.isFinite(most - least)
        ? [{ slot, start, deviation: (most - least) / 2 }]
        : [],
    ),
    count: all.length,
    middle: (first + last) / 2,
    half: Math.max((last - first) / 2, Number.MIN_VALUE),
  };
}

/** By its height over the window's lowest point; what lies below others is sorted out by the fit. */
function startArea(
  x: Float64Array,
  y: Float64Array,
  line: Line,
  slots: readonly Slots[],
  all: readonly Bounded[],
): number {
  const floor = y.reduce((least, value) => Math.min(least, value), Infinity);
  let [nearest, at] = [Infinity, 0];
  for (let i = 0; i < x.length; i += 1) {
    const distance = Math.abs((x[i] ?? 0) - line.centre.start);
    if (distance < nearest) [nearest, at] = [distance, i];
  }
  const widthOf = (): number => {
    if (typeof line.width !== 'string') return line.width.start;
    return all[slots.at(-1)?.width ?? 0]?.start ?? 1;
  };
  return Math.max(0, ((y[at] ?? 0) - floor) / 2) / heightOfUnitArea(widthOf(), 0.5);
}

function evaluator(
  x: Float64Array,
  y: Float64Array,
  deviations: Float64Array,
  model: PeakModel,
  layout: Layout,
  shape: ShapeSlopes,
): (parameters: Float64Array, residuals: Float64Array, jacobian: Float64Array) => void {
  const { lines, shift, background, likely, count, middle, half } = layout;
  const chebyshev = chebyshevOver(x, model.backgroundOrder, middle, half);
  return (parameters, residuals, jacobian) => {
    const common = shift === null ? 0 : (parameters[shift] ?? 0);
    jacobian.fill(0);
    for (let i = 0; i < x.length; i += 1) {
      const row = i * count;
      const weight = 1 / (deviations[i] ?? 1);
      let value = 0;
      for (const slot of lines) {
        const own = parameters[slot.area] ?? 0;
        const parent = slot.ratioOf === null ? 1 : (parameters[slot.ratioOf] ?? 0);
        const area = own * parent;
        pseudoVoigt(
          x[i] ?? 0,
          (parameters[slot.centre] ?? 0) + common,
          parameters[slot.width] ?? 1,
          parameters[slot.share] ?? 0,
          shape,
        );
        value += area * shape.value;
        jacobian[row + slot.centre] = area * shape.byCentre * weight;
        jacobian[row + slot.width] = (jacobian[row + slot.width] ?? 0) + area * shape.byWidth * weight;
        jacobian[row + slot.share] = (jacobian[row + slot.share] ?? 0) + area * shape.byShare * weight;
        jacobian[row + slot.area] = (jacobian[row + slot.area] ?? 0) + parent * shape.value * weight;
        if (slot.ratioOf !== null) {
          jacobian[row + slot.ratioOf] = (jacobian[row + slot.ratioOf] ?? 0) + own * shape.value * weight;
        }
        if (shift !== null) jacobian[row + shift] = (jacobian[row + shift] ?? 0) + area * shape.byCentre * weight;
      }
      for (const [k, term] of chebyshev.entries()) {
        value += (parameters[background + k] ?? 0) * (term[i] ?? 0);
        jacobian[row + background + k] = (term[i] ?? 0) * weight;
      }
      residuals[i] = (value - (y[i] ?? 0)) * weight;
    }
    for (const [k, { slot, start, deviation }] of likely.entries()) {
      residuals[x.length + k] = ((parameters[slot] ?? 0) - start) / deviation;
      jacobian[(x.length + k) * count + slot] = 1 / deviation;
    }
  };
}

/** Chebyshev polynomials over the window, for they keep the equations well conditioned. */
function chebyshevOver(x: Float64Array, order: number, middle: number, half: number): readonly Float64Array[] {
  const t = x.map((value) => (value - middle) / half);
  const terms: Float64Array[] = [];
  for (let k = 0; k <= order; k += 1) {
    terms.push(
      t.map((value, i) => {
        if (k === 0) return 1;
        return k === 1 ? value : 2 * value * (terms[k - 1]?.[i] ?? 0) - (terms[k - 2]?.[i] ?? 0);
      }),
    );
  }
  return terms;
}

function describe(
  x: Float64Array,
  y: Float64Array,
  model: PeakModel,
  layout: Layout,
  fit: LeastSquaresFit,
  shape: ShapeSlopes,
): PeakFit {
  const { parameters, covariance, atBound } = fit;
  const { count, lines: slots, shift: shiftSlot } = layout;
  const measured = fit.residuals.subarray(0, x.length).reduce((sum, value) => sum + value * value, 0);
  const reducedChiSquare = measured / Math.max(1, fit.degreesOfFreedom - layout.likely.length);
  const enlarged = Math.max(1, reducedChiSquare);
  const shared = (a: number, b: number): number => enlarged * (covariance[a * count + b] ?? 0);
  const valueOf = (slot: number): number => parameters[slot] ?? 0;
  const fitted = (slot: number): Fitted => ({
    value: valueOf(slot),
    deviation: Math.sqrt(Math.max(0, shared(slot, slot))),
    atBound: atBound[slot] ?? false,
  });
  // An area that is tied depends on two parameters: its ratio, and the area it is tied to.
  const slopesOfArea = (slot: Slots): readonly (readonly [number, number])[] =>
    slot.ratioOf === null
      ? [[slot.area, 1]]
      : [
          [slot.area, valueOf(slot.ratioOf)],
          [slot.ratioOf, valueOf(slot.area)],
        ];
  const covarianceOfAreas = (a: Slots, b: Slots): number => {
    let sum = 0;
    for (const [i, slopeI] of slopesOfArea(a))
      for (const [j, slopeJ] of slopesOfArea(b)) sum += slopeI * slopeJ * shared(i, j);
    return sum;
  };
  const areaOf = (slot: Slots): number => valueOf(slot.area) * (slot.ratioOf === null ? 1 : valueOf(slot.ratioOf));
  const byName = new Map(model.lines.map((line, k) => [line.name, slots[k]]));
  const common = shiftSlot === null ? 0 : valueOf(shiftSlot);
  const chebyshev = chebyshevOver(x, model.backgroundOrder, layout.middle, layout.half);
  const background = x.map((_, i) =>
    chebyshev.reduce((sum, term, k) => sum + valueOf(layout.background + k) * (term[i] ?? 0), 0),
  );
  const curve = x.map((at, i) => {
    let value = background[i] ?? 0;
    for (const slot of slots) {
      pseudoVoigt(at, valueOf(slot.centre) + common, valueOf(slot.width), valueOf(slot.share), shape);
      value += areaOf(slot) * shape.value;
    }
    return value;
  });
  const lines = model.lines.flatMap((line, k): FittedLine[] => {
    const slot = slots[k];
    if (slot === undefined) return [];
    const centre = fitted(slot.centre);
    const spread = shiftSlot === null ? 0 : shared(shiftSlot, shiftSlot) + 2 * shared(shiftSlot, slot.centre);
    return [
      {
        name: line.name,
        centre: {
          value: centre.value + common,
          deviation: Math.sqrt(Math.max(0, centre.deviation ** 2 + spread)),
          atBound: centre.atBound && line.centre.least !== line.centre.most,
        },
        width: fitted(slot.width),
        lorentzShare: fitted(slot.share),
        area: {
          value: areaOf(slot),
          deviation: Math.sqrt(Math.max(0, covarianceOfAreas(slot, slot))),
          atBound: atBound[slot.area] ?? false,
        },
        height: areaOf(slot) * heightOfUnitArea(valueOf(slot.width), valueOf(slot.share)),
      },
    ];
  });
  return {
    lines,
    shift: shiftSlot === null ? null : fitted(shiftSlot),
    background,
    curve,
    residual: y.map((value, i) => value - (curve[i] ?? 0)),
    reducedChiSquare,
    settled: fit.settled,
    areaCovariance: (a, b) => {
      const [slotA, slotB] = [byName.get(a), byName.get(b)];
      return slotA === undefined || slotB === undefined ? NaN : covarianceOfAreas(slotA, slotB);
    },
  };
}
