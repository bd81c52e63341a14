/**
 * An entry of a person: what it asks is decided, proposed on record and signed where it has to be, and only then holds. The same
 * command again is answered from what it did.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { messageOf } from '../../plant/errors.ts';
import { personActor, type Actor, type Person, type Role } from '../../plant/people.ts';
import type { Authority, Permission } from '../../plant/ports/access.ts';
import type { TrainingCheck } from '../../plant/ports/equipment-desk.ts';
import type { MaterialAnswer } from '../../plant/ports/material-desk.ts';
import type { Credentials, RecordDesk, SignatureView } from '../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent, RecordValue } from '../../plant/record-event.ts';
import type { MaterialEvent } from './book.ts';
import { lotsScope, materialRecord } from './events.ts';
import type { LedgerBook } from './ledger-book.ts';

export type EntryPorts = Readonly<{
  ledger: () => LedgerBook;
  /** Puts it on record and into the book; where that was not acknowledged, `isThere` is asked once the ledger is read again. */
  commit: (event: RecordEvent, isThere: () => boolean) => Promise<void>;
  authority: Authority;
  records: RecordKeeper;
  desk: RecordDesk;
  people: () => Promise<readonly Person[]>;
  trained: TrainingCheck;
  /** One after the other. */
  inTurn: <T>(task: () => Promise<T>) => Promise<T>;
}>;

export type PersonActor = Extract<Actor, { kind: 'person' }>;
export type Refused = Extract<MaterialAnswer, { done: false }>;

export const refused = (reason: string, remedy: string): Refused => ({ done: false, reason, remedy });

/** Whoever signs, as what, and who may not because they acted before. */
export type Signing = Readonly<{
  credentials: Credentials;
  meaning: 'performed' | 'checked' | 'reviewed' | 'released';
  roles: readonly Role[];
  notPersons: readonly string[];
}>;

/** What holds once everything is signed. `id`: of what it was done to. */
export type Entry = Readonly<{
  id: string;
  /** In words, as it stands beside the signatures. */
  subject: string;
  signings: readonly Signing[];
  event: (actor: PersonActor, signatures: readonly SignatureView[]) => MaterialEvent;
}>;

export type Request = Readonly<{ commandId: string; actor: Actor; reason: string }>;

const longestReason = 1000;
const longestSubject = 200;

/** @param look decides against the book as it stands, in turn with every other entry */
export function enter(
  ports: EntryPorts,
  request: Request,
  permission: Permission,
  content: RecordValue,
  look: (actor: PersonActor) => Entry | Refused,
): Promise<MaterialAnswer> {
  return ports.inTurn(async () => {
    const { records } = ports;
    const { commandId, actor, reason } = request;
    const digest = createHash('sha256')
      .update(canonicalize([permission, content]) ?? '')
      .digest('hex');
    const decision = ports.authority.decide(actor, permission);
    if (!decision.allowed) {
      const why = decision.reason;
      await records.append({ ...head(actor, 'entry-refused', permission, why), data: { commandId, digest } });
      return refused(why, 'Ask somebody who holds the role.');
    }
    if (actor.kind !== 'person') return refused('Only a person does this.', 'Log in as one.');
    const before = ports.ledger().doneBy(commandId);
    if (before !== null)
      return before.digest === digest
        ? { done: true, id: before.id }
        : refused(`${commandId} was another command.`, 'Give this one an id of its own.');
    if (reason.length > longestReason)
      return refused('The reason is too long.', `Use up to ${longestReason} characters.`);
    const untrained = ports.trained(actor, permission);
    if (untrained !== null) return refused(untrained, 'Have another do it meanwhile.');
    const entry = look(actor);
    if ('done' in entry) return entry;
    const signed = await sign(ports, request, entry, { commandId, digest, content });
    if (!('signatures' in signed)) return signed;
    const event = entry.event(actor, signed.signatures);
    const data = {
      commandId,
      digest,
      signed: signed.signatures.map(({ personId, meaning }) => ({ personId, meaning })),
    };
    await ports.commit(
      materialRecord(event, ports.ledger().book, actor, reason, data),
      () => ports.ledger().doneBy(commandId)?.digest === digest,
    );
    return { done: true, id: entry.id };
  });
}

const head = (actor: Actor, action: string, object: string, reason: string): Omit<RecordEvent, 'data'> => ({
  scope: lotsScope,
  actor,
  action,
  object,
  reason,
});

type Signed = Readonly<{ signatures: readonly SignatureView[] }>;

/** Nothing is proposed where nobody has to sign. */
async function sign(
  ports: EntryPorts,
  { actor, reason }: Request,
  { id, subject, signings }: Entry,
  asked: Readonly<{ commandId: string; digest: string; content: RecordValue }>,
): Promise<Signed | Refused> {
  const { records, desk, trained } = ports;
  if (signings.length === 0) return { signatures: [] };
  const known = await ports.people();
  const named = ({ userName }: Credentials): Person | undefined =>
    known.find((one) => one.userName.toLowerCase() === userName.toLowerCase());
  for (const { credentials, meaning } of signings) {
    const person = named(credentials);
    const untrained =
      person === undefined || meaning !== 'checked'
        ? null
        : trained(personActor(person, credentials.terminal), 'check');
    if (untrained !== null) return refused(untrained, 'Have another check it.');
  }
  await records.append({ ...head(actor, 'entry-proposed', id, reason), data: { ...asked, subject } });
  const signatures: SignatureView[] = [];
  for (const { credentials, meaning, roles, notPersons } of signings) {
    const held = named(credentials)?.roles ?? [];
    const role = roles.find((one) => held.includes(one)) ?? roles[0] ?? 'operator';
    const others = [...notPersons, ...signatures.map(({ personId }) => personId)];
    const words = subject.slice(0, longestSubject);
    try {
      signatures.push(
        await desk.sign({ ...credentials, scope: lotsScope, meaning, subject: words, role, notPersons: others }),
      );
    } catch (thrown) {
      const why = messageOf(thrown);
      const { commandId, digest } = asked;
      await records.append({ ...head(actor, 'entry-dropped', id, why), data: { commandId, digest } });
      return refused(why, 'Nothing was entered.');
    }
  }
  return { signatures };
}
