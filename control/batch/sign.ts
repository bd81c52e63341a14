/** Signing the record of a batch that has ended. */
import { messageOf } from '../../plant/errors.ts';
import type { Role } from '../../plant/people.ts';
import type { BatchDesk } from '../../plant/ports/batch-desk.ts';
import type { RecordDesk } from '../../plant/ports/record-desk.ts';
import { scopeOf } from './engine-state.ts';

/** What a signature may mean, and who may give it. A release needs approved recipes and review, which a rehearsal has not. */
const meanings: Readonly<Record<string, Role>> = {
  performed: 'operator',
  checked: 'checker',
  reviewed: 'QA reviewer',
};

export const recordSubject = (id: string): string => `record of batch ${id}`;

/** A person signs a record once, and so checks no work of their own: the desk is told whom to refuse. */
export async function signRecord(
  { batch, meaning, credentials }: Parameters<BatchDesk['sign']>[0],
  desk: RecordDesk,
): ReturnType<BatchDesk['sign']> {
  const role = meanings[meaning];
  if (role === undefined) {
    return {
      done: false,
      reason: `A batch record is not signed as "${meaning}". Use ${Object.keys(meanings).join(', ')}.`,
    };
  }
  try {
    const earlier = (await desk.signatures(scopeOf(batch))).filter(({ subject }) => subject === recordSubject(batch));
    const signature = await desk.sign({
      ...credentials,
      scope: scopeOf(batch),
      meaning,
      subject: recordSubject(batch),
      role,
      notPersons: [...new Set(earlier.map(({ personId }) => personId))],
    });
    return { done: true, signature };
  } catch (thrown) {
    return { done: false, reason: messageOf(thrown) };
  }
}
