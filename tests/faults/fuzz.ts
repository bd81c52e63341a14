/**
 * Messages of devices, right and damaged in every way, fed to what reads them, and each judged by a strict parser of the
 * tests' own: `npm run campaign -- fuzz [--messages N] [--seed S]`. What was found is said with its bytes; the same seed
 * gives the same messages.
 */
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import { until } from '../support/waiting.ts';
import { shownBytes, type Fate, type FuzzCore, type Judged } from './support/fuzz-core.ts';
import { LineCore } from './support/fuzz-line.ts';
import { ModbusCore } from './support/fuzz-modbus.ts';
import { FuzzRandom } from './support/fuzz-random.ts';
import { SpinsolveCore } from './support/fuzz-spinsolve.ts';

export type FuzzTally = {
  messages: number;
  accepted: number;
  refusals: number;
  refused: number;
  waiting: number;
  crashed: number;
  /** Accepted, or taken for a refusal, where the strict parser refuses; or with another value. */
  wrong: number;
  /** Refused where the strict parser accepts. */
  tooStrict: number;
};

export type FuzzOutcome = Readonly<{
  tallies: ReadonlyMap<string, FuzzTally>;
  /** How often each kind of damage was tried, and accepted by both. */
  kinds: ReadonlyMap<string, Readonly<{ tried: number; accepted: number }>>;
  /** The first few of what is wrong. */
  examples: readonly string[];
}>;

/** Which part of the messages goes to whom. */
const shares: readonly (readonly [part: number, make: () => FuzzCore])[] = [
  [0.32, () => new ModbusCore('tcp')],
  [0.28, () => new ModbusCore('rtu')],
  [0.05, () => new LineCore('knauer-azura-10')],
  [0.05, () => new LineCore('knauer-azura-50')],
  [0.05, () => new LineCore('huber-pb')],
  [0.05, () => new LineCore('lauda')],
  [0.05, () => new LineCore('julabo')],
  [0.15, () => new SpinsolveCore()],
];

const mostExamples = 12;
const nothing = (): FuzzTally => ({
  messages: 0,
  accepted: 0,
  refusals: 0,
  refused: 0,
  waiting: 0,
  crashed: 0,
  wrong: 0,
  tooStrict: 0,
});

const counts: Readonly<Record<Fate | 'crashed', keyof FuzzTally>> = {
  accepted: 'accepted',
  refusal: 'refusals',
  refused: 'refused',
  waiting: 'waiting',
  crashed: 'crashed',
};

const took = (fate: Fate | 'crashed'): boolean => fate === 'accepted' || fate === 'refusal';

export async function fuzz(messages: number, seed: number, say: (line: string) => void): Promise<FuzzOutcome> {
  const tallies = new Map<string, FuzzTally>();
  const kinds = new Map<string, { tried: number; accepted: number }>();
  const examples: string[] = [];
  for (const [index, [part, make]] of shares.entries()) {
    const core = make();
    const random = new FuzzRandom(seed + index);
    const tally = nothing();
    const began = performance.now();
    const own = Math.ceil(messages * part);
    const shown = new Set<string>();
    for (let at = 0; at < own; at += 1) {
      const step = core.step(random);
      const judged: Judged = step instanceof Promise ? await step : step;
      const strictOnly = !took(judged.ours) && judged.ours !== 'crashed' && took(judged.strict);
      tally.messages += 1;
      tally[counts[judged.ours]] += 1;
      if (judged.wrong !== null && judged.ours !== 'crashed') tally.wrong += 1;
      if (strictOnly) tally.tooStrict += 1;
      const known = kinds.get(judged.kind) ?? { tried: 0, accepted: 0 };
      known.tried += 1;
      if (took(judged.ours)) known.accepted += 1;
      kinds.set(judged.kind, known);
      if ((judged.wrong !== null || strictOnly) && !shown.has(judged.kind) && shown.size < mostExamples) {
        shown.add(judged.kind);
        examples.push(
          `${core.name}, message ${at} (${judged.kind}): ${judged.wrong ?? `refused what is right: ${shownBytes(judged.bytes)}`}`,
        );
      }
    }
    tallies.set(core.name, tally);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    say(`${core.name.padEnd(16)} ${textOf(tally)}  ${seconds} s`);
  }
  return { tallies, kinds, examples };
}

const percent = (part: number, of: number): string => `${((100 * part) / Math.max(1, of)).toFixed(1)} %`;

const textOf = (tally: FuzzTally): string => {
  const { messages } = tally;
  const part = (count: number): string => percent(count, messages).padStart(7);
  return `${String(messages).padStart(8)} messages: accepted${part(tally.accepted)}, refusals${part(tally.refusals)}, refused${part(tally.refused)}, unfinished${part(tally.waiting)}; crashes ${tally.crashed}, wrong ${tally.wrong}, right but refused ${tally.tooStrict}`;
};

export type DriversOutcome = Readonly<{
  sent: number;
  damaged: number;
  good: number;
  /** Of the driver that took the fewest. */
  fewestGood: number;
  bad: number;
  malformed: number;
  timeouts: number;
  /** Good values that no right answer said. */
  wrong: readonly string[];
  crashes: readonly string[];
  /** Those that were not connected again after their devices were honest. */
  lost: readonly string[];
}>;

