/**
 * A run without clock and link, as fast as it goes: the same options give the same trace, byte by byte. An operator of its own
 * keeps the heartbeat going, resets the controller after a second, and sets the points at their times.
 */
import { monotonic, type Milliseconds } from '../../plant/clock.ts';
import type { RegisterModel } from '../../plant/device-model.ts';
import { mesolineError } from '../../plant/errors.ts';
import { writtenPoints } from '../controller/writes.ts';
import { cycleS } from '../line/line.ts';
import { readPoint } from '../line/points.ts';
import type { ScriptEntry } from '../faults/script-entry.ts';
import { createSkidLine } from '../line/skid-line.ts';
import type { TwinParameters } from '../skid/parameters.ts';
import { analogPoints, readingOf, type InstrumentPoint } from '../skid/signals.ts';

/** Points that are set at a time of the process, in the units of their model. */
export type TimedSetPoints = Readonly<{ atS: number; set: Readonly<Record<string, number>> }>;

export type HeadlessOptions = Readonly<{
  model: RegisterModel;
  parameters: TwinParameters;
  watchdog: Milliseconds | null;
  seed: number;
  /** Process time to run, in s. */
  forS: number;
  /** Process time between two rows of the trace, in s; a multiple of a cycle. */
  everyS: number;
  setPoints: readonly TimedSetPoints[];
  script: readonly ScriptEntry[];
  /** A saved state to go on from; set points are at times since its power-up, the script's since now. */
  state?: string;
  /** Takes the trace line by line, each with its end. */
  trace: (text: string) => void;
}>;

export type HeadlessOutcome = Readonly<{
  /** Process time at the end, since power-up, in s. */
  processS: number;
  /** Set points that the controller did not take. */
  refused: readonly Readonly<{ atS: number; points: readonly string[]; exception: number }>[];
  /** Faults that the script could not put on. */
  missed: readonly string[];
  /** The line as it ended. */
  state: string;
}>;

const beatEveryCycles = 4;
const resetAtCycle = 20;

/** @throws MesolineError `set-points-invalid` for a point that cannot be set; `twin-state-invalid` */
export function runHeadless(options: HeadlessOptions): HeadlessOutcome {
  const { model, setPoints, trace } = options;
  checkSetPoints(model, setPoints);
  const skid = createSkidLine(options);
  if (options.state !== undefined) skid.load(options.state, monotonic(0));
  const first = skid.state().cycle;
  // Without a wall its time is that of the process, so that the watchdog means the same in every run.
  const now = () => monotonic(Math.round((skid.state().cycle - first) * cycleS * 1000));
  if (options.script.length > 0) skid.script(options.script);

  const refused: { atS: number; points: readonly string[]; exception: number }[] = [];
  const write = (changes: Readonly<Record<string, number>>): void => {
    const exception = skid.write(new Map(Object.entries(changes)), now());
    if (exception !== null) refused.push({ atS: skid.processS(), points: Object.keys(changes), exception });
  };
  const due = setPointsByCycle(setPoints);
  const columns = columnsOf(model);
  const rowEvery = Math.max(1, Math.round(options.everyS / cycleS));
  const last = first + Math.round(options.forS / cycleS);

  if (options.state === undefined) trace(`${['time_s', ...columns].join(',')}\n`);
  for (let cycle = first; cycle < last; cycle += 1) {
    if (cycle % beatEveryCycles === 0) write({ serviceHeartbeat: (cycle / beatEveryCycles + 1) % 0x1_0000 });
    if (cycle === resetAtCycle) write({ resetPulse: 1 });
    if (cycle === resetAtCycle + 1) write({ resetPulse: 0 });
    for (const set of due.get(cycle) ?? []) write(set);
    skid.step(now());
    if ((cycle + 1) % rowEvery === 0) {
      const line = skid.state();
      const values = columns.map((name) =>
        beside.has(name)
          ? readingOf(line.readings, name as InstrumentPoint)
          : readPoint(line, options.parameters, name),
      );
      trace(`${[skid.processS(), ...values].map(shown).join(',')}\n`);
    }
  }
  return {
    processS: skid.processS(),
    refused,
    missed: skid.state().missed.map(({ reason }) => reason),
    state: skid.save(now()),
  };
}

/** Instruments with a link of their own beside the controller's. */
const besidePoints: readonly InstrumentPoint[] = analogPoints.filter((point) =>
  /^(?:h2s|h2se|h2|feedPH|wastePH|aerosol)\./u.test(point),
);
const beside: ReadonlySet<string> = new Set(besidePoints);

const columnsOf = (model: RegisterModel): readonly string[] => [
  ...model.points.map(({ name }) => name),
  ...besidePoints,
];

/** Nine digits say all that a transmitter says; nothing where it has no value. */
const shown = (value: number): string => (Number.isNaN(value) ? '' : String(Number(value.toPrecision(9))));

function setPointsByCycle(setPoints: readonly TimedSetPoints[]): ReadonlyMap<number, readonly TimedSetPoints['set'][]> {
  const due = new Map<number, TimedSetPoints['set'][]>();
  for (const { atS, set } of setPoints) {
    // Nothing can be set before the reset.
    const cycle = Math.max(resetAtCycle + 2, Math.round(atS / cycleS));
    due.set(cycle, [...(due.get(cycle) ?? []), set]);
  }
  return due;
}

function checkSetPoints(model: RegisterModel, setPoints: readonly TimedSetPoints[]): void {
  const points = new Map(model.points.map((point) => [point.name, point]));
  for (const { atS, set } of setPoints) {
    for (const [name, value] of Object.entries(set)) {
      const point = points.get(name);
      if (point === undefined || !writtenPoints.has(name)) {
        throw setPointsInvalid(`${name} at ${atS} s`, 'It is no point that can be set.', [...writtenPoints].join(', '));
      }
      const { low = -Infinity, high = Infinity } = point.range ?? {};
      if (!(value >= low && value <= high)) {
        throw setPointsInvalid(`${name} at ${atS} s`, `${value} is outside its range.`, `${low} to ${high}`);
      }
    }
  }
}

const setPointsInvalid = (where: string, problem: string, use: string): Error =>
  mesolineError('set-points-invalid', where, problem, `Use ${use}.`);
