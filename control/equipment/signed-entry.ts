/**
 * An entry that people sign: it is proposed on record, signed by whoever performed and whoever checked, and only then holds.
 * What was proposed and not signed by all has never held.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { messageOf } from '../../plant/errors.ts';
import { personActor, type Actor, type Person, type Role } from '../../plant/people.ts';
import type { Authority, Permission } from '../../plant/ports/access.ts';
import type { EquipmentAnswer, TrainingCheck } from '../../plant/ports/equipment-desk.ts';
import type { Credentials, RecordDesk, SignatureView } from '../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent, RecordValue, StoredEvent } from '../../plant/record-event.ts';
import type { EquipmentBook } from './book.ts';
import { remember, type Done } from './events.ts';

export type SigningPorts = Readonly<{
  book: EquipmentBook;
  authority: Authority;
  records: RecordKeeper;
  desk: RecordDesk;
  people: () => Promise<readonly Person[]>;
  trained: TrainingCheck;
  /** Whether everything that happened before is on disk, so that the record has the order in which it happened. */
  settled: () => Promise<boolean>;
}>;

type PersonActor = Extract<Actor, { kind: 'person' }>;

export type EntryForm = Readonly<{
  commandId: string;
  actor: Actor;
  permission: Permission;
  signers: readonly Credentials[];
  /** Roles by which the first has performed it, and the second checks it; null where nobody has to. */
  performed: readonly Role[];
  checked: readonly Role[] | null;
  scope: string;
  object: string;
  /** In words, as it stands beside the signatures. */
  subject: string;
  reason: string;
  /** What is asked, without who asks: the same under the same id is the same command. */
  content: RecordValue;
}>;

export type Signed = Readonly<{ actor: PersonActor; by: string; checkedBy: string | null; done: Done }>;

/** What stands beside a signature has a length of its own. */
const longestSubject = 200;
const longestReason = 2000;

/** Between a proposal and its entry stand two signatures, and what happened to the skid meanwhile. */
const lookedAt = 200;

const refused = (reason: string): EquipmentAnswer => ({ done: false, reason });

/** @param entry the event that holds, with the signatures known */
export async function enterSigned(
  { book, authority, records, desk, people, trained, settled }: SigningPorts,
  form: EntryForm,
  entry: (signed: Signed) => RecordEvent,
): Promise<EquipmentAnswer> {
  const { commandId, actor, permission, signers, scope, object, subject, reason, content } = form;
  const decision = authority.decide(actor, permission);
  if (!decision.allowed) return refused(decision.reason);
  if (actor.kind !== 'person') return refused('Only a person signs.');
  const digest = createHash('sha256')
    .update(canonicalize([permission, content]) ?? '')
    .digest('hex');
  const before = book.digestOf(commandId);
  if (before !== null)
    return before === digest
      ? { done: true }
      : refused(`${commandId} was another command. Give this one an id of its own.`);
  const roles = [form.performed, ...(form.checked === null ? [] : [form.checked])];
  if (signers.length !== roles.length)
    return refused(
      roles.length === 1
        ? 'It is signed by whoever has done it.'
        : 'It is signed by two: whoever has done it, and whoever has checked it.',
    );
  if (reason.length > longestReason) return refused(`Say it in up to ${longestReason} characters.`);
  if (reason.trim() === '') return refused('Say why, or what was found.');
  if (signers[0]?.userName !== actor.userName) return refused(`${actor.printedName} asks, and signs first.`);
  if (!(await settled())) return refused('The record has not taken what happened before. Ask again.');
  const untrained = trained(actor, permission);
  if (untrained !== null) return refused(untrained);
  const known = await people();
  const second = signers[1];
  const checker = known.find(({ userName }) => userName.toLowerCase() === second?.userName.toLowerCase());
  const uncheckable =
    checker === undefined || second === undefined ? null : trained(personActor(checker, second.terminal), 'check');
  if (uncheckable !== null) return refused(uncheckable);
  const roleOf = ({ userName }: Credentials, allowed: readonly Role[]): Role | undefined => {
    const held = known.find((one) => one.userName.toLowerCase() === userName.toLowerCase())?.roles ?? [];
    return allowed.find((role) => held.includes(role)) ?? allowed[0];
  };
  const proposed = await records.append({
    scope,
    actor,
    action: 'entry-proposed',
    object,
    reason,
    data: { commandId, digest, subject, content },
  });
  const signatures: SignatureView[] = [];
  for (const [i, allowed] of roles.entries()) {
    const credentials = signers[i];
    const role = credentials === undefined ? undefined : roleOf(credentials, allowed);
    if (credentials === undefined || role === undefined) return refused('Nobody may sign it.');
    try {
      const notPersons = signatures.map(({ personId }) => personId);
      const meaning = i === 0 ? 'performed' : 'checked';
      signatures.push(
        await desk.sign({
          ...credentials,
          scope,
          meaning,
          subject: subject.slice(0, longestSubject),
          role,
          notPersons,
        }),
      );
    } catch (thrown) {
      const why = messageOf(thrown);
      await records.append({ scope, actor, action: 'entry-dropped', object, reason: why, data: { commandId, digest } });
      return refused(why);
    }
  }
  const event = entry({
    actor,
    by: signatures[0]?.printedName ?? actor.printedName,
    checkedBy: signatures[1]?.printedName ?? null,
    done: { commandId, digest },
  });
  const held = remember(await appended(records, event, proposed.seq, commandId));
  if (held !== null) book.remember(held);
  return { done: true };
}

/** As `append`; where that was not acknowledged, it is looked up whether the record has it all the same. */
async function appended(
  records: RecordKeeper,
  event: RecordEvent,
  after: number,
  commandId: string,
): Promise<StoredEvent> {
  try {
    return { ...(await records.append(event)), event };
  } catch (thrown) {
    const since = await records.read(event.scope, after + 1, lookedAt).catch(() => []);
    const found = since.find(
      ({ event: { action, data } }) => action === event.action && data?.['commandId'] === commandId,
    );
    if (found === undefined) throw thrown;
    return found;
  }
}
