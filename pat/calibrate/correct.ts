/** Makes the next version of a record, with one response corrected for bias, or for slope and bias, by laboratory values. */
import { readPlsRecord } from '../../plant/method/pls-record.ts';
import { correctPls, type Correction, type ReferencePair } from '../pls/index.ts';
import { asked } from './arguments.ts';
import { readBytes, refused } from './files.ts';
import { writeRecord } from './pls.ts';
import { numberOf, rowsOf, TableFaults } from './rows.ts';

export type CorrectionRequest = Readonly<{
  record: string;
  /** A table with the columns `reference` and `predicted`. */
  pairs: string;
  kind: Correction;
  /** Null: the only one that the record has. */
  response: string | null;
  out: string;
}>;

/** @throws MesolineError `calibration-file`, `calibration-asked`, `pls-model-invalid`, `pls-correction` */
export function correctCommand(request: CorrectionRequest, say: (line: string) => void): void {
  const model = readPlsRecord(request.record);
  const [only, second] = model.responses;
  const response = request.response ?? (second === undefined ? only?.name : undefined);
  if (response === undefined) {
    const names = model.responses.map(({ name }) => name).join(', ');
    throw asked('--response', 'It is not given, and the record has several.', `Give one of: ${names}.`);
  }
  const pairs = pairsOf(request.pairs);
  const corrected = correctPls(model, response, request.kind, pairs);
  const now = corrected.responses.find(({ name }) => name === response);
  say(`${request.record}: ${model.name} version ${model.version}, digest ${model.digest}`);
  say(
    `${response}, corrected with ${pairs.length} pairs: ${(now?.slope ?? NaN).toPrecision(6)} · raw + ${(now?.bias ?? NaN).toPrecision(6)}; standard error ${(now?.correctionError ?? NaN).toPrecision(4)}, RMSECV was ${(now?.rmsecv ?? NaN).toPrecision(4)}`,
  );
  writeRecord(corrected, request.out, say);
}

const mostPairs = 10_000;

function pairsOf(file: string): readonly ReferencePair[] {
  const { titles, rows } = rowsOf(file, readBytes(file));
  const columns = ['reference', 'predicted'].map((title) => titles.indexOf(title));
  const [reference = -1, predicted = -1] = columns;
  if (columns.includes(-1) || new Set(titles).size !== titles.length)
    throw refused(
      `${file}:1`,
      `Its columns are ${titles.slice(0, 20).join(', ')}.`,
      'Give one "reference", what the laboratory found, and one "predicted", what the model had said.',
    );
  const faults = new TableFaults();
  const pairs: ReferencePair[] = [];
  for (const { line, cells } of rows) {
    const pair = { reference: numberOf(cells[reference] ?? ''), predicted: numberOf(cells[predicted] ?? '') };
    if (Number.isNaN(pair.reference) || Number.isNaN(pair.predicted))
      faults.add(`${file}:${line}`, 'One of both is no number.', 'Write numbers with a point, or leave the pair out.');
    pairs.push(pair);
    if (pairs.length > mostPairs)
      throw refused(`${file}:${line}`, `It holds more than ${mostPairs} pairs.`, 'Give fewer.');
  }
  faults.throwAny();
  return pairs;
}
