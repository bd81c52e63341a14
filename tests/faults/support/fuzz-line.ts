/** Lines of the shipped pumps and thermostats, right and damaged, fed to the connection, and what they say to their points. */
import { LineConnection, type LineManners, type LineOutcome } from '../../../gateway/line/line-connection.ts';
import { decodeLine } from '../../../gateway/line/line-value.ts';
import { noFigures, type ReadValue } from '../../../gateway/driver.ts';
import type { LineModel } from '../../../plant/device-model.ts';
import { parseTemplate, type Template } from '../../../plant/line-template.ts';
import { isGood } from '../../../plant/quality.ts';
import { loadDeviceModel } from '../../../plant/skid/device-model-loader.ts';
import { shippedDeviceModelFolder } from '../../../plant/skid/folders.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { FedStream, FedTimers, guarded, judged, type Fate, type FuzzCore, type Judged } from './fuzz-core.ts';
import { mutations } from './fuzz-mutations.ts';
import type { FuzzRandom } from './fuzz-random.ts';
import { judgeLine, manuals, type LineFact, type LineManual, type LineVerdict } from './strict-oracle-line.ts';

const clock = systemClock();

export function lineModel(name: string): LineModel {
  const model = loadDeviceModel(`${shippedDeviceModelFolder}/${name}.yaml`);
  if (model.protocol !== 'line') throw new Error(`${name} does not speak in lines`);
  return model;
}

/** A right answer, without its end. */
export function rightLine({ before, form }: LineFact, random: FuzzRandom): string {
  const number = (most: number): string => String(random.between(0, random.chance(0.5) ? 20 : most));
  const sign = random.chance(0.2) ? '-' : '';
  switch (form) {
    case 'exact':
      return before;
    case 'whole':
      return `${before}${random.chance(0.3) ? random.between(0, 1) : `${random.chance(0.1) ? '-' : ''}${number(60_000)}`}`;
    case 'decimal':
      return `${before}${sign}${number(400)}.${String(random.between(0, 99)).padStart(2, '0')}`;
    case 'hexadecimal': {
      const raw = random.pick([
        random.between(0, 1),
        random.between(0, 0x3fff),
        random.between(0, 0xffff),
        0x7fff,
        0xc504,
      ]);
      return `${before}${raw.toString(16).toUpperCase().padStart(4, '0')}`;
    }
    case 'word':
      return `${before}${Array.from({ length: 5 }, () => random.between(0, 12)).join(',')}`;
    case 'name':
      return random.pick(['RP845', 'ECO RE 1050', 'T10000', 'XT 150']);
    case 'text':
      return `${before}TP-50 VERSION ${random.between(1, 9)}.${random.between(0, 9)}`;
    case 'code':
      return random.pick(['00 MANUAL STOP', '03 REMOTE START', '-08 INVALID COMMAND', '-01 LOW LEVEL ALARM']);
  }
}

const anyRefusal = (manual: LineManual, random: FuzzRandom): string | null =>
  manual.refusal === null ? null : `${manual.refusal}${random.pick(['1', '2', '_6', '_38', '7'])}`;

/** Damage of numbers that a line would still be one with. */
const lineMutations: Readonly<Record<string, (line: string, random: FuzzRandom) => string>> = {
  'a digit that is none': (line, random) => line.replace(/\d/u, () => random.pick(['O', 'l', ' ', ',', 'e', '.', '+'])),
  'a sign more': (line) => line.replace(/(\d)/u, '-$1'),
  'digits without end': (line, random) => line.replace(/\d/u, (digit) => digit.repeat(random.between(10, 70))),
  'another case': (line) => line.toLowerCase(),
  'space around': (line, random) => random.pick([` ${line}`, `${line} `, line.replace(/[:.]/u, (mark) => `${mark} `)]),
  'another command': (line, random) => line.replace(/[A-Z]/u, () => String.fromCharCode(random.between(65, 90))),
  'no number at all': (line) => line.replace(/-?\d+(?:\.\d+)?/u, () => 'NaN'),
  'an exponent': (line) => line.replace(/(\d)$/u, '$1e3'),
};

type Served = Readonly<{
  model: LineModel;
  manual: LineManual;
  manners: LineManners;
  answers: ReadonlyMap<string, Template>;
}>;

export class LineCore implements FuzzCore {
  readonly name: string;
  readonly #served: Served;
  #other = 'OK';

  constructor(name: string) {
    const model = lineModel(name);
    const manual = manuals[name]!;
    this.name = name;
    const asked = [model.hello, ...model.setup, ...model.points].map(({ ask, answer }) => [ask, answer] as const);
    const setpoint = model.points.find((point) => typeof point.confirm === 'string')?.confirm ?? null;
    const answers = new Map(asked.map(([ask, answer]) => [ask, parseTemplate(answer)]));
    for (const { ask } of manual.facts) {
      if (!answers.has(ask) && setpoint !== null) answers.set(ask, parseTemplate(setpoint));
    }
    this.#served = { model, manual, answers, manners: mannersOf(model) };
  }

