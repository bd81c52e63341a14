/**
 * The lines of all species, one after the other: those that stand clear are fitted together at once, then whichever of the others stands
 * out of what is left, until none does. What does not stand out is estimated as a line that may be there or not. Pure.
 */
import { baselineColumns } from './line-columns.ts';
import { fitLines, type LineFit } from './line-fit.ts';
import { hiddenLine, type HiddenLine } from './hidden-line.ts';
import { between, known, place, placeOfLine, priorsOf, type Model, type ModelLine, type Prior } from './line-model.ts';
import type { Grid } from './line-shape.ts';
import type { Line, Prepared } from './prepare.ts';

export type Sought = Readonly<{
  lines: readonly ModelLine[];
  /** Of the model line that is the zero of all; null where the axis is believed. */
  reference: Readonly<{ line: ModelLine; found: Line; shiftHz: number }> | null;
  /** Of the axis as measured, where there is no reference. */
  offsetHz: Prior;
  firstOrderRad: Prior;
  widthHz: Prior;
  pseudoVoigt: boolean;
  baselineOrder: number;
}>;

export type Found = Readonly<{
  fit: LineFit;
  /** By name: the amplitude in units of the noise, or of what may be there. */
  fitted: ReadonlyMap<string, number>;
  hidden: ReadonlyMap<string, HiddenLine>;
}>;

/** A line that stands out so far is fitted; below, its place is not yet known. */
const standsOut = 7;
/** A clear peak for the first fit. */
const clear = 10;

export function fitSpecies(prepared: Prepared, sought: Sought): Found {
  const grid = gridOf(prepared, sought);
  const noise = prepared.fittedNoise * Math.sqrt(prepared.correlation);
  const data = Float64Array.from(grid.indices, (i) => (prepared.fitted[i] ?? 0) / noise);
  const baseline = baselineColumns(grid, sought.baselineOrder);
  const offsetHz =
    sought.reference === null ? sought.offsetHz.mean : sought.reference.found.hz - sought.reference.shiftHz;

  const placed = new Map<ModelLine, number>();
  if (sought.reference !== null) placed.set(sought.reference.line, 0);
  for (const [line, shift] of clearLines(prepared, sought, offsetHz)) placed.set(line, shift);
  const task = { grid, data, baseline, prepared, sought, offsetHz };
  const [first, last] = foundFrom(task, placed, null);
  // Where two species may stand in one place, the stronger of them was taken for the first; it may have been the other.
  const others = sought.lines.filter((line) => line !== last && !placed.has(line) && overlaps(line, last));
  return others.reduce((best, other) => {
    const [found] = foundFrom(task, placed, other);
    return found.fit.cost < best.fit.cost - clearlyBetter ? found : best;
  }, first);
}

/** In the sum of squares: what two further parameters would gain of noise, several times over. */
const clearlyBetter = 20;

const overlaps = (line: ModelLine, other: ModelLine | null): boolean =>
  other !== null && line.shiftHz.least <= other.shiftHz.most && line.shiftHz.most >= other.shiftHz.least;

type Task = Readonly<{
  grid: Grid;
  data: Float64Array;
  baseline: readonly Float64Array[];
  prepared: Prepared;
  sought: Sought;
  offsetHz: number;
}>;

/** Adds line after line to those that are placed, `first` before all others where it is not null; also which was the first. */
function foundFrom(
  { grid, data, baseline, prepared, sought, offsetHz }: Task,
  clearOnes: ReadonlyMap<ModelLine, number>,
  first: ModelLine | null,
): readonly [Found, ModelLine | null] {
  const placed = new Map(clearOnes);
  let added: ModelLine | null = null;
  const fitNow = (before: LineFit | null): LineFit => {
    const model = modelOf(prepared, sought, offsetHz, [...placed.keys()]);
    return fitLines({ grid, data, model, baseline, start: startOf(model, prepared, before, offsetHz, placed) });
  };
  let fit = fitNow(null);
  for (;;) {
    const current = fit;
    const open = sought.lines.filter((line) => !placed.has(line));
    const hidden = open.map((line) => ({ line, found: hiddenLine(current, grid, data, line) }));
    let next: (typeof hidden)[number] | null = null;
    for (const each of hidden) {
      if (each.found.significance <= standsOut) continue;
      if (added === null && first !== null && each.line !== first) continue;
      if (next === null || each.found.significance > next.found.significance) next = each;
    }
    if (next === null) {
      const fitted = new Map(fit.model.lines.map(({ name }, k) => [name, k] as const));
      return [{ fit, fitted, hidden: new Map(hidden.map(({ line, found }) => [line.name, found])) }, added];
    }
    placed.set(next.line, next.found.shiftHz);
    added ??= next.line;
    fit = fitNow(fit);
  }
}

