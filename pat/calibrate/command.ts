/** What `npm run method:calibrate` was asked, read and given to what does it. */
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeFault, MesolineError, messageOf } from '../../plant/errors.ts';
import { recordNameForm } from '../../plant/method/pls-record.ts';
import { parseUnit, unitText } from '../../plant/units.ts';
import { asked, given, listOf, needed, numberIn, rangesOf, type Values } from './arguments.ts';
import { correctCommand } from './correct.ts';
import { plsCommand, type PlsRequest } from './pls.ts';
import { ramanCommand, standardOf } from './raman.ts';

export const usage = `npm run method:calibrate -- raman --neon FILE --standard silicon=FILE --standard polystyrene=FILE --laser NM [--taken TIME] --out RECORD.yaml
npm run method:calibrate -- pls --set TABLE.csv --batch COLUMN --response COLUMN[,…] [--unit UNIT[,…]] --factors N [--try N]
  [--ranges FROM-TO[,…]] [--window POINTS --order N --derivative N] [--scatter snv] [--axis 1/cm|nm] [--step STEP] [--confidence 0.99] [--name NAME] --out RECORD.json
npm run method:calibrate -- correct --record RECORD.json --pairs TABLE.csv --kind bias|slope [--response NAME] --out RECORD.json`;

const one = { type: 'string' } as const;
const commands = {
  raman: {
    options: { neon: one, standard: { type: 'string', multiple: true }, laser: one, taken: one, out: one },
    run: raman,
  },
  pls: {
    options: {
      ...{ set: one, batch: one, response: one, unit: one, factors: one, try: one, ranges: one, window: one },
      ...{ order: one, derivative: one, scatter: one, axis: one, step: one, confidence: one, name: one, out: one },
    },
    run: pls,
  },
  correct: { options: { record: one, pairs: one, kind: one, response: one, out: one }, run: correct },
} as const;

type Given = Readonly<{ values: Values; at: (file: string) => string; say: (line: string) => void }>;

/**
 * @param folder from which files are named
 * @returns the exit code: 0 done, 1 a file is at fault or nothing can be made of it, 2 asked wrongly
 */
export function calibrateCommand(args: readonly string[], folder: string, say: (line: string) => void): 0 | 1 | 2 {
  const [what = '', ...rest] = args;
  if (!isCommand(what)) {
    say(usage);
    return 2;
  }
  try {
    const { options, run } = commands[what];
    const values = parsed(rest, options);
    run({ values, at: (file) => resolve(folder, file), say });
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    for (const fault of thrown.faults) say(describeFault(fault));
    return thrown.code === 'calibration-asked' ? 2 : 1;
  }
}

const isCommand = (what: string): what is keyof typeof commands => Object.hasOwn(commands, what);

function parsed(args: readonly string[], options: NonNullable<Parameters<typeof parseArgs>[0]>['options']): Values {
  try {
    return parseArgs({ args: [...args], options: options ?? {}, strict: true }).values;
  } catch (thrown) {
    throw asked('method:calibrate', messageOf(thrown), `Ask as: ${usage}`);
  }
}

function raman({ values, at, say }: Given): void {
  const named = values['standard'];
  const standards = Array.isArray(named) ? named.map((text) => standardOf(String(text))) : [];
  if (standards.length === 0) throw asked('--standard', 'None is given.', 'Give silicon=FILE and polystyrene=FILE.');
  const taken = given(values, 'taken');
  if (taken !== null && (!timeForm.test(taken) || Number.isNaN(Date.parse(taken))))
    throw asked('--taken', `"${taken}" is no time.`, 'Write it as 2027-01-31T12:00:00Z.');
  ramanCommand(
    {
      neon: at(needed(values, 'neon', 'neon.txt')),
      standards: standards.map(({ of, file }) => ({ of, file: at(file) })),
      laserNm: numberIn('laser', needed(values, 'laser', '785'), { least: 200, most: 2000 }),
      takenAt: taken,
      out: at(needed(values, 'out', 'axis.yaml')),
    },
    say,
  );
}

const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/u;

const mostFactors = 30;

