/** Leaving a safe state: by a reset of the interlocks, or by releasing what a command asked for. */
import { forbids, type FieldState } from '../../plant/command-permit.ts';
import type { CommandOutcome } from '../../plant/command.ts';
import type { InterlockDesk } from '../../plant/ports/interlock-desk.ts';
import type { Course } from './course.ts';
import type { CommandField } from './command-field.ts';
import { blockedLeave } from './block-check.ts';
import { byInterlock } from './interlock-check.ts';
import { refused, type Refusal } from './refusal.ts';

/** The interlocks take the reset first; then the field is let go, and the latches clear when it has left. */
export async function leaveByReset(course: Course, interlocks: InterlockDesk): Promise<CommandOutcome> {
  const { field, command, intend, expired } = course;
  const early = hindered(course);
  if (early !== null) return early;
  const answer = await interlocks.reset(field.skid.name, command.actor, command.id);
  if (!answer.done) return refused('interlock', answer.refusedBy.join(' '));
  // Where it ends here, the interlocks take their acceptance back by themselves.
  const stopped = (await intend()) ?? expired() ?? hindered(course);
  return stopped ?? (await letGo(course, 'The interlocks were reset'));
}

export async function leaveByRelease(course: Course): Promise<CommandOutcome> {
  const { field, intend, expired } = course;
  const early = hindered(course) ?? releaseRefusal(field);
  const stopped = early ?? (await intend()) ?? expired() ?? hindered(course);
  return stopped ?? releaseRefusal(field) ?? (await letGo(course, 'The safe state was released'));
}

/** What is looked at before the record is written and after it. */
const hindered = (course: Course): Refusal | null =>
  blockedLeave(course.field.blocks()) ?? linkRefusal(course.field) ?? overtaken(course);

function releaseRefusal({ skid, writer, samples, controller }: CommandField): Refusal | null {
  const { verdict, asked, fieldDemand } = writer;
  const field: FieldState = controller === null ? 'absent' : (fieldDemand ?? 'unknown');
  const standing = { interlocks: verdict.demand, asked, field, measures: verdict.measures ?? [] };
  const why = forbids({ kind: 'release' }, standing);
  if (why === 'interlocks') return byInterlock(skid, verdict, samples());
  if (why !== null) {
    return refused('state', `No command holds ${skid.name} in a safe state: ${writer.stepText}.`);
  }
  return null;
}

/** Whoever asks for a safe state after this was given has the last word, however long this waited for its turn or its record. */
function overtaken({ field: { skid, writer }, askings }: Course): Refusal | null {
  if (writer.askings === askings) return null;
  return refused(
    'state',
    `${skid.name} was asked for a safe state after this was given; it stands. Look again before leaving it.`,
  );
}

function linkRefusal({ skid, controller, linked }: CommandField): Refusal | null {
  if (controller === null || linked(controller.device)) return null;
  return refused('link', `There is no connection to ${skid.name}/${controller.device}.`);
}

/** How long the next scan may take. */
const scanMs = 1000;

async function letGo({ field: { writer, controller }, expired }: Course, what: string): Promise<CommandOutcome> {
  const { scans } = writer;
  const failure = await writer.leave(() => expired()?.message ?? null);
  const readBack = writer.step;
  if (failure !== null) {
    return { status: 'failed', message: `${failure} The safe state is asked for again.`, readBack };
  }
  // Without a field to wait for, the verdict at hand may be from before the reset.
  if (controller === null && !(await writer.until(() => writer.scans > scans, scanMs))) {
    return {
      status: 'failed',
      message: `${what}, but no scan followed within ${scanMs} ms: whether a start is permitted is not known.`,
      readBack,
    };
  }
  const [cause] = writer.verdict.causes;
  const blocked = cause === undefined ? '' : ` A start is still blocked: ${cause.message}`;
  const where = controller === null ? '' : `: ${writer.stepText}`;
  return { status: 'done', message: `${what}${where}.${blocked}`, readBack };
}
