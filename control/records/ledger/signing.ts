/** Signing: the person is proven again, must hold the role and be nobody who may not sign; then the scope's head is signed. */
import { isoUtc } from '../../../plant/clock.ts';
import { MesolineError, mesolineError } from '../../../plant/errors.ts';
import { personActor, type Role } from '../../../plant/people.ts';
import type { SignatureView, SignRequest } from '../../../plant/ports/record-desk.ts';
import type { RecordEvent, StoredEvent } from '../../../plant/record-event.ts';
import { accessScope, publicPart, type Audit, type Gate, type StoredPerson } from '../../access/index.ts';
import type { ChainHead } from '../format/checkpoint.ts';
import type { Stamp } from '../format/event-body.ts';
import { readSignature, signedAction, signedEvent, type Statement } from '../format/signature.ts';
import { checkEvent, checkScope, recordable } from './event-check.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Ledger } from './ledger.ts';

type Parts = Readonly<{
  ledger: Ledger;
  commits: GroupCommit;
  gate: Gate;
  audit: Audit;
  mayRole: (role: Role) => boolean;
}>;

/** @throws MesolineError `signature-refused`, `record-refused`. */
export async function signScope(parts: Parts, request: SignRequest, stamp: Stamp): Promise<SignatureView> {
  const { ledger, commits, gate, audit } = parts;
  checkScope(request.scope);
  if (ledger.head(request.scope).count === 0) {
    throw refused(request.scope, 'There is no record of that name.', 'Sign a record that has begun.');
  }
  for (const field of ['meaning', 'subject'] as const) {
    const text = request[field].trim();
    if (text === '' || text.length > 200) throw refused(field, `It has ${text.length} characters.`, 'Use 1 to 200.');
  }
  const person = await proven(gate, request, stamp);
  const fault = unfit(person, request, parts.mayRole);
  if (fault !== null) {
    await audit.recordOrOwe(
      {
        scope: accessScope,
        actor: personActor(publicPart(person), request.terminal),
        action: 'signature-refused',
        object: request.scope,
        reason: fault,
        data: { subject: request.subject, meaning: request.meaning },
      },
      stamp,
    );
    throw refused(request.subject, fault, 'Let somebody else sign.');
  }
  const actor = personActor(publicPart(person), request.terminal);
  const unread = (head: ChainHead): void => {
    if (request.readHash === undefined || request.readHash === head.head) return;
    throw refused(request.subject, 'The record has changed since it was read.', 'Read it again, then sign.');
  };
  const acts = (request.acts ?? []).map((act): RecordEvent => ({
    ...recordable({ ...act, scope: request.scope, actor }),
  }));
  for (const act of acts) checkEvent(act);
  const sign = (head: ChainHead): RecordEvent => {
    const statement: Statement = {
      scope: request.scope,
      signedSeq: String(head.count),
      signedHash: head.head,
      signer: person.id,
      userName: person.userName,
      printedName: person.printedName,
      role: request.role,
      meaning: request.meaning,
      subject: request.subject,
      signedAt: isoUtc(stamp.utc),
      components: ['user id', 'password'],
    };
    return signedEvent(statement, actor, ledger.key.secret, ledger.key.record.fingerprint);
  };
  const makes = [...acts.map((act) => () => act), sign];
  const receipts = await commits.addAll(
    makes.map((make, index) => ({
      scope: request.scope,
      stamp,
      make: (head) => {
        if (index === 0) unread(head);
        return make(head);
      },
    })),
  );
  const receipt = receipts.at(-1);
  if (receipt === undefined) throw refused(request.scope, 'No receipt came for the signature.', 'Verify the ledger.');
  const stored = (await ledger.read(request.scope, receipt.seq, 1))[0];
  const view = stored === undefined ? null : signatureView(stored);
  if (view === null) throw refused(request.scope, 'The signature cannot be read back.', 'Verify the ledger.');
  return view;
}

async function proven(gate: Gate, request: SignRequest, stamp: Stamp): Promise<StoredPerson> {
  try {
    return await gate.prove(request, 'signature', stamp);
  } catch (error) {
    if (!(error instanceof MesolineError) || !error.code.startsWith('login-')) throw error;
    throw new MesolineError(
      'signature-refused',
      error.faults.map((fault) => ({ ...fault, where: 'signature' })),
      { cause: error },
    );
  }
}

function unfit(person: StoredPerson, request: SignRequest, mayRole: (role: Role) => boolean): string | null {
  if (person.mustChangePassword) return `${person.printedName} must change the first password before signing.`;
  if (person.certified !== true) {
    return `${person.printedName} has not certified yet that the electronic signature binds as one by hand.`;
  }
  if (!person.roles.some((role) => role === request.role)) {
    return `${person.printedName} does not hold the role ${request.role}, which this signature asks for.`;
  }
  if (!person.roles.some(mayRole)) return `${person.printedName} holds no role that may sign records.`;
  if (request.notPersons.includes(person.id)) {
    return `${person.printedName} acted in this or signed beside it already; another person has to sign.`;
  }
  return null;
}

/** A stored `signed` event as people see it, or null for any other. */
export function signatureView({ event, ...receipt }: StoredEvent): SignatureView | null {
  if (event.action !== signedAction) return null;
  const read = readSignature(event);
  if (read === null) return null;
  const { signedHash, signer, printedName, meaning, subject } = read.statement;
  return { receipt, signedHash, personId: signer, printedName, meaning, subject, utc: receipt.utc };
}

const refused = (where: string, problem: string, remedy: string) =>
  mesolineError('signature-refused', where, problem, remedy);
