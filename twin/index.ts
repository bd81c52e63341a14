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
  /** The field controller; without it the device that holds the run-enables. */
  device?: string;
  /** Names of the devices that the skid is fitted with; without it all of its type. */
  devices?: readonly string[];
  /** Where spectra and results are written; a skid type without such devices needs none. */
  folder?: string;
  host?: string;
  /** 0, or none: the system chooses, and `TwinReady` says which. */
  port?: number;
  /** By the devices' names, to come back where they were. */
  ports?: Readonly<Record<string, number>>;
  unitId?: number;
  seed?: number;
  /** Where it is steered by HTTP; without it, it is not. */
  controlPort?: number;
  /** 1 to 1000. */
  timeScale?: number;
}>;

/** The command line of `twinProgram`. */
export const twinArguments = (given: TwinArguments): readonly string[] =>
  [
    ['--skid-type', given.skidTypeFile],
    ['--device', given.device],
    ['--devices', given.devices?.join(',')],
    ['--folder', given.folder],
    ['--host', given.host],
    ['--port', given.port],
    ['--ports', given.ports === undefined ? undefined : JSON.stringify(given.ports)],
    ['--unit-id', given.unitId],
    ['--seed', given.seed],
    ['--control-port', given.controlPort],
    ['--time-scale', given.timeScale],
  ].flatMap(([flag, value]) => (value === undefined ? [] : [String(flag), String(value)]));

/**
 * The first message of a twin, once it answers: the port of its field controller, and how each device is reached, as a site file
 * writes it. A start that fails is a line on stderr and exit 2.
 */
export type TwinReady = Readonly<{ ready: true; port: number; links: Readonly<Record<string, string>> }>;

/** The first message of a replay. */
export type ReplayReady = Readonly<{ ready: true; port: number }>;

/** The answer to a fault that was sent to a twin. */
export type FaultAnswer = Readonly<{ fault: unknown; accepted: boolean; reason?: string }>;

/** The last message of a replay: all rows were played. It keeps serving. */
export type ReplayDone = Readonly<{ done: true; rows: number }>;
