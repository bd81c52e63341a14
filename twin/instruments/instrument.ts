/** An instrument of a lab as an emulator plays it: what it answers, and what the world does to it meanwhile. */
import type { Clock } from '../../plant/clock.ts';

/** One that is asked by lines of text. */
export interface LineInstrument {
  readonly ends: Readonly<{ ask: string; answer: string }>;
  /** What it answers to one line, without its end; null where it says nothing. */
  answer(line: string): string | null;
  /** Something done to it by hand or by the plant. @throws MesolineError `instrument-control-unknown` */
  control(message: Readonly<Record<string, unknown>>): void;
}

export type InstrumentWorld = Readonly<{ clock: Clock }>;

/** What a program of the table below `main.ts` starts and stops. */
export interface InstrumentServer {
  /** Gives the port it listens on. @throws MesolineError `port-in-use`, `port-refused` */
  start(): Promise<number>;
  stop(): Promise<void>;
  /** How it answers from now on, or what happens to it. @throws MesolineError naming what is wrong with the message */
  take(message: unknown): void;
}
