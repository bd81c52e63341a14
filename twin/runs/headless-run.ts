/** A headless run as the command line asks for it: its files read, its trace written, and what came of it said. */
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import { parseDuration } from '../../plant/quantity.ts';
import { loadFaultScript } from '../faults/fault-script.ts';
import { runHeadless, type HeadlessOptions } from './headless.ts';
import { cycleS } from '../line/line.ts';
import { loadSetPoints } from './set-points.ts';

/** As texts of the command line; empty where one is not given. */
export type HeadlessFiles = Readonly<{
  /** How long, such as `2 h`. */
  for: string;
  /** Process time between two rows, such as `1 s`; empty: a second. */
  every: string;
  script: string;
  setPoints: string;
  /** A file of a saved state to go on from. */
  state: string;
  /** Where the trace goes; empty: nowhere. */
  out: string;
  /** Where the state goes in which it ends; empty: nowhere. */
  saveState: string;
}>;

/**
 * Runs, and gives what to tell the person who asked.
 *
 * @throws MesolineError with the faults of the files, or `file-refused`
 */
export function runHeadlessFiles(
  what: Pick<HeadlessOptions, 'model' | 'parameters' | 'watchdog' | 'seed'>,
  files: HeadlessFiles,
): string {
  const everyS = secondsOf(files.every === '' ? '1 s' : files.every, '--every');
  const setPoints = files.setPoints === '' ? [] : loadSetPoints(files.setPoints);
  const script = files.script === '' ? [] : loadFaultScript(files.script);
  const options = {
    ...what,
    forS: secondsOf(files.for, '--for'),
    everyS,
    setPoints,
    script,
    ...(files.state === '' ? {} : { state: readState(files.state) }),
  };
  const out = files.out === '' ? null : traceInto(files.out);
  const started = performance.now();
  try {
    const outcome = runHeadless({ ...options, trace: (text) => out?.write(text) });
    const wallS = (performance.now() - started) / 1000;
    if (files.saveState !== '') onFile(files.saveState, () => writeFileSync(files.saveState, outcome.state));
    return [
      `${options.forS} s of process time in ${wallS.toFixed(1)} s, ${Math.round(options.forS / wallS)} times as fast as it happens; at ${outcome.processS} s.`,
      ...outcome.refused.map(
        ({ atS, points, exception }) => `At ${atS} s ${points.join(', ')} was refused with exception ${exception}.`,
      ),
      ...outcome.missed.map((reason) => `Of the script: ${reason}`),
    ].join('\n');
  } finally {
    out?.close();
  }
}

function secondsOf(text: string, option: string): number {
  const seconds = parseDuration(text, option) / 1000;
  if (seconds >= cycleS) return seconds;
  throw mesolineError('option-invalid', option, `"${text}" is shorter than a cycle.`, `Give ${cycleS} s or more.`);
}

/** A saved state as text. @throws MesolineError `file-refused` */
export const readState = (file: string): string => onFile(file, () => readFileSync(file, 'utf8'));

const chunkCharacters = 65_536;

function traceInto(file: string): Readonly<{ write: (text: string) => void; close: () => void }> {
  const to = onFile(file, () => openSync(file, 'w'));
  let waiting: string[] = [];
  let characters = 0;
  const flush = (): void => {
    onFile(file, () => writeFileSync(to, waiting.join('')));
    waiting = [];
    characters = 0;
  };
  return {
    write: (text) => {
      waiting.push(text);
      characters += text.length;
      if (characters >= chunkCharacters) flush();
    },
    close: () => {
      flush();
      closeSync(to);
    },
  };
}

function onFile<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    throw mesolineError('file-refused', file, `${messageOf(thrown)}.`, 'Check the path and the rights.', thrown);
  }
}
