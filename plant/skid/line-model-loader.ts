/** Reads a model of a device that is asked by lines of text. */
import type { Milliseconds } from '../clock.ts';
import { parseTemplate, type Template } from '../line-template.ts';
import type { LineModel, LinePoint } from '../device-model.ts';
import { messageOf } from '../errors.ts';
import { parseDuration } from '../quantity.ts';
import { readFacts, readHead } from './device-model-facts.ts';
import type { LineModelFile, LinePointFile } from './device-model-schema.ts';
import { checkHello, checkLinePoint } from './line-model-checks.ts';
import type { Path, Source } from './source.ts';

export function readLineModel(source: Source, form: LineModelFile): LineModel {
  const points = Object.entries(form.points).map(([name, point]) => readPoint(source, form, name, point));
  const { hello, setup = [], refusals = [], ends } = form;
  const model: LineModel = {
    ...readHead(source, form, points),
    protocol: 'line',
    ends,
    longestAnswer: form.longestAnswer,
    hello: { ask: hello.ask, answer: hello.answer, ...(hello.says === undefined ? {} : { says: hello.says }) },
    setup,
    refusals,
    pause: quiet(source, 'pause', form.pause),
    settle: quiet(source, 'settle', form.settle),
    points,
  };
  for (const [path, text] of lines(model)) {
    const read = template(source, path, text);
    const asked = path.at(-1) === 'ask';
    if (asked && read !== null && (read.form !== null || read.any))
      source.fault(path, 'What is asked holds a value.', 'Write what is sent as it stands.');
  }
  for (const [key, end] of Object.entries(ends)) {
    if (!/^[\r\n\0\x03]+$/u.test(end))
      source.fault(
        ['ends', key],
        'What ends a line could stand within one.',
        'Write control characters, such as "\\r\\n".',
      );
  }
  const { says } = hello;
  const greeting = templateOf(hello.answer);
  if (says !== undefined && greeting !== null && greeting.form === null)
    source.fault(
      ['hello', 'says'],
      'The answer holds no value that could say it.',
      'Write {value:text} in the answer.',
    );
  checkHello(source, model);
  return model;
}

/** Every line of the model that is not of a point, and those of the points, with its place. */
function lines({ hello, setup, refusals, points }: LineModel): readonly (readonly [Path, string])[] {
  return [
    [['hello', 'ask'], hello.ask],
    [['hello', 'answer'], hello.answer],
    ...setup.flatMap(({ ask, answer }, i) => [
      [['setup', i, 'ask'], ask] as const,
      [['setup', i, 'answer'], answer] as const,
    ]),
    ...refusals.map(({ answer }, i) => [['refusals', i, 'answer'], answer] as const),
    ...points.map(({ name, ask }) => [['points', name, 'ask'], ask] as const),
  ];
}

function readPoint(source: Source, form: LineModelFile, name: string, point: LinePointFile): LinePoint {
  const path = ['points', name];
  const answer = template(source, [...path, 'answer'], point.answer);
  const kind = point.kind ?? (answer?.form != null && isText(answer) ? 'text' : 'number');
  const facts = readFacts(source, path, form, { ...point, name, kind });
  const read: LinePoint = {
    ...facts,
    via: 'line',
    ask: point.ask,
    answer: point.answer,
    ...(point.set === undefined ? {} : { set: point.set }),
    ...(point.setOn === undefined ? {} : { setOn: point.setOn }),
    ...(point.setOff === undefined ? {} : { setOff: point.setOff }),
    ...(point.silent === true ? { confirm: null } : point.confirm === undefined ? {} : { confirm: point.confirm }),
    ...(point.bit === undefined ? {} : { bit: point.bit }),
    ...(point.invalid === undefined ? {} : { invalid: point.invalid }),
  };
  for (const key of ['set', 'setOn', 'setOff', 'confirm'] as const) {
    const text = point[key];
    if (text !== undefined) template(source, [...path, key], text);
  }
  if (point.silent === true && point.confirm !== undefined)
    source.fault([...path, 'silent'], 'It is silent, and confirms.', 'Leave one of the two out.');
  checkLinePoint(source, path, read);
  return read;
}

const isText = ({ form }: Template): boolean => form === 'word' || form === 'text' || form === 'name';

function quiet(source: Source, key: string, text: string | undefined): Milliseconds {
  const span = text === undefined ? null : source.attempt([key], (where) => parseDuration(text, where));
  return span ?? parseDuration('0 s');
}

function template(source: Source, path: Path, text: string): Template | null {
  try {
    return parseTemplate(text);
  } catch (thrown) {
    source.fault(path, messageOf(thrown), 'Write text as it stands, and at most one {value:decimal}.');
    return null;
  }
}

/** Without a fault, where one was noted already. */
function templateOf(text: string): Template | null {
  try {
    return parseTemplate(text);
  } catch {
    return null;
  }
}
