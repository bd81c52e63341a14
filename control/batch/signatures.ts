/** Signatures of acts on a batch: by the roles that the recipe asks, in their order, by different people. */
import { messageOf } from '../../plant/errors.ts';
import type { Role } from '../../plant/people.ts';
import type { Credentials, RecordDesk, SignatureView } from '../../plant/ports/record-desk.ts';

export type SignedAct = Readonly<{
  scope: string;
  /** In words that stand beside the signature: `start of batch B-2026-0001`. */
  subject: string;
  /** The first performs, the others check. */
  roles: readonly Role[];
  signers: readonly Credentials[];
  /** Who may not sign beside those who sign together. */
  notPersons?: readonly string[];
}>;

export type Signed = Readonly<{ signed: readonly SignatureView[] } | { refusal: string }>;

/** Why it cannot be signed by these people, before anybody's password is tried; or null. */
export function signersRefusal({ subject, roles, signers }: Omit<SignedAct, 'scope'>): string | null {
  if (signers.length !== roles.length) {
    const asked = roles.length === 0 ? 'nobody' : roles.join(' and ');
    return `The ${subject} is signed by ${asked}: ${roles.length} signatures, not ${signers.length}.`;
  }
  const names = signers.map(({ userName }) => userName.trim().toLowerCase());
  return new Set(names).size === names.length ? null : `Different people have to sign the ${subject}.`;
}

/** Never throws: a signature that is refused is an answer. Those given before it stand in the record. */
export async function signAct(desk: RecordDesk, act: SignedAct): Promise<Signed> {
  const refusal = signersRefusal(act);
  if (refusal !== null) return { refusal };
  const signed: SignatureView[] = [];
  for (const [i, role] of act.roles.entries()) {
    const credentials = act.signers[i];
    if (credentials === undefined) return { refusal: `The ${act.subject} also needs the signature of a ${role}.` };
    try {
      signed.push(
        await desk.sign({
          ...credentials,
          scope: act.scope,
          meaning: i === 0 ? 'performed' : 'checked',
          subject: act.subject,
          role,
          notPersons: [...(act.notPersons ?? []), ...signed.map(({ personId }) => personId)],
        }),
      );
    } catch (thrown) {
      return { refusal: `The signature of the ${role} was refused: ${messageOf(thrown)}` };
    }
  }
  return { signed };
}
