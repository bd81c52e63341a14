/** Reads the record of exposure from its beginning. */
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import { remember, scope, type Remembered } from './events.ts';

/** Others have their turn between these. */
const readAtOnce = 200;

/** @throws as the record does where it cannot be read */
export async function recall(records: RecordKeeper, each: (known: Remembered) => void): Promise<void> {
  for (let from = 1; ;) {
    const events = await records.read(scope, from, readAtOnce);
    for (const event of events) {
      const known = remember(event);
      if (known !== null) each(known);
    }
    const last = events.at(-1);
    if (last === undefined || events.length < readAtOnce) return;
    from = last.seq + 1;
  }
}