/** Whole drivers over sockets, a few of each kind at once, until so many answers were sent. */
export async function fuzzDrivers(answers: number, seed: number): Promise<DriversOutcome> {
  const { FuzzedDevice } = await import('./support/fuzz-driver.ts');
  const crashes: string[] = [];
  const crashed = (thrown: unknown): void => void crashes.push(String(thrown));
  process.on('uncaughtException', crashed);
  process.on('unhandledRejection', crashed);
  const random = (index: number): FuzzRandom => new FuzzRandom(seed + 1000 + index);
  const devices = await Promise.all([
    ...[0, 1, 2, 3].map((index) => FuzzedDevice.modbus('tcp', random(index))),
    ...[4, 5, 6, 7].map((index) => FuzzedDevice.modbus('rtu', random(index))),
    ...lines.flatMap((name, at) => [0, 1].map((index) => FuzzedDevice.line(name, random(8 + 2 * at + index)))),
    ...[20, 21].map((index) => FuzzedDevice.spinsolve(random(index))),
  ]);
  const sum = (pick: (device: (typeof devices)[number]) => number): number =>
    devices.reduce((total, device) => total + pick(device), 0);
  try {
    for (const device of devices) device.start();
    const enough = (): boolean => sum(({ sent }) => sent) >= answers;
    await until(enough, { withinMs: 20_000 + answers * 20, everyMs: 20, what: 'so many answers' });
    const fewestGood = Math.min(...devices.map(({ image }) => image.good));
    for (const device of devices) device.honest = true;
    await until(() => devices.every(({ connected }) => connected), { withinMs: 10_000 }).catch(() => undefined);
    return {
      sent: sum(({ sent }) => sent),
      damaged: sum(({ damaged }) => damaged),
      good: sum(({ image }) => image.good),
      fewestGood,
      bad: sum(({ image }) => image.bad),
      malformed: sum(({ driver }) => driver.figures.malformed),
      timeouts: sum(({ driver }) => driver.figures.timeouts),
      wrong: devices.flatMap(({ image }) => image.wrong),
      crashes,
      lost: devices.filter(({ connected }) => !connected).map(({ name }) => name),
    };
  } finally {
    for (const device of devices) await device.stop();
    process.off('uncaughtException', crashed);
    process.off('unhandledRejection', crashed);
  }
}

const lines: readonly string[] = ['knauer-azura-10', 'knauer-azura-50', 'huber-pb', 'lauda', 'julabo'];

export const sumOf = ({ tallies }: FuzzOutcome, key: keyof FuzzTally): number =>
  [...tallies.values()].reduce((sum, tally) => sum + tally[key], 0);

function numberAfter(args: readonly string[], flag: string, otherwise: number): number {
  const at = args.indexOf(flag);
  const value = at < 0 ? otherwise : Number(args[at + 1]);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`${flag}: "${args[at + 1] ?? ''}" is not a whole number. Give ${flag} ${otherwise}, for example.`);
}

export const run: Run = async ({ quick = false, say, args = [] }) => {
  const seed = numberAfter(args, '--seed', Math.floor(Math.random() * 0xffff_ffff));
  const messages = numberAfter(args, '--messages', quick ? 20_000 : 1_000_000);
  say(`The same again: npm run campaign -- fuzz --messages ${messages} --seed ${seed}`);
  const outcome = await fuzz(messages, seed, say);
  for (const [kind, { tried, accepted }] of [...outcome.kinds].sort(([one], [two]) => (one < two ? -1 : 1)))
    say(`  ${kind.padEnd(52)} ${String(tried).padStart(8)} tried, ${percent(accepted, tried).padStart(7)} accepted`);
  for (const example of outcome.examples) say(example);
  const drivers = await fuzzDrivers(Math.ceil(messages / 50), seed);
  say(`whole drivers: ${JSON.stringify({ ...drivers, wrong: drivers.wrong.length })}`);
  for (const wrong of drivers.wrong.slice(0, mostExamples)) say(wrong);
  return [...results(outcome), ...driverResults(drivers)];
};

function results(outcome: FuzzOutcome): readonly Measured[] {
  const all = sumOf(outcome, 'messages');
  const least = Math.min(...[...outcome.tallies.values()].map((tally) => tally.accepted / tally.messages));
  return [
    atLeast('messages', all, ''),
    atMost('crashes', sumOf(outcome, 'crashed'), '', 0),
    atMost('accepted that the strict parser refuses, or with another value', sumOf(outcome, 'wrong'), '', 0),
    atMost('refused that the strict parser accepts', sumOf(outcome, 'tooStrict'), '', 0),
    atLeast('accepted, the least of any protocol', Number((100 * least).toFixed(1)), '%', 10),
  ];
}

const driverResults = (drivers: DriversOutcome): readonly Measured[] => [
  atLeast('answers to whole drivers over sockets', drivers.sent, ''),
  atLeast('of them damaged', drivers.damaged, '', Math.floor(drivers.sent / 10)),
  atLeast('malformed answers and time-outs counted', drivers.malformed + drivers.timeouts, '', 1),
  atLeast('Good values taken, by the driver that took the fewest', drivers.fewestGood, '', 1),
  atMost('Good values that no right answer said', drivers.wrong.length, '', 0),
  atMost('faults that nobody caught', drivers.crashes.length, '', 0),
  atMost('drivers not connected again', drivers.lost.length, '', 0),
];
