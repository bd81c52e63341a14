/** Setting tags: checked, intended, checked again, written, read back. */
import type { Clock } from '../../plant/clock.ts';
import type { CommandOutcome } from '../../plant/command.ts';
import { messageOf, type MesolineError } from '../../plant/errors.ts';
import { formatValue } from '../../plant/quantity.ts';
import { tagName, type LocalTag, type TagValue } from '../../plant/sample.ts';
import { readsBackAs } from '../point-value.ts';
import { linkFault } from '../modbus/link-errors.ts';
import { pause, type Timers } from '../timers.ts';
import type { ReadValue } from '../driver.ts';
import type { Course } from './course.ts';
import type { CommandField, WriteRun } from './command-field.ts';
import { blockedWrite, isLockOut } from './block-check.ts';
import { forbidden } from './interlock-check.ts';
import { checkWrites, type CheckedWrite, type TagWrite } from './limits.ts';
import { refused, type Refusal } from './refusal.ts';

const readBackMs = 2000;
const readAgainMs = 50;

type Hands = Readonly<{ clock: Clock; timers: Timers }>;

export async function writeTags(course: Course, asked: readonly TagWrite[], hands: Hands): Promise<CommandOutcome> {
  const { field, expired, intend } = course;
  const unreachable = reachRefusal(field, asked);
  if (unreachable !== null) return unreachable;
  const first = look(field, asked);
  if ('refusal' in first) return first.refusal;
  const runs = field.plan(first.writes);

  const unrecorded = await intend();
  if (unrecorded !== null) return unrecorded;

  // What has changed while the record was written, and again while the frame waited for the wire.
  const lookAgain = (): Refusal | null => expired() ?? reachRefusal(field, asked) ?? refusalIn(look(field, asked));
  const changed = lookAgain();
  if (changed !== null) return changed;

  const atWire: Refusal[] = [];
  const withdraw = (): MesolineError | null => {
    const refusal = lookAgain();
    if (refusal === null) return null;
    atWire.push(refusal);
    return linkFault('withdrawn', field.skid.name, refusal.message, '');
  };
  const written: WriteRun[] = [];
  for (const run of runs) {
    try {
      await field.write(run, withdraw);
      written.push(run);
    } catch (thrown) {
      const failed: CommandOutcome = {
        status: 'failed',
        message: partly(written, run, messageOf(thrown)),
        readBack: null,
      };
      return written.length === 0 ? (atWire[0] ?? failed) : failed;
    }
  }
  return await readBack(field, runs, first.writes, hands);
}

/** Whether the writes may be made as things stand. */
function look(field: CommandField, asked: readonly TagWrite[]) {
  const { skid, writer, controller } = field;
  const samples = field.samples();
  if (samples === null) return { refusal: refused('state', `${skid.name} has not been scanned yet.`) };
  const checked = checkWrites(skid, controller, asked, samples);
  if ('refusal' in checked) return checked;
  const { verdict, asked: held, fieldDemand, stepText } = writer;
  const flush = controller?.flush;
  const standing = { verdict, asked: held, field: fieldDemand, hasController: controller !== null, stepText, flush };
  const refusal = forbidden(skid, standing, checked.writes, samples);
  return refusal === null ? checked : { refusal };
}

const refusalIn = (looked: ReturnType<typeof look>): Refusal | null => ('refusal' in looked ? looked.refusal : null);

/** A lock-out is told before a link that is down, which may be for its sake; a switch that cannot be read after it. */
function reachRefusal(field: CommandField, asked: readonly TagWrite[]): Refusal | null {
  const { skid, linked, controller } = field;
  const devices = asked.flatMap(({ tag }) => {
    const source = skid.type.tags.find(({ name }) => name === tag)?.source;
    return source?.kind === 'point' ? [source.device] : [];
  });
  const blocks = field.blocks();
  const lockedOut = blockedWrite(blocks.filter(isLockOut), devices);
  if (lockedOut !== null) return lockedOut;
  const lost = [...devices, ...(controller === null ? [] : [controller.device])].find((device) => !linked(device));
  if (lost !== undefined) return refused('link', `There is no connection to ${skid.name}/${lost}.`);
  return blockedWrite(blocks, devices);
}

/** Reads until the device says what was written, within 2 s. */
async function readBack(
  field: CommandField,
  runs: readonly WriteRun[],
  writes: readonly CheckedWrite[],
  { clock, timers }: Hands,
): Promise<CommandOutcome> {
  const until = clock.monotonic() + readBackMs;
  const read = new Map<LocalTag, ReadValue>();
  for (;;) {
    try {
      for (const run of runs) for (const [tag, value] of await field.readBack(run)) read.set(tag, value);
    } catch (thrown) {
      return {
        status: 'failed',
        message: `It was written, and could not be read back: ${messageOf(thrown)}`,
        readBack: null,
      };
    }
    const differing = writes.find(({ tag, point, value }) => !readsBackAs(point, value, read.get(tag) ?? null));
    if (differing === undefined) {
      return {
        status: 'done',
        message: `${said(field, writes, read)} was set and read back.`,
        readBack: asRead(writes, read),
      };
    }
    if (clock.monotonic() >= until) {
      const message = `${String(differing.value)} was written to ${differing.tag}, which reads back differently: ${said(field, [differing], read)}.`;
      return { status: 'failed', message, readBack: asRead(writes, read) };
    }
    await pause(timers, readAgainMs);
  }
}

type Values = ReadonlyMap<LocalTag, ReadValue>;

/** One value as it is; several as text. */
function asRead(writes: readonly CheckedWrite[], read: Values): TagValue {
  const [only, ...more] = writes;
  if (only !== undefined && more.length === 0) return read.get(only.tag) ?? null;
  return writes.map(({ tag }) => `${tag} ${String(read.get(tag) ?? null)}`).join(', ');
}

const said = ({ skid }: CommandField, writes: readonly CheckedWrite[], read: Values): string =>
  writes
    .map(({ tag, definition }) => {
      const value = read.get(tag) ?? null;
      return `${tagName(skid.name, tag)} ${formatValue(value, definition.unit, definition.decimals)}`;
    })
    .join(', ');

function partly(written: readonly WriteRun[], at: WriteRun, cause: string): string {
  const names = (runs: readonly WriteRun[]): string =>
    runs.flatMap(({ writes }) => writes.map(({ tag }) => tag)).join(', ');
  return written.length === 0
    ? `Writing ${names([at])} failed: ${cause}`
    : `Writing ${names([at])} failed after ${names(written)} had been written: ${cause}`;
}
