/** Reads a model of a device that is asked by lines of text. */
import { parseTemplate, type Template } from '../line-template.ts';
import type { LineModel, LinePoint } from '../device-model.ts';
import { messageOf } from '../errors.ts';
import { parseDuration } from '../quantity.ts';
import { readFacts, readHead } from './device-model-facts.ts';
import type { LineModelFile, LinePointFile } from './device-model-schema.ts';
import type { Path, Source } from './source.ts';

export function readLineModel(source: Source, form: LineModelFile): LineModel {
  const points = Object.entries(form.points).map(([name, point]) => readPoint(source, form, name, point));
  template(source, ['hello', 'answer'], form.hello.answer);
  (form.setup ?? []).forEach(({ answer }, i) => template(source, ['setup', i, 'answer'], answer));
  const { pause } = form;
  return {
    ...readHead(source, form, points),
    protocol: 'line',
    ends: form.ends,
    longestAnswer: form.longestAnswer,
    hello: form.hello,
    setup: form.setup ?? [],
    pause:
      (pause === undefined ? null : source.attempt(['pause'], (where) => parseDuration(pause, where))) ??
      parseDuration('0 s'),
    points,
  };
}

function readPoint(source: Source, form: LineModelFile, name: string, point: LinePointFile): LinePoint {
  const path = ['points', name];
  const answer = template(source, [...path, 'answer'], point.answer);
  if (answer !== null && answer.form === null)
    source.fault([...path, 'answer'], 'The answer holds no value.', 'Write {value:decimal} where the value stands.');
  const kind = answer?.form === 'word' || answer?.form === 'text' ? 'text' : 'number';
  if (point.write === true && (point.set === undefined || point.confirm === undefined))
    source.fault(
      path,
      'It is to be written, and nothing says how.',
      'Add "set" and "confirm", what the device answers then.',
    );
  if (point.write !== true && (point.set ?? point.confirm) !== undefined)
    source.fault(
      path,
      'It says how it is set, and may not be written.',
      'Add "write: true", or leave "set" and "confirm" out.',
    );
  if (point.set !== undefined && template(source, [...path, 'set'], point.set)?.form === null)
    source.fault([...path, 'set'], 'What is sent holds no value.', 'Write {value:decimal} where the value stands.');
  if (point.confirm !== undefined) template(source, [...path, 'confirm'], point.confirm);
  return {
    ...readFacts(source, path, form, { ...point, name, kind }),
    via: 'line',
    ask: point.ask,
    answer: point.answer,
    ...(point.set === undefined ? {} : { set: point.set }),
    ...(point.confirm === undefined ? {} : { confirm: point.confirm }),
    ...(point.invalid === undefined ? {} : { invalid: point.invalid }),
  };
}

function template(source: Source, path: Path, text: string): Template | null {
  try {
    return parseTemplate(text);
  } catch (thrown) {
    source.fault(path, messageOf(thrown), 'Write text as it stands, and at most one {value:decimal}.');
    return null;
  }
}
