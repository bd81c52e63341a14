/** What must hold between the lines of a model: values that can be said, and a hello that cannot be taken for another answer. */
import type { LineModel, LinePoint } from '../device-model.ts';
import { overlap } from '../line-overlap.ts';
import { kindOf, limitsOf, parseTemplate, type Template } from '../line-template.ts';
import type { Path, Source } from './source.ts';

export function checkLinePoint(source: Source, path: Path, point: LinePoint): void {
  const answer = read(point.answer);
  if (answer !== null && answer.form === null)
    source.fault([...path, 'answer'], 'The answer holds no value.', 'Write {value:decimal} where the value stands.');
  if (answer?.form != null && (kindOf(answer.form) === 'text') !== (point.kind === 'text'))
    source.fault(path, `A ${answer.form} is no ${point.kind}.`, 'Use another value form, or another kind.');
  if (
    point.kind !== 'number' &&
    (point.unit !== null || point.range !== undefined || point.scale !== 1 || point.offset !== 0)
  )
    source.fault(path, `A ${point.kind} has no unit, range, scale or offset.`, 'Leave them out.');
  if (point.scale === 0)
    source.fault(
      [...path, 'scale'],
      'A scale of 0 makes every value 0.',
      'Write the scale of the manual, or leave it out.',
    );
  if (point.bit !== undefined && (point.kind !== 'boolean' || answer?.form !== 'hex16u' || point.access !== 'read'))
    source.fault([...path, 'bit'], 'Only a boolean that is read from a hex16u is one bit of it.', 'Leave "bit" out.');
  if (point.access === 'read') {
    if ((point.set ?? point.setOn ?? point.setOff ?? point.confirm) !== undefined)
      source.fault(
        path,
        'It says how it is set, and may not be written.',
        'Add "write: true", or leave "set" and "confirm" out.',
      );
    return;
  }
  checkWritable(source, path, point);
}

function checkWritable(source: Source, path: Path, point: LinePoint): void {
  const words = point.setOn !== undefined && point.setOff !== undefined;
  if (point.set === undefined && !words)
    source.fault(path, 'It is to be written, and nothing says how.', 'Add "set", or "setOn" and "setOff".');
  if ((point.setOn ?? point.setOff) !== undefined && (!words || point.set !== undefined || point.kind !== 'boolean'))
    source.fault(path, 'Its words for on and off do not fit.', 'Give both to a boolean, and leave "set" out.');
  if (point.confirm === undefined)
    source.fault(
      path,
      'Nothing says what the device answers when it is set.',
      'Add "confirm", or "silent: true" where it says nothing.',
    );
  if (point.kind === 'text') source.fault([...path, 'write'], 'Texts of a device are only read.', 'Leave "write" out.');
  if (point.kind === 'number' && point.range === undefined)
    source.fault(path, 'It is to be written, and has no range.', 'Add "range", what the device takes.');
  for (const key of ['setOn', 'setOff'] as const) {
    const text = point[key];
    if (text !== undefined && read(text)?.form != null)
      source.fault([...path, key], 'What is sent holds a value.', 'Write what is sent as it stands.');
  }
  const set = point.set === undefined ? null : read(point.set);
  if (set === null) return;
  if (set.form === null || set.any || kindOf(set.form) === 'text') {
    source.fault([...path, 'set'], 'What is sent holds no number.', 'Write {value:decimal2} where the value stands.');
    return;
  }
  const limits = limitsOf(set.form);
  if (limits === null || point.range === undefined) return;
  const ends = [point.range.low, point.range.high].map((end) => (end - point.offset) / point.scale);
  if (ends.some((end) => end < limits.low || end > limits.high))
    source.fault([...path, 'range'], `A ${set.form} cannot say all of it.`, 'Correct the range or the scale.');
}

/** Refusals are looked at before every other answer, so that they need not be told from it. */
export function checkHello(source: Source, { hello, setup, points }: LineModel): void {
  const greeting = read(hello.answer);
  if (greeting === null) return;
  const others: readonly (readonly [Path, string])[] = [
    ...setup.map(({ answer }, i) => [['setup', i, 'answer'], answer] as const),
    ...points.flatMap(({ name, answer, confirm }) => [
      [['points', name, 'answer'], answer] as const,
      ...(typeof confirm === 'string' ? [[['points', name, 'confirm'], confirm] as const] : []),
    ]),
  ];
  for (const [path, text] of others) {
    const other = read(text);
    if (other === null || !overlap(greeting, other)) continue;
    source.fault(
      path,
      `"${text}" and the answer to the hello, "${hello.answer}", can be the same line, so that one could be taken for the other.`,
      'Choose a hello whose answer has words or a form of its own.',
    );
  }
}

function read(text: string): Template | null {
  try {
    return parseTemplate(text);
  } catch {
    return null;
  }
}
