/** The skid as a whole: process, instruments and field controller in one pure step. */
import type { Milliseconds, Monotonic } from '../../plant/clock.ts';
import { MesolineError } from '../../plant/errors.ts';
import { outputsOf } from '../controller/outputs.ts';
import { turnedTo, withMode } from '../controller/panel.ts';
import { poweredUp, type ControllerState } from '../controller/state.ts';
import { stepController } from '../controller/step.ts';
import { wired } from '../controller/wiring.ts';
import { initialEnclosure, stepEnclosure, type EnclosureState } from '../surroundings/enclosure.ts';
import { faultsOf, readFault, standingWith, type Action, type StandingFault } from '../faults/fault-messages.ts';
import { noFaults, type Faults } from '../faults/faults.ts';
import type { Noise } from '../random.ts';
import type { ScriptEntry } from '../faults/script-entry.ts';
import { withFlushAgent } from '../skid/deposits.ts';
import { initialInstruments, readInstruments, stepInstruments, type InstrumentState } from '../skid/instruments.ts';
import { withWasteLevel } from '../skid/outlet.ts';
import type { TwinParameters } from '../skid/parameters.ts';
import { initialProcess, stepProcess, withAirBubble, type ProcessState } from '../skid/process.ts';
import type { ControllerOutputs, Readings } from '../skid/signals.ts';

export type LineState = Readonly<{
  /** Cycles since power-up. */
  cycle: number;
  process: ProcessState;
  enclosure: EnclosureState;
  instruments: InstrumentState;
  readings: Readings;
  /** The readings as the controller's program took them in last; older than `readings` where it stands. */
  image: Readings;
  /** Cycles of the controller's program since power-up. */
  turns: number;
  controller: ControllerState;
  outputs: ControllerOutputs;
  /** What is wrong, as it was asked for. */
  standing: readonly StandingFault[];
  /** What all of that comes to. */
  faults: Faults;
  /** What a fault script still has to do, in its order, each at a cycle. */
  script: readonly ScriptedFault[];
  /** What it could not do at its time, and why; the last few. */
  missed: readonly MissedFault[];
}>;

export type ScriptedFault = Readonly<{ cycle: number; message: Readonly<Record<string, unknown>> }>;
export type MissedFault = ScriptedFault & Readonly<{ reason: string }>;

/** One cycle of the controller, and the longest step in which the process is stable. */
export const cycleS = 0.05;

/**
 * @param watchdog the field controller's; null: it does not watch the service
 * @param seed of what is chance in the process
 */
export function initialLine(
  parameters: TwinParameters,
  noise: Noise,
  watchdog: Milliseconds | null,
  seed = 1,
): LineState {
  const process = initialProcess(parameters, seed);
  const enclosure = initialEnclosure;
  const instruments = initialInstruments(parameters, { process, enclosure }, noFaults);
  const controller = poweredUp(parameters, watchdog);
  const readings = readInstruments(parameters, instruments, { process, enclosure }, noFaults, noise, 0);
  const outputs = outputsOf(parameters, controller, readings);
  return {
    cycle: 0,
    process,
    enclosure,
    instruments,
    readings,
    image: readings,
    turns: 0,
    controller,
    outputs,
    standing: [],
    faults: noFaults,
    script: [],
    missed: [],
  };
}

/** The line one cycle later. `now` is wall time and serves the watchdog alone. */
export function stepLine(parameters: TwinParameters, noise: Noise, before: LineState, now: Monotonic): LineState {
  const line = withScripted(parameters, before);
  const cycle = line.cycle + 1;
  const { faults } = line;
  const halted = faults.controllerHalted;
  const controller = halted
    ? { ...line.controller, resetTaken: false }
    : stepController(parameters, line.controller, line.image, now, cycleS);
  const outputs = wired(outputsOf(parameters, controller, line.image), faults);
  const process = stepProcess(parameters, line.process, outputs, faults, cycleS);
  const around = {
    extractionAtMaximum: outputs.extractionAtMaximum,
    pressureBarG: process.hydraulics.outletBarG,
    headspacePpm: process.headspacePpm,
  };
  const enclosure = stepEnclosure(parameters.surroundings.enclosure, line.enclosure, around, faults, cycleS);
  const seen = { process, enclosure };
  const instruments = stepInstruments(parameters, line.instruments, seen, faults, line.readings, cycleS);
  const readings = readInstruments(parameters, instruments, seen, faults, noise, cycle);
  const image = halted ? line.image : readings;
  const turns = line.turns + (halted ? 0 : 1);
  return { ...line, cycle, process, enclosure, instruments, readings, image, turns, controller, outputs };
}

/** The line with a script that begins now, instead of what another still had to do. */
export const withScript = (line: LineState, entries: readonly ScriptEntry[]): LineState => ({
  ...line,
  script: entries.map(({ atS, message }) => ({ cycle: line.cycle + 1 + Math.round(atS / cycleS), message })),
});

const mostMissed = 100;

/** The line after what its script does before the next cycle. What is refused then is noted, and the script goes on. */
function withScripted(parameters: TwinParameters, before: LineState): LineState {
  let line = before;
  for (let [due] = line.script; due !== undefined && due.cycle <= line.cycle + 1; [due] = line.script) {
    const { cycle, message } = due;
    line = { ...line, script: line.script.slice(1) };
    try {
      line = withFault(parameters, line, message);
    } catch (thrown) {
      if (!(thrown instanceof MesolineError)) throw thrown;
      line = { ...line, missed: [...line.missed, { cycle, message, reason: thrown.message }].slice(-mostMissed) };
    }
  }
  return line;
}

/** The line after a message of `twin/fault-messages.ts`. @throws MesolineError `fault-refused` */
export function withFault(parameters: TwinParameters, line: LineState, message: unknown): LineState {
  const request = readFault(message);
  switch (request.kind) {
    case 'stands':
      return withStanding(line, standingWith(line.standing, request.fault));
    case 'clear':
      return request.key === null
        ? { ...withStanding(line, []), enclosure: { ...line.enclosure, trayMl: 0 } }
        : withStanding(
            line,
            line.standing.filter(({ key }) => key !== request.key),
          );
    case 'action':
      return done(parameters, line, request.action);
  }
}

/** The line with these faults and no others. */
export const withStanding = (line: LineState, standing: readonly StandingFault[]): LineState => ({
  ...line,
  standing,
  faults: faultsOf(standing),
});

function done(parameters: TwinParameters, line: LineState, action: Action): LineState {
  const { process } = line;
  switch (action.kind) {
    case 'waste-level': {
      const outlet = withWasteLevel(parameters, process.outlet, action.percent);
      return { ...line, process: { ...process, outlet } };
    }
    case 'drip-tray':
      return { ...line, enclosure: { ...line.enclosure, trayMl: action.ml } };
    case 'air-bubble':
      return { ...line, process: withAirBubble(process, action.pump, action.ml) };
    case 'flush-agent': {
      const deposits = withFlushAgent(process.deposits, action.agent, action.ml);
      return { ...line, process: { ...process, deposits } };
    }
    case 'clog-step': {
      const hydraulics = { ...process.hydraulics, fouling: process.hydraulics.fouling * action.factor };
      return { ...line, process: { ...process, hydraulics } };
    }
    case 'key-switch':
      return { ...line, controller: turnedTo(line.controller, action.local) };
    case 'loop-mode':
      return { ...line, controller: withMode(line.controller, action.mode, action.percent) };
  }
}
