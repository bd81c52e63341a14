/** The record of access, kept by the ledger: strictly where a change waits for it, owed where a person must not. */
import { messageOf } from '../../../plant/errors.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import { accessScope, type Audit } from '../../access/index.ts';
import { checkEvent } from './event-check.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Ledger } from './ledger.ts';
import type { Owed } from './owed.ts';

const page = 1000;

export function ledgerAudit(ledger: Ledger, commits: GroupCommit, owed: Owed, warn: (message: string) => void): Audit {
  const record: Audit['record'] = async (event, moment) => {
    checkEvent(event);
    return commits.add({ scope: event.scope, stamp: moment, make: () => event });
  };

  return {
    record,
    async recordOrOwe(event, moment) {
      try {
        await record(event, moment);
      } catch (error) {
        owed.add(event, moment);
        warn(`"${event.action}" could not be recorded yet: ${messageOf(error)}`);
      }
    },
    async *read(fromSeq): AsyncGenerator<StoredEvent> {
      for (let from = fromSeq; ;) {
        const events = await ledger.read(accessScope, from, page);
        yield* events;
        if (events.length < page) return;
        from += page;
      }
    },
  };
}
