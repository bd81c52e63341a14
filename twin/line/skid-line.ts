/** A line that is stepped: its state, its noise, and everything that may be done to it from outside. No clock, no link. */
import type { Milliseconds, Monotonic } from '../../plant/clock.ts';
import type { RegisterModel } from '../../plant/device-model.ts';
import { writeController } from '../controller/writes.ts';
import { cycleS, initialLine, stepLine, withFault, withScript, type LineState } from './line.ts';
import type { ExceptionCode } from '../modbus/bank.ts';
import { createNoise } from '../random.ts';
import type { ScriptEntry } from '../faults/script-entry.ts';
import type { TwinParameters } from '../skid/parameters.ts';
import { loadState, saveState } from '../runs/snapshot.ts';

export type SkidLineOptions = Readonly<{
  model: Pick<RegisterModel, 'model' | 'digest'>;
  parameters: TwinParameters;
  watchdog: Milliseconds | null;
  seed: number;
}>;

/** `now` is wall time throughout, and serves the watchdog alone. */
export interface SkidLine {
  state(): LineState;
  /** Process time since power-up, in s. */
  processS(): number;
  step(now: Monotonic): void;
  /** Sets points over the link; an exception where one is refused, and nothing has changed then. */
  write(changes: ReadonlyMap<string, number>, now: Monotonic): ExceptionCode | null;
  /** @throws MesolineError `fault-refused` */
  fault(message: unknown): void;
  /** Begins a fault script now, instead of what another still had to do. */
  script(entries: readonly ScriptEntry[]): void;
  save(now: Monotonic): string;
  /** Goes on from a saved state, with the seed of it. @throws MesolineError `twin-state-invalid`; nothing has changed then */
  load(text: string, now: Monotonic): void;
}

export function createSkidLine({ model, parameters, watchdog, seed }: SkidLineOptions): SkidLine {
  const of = { model, parameters };
  let sown = seed;
  let noise = createNoise(seed);
  let line = initialLine(parameters, noise, watchdog, seed);
  return {
    state: () => line,
    processS: () => line.cycle * cycleS,
    step: (now) => {
      line = stepLine(parameters, noise, line, now);
    },
    write: (changes, now) => {
      const written = writeController(line.controller, changes, line.image, now);
      if (typeof written === 'number') return written;
      line = { ...line, controller: written };
      return null;
    },
    fault: (message) => {
      line = withFault(parameters, line, message);
    },
    script: (entries) => {
      line = withScript(line, entries);
    },
    save: (now) => saveState({ line, seed: sown }, of, now),
    load: (text, now) => {
      const saved = loadState(text, of, now);
      line = saved.line;
      sown = saved.seed;
      noise = createNoise(saved.seed);
    },
  };
}
