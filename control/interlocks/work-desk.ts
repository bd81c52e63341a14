/**
 * The desk of work on the interlocks. What takes something from the protection needs its people, is refused where the guard
 * refuses it, stands in the record first, and only then takes effect. What gives it back takes effect at once.
 */
import { milliseconds, type Clock, type Milliseconds } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import { actorName, type Actor } from '../../plant/people.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { DeskAnswer } from '../../plant/ports/interlock-desk.ts';
import type { InterlockResponse, InterlockWork, ProofTestView } from '../../plant/ports/interlock-work.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import type { PastEvent } from '../../plant/record-outbox.ts';
import type { SkidName } from '../../plant/sample.ts';
import {
  admissionRecord,
  faultsOf,
  peopleOf,
  permissionFor,
  refusalRecord,
  rolesOf,
  voidRecord,
  type Admission,
  type Ending,
  type WorkedGuard,
} from './guard-work.ts';

export type WorkDeskOptions = Readonly<{
  clock: Clock;
  log: Log;
  authority: Authority;
  records: RecordKeeper;
  guardOf: (skid: SkidName) => WorkedGuard;
  /** Into the record when it can be; nobody waits for it. */
  post: (skid: SkidName, event: PastEvent) => void;
  /** Told of what this desk has put into the record itself. */
  recorded: (skid: SkidName, event: RecordEvent) => void;
  proofTests: (skid: SkidName) => readonly ProofTestView[];
  /** The newest first. */
  responses: (skid: SkidName) => readonly InterlockResponse[];
}>;

/** Two people stand at the page and wait: a record that takes longer than this is none. */
const recordWithin: Milliseconds = milliseconds(5000);

export function createWorkDesk(options: WorkDeskOptions): InterlockWork {
  const { clock, log, authority, guardOf, post } = options;
  const turns = new Map<SkidName, Promise<unknown>>();

  /** One after another for each skid: what was refused by one is not let in by another that was asked at the same time. */
  const inTurn = <T>(skid: SkidName, act: () => Promise<T>): Promise<T> => {
    const result = (turns.get(skid) ?? Promise.resolve()).then(act);
    turns.set(
      skid,
      result.catch(() => undefined),
    );
    return result;
  };

  const refused = (guard: WorkedGuard, work: Admission | Ending, actor: Actor, by: readonly string[]): DeskAnswer => {
    post(guard.skid, refusalRecord(guard, work, actor, by, clock.utc()));
    return { done: false, refusedBy: by };
  };

  const admit = async (guard: WorkedGuard, work: Admission): Promise<DeskAnswer> => {
    const [first] = peopleOf(work);
    if (first === undefined) return { done: false, refusedBy: ['Nobody asks for it.'] };
    const now = clock.monotonic();
    const unfit = [...peopleRefusals(authority, guard, work), ...faultsOf(work)];
    const refusals = unfit.length > 0 ? unfit : guard.refusals(work, now);
    if (refusals.length > 0) return refused(guard, work, first, refusals);
    const event = admissionRecord(guard, work, clock.utc());
    const failure = await recordedWithin(options, event, () =>
      // It was written after all, and must not be believed.
      post(guard.skid, voidRecord(guard, work, 'the record came too late.', clock.utc())),
    );
    if (failure !== null)
      return { done: false, refusedBy: [`It is not done, since it cannot be recorded: ${failure}`] };
    options.recorded(guard.skid, event);
    const late = guard.admit(work, now);
    if (late.length > 0) {
      post(guard.skid, voidRecord(guard, work, late.join(' '), clock.utc()));
      return { done: false, refusedBy: late };
    }
    log.warn(
      { skid: guard.skid, work: work.kind, by: peopleOf(work).map(actorName) },
      `${event.action}: ${event.object}`,
    );
    return { done: true };
  };

  const asked = (skid: SkidName, work: Admission): Promise<DeskAnswer> =>
    inTurn(skid, () => admit(guardOf(skid), work));

  const end = (skid: SkidName, work: Ending): Promise<DeskAnswer> =>
    new Promise((resolve) => {
      const guard = guardOf(skid);
      const decision = authority.decide(work.actor, permissionFor[work.kind]);
      const refusals = decision.allowed ? guard.end(work, clock.monotonic()) : [decision.reason];
      resolve(refusals.length === 0 ? { done: true } : refused(guard, work, work.actor, refusals));
    });

  return {
    bypass: (skid, request, people) => asked(skid, { kind: 'bypass', request, people }),
    endBypass: (skid, row, actor) => end(skid, { kind: 'end bypass', row, actor }),
    force: (skid, request, people) => asked(skid, { kind: 'force', request, people }),
    endForce: (skid, tag, actor) => end(skid, { kind: 'end force', tag, actor }),
    changeover: (skid, to, actor) =>
      to === 'enter' ? asked(skid, { kind: 'changeover', actor }) : end(skid, { kind: 'leave changeover', actor }),
    proofTest: (skid, request, people) => asked(skid, { kind: 'proof test', request, people }),
    proofTests: (skid) => new Promise((resolve) => resolve(options.proofTests(skid))),
    responses: (skid) => new Promise((resolve) => resolve(options.responses(skid))),
  };
}

/** Each of them may, they are two, and one of them holds a role that the row names. */
function peopleRefusals(authority: Authority, guard: WorkedGuard, work: Admission): readonly string[] {
  const people = peopleOf(work);
  const refusals = people.flatMap((person) => {
    const decision = authority.decide(person, permissionFor[work.kind]);
    return decision.allowed ? [] : [decision.reason];
  });
  if (work.kind !== 'changeover' && work.people.by.id === work.people.second.id)
    refusals.push('It takes two different people; the second is the first again.');
  const roles = rolesOf(work, guard.rows);
  if (roles === null || refusals.length > 0) return refusals;
  const decisions = people.map((person) => authority.decide(person, permissionFor[work.kind], roles));
  if (!decisions.some(({ allowed }) => allowed))
    refusals.push(`For this row one of the two must be ${roles.join(' or ')}.`);
  return refusals;
}

/**
 * Null once it is on disk; else why it is not known to be.
 * @param late called where it is on disk after that
 */
async function recordedWithin(
  { records }: WorkDeskOptions,
  event: RecordEvent,
  late: () => void,
): Promise<string | null> {
  const written = records.append(event).then(
    () => null,
    (thrown: unknown) => messageOf(thrown),
  );
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<'overdue'>((resolve) => {
    timer = setTimeout(() => resolve('overdue'), recordWithin);
  });
  const answer = await Promise.race([written, overdue]);
  clearTimeout(timer);
  if (answer !== 'overdue') return answer;
  void written.then((failure) => {
    if (failure === null) late();
  });
  return `no answer within ${recordWithin / 1000} s.`;
}