function pls({ values, at, say }: Given): void {
  const factors = countOf('factors', needed(values, 'factors', '4'));
  const tried = given(values, 'try');
  const step = given(values, 'step');
  const ranges = given(values, 'ranges');
  const out = outOf(values, at);
  plsCommand(
    {
      set: at(needed(values, 'set', 'set.csv')),
      batch: needed(values, 'batch', 'batch'),
      responses: responsesOf(values),
      axisUnit: choiceOf(values, 'axis', ['1/cm', 'nm'], '1/cm'),
      step: step === null ? null : numberIn('step', step, { least: 1e-3, most: 1e3 }),
      ranges: ranges === null ? null : rangesOf(ranges),
      savitzkyGolay: savitzkyGolayOf(values),
      snv: choiceOf(values, 'scatter', ['snv', 'none'], 'none') === 'snv',
      factors,
      tried: tried === null ? factors : countOf('try', tried),
      confidence: numberIn('confidence', given(values, 'confidence') ?? '0.99', { least: 0.8, most: 0.9999 }),
      name: given(values, 'name') ?? basename(out, '.json'),
      out,
    },
    say,
  );
}

const countOf = (name: string, text: string): number =>
  numberIn(name, text, { least: 1, most: mostFactors, whole: true });

/** Their names are those of a method's outputs. */
function responsesOf(values: Values): PlsRequest['responses'] {
  const names = listOf(needed(values, 'response', 'glucose'));
  const wrong = names.find((name, i) => !/^[A-Za-z][A-Za-z0-9]*$/u.test(name) || names.indexOf(name) !== i);
  if (wrong !== undefined)
    throw asked('--response', `"${wrong}" cannot be an output.`, 'Call each column otherwise, by letters and digits.');
  const units = given(values, 'unit');
  const each =
    units === null ? names.map(() => null) : listOf(units).map((unit) => unitText(parseUnit(unit, '--unit')));
  if (each.length !== names.length)
    throw asked(
      '--unit',
      `There are ${each.length} units for ${names.length} responses.`,
      'Give one each, 1 for none.',
    );
  return names.map((name, i) => ({ name, unit: each[i] ?? null }));
}

function savitzkyGolayOf(values: Values): PlsRequest['savitzkyGolay'] {
  const names = ['window', 'order', 'derivative'] as const;
  if (names.every((name) => given(values, name) === null)) return null;
  const whole = (name: string, such: string, least: number, most: number): number =>
    numberIn(name, needed(values, name, such), { least, most, whole: true });
  const windowPoints = whole('window', '25', 5, 999);
  if (windowPoints % 2 === 0) throw asked('--window', `${windowPoints} is even.`, 'Give an odd number of points.');
  const order = whole('order', '2', 1, 5);
  return { windowPoints, order, derivative: whole('derivative', '1', 0, order) };
}

function choiceOf<T extends string>(values: Values, name: string, choices: readonly T[], otherwise: T): T {
  const text = given(values, name) ?? otherwise;
  const choice = choices.find((one) => one === text);
  if (choice !== undefined) return choice;
  throw asked(`--${name}`, `"${text}" is none of them.`, `Give one of: ${choices.join(', ')}.`);
}

function correct({ values, at, say }: Given): void {
  const kinds = { bias: 'bias', slope: 'slope and bias' } as const;
  needed(values, 'kind', 'bias');
  correctCommand(
    {
      record: at(needed(values, 'record', 'glucose-1.json')),
      pairs: at(needed(values, 'pairs', 'pairs.csv')),
      kind: kinds[choiceOf(values, 'kind', ['bias', 'slope'], 'bias')],
      response: given(values, 'response'),
      out: outOf(values, at),
    },
    say,
  );
}

/** A method names it by its own name alone. */
function outOf(values: Values, at: Given['at']): string {
  const out = at(needed(values, 'out', 'glucose-1.json'));
  if (recordNameForm.test(basename(out))) return out;
  throw asked('--out', `A method cannot name "${basename(out)}".`, 'Use letters, digits, ".", "_", "-": NAME.json.');
}
