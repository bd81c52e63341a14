/** What a person asks of the labels: decided, signed where it has to be, put on record, and only then done. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Clock } from '../../../plant/clock.ts';
import { messageOf } from '../../../plant/errors.ts';
import type { Actor, Person, Role } from '../../../plant/people.ts';
import type { Authority } from '../../../plant/ports/access.ts';
import type { LabelAnswer } from '../../../plant/ports/label-desk.ts';
import type { Credentials, RecordDesk, SignatureView } from '../../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { RecordEvent, RecordValue } from '../../../plant/record-event.ts';
import type { LabelEvent } from './book.ts';
import { labelRecord, labelsScope } from './events.ts';
import { codesOf, type LabelLedger } from './ledger.ts';

export type EntryPorts = Readonly<{
  clock: Clock;
  authority: Authority;
  records: RecordKeeper;
  desk: RecordDesk;
  people: () => Promise<readonly Person[]>;
  ledger: () => LabelLedger;
  /** Puts it on record and into the book; where that was not acknowledged, `isThere` is asked once the ledger is read again. */
  commit: (event: RecordEvent, isThere: () => boolean) => Promise<void>;
  /** One after the other. */
  inTurn: <T>(task: () => Promise<T>) => Promise<T>;
}>;
export type Request = Readonly<{ commandId: string; actor: Actor; reason: string }>;
export type PersonActor = Extract<Actor, { kind: 'person' }>;
export type Refused = Extract<LabelAnswer, { done: false }>;
export const refused = (reason: string, remedy: string): Refused => ({ done: false, reason, remedy });

/** What is done once everybody has signed; nobody signs where `subject` is null. */
export type Entry = Readonly<{
  subject: string | null;
  signers: readonly Credentials[];
  event: (actor: PersonActor, signatures: readonly SignatureView[]) => LabelEvent;
}>;
const meanings = ['performed', 'checked'] as const;
const signRoles: readonly Role[] = ['operator', 'process engineer', 'checker', 'QA reviewer', 'QA releaser'];

const longestReason = 1000;

export function enter(
  ports: EntryPorts,
  request: Request,
  content: RecordValue,
  look: (actor: PersonActor) => Promise<Entry | Refused> | Entry | Refused,
): Promise<LabelAnswer> {
  return ports.inTurn(async () => {
    const { commandId, actor, reason } = request;
    const digest = createHash('sha256')
      .update(canonicalize(content) ?? '')
      .digest('hex');
    const asked = { commandId, digest };
    const decision = ports.authority.decide(actor, 'print labels');
    if (!decision.allowed) {
      await ports.records.append({ ...entryHead(actor, 'entry-refused', decision.reason), data: asked });
      return refused(decision.reason, 'Ask somebody who holds the role.');
    }
    if (actor.kind !== 'person') return refused('Only a person does this.', 'Log in as one.');
    const before = ports.ledger().doneBy(commandId);
    if (before !== null)
      return before.digest === digest
        ? { done: true, codes: before.codes }
        : refused(`${commandId} was another command.`, 'Give this one an id of its own.');
    if (reason.length > longestReason)
      return refused('The reason is too long.', `Use up to ${longestReason} characters.`);
    const entry = await look(actor);
    if ('done' in entry) return entry;
    const signatures = await sign(ports, request, entry, { ...asked, content });
    if ('done' in signatures) return signatures;
    const event = entry.event(actor, signatures.all);
    const signed = signatures.all.map(({ personId, meaning }) => ({ personId, meaning }));
    await ports.commit(
      labelRecord(event, { actor, reason }, { ...asked, signed }),
      () => ports.ledger().doneBy(commandId)?.digest === digest,
    );
    return { done: true, codes: ports.ledger().doneBy(commandId)?.codes ?? codesOf(event, ports.ledger().book) };
  });
}

const entryHead = (actor: Actor, action: string, reason: string): Omit<RecordEvent, 'data'> => ({
  scope: labelsScope,
  actor,
  action,
  object: 'labels',
  reason,
});

type Signed = Readonly<{ all: readonly SignatureView[] }>;

/** The first signer performs and is whoever asks, the second checks; nothing is proposed where nobody has to sign. */
async function sign(
  { records, desk, people }: EntryPorts,
  { actor, reason }: Request,
  { subject, signers }: Entry,
  data: Readonly<Record<string, RecordValue>>,
): Promise<Signed | Refused> {
  if (subject === null) return { all: [] };
  await records.append({ ...entryHead(actor, 'entry-proposed', reason), data: { ...data, subject } });
  const known = await people();
  const all: SignatureView[] = [];
  for (const [place, meaning] of meanings.entries()) {
    const credentials = signers[place];
    if (credentials === undefined) continue;
    const held = known.find(({ userName }) => userName.toLowerCase() === credentials.userName.toLowerCase())?.roles;
    const role = signRoles.find((one) => held?.includes(one)) ?? 'operator';
    const notPersons = all.map(({ personId }) => personId);
    try {
      all.push(await desk.sign({ ...credentials, scope: labelsScope, meaning, subject, role, notPersons }));
    } catch (thrown) {
      const why = messageOf(thrown);
      await records.append({ ...entryHead(actor, 'entry-dropped', why), data });
      return refused(why, 'Nothing was entered.');
    }
  }
  return { all };
}