/** Each species' highest line in its window, where it is clear, and no other species could have it. */
function clearLines(
  prepared: Prepared,
  { lines, reference }: Sought,
  offsetHz: number,
): readonly (readonly [ModelLine, number])[] {
  const inWindow = ({ shiftHz }: ModelLine, shift: number): boolean => shift >= shiftHz.least && shift <= shiftHz.most;
  return lines.flatMap((line) => {
    const peak = prepared.lines.find(
      (each) => each !== reference?.found && each.signalToNoise >= clear && inWindow(line, each.hz - offsetHz),
    );
    if (peak === undefined) return [];
    const shift = peak.hz - offsetHz;
    return lines.some((other) => other !== line && inWindow(other, shift)) ? [] : [[line, shift] as const];
  });
}

function modelOf(prepared: Prepared, sought: Sought, offsetHz: number, lines: readonly ModelLine[]): Model {
  const reach = 2 * prepared.widthHz;
  return {
    lines,
    spectralWidthHz: prepared.spectralWidthHz,
    baselineOrder: sought.baselineOrder,
    common: {
      offsetHz: sought.reference === null ? sought.offsetHz : between(offsetHz - reach, offsetHz + reach),
      phaseRad: prepared.decay === null ? known(0) : { mean: 0, deviation: 0.35, least: -0.8, most: 0.8 },
      firstOrderRad: prepared.decay === null ? known(0) : sought.firstOrderRad,
      widthHz: sought.widthHz,
      gaussian: sought.pseudoVoigt ? { mean: 0.15, deviation: 0.25, least: 0, most: 1 } : known(0),
    },
  };
}

/** From the last fit, where there was one; a line that is new from where it was seen. */
function startOf(
  model: Model,
  prepared: Prepared,
  before: LineFit | null,
  offsetHz: number,
  placed: ReadonlyMap<ModelLine, number>,
): Float64Array {
  const start = Float64Array.from(priorsOf(model), ({ mean }) => mean);
  if (before === null) {
    start[place.offset] = offsetHz;
    start[place.firstOrder] = prepared.phase.first;
    start[place.width] = prepared.widthHz;
  } else {
    start.set(before.vector.subarray(0, placeOfLine(0)));
  }
  model.lines.forEach((line, k) => {
    const earlier = before?.model.lines.indexOf(line) ?? -1;
    const at = placeOfLine(k);
    if (before !== null && earlier >= 0) {
      start.set(before.vector.subarray(placeOfLine(earlier), placeOfLine(earlier + 1)), at);
    } else {
      const shift = placed.get(line) ?? line.shiftHz.mean;
      start[at] = shift;
      start[at + 2] = couplingSeen(prepared, line, offsetHz + shift) ?? start[at + 2] ?? 0;
    }
  });
  return start;
}

/** The coupling at which both satellites together are highest, where they are clear: a fit finds them only from within their width. */
function couplingSeen({ hz, processed, noise }: Prepared, { satellites }: ModelLine, middle: number): number | null {
  if (satellites === null) return null;
  const first = hz[0] ?? 0;
  const step = (hz[1] ?? 1) - first;
  const heightAt = (at: number): number => processed[Math.round((at - first) / step)] ?? 0;
  let [best, highest] = [satellites.couplingHz.mean, 5 * noise];
  for (let coupling = satellites.couplingHz.least; coupling <= satellites.couplingHz.most; coupling += step) {
    const height = heightAt(middle - coupling / 2) + heightAt(middle + coupling / 2);
    if (height > highest) [best, highest] = [coupling, height];
  }
  return highest > 5 * noise ? best : null;
}

/** Lines are fitted where species may be and about their satellites point by point; between, every eighth point tells the baseline. */
const thinning = 8;

function gridOf(prepared: Prepared, { lines, reference, offsetHz }: Sought): Grid & Readonly<{ indices: Int32Array }> {
  const offset = reference === null ? offsetHz.mean : reference.found.hz - reference.shiftHz;
  const near = 12 * prepared.widthHz;
  const spans: [number, number][] = [];
  const all = reference === null ? lines : [reference.line, ...lines];
  for (const { shiftHz, satellites, extraWidthHz } of all) {
    const margin = near + 3 * extraWidthHz.most;
    const turns = satellites === null ? [0] : [-satellites.couplingHz.mean / 2, 0, satellites.couplingHz.mean / 2];
    for (const turn of turns)
      spans.push([offset + shiftHz.least + turn - margin, offset + shiftHz.most + turn + margin]);
  }
  const from = Math.min(...spans.map(([low]) => low)) - near;
  const to = Math.max(...spans.map(([, high]) => high)) + near;
  const indices: number[] = [];
  for (let i = 0; i < prepared.hz.length; i += 1) {
    const hz = prepared.hz[i] ?? 0;
    if (hz < from || hz > to) continue;
    if (i % thinning === 0 || spans.some(([low, high]) => hz >= low && hz <= high)) indices.push(i);
  }
  return {
    indices: Int32Array.from(indices),
    hz: Float64Array.from(indices, (i) => prepared.hz[i] ?? 0),
    sampling:
      prepared.sampling === null
        ? null
        : { ...prepared.sampling, bins: Int32Array.from(indices, (i) => prepared.sampling?.bins[i] ?? 0) },
  };
}
