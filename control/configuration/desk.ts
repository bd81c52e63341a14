/** What people ask of configuration: how it stands, what differs, and its approval by two of them. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ConfigurationStep } from '../../plant/configuration-view.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import { personActor, type Person } from '../../plant/people.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { ConfigurationAnswer, ConfigurationDesk } from '../../plant/ports/configuration.ts';
import type { TrainingCheck } from '../../plant/ports/equipment-desk.ts';
import type { RecordDesk, SignatureView } from '../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import { openOf, type ConfigurationBook } from './book.ts';
import { differenceOf } from './difference.ts';
import {
  approvalMeaning,
  approvalRoles,
  approvedAct,
  droppedRecord,
  proposedAct,
  scope,
  type Asked,
} from './events.ts';
import type { Texts } from './texts.ts';

export type DeskPorts = Readonly<{
  records: RecordKeeper;
  desk: Pick<RecordDesk, 'sign'>;
  authority: Authority;
  people: () => Promise<readonly Person[]>;
  trained: TrainingCheck;
  log: Log;
}>;

type Options = DeskPorts &
  Readonly<{
    texts: Texts;
    /** @throws MesolineError where the room is not ready */
    book: () => ConfigurationBook;
    /** Reads what was recorded since. */
    refresh: () => Promise<ConfigurationBook>;
    inTurn: <T>(task: () => Promise<T>) => Promise<T>;
  }>;

const permission = 'approve configuration';
const longestNumber = 100;
const longestReason = 2000;

const refused = (reason: string): ConfigurationAnswer => ({ done: false, reason });
const sameName = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();

export function createDesk(options: Options): ConfigurationDesk {
  const { texts, book, inTurn } = options;
  return {
    view() {
      const { installedAt, files, approvals, ...now } = book();
      if (installedAt === null) throw new RangeError('what was installed is not on record');
      return Promise.resolve({
        installedAt,
        files: [...files].flatMap(([file, { digest, approved }]) =>
          digest === null ? [] : [{ file, digest, approved: digest === approved }],
        ),
        open: openOf({ ...now, files }),
        approvals: [...approvals].reverse(),
      });
    },
    difference(old, now) {
      const [before, after] = [old, now].map((digest) => (digest === null ? null : texts.bytes(digest)));
      if ((old !== null && before === null) || (now !== null && after === null)) return Promise.resolve(null);
      return Promise.resolve(differenceOf(textOf(before), textOf(after)));
    },
    approve: (request) => inTurn(() => approve(options, request)),
  };
}

const textOf = (bytes: Uint8Array | null | undefined): string | null =>
  bytes === null || bytes === undefined ? null : Buffer.from(bytes).toString('utf8');

type Request = Parameters<ConfigurationDesk['approve']>[0];

async function approve(options: Options, request: Request): Promise<ConfigurationAnswer> {
  const { actor, commandId, steps, signers, records, log } = { ...options, ...request };
  const asked = askedOf(request);
  const against = await refusalOf(options, request, asked);
  if (against !== null) return against;
  try {
    await signBoth(options, request, asked);
  } catch (thrown) {
    const why = messageOf(thrown);
    // Whether it was recorded is looked up, never guessed.
    if ((await options.refresh()).done.has(commandId)) return { done: true };
    try {
      await records.append(droppedRecord(asked, actor, why));
    } catch (lost) {
      log.error({ reason: messageOf(lost) }, 'that an approval of configuration was refused could not be recorded');
    }
    return refused(why);
  }
  await options.refresh();
  log.info(
    { changeNumber: asked.changeNumber, files: steps.length, signers: signers.length },
    'configuration approved',
  );
  return { done: true };
}

const askedOf = ({ commandId, steps, changeNumber, reason }: Request): Asked => {
  const said = { changeNumber: changeNumber.trim(), reason: reason.trim() };
  const asks = createHash('sha256')
    .update(canonicalize({ ...said, steps: steps.map(({ file, old, new: now }) => [file, old, now]) }) ?? '')
    .digest('hex');
  return { commandId, asks, ...said, steps };
};

async function refusalOf(
  { authority, trained, people, book }: Options,
  { actor, signers }: Request,
  asked: Asked,
): Promise<ConfigurationAnswer | null> {
  const decision = authority.decide(actor, permission);
  if (!decision.allowed) return refused(decision.reason);
  if (actor.kind !== 'person') return refused('Only a person signs.');
  const now = book();
  const before = now.done.get(asked.commandId);
  if (before !== undefined)
    return before === asked.asks
      ? { done: true }
      : refused(`${asked.commandId} was another command. Give this one an id of its own.`);
  if (asked.changeNumber === '' || asked.changeNumber.length > longestNumber)
    return refused(`Give the number of the change, in up to ${longestNumber} characters.`);
  if (asked.reason === '' || asked.reason.length > longestReason)
    return refused(`Say why it was changed, in up to ${longestReason} characters.`);
  if (signers.length !== approvalRoles.length)
    return refused('It is signed by two: a process engineer, and a QA reviewer.');
  if (!signers.some(({ userName }) => sameName(userName, actor.userName)))
    return refused(`${actor.printedName} asks, and is one of the two who sign.`);
  const open = openOf(now);
  const isOpen = (step: ConfigurationStep): boolean =>
    open.some(({ file, old, new: is }) => file === step.file && old === step.old && is === step.new);
  if (asked.steps.length === 0) return refused('Nothing is named that has changed.');
  const stale = asked.steps.find((step) => !isOpen(step));
  if (stale !== undefined) return refused(`${stale.file} is not as it was read. Read it again, then sign.`);
  const known = await people();
  for (const { userName, terminal } of signers) {
    const signer = known.find((one) => sameName(one.userName, userName));
    const untrained = signer === undefined ? null : trained(personActor(signer, terminal), permission);
    if (untrained !== null) return refused(untrained);
  }
  return null;
}

/** Each act with its signature in one: the engineer proposes, and it holds once QA has signed over that. */
async function signBoth({ desk }: Options, { signers }: Request, asked: Asked): Promise<void> {
  const signed: SignatureView[] = [];
  for (const [i, role] of approvalRoles.entries()) {
    const credentials = signers[i];
    if (credentials === undefined) throw new RangeError('It is signed by two.');
    const before = signed.at(-1);
    signed.push(
      await desk.sign({
        ...credentials,
        scope,
        meaning: approvalMeaning,
        subject: `change ${asked.changeNumber} of ${asked.steps.length === 1 ? '1 file' : `${asked.steps.length} files`}`,
        role,
        notPersons: signed.map(({ personId }) => personId),
        ...(before === undefined ? {} : { readHash: before.receipt.hash }),
        acts: [i === 0 ? proposedAct(asked) : approvedAct(asked)],
      }),
    );
  }
}
