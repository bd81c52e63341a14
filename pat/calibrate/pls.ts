/** Calibrates a model by partial least squares from a table of spectra and laboratory values, validated on batches it has not seen. */
import { basename } from 'node:path';
import { plsRecordText } from '../../plant/method/pls-record.ts';
import { calibrateAndValidate, validateByBatch, type PlsModel, type PreprocessingStep } from '../pls/index.ts';
import { asked } from './arguments.ts';
import { writeNew } from './files.ts';
import { readSampleTable, type SampleTable } from './sample-table.ts';

export type PlsRequest = Readonly<{
  set: string;
  batch: string;
  responses: readonly Readonly<{ name: string; unit: string | null }>[];
  axisUnit: '1/cm' | 'nm';
  /** Null: the table's own, which is even then. */
  step: number | null;
  ranges: readonly [number, number][] | null;
  /** Null: not smoothed. */
  savitzkyGolay: Readonly<{ windowPoints: number; order: number; derivative: number }> | null;
  snv: boolean;
  factors: number;
  /** Up to how many are said, where it is more; what is written has `factors`. */
  tried: number;
  confidence: number;
  name: string;
  out: string;
}>;

/** @throws MesolineError `calibration-file`, `pls-one-group`, `pls-sample`, `pls-rank`, `pls-preprocessing` */
export function plsCommand(request: PlsRequest, say: (line: string) => void): void {
  const { set, batch, responses, factors, tried } = request;
  const table = readSampleTable(set, { batch, responses: responses.map(({ name }) => name) });
  const { samples, axis } = table;
  const treatment = { grid: gridOf(table, request), preprocessing: stepsOf(request) };
  const { model, validation } = calibrateAndValidate(samples, {
    ...treatment,
    name: request.name,
    version: 1,
    axisUnit: request.axisUnit,
    responses,
    components: factors,
    confidence: request.confidence,
  });
  const { groups, rmsecv } = tried > factors ? validateByBatch(samples, treatment, tried) : validation;
  say(`${set}: ${samples.length} samples of ${groups.length} batches, ${axis.length} points. SHA-256 ${table.digest}`);
  say('Root mean square error, each batch left out in turn (RMSECV):');
  for (const [a, errors] of rmsecv.entries())
    say(`${factorsOf(a + 1)}: ${errors.map((error, i) => valueOf(error, responses[i])).join(', ')}`);
  const { confidence, hotellingT2, q } = model.limits;
  say(`Limits at ${100 * confidence} %: T² ${hotellingT2.toPrecision(5)}, Q ${q.toPrecision(5)}`);
  writeRecord(model, request.out, say);
}

/** @throws MesolineError `calibration-file` where the file is there */
export function writeRecord(model: PlsModel, out: string, say: (line: string) => void): void {
  writeNew(out, plsRecordText(model));
  say(`Calibration set: SHA-256 ${model.calibrationSet}`);
  say(`Written: ${out}, ${model.name} version ${model.version}, digest ${model.digest}`);
  say(`Lay it beside the method, and write: "model: { kind: pls, record: ${basename(out)} }", with`);
  say(
    `"calibrationSet: ${model.calibrationSet}". An approval covers the record: have the method approved as it is then.`,
  );
}

const factorsOf = (count: number): string => `${String(count).padStart(3)} ${count === 1 ? 'factor ' : 'factors'}`;

const valueOf = (error: number, response: Readonly<{ name: string; unit: string | null }> | undefined): string =>
  `${response?.name ?? ''} ${error.toFixed(4)}${response?.unit === null ? '' : ` ${response?.unit ?? ''}`}`;

function stepsOf({ savitzkyGolay, ranges, snv }: PlsRequest): readonly PreprocessingStep[] {
  return [
    ...(savitzkyGolay === null ? [] : [{ step: 'savitzky-golay', ...savitzkyGolay } as const]),
    ...(ranges === null ? [] : [{ step: 'regions', ranges: [...ranges] } as const]),
    ...(snv ? [{ step: 'snv' } as const] : []),
  ];
}

/** The table's own axis where it is even; else by the step that was asked for. */
function gridOf({ axis }: SampleTable, { step, ranges }: PlsRequest) {
  const [one, other] = [axis[0] ?? 0, axis.at(-1) ?? 0];
  const [first, last] = [Math.min(one, other), Math.max(one, other)];
  const own = Number(((last - first) / (axis.length - 1)).toPrecision(12));
  const rising = one < other ? axis : axis.toReversed();
  const furthest = rising.reduce((most, value, i) => Math.max(most, Math.abs(value - first - i * own)), 0);
  if (step === null && furthest > 0.01 * own)
    throw asked(
      '--step',
      `The table's axis is not even: up to ${furthest.toPrecision(3)} off.`,
      'Give the step to use.',
    );
  const by = step ?? own;
  const points = step === null ? axis.length : Math.floor((last - first) / by + 1e-9) + 1;
  const outside = ranges?.find(([low, high]) => high < first || low > last);
  if (outside !== undefined)
    throw asked('--ranges', `${outside.join(' to ')} is not within ${first} to ${last}.`, 'Give ranges of the axis.');
  return { from: first, step: by, points };
}