  step(random: FuzzRandom): Judged {
    const { model, manual, answers } = this.#served;
    const fact = random.pick(manual.facts);
    const { kind, bytes } = this.#message(fact, random);
    const { ended, outcome, seen, crash } = this.#exchange(fact.ask, answers.get(fact.ask)!, bytes, random);
    const taken = outcome !== null;
    const strict = strictly(judgeLine(taken ? bytes.subarray(0, seen) : bytes, fact, manual));
    if (crash !== null) return judged(kind, bytes, { fate: 'crashed', value: null, why: crash }, strict);
    if (outcome === null) return judged(kind, bytes, { fate: ended ? 'refused' : 'waiting', value: null }, strict);
    if (outcome.kind === 'refused') return judged(kind, bytes, { fate: 'refusal', value: null }, strict);
    const values: Record<string, ReadValue> = {};
    for (const point of model.points.filter(({ ask }) => ask === fact.ask)) {
      const { value, quality } = decodeLine(point, outcome.raw);
      values[point.name] = isGood(quality) ? value : null;
    }
    return judged(kind, bytes, { fate: 'accepted', value: inOrder(values) }, strict);
  }

  #exchange(line: string, answer: Template, bytes: Buffer, random: FuzzRandom) {
    const stream = new FedStream();
    const timers = new FedTimers();
    let [ended, brought, seen] = [false, 0, 0];
    let outcome: LineOutcome | null = null;
    const connection = new LineConnection({
      stream,
      manners: this.#served.manners,
      drain: false,
      clock,
      timers,
      figures: noFigures(),
      onIdle: () => undefined,
      onEnd: () => (ended = true),
    });
    const crash = guarded(() => {
      connection.open();
      timers.fire(20);
      connection.exchange({ line, answer, sets: false }, (came) => {
        outcome = came;
        seen = brought;
      });
      for (const chunk of random.chunks(bytes)) {
        brought += chunk.length;
        stream.bring(chunk);
      }
    });
    return { ended, outcome: outcome as LineOutcome | null, seen, crash };
  }

  #message(fact: LineFact, random: FuzzRandom): Readonly<{ kind: string; bytes: Buffer }> {
    const { manual } = this.#served;
    const refusal = random.chance(0.06) ? anyRefusal(manual, random) : null;
    const line = refusal ?? rightLine(fact, random);
    const other = this.#other;
    this.#other = line;
    const ended = (text: string): Buffer => Buffer.from(text + manual.end, 'latin1');
    const chance = random.unit();
    if (chance < 0.15) return { kind: 'valid', bytes: ended(line) };
    if (chance < 0.35) {
      const kind = random.pick(Object.keys(lineMutations));
      return { kind, bytes: ended(lineMutations[kind]!(line, random)) };
    }
    if (chance < 0.4)
      return { kind: 'another end', bytes: Buffer.from(line + random.pick(['\n', '\r', '\r\n', '\n\r', '\0'])) };
    const kind = random.pick(Object.keys(mutations).filter((name) => name !== 'valid'));
    if (random.chance(0.5)) {
      const damaged = mutations[kind]!(Buffer.from(line, 'latin1'), Buffer.from(other, 'latin1'), random);
      return { kind: `${kind}, ended right`, bytes: Buffer.concat([damaged, Buffer.from(manual.end)]) };
    }
    return { kind, bytes: mutations[kind]!(ended(line), ended(other), random) };
  }
}

function mannersOf(model: LineModel): LineManners {
  return {
    askEnd: model.ends.ask,
    form: { end: Buffer.from(model.ends.answer, 'latin1'), longest: model.longestAnswer },
    refusals: model.refusals.map((refusal) => ({ ...refusal, template: parseTemplate(refusal.answer) })),
    timeout: model.timeout,
    pause: model.pause,
    settle: model.settle,
  };
}

const inOrder = (values: Readonly<Record<string, unknown>>): unknown =>
  Object.entries(values).sort(([one], [two]) => (one < two ? -1 : 1));

function strictly(verdict: LineVerdict): Readonly<{ fate: Fate; value: unknown }> {
  switch (verdict.kind) {
    case 'accepted': {
      const named = Object.entries(verdict.values).filter(([name]) => name !== '');
      return { fate: 'accepted', value: inOrder(Object.fromEntries(named)) };
    }
    case 'refusal':
      return { fate: 'refusal', value: null };
    case 'short':
      return { fate: 'waiting', value: null };
    case 'refused':
      return { fate: 'refused', value: null };
  }
}
