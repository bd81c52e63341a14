/** The door of the room: how a skid's twin, and a logging device that replays, are forked. Neither is run in the forker's process. */
import { fileURLToPath } from 'node:url';

/** Path of the twin's program. */
export const twinProgram = fileURLToPath(new URL('main.ts', import.meta.url));

/** Path of the program that replays a recording. */
export const replayProgram = fileURLToPath(new URL('replay/main.ts', import.meta.url));

/**
 * `execArgv` for both: they compute little, and with these they take 20 MB less. `NODE_COMPILE_CACHE` in their environment, set
 * to a folder of ours, saves another 20 MB from the second start on.
 */
export const smallProcess: readonly string[] = ['--max-semi-space-size=1', '--liftoff-only'];

export type TwinArguments = Readonly<{
  /** Path of the skid type's file; without it the shipped CdSe line. */
  skidTypeFile?: string;
  device?: string;
  host?: string;
  /** 0, or none: the system chooses, and `TwinReady` says which. */
  port?: number;
  unitId?: number;
  seed?: number;
  /** 1 to 20. */
  timeScale?: number;
}>;

/** The command line of `twinProgram`. */
export const twinArguments = (given: TwinArguments): readonly string[] =>
  [
    ['--skid-type', given.skidTypeFile],
    ['--device', given.device],
    ['--host', given.host],
    ['--port', given.port],
    ['--unit-id', given.unitId],
    ['--seed', given.seed],
    ['--time-scale', given.timeScale],
  ].flatMap(([flag, value]) => (value === undefined ? [] : [String(flag), String(value)]));

/** The first message of either program, once it answers on `port`. A start that fails is a line on stderr and exit 2. */
export type TwinReady = Readonly<{ ready: true; port: number }>;

/** The answer to a fault that was sent to a twin. */
export type FaultAnswer = Readonly<{ fault: unknown; accepted: boolean; reason?: string }>;

/** The last message of a replay: all rows were played. It keeps serving. */
export type ReplayDone = Readonly<{ done: true; rows: number }>;
