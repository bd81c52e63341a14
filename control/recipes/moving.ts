/** A move of a version: whether it may be made, the signature, and what is written of it. */
import { MesolineError, messageOf } from '../../plant/errors.ts';
import type { Credentials, RecordDesk, SignatureView } from '../../plant/ports/record-desk.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import type { RecipeFinding, RecipeMove } from '../../plant/recipe-view.ts';
import type { Shelf } from './book.ts';
import { movedEvent, scopeOf, succeededEvent } from './events.ts';
import { asksReason, barredFrom, meanings, moved, roleOf, subjectOf } from './lifecycle.ts';
import { onlyImporter, standingRefusal } from './view.ts';
import { labelled, type Version } from './version.ts';

export type MoveAsked = Readonly<{
  commandId: string;
  name: string;
  version: number;
  digest: string;
  move: RecipeMove;
  reason: string;
  signer: Credentials;
}>;

/** Why the move cannot be made, before anybody has signed; null where it can be signed. */
export function refusalBefore(
  shelf: Shelf,
  version: Version,
  { move, digest, reason, signer }: MoveAsked,
  findings: readonly RecipeFinding[],
): string | null {
  if (shelf.doubt !== null)
    return `The record of ${shelf.name} contradicts itself, so nothing of it moves: ${shelf.doubt} Verify the record.`;
  if (digest !== version.digest)
    return `What was read is not the text of ${labelled(version)}. Read it again, then sign.`;
  const standing = standingRefusal(version, move, findings);
  if (standing !== null) return `${labelled(version)} cannot ${verbOf(move)}: ${standing}`;
  if (asksReason(move) && reason === '') return `Say why ${labelled(version)} is to be ${meanings[move]}.`;
  if (move === 'submit' && nameOf(signer.userName) !== nameOf(version.importerUserName)) return onlyImporter(version);
  return null;
}

const verbOf = (move: RecipeMove): string =>
  ({
    submit: 'be submitted',
    return: 'be returned',
    review: 'be reviewed',
    approve: 'be approved',
    'make effective': 'become effective',
    retire: 'be retired',
  })[move];

const nameOf = (userName: string): string => userName.trim().toLowerCase();

/** Proves the signer and signs what the version's record holds, which is what was judged and nothing since. */
export async function sign(
  desk: RecordDesk,
  version: Version,
  { move, signer }: MoveAsked,
): Promise<SignatureView | Readonly<{ refused: string }>> {
  const { name, version: number, head, standing } = version;
  const barred = barredFrom(standing, move);
  try {
    return await desk.sign({
      ...signer,
      scope: scopeOf(name, number),
      meaning: meanings[move],
      subject: subjectOf(move, name, number),
      role: roleOf(standing, move),
      notPersons: barred?.people ?? [],
      readHash: head,
    });
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    const isRule =
      barred !== null && thrown.code === 'signature-refused' && thrown.message.includes('another person has to sign');
    return { refused: isRule ? `${messageOf(thrown)} ${barred.rule}` : messageOf(thrown) };
  }
}

/**
 * What is written of a signed move. Where a version becomes effective, the one that was makes room in the same breath.
 * @param version as it stands with the signature
 * @returns a sentence where the signature is none for this move
 */
export function eventsOf(
  shelf: Shelf,
  version: Version,
  signature: SignatureView,
  { move, reason, commandId }: MoveAsked,
): readonly RecordEvent[] | string {
  const { name, digest, standing } = version;
  const after = moved(standing, move, signature.personId);
  if (after === null) return `${signature.printedName} may not ${move} ${labelled(version)}.`;
  const { hash } = signature.receipt;
  const actor = version.signed.find((one) => one.signature.receipt.hash === hash)?.actor;
  if (actor === undefined)
    return `The signature of ${signature.printedName} is not to be found in the record. Verify it.`;
  const said = {
    name,
    version: version.version,
    move,
    from: standing.status,
    to: after.status,
    reason,
    digest,
    commandId,
  };
  const own = movedEvent({ ...said, signature: hash }, actor);
  if (move !== 'make effective') return [own];
  const before = shelf.versions.filter((one) => one.standing.status === 'effective');
  const by = { version: version.version, signature: hash };
  return [own, ...before.map((one) => succeededEvent(name, one.version, by, actor))];
}
