/**
 * A line as text, and back: a run that is continued from it goes on exactly as if it had never stopped. The text says what it is
 * a state of, and is refused where the device model, the skid's parameters or the twin's own state have become others since.
 */
import { createHash } from 'node:crypto';
import { elapsed, monotonic, type Monotonic } from '../../plant/clock.ts';
import type { RegisterModel } from '../../plant/device-model.ts';
import { MesolineError, mesolineError, messageOf } from '../../plant/errors.ts';
import { readFault } from '../faults/fault-messages.ts';
import { initialLine, withStanding, type LineState } from '../line/line.ts';
import { silence } from '../random.ts';
import type { TwinParameters } from '../skid/parameters.ts';
import { endlessFault, fromJson, shapeFault, toJson } from './state-form.ts';

/** What a state is a state of. */
export type StateOf = Readonly<{ model: Pick<RegisterModel, 'model' | 'digest'>; parameters: TwinParameters }>;

/** A line, and the seed its noise is made with. */
export type SavedLine = Readonly<{ line: LineState; seed: number }>;

const format = 'mesoline-twin-state';
/** Since 2 the digest covers what the state says of itself too. */
const version = 2;
const code = 'twin-state-invalid';

/** @param now wall time: how long the service has been silent is kept, and goes on from there */
export function saveState({ line, seed }: SavedLine, of: StateOf, now: Monotonic): string {
  const { heartbeatChanged } = line.controller;
  const silentMs = heartbeatChanged === null ? null : elapsed(heartbeatChanged, now);
  // What the faults come to is made of what stands; of wall time only how long it is ago means anything later.
  const body = toJson({ ...line, faults: null, controller: { ...line.controller, heartbeatChanged: silentMs } });
  const head = {
    format,
    version,
    skidType: of.parameters.skidType,
    model: of.model.model,
    modelDigest: of.model.digest,
    parametersDigest: digestOf(JSON.stringify(of.parameters)),
    seed,
  };
  const sealed = { ...head, digest: digestOf(JSON.stringify({ ...head, line: body })) };
  return `${JSON.stringify(sealed, null, 1).slice(0, -2)},\n "line": ${JSON.stringify(body)}\n}\n`;
}

/**
 * @param now wall time
 * @throws MesolineError `twin-state-invalid` where the text is no state, is not whole, or is one of something else
 */
export function loadState(text: string, of: StateOf, now: Monotonic): SavedLine {
  const fields = headOf(text);
  const says = (key: string, wanted: unknown, thing: string, remedy: string): void => {
    if (fields[key] !== wanted) throw invalid(`It is ${thing} ${String(fields[key])}, not ${String(wanted)}.`, remedy);
  };
  says('format', format, 'a', 'Give a file that a twin has saved.');
  says('version', version, 'of version', 'Save it anew with this twin.');
  says('skidType', of.parameters.skidType, 'of a', 'Start the twin with that skid type.');
  says('modelDigest', of.model.digest, 'of the device model', 'The register map has changed since: save it anew.');
  const parameters = digestOf(JSON.stringify(of.parameters));
  says('parametersDigest', parameters, 'of the parameters', 'They have changed since: use those, or save it anew.');
  says(
    'digest',
    digestOf(textOf({ ...fields, digest: undefined })),
    'with the digest',
    'It was cut off or altered: use a whole one.',
  );
  const { seed } = fields;
  if (typeof seed !== 'number' || !Number.isInteger(seed)) throw invalid('It has no seed.', 'Save it anew.');
  return { line: lineOf(fields['line'], of, now), seed };
}

/** SHA-256 of a text, in hexadecimal. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function headOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch (thrown) {
    throw invalid(`It is no JSON: ${messageOf(thrown)}.`, 'Give a file that a twin has saved.');
  }
  throw invalid('It is no state.', 'Give a file that a twin has saved.');
}

type Saved = Omit<LineState, 'controller'> &
  Readonly<{
    controller: Omit<LineState['controller'], 'heartbeatChanged'> & Readonly<{ heartbeatChanged: number | null }>;
  }>;

function lineOf(json: unknown, { parameters }: StateOf, now: Monotonic): LineState {
  const example = { ...initialLine(parameters, silence, null), faults: null };
  const value = readJson(json);
  const fault = shapeFault(example, value);
  if (fault !== null) throw invalid(`It was saved by another twin: ${fault}.`, 'Save it anew with this one.');
  // Its shape is that of a line.
  const saved = value as Saved;
  // A transmitter may be without a value; the liquid, the heat and the air are not.
  const endless = endlessFault(saved.process, 'process') ?? endlessFault(saved.enclosure, 'enclosure');
  if (endless !== null) throw invalid(`It is not a state that a skid can be in: ${endless}.`, 'Use another.');
  checkEntries('standing', saved.standing, 'key', 'string');
  checkEntries('script', saved.script, 'cycle', 'number');
  checkEntries('missed', saved.missed, 'cycle', 'number');
  const silentMs = saved.controller.heartbeatChanged;
  const heartbeatChanged = silentMs === null ? null : monotonic(now - silentMs);
  for (const { message } of [...saved.standing, ...saved.script]) checkMessage(message);
  return withStanding({ ...saved, controller: { ...saved.controller, heartbeatChanged } }, saved.standing);
}

function readJson(json: unknown): unknown {
  try {
    return fromJson(json);
  } catch (thrown) {
    throw invalid(messageOf(thrown), 'Use a whole one.');
  }
}

/** Lists are empty in a line that has just begun: what stands in one is looked at by itself. */
function checkEntries(name: string, entries: readonly unknown[], field: string, kind: 'string' | 'number'): void {
  for (const entry of entries) {
    const fields = typeof entry === 'object' && entry !== null ? (entry as Readonly<Record<string, unknown>>) : {};
    if (typeof fields[field] !== kind) throw invalid(`Its ${name} has an entry without a ${field}.`, 'Save it anew.');
  }
}

/** @throws MesolineError where it is nested so deep that no text can be made of it */
function textOf(json: unknown): string {
  try {
    return JSON.stringify(json ?? null);
  } catch (thrown) {
    throw invalid(`It cannot be read: ${messageOf(thrown)}.`, 'Give a file that a twin has saved.');
  }
}

function checkMessage(message: unknown): void {
  try {
    readFault(message);
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    throw invalid(`A fault in it is not known here: ${thrown.message}`, 'Save it anew with this twin.');
  }
}

const invalid = (problem: string, remedy: string): Error => mesolineError(code, 'the state', problem, remedy);
