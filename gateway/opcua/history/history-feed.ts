/** Questions of OPC UA clients about history, on the main thread: whoever may view is answered by the historian's own thread. */
import { messageOf } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import type { Actor } from '../../../plant/people.ts';
import type { Authority } from '../../../plant/ports/access.ts';
import type { HistoryQueries } from '../../../plant/ports/history.ts';
import type { FromHistory, ToHistory } from './history-messages.ts';

export class HistoryFeed {
  readonly #queries: HistoryQueries;
  readonly #authority: Authority;
  readonly #log: Log;

  constructor(queries: HistoryQueries, authority: Authority, log: Log) {
    this.#queries = queries;
    this.#authority = authority;
    this.#log = log;
  }

  /** @param actor whoever asks; null where nobody is logged in any more */
  async asked(
    { id, tag, from, to, limit, order }: FromHistory,
    actor: Actor | null,
    reply: (answer: ToHistory) => void,
  ): Promise<void> {
    const answer = { kind: 'history-answer', id, points: [] } as const;
    if (actor === null || !this.#authority.decide(actor, 'view').allowed) {
      reply({ ...answer, status: 'BadUserAccessDenied' });
      return;
    }
    try {
      reply({ ...answer, status: 'Good', points: await this.#queries.raw(tag, from, to, limit, order) });
    } catch (thrown) {
      this.#log.warn({ tag, cause: messageOf(thrown) }, 'an OPC UA client was given no history');
      reply({ ...answer, status: 'BadDataUnavailable' });
    }
  }
}
