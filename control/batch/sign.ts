/** Signing the record of a batch that has ended. */
import { messageOf } from '../../plant/errors.ts';
import type { Role } from '../../plant/people.ts';
import type { BatchDesk } from '../../plant/ports/batch-desk.ts';
import type { RecordDesk } from '../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import { scopeOf } from './batch-core.ts';
import { goesToSafety } from './idempotency.ts';
import { readScope } from './read-scope.ts';

/** What a signature may mean here, and who may give it. QA signs a review where the rules have run over the record. */
const meanings: Readonly<Record<string, Role>> = {
  performed: 'operator',
  checked: 'checker',
};

export const recordSubject = (id: string): string => `record of batch ${id}`;

/** A person signs a record once, and checks no work of their own: the desk is told whom to refuse. */
export async function signRecord(
  { batch, meaning, credentials }: Parameters<BatchDesk['sign']>[0],
  desk: RecordDesk,
  records: Pick<RecordKeeper, 'read'>,
): ReturnType<BatchDesk['sign']> {
  const role = meanings[meaning];
  if (role === undefined) {
    return {
      done: false,
      reason: `A batch record is not signed as "${meaning}". Use ${Object.keys(meanings).join(', ')}.`,
    };
  }
  try {
    const signatures = await desk.signatures(scopeOf(batch));
    const earlier = signatures.filter(({ subject }) => subject === recordSubject(batch));
    const performed = signatures.filter((one) => one.meaning === 'performed');
    const workers =
      meaning === 'performed'
        ? []
        : [...performed.map(({ personId }) => personId), ...(await commandersOf(scopeOf(batch), records))];
    const signature = await desk.sign({
      ...credentials,
      scope: scopeOf(batch),
      meaning,
      subject: recordSubject(batch),
      role,
      notPersons: [...new Set([...earlier.map(({ personId }) => personId), ...workers])],
    });
    return { done: true, signature };
  } catch (thrown) {
    return { done: false, reason: messageOf(thrown) };
  }
}

/** Who started the batch or drove it on. Whoever stopped or held it watched over it, and may check it. */
async function commandersOf(scope: string, records: Pick<RecordKeeper, 'read'>): Promise<readonly string[]> {
  const drove = (await readScope(records, scope)).flatMap(({ event: { action, actor, object } }) => {
    const isDriven = action === 'batch-prepared' || (action === 'batch-commanded' && !goesToSafety(object));
    return isDriven && actor.kind === 'person' ? [actor.id] : [];
  });
  return [...new Set(drove)];
}
