/** The skid as a whole: process, instruments and field controller in one pure step. */
import type { Milliseconds, Monotonic } from '../plant/clock.ts';
import { outputsOf } from './controller/outputs.ts';
import { turnedTo, withMode } from './controller/panel.ts';
import { poweredUp, type ControllerState } from './controller/state.ts';
import { stepController } from './controller/step.ts';
import { noFaults, readFault, type Faults } from './faults.ts';
import type { Noise } from './random.ts';
import { initialInstruments, readInstruments, stepInstruments, type InstrumentState } from './skid/instruments.ts';
import { withWasteLevel } from './skid/outlet.ts';
import type { TwinParameters } from './skid/parameters.ts';
import { initialProcess, stepProcess, type ProcessState } from './skid/process.ts';
import type { ControllerOutputs, Readings } from './skid/signals.ts';

export type LineState = Readonly<{
  /** Cycles since power-up. */
  cycle: number;
  process: ProcessState;
  instruments: InstrumentState;
  readings: Readings;
  controller: ControllerState;
  outputs: ControllerOutputs;
  faults: Faults;
}>;

/** One cycle of the controller, and the longest step in which the process is stable. */
export const cycleS = 0.05;

/** @param watchdog the field controller's; null: it does not watch the service */
export function initialLine(parameters: TwinParameters, noise: Noise, watchdog: Milliseconds | null): LineState {
  const process = initialProcess(parameters);
  const instruments = initialInstruments(parameters);
  const controller = poweredUp(parameters, watchdog);
  const readings = readInstruments(parameters, instruments, process, noFaults, noise, 0);
  const outputs = outputsOf(parameters, controller, readings);
  return { cycle: 0, process, instruments, readings, controller, outputs, faults: noFaults };
}

/** The line one cycle later. `now` is wall time and serves the watchdog alone. */
export function stepLine(parameters: TwinParameters, noise: Noise, line: LineState, now: Monotonic): LineState {
  const cycle = line.cycle + 1;
  const controller = stepController(parameters, line.controller, line.readings, now, cycleS);
  const outputs = outputsOf(parameters, controller, line.readings);
  const process = stepProcess(parameters, line.process, outputs, line.faults, cycleS);
  const instruments = stepInstruments(parameters, line.instruments, process, cycleS);
  const readings = readInstruments(parameters, instruments, process, line.faults, noise, cycle);
  return { cycle, process, instruments, readings, controller, outputs, faults: line.faults };
}

/** The line after a message of `twin/faults.ts`. @throws MesolineError `fault-refused` */
export function withFault(parameters: TwinParameters, line: LineState, message: unknown): LineState {
  const request = readFault(message);
  switch (request.kind) {
    case 'faults':
      return { ...line, faults: request.change(line.faults) };
    case 'waste-level': {
      const outlet = withWasteLevel(parameters, line.process.outlet, request.percent);
      return { ...line, process: { ...line.process, outlet } };
    }
    case 'key-switch':
      return { ...line, controller: turnedTo(line.controller, request.local) };
    case 'loop-mode':
      return { ...line, controller: withMode(line.controller, request.mode, request.percent) };
  }
}
