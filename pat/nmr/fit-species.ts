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
  const fitNow = (before: LineFit | null): LineFit => {
    const model = modelOf(prepared, sought, offsetHz, [...placed.keys()]);
    return fitLines({ grid, data, model, baseline, start: startOf(model, prepared, before, offsetHz, placed) });
  };
  let fit = fitNow(null);
  for (;;) {
    const fitNowIs = fit;
    const open = sought.lines.filter((line) => !placed.has(line));
    const hidden = open.map((line) => [line, hiddenLine(fitNowIs, grid, data, line)] as const);
    const next = hidden.reduce<(typeof hidden)[number] | null>(
      (best, each) => (each[1].significance > Math.max(standsOut, best?.[1].significance ?? 0) ? each : best),
      null,
    );
    if (next === null) {
      const names = fit.model.lines.map(({ name }, k) => [name, k] as const);
      return { fit, fitted: new Map(names), hidden: new Map(hidden.map(([line, found]) => [line.name, found])) };
    }
    placed.set(next[0], next[1].shiftHz);
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
      start[at] = placed.get(line) ?? line.shiftHz.mean;
    }
  });
  return start;
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
