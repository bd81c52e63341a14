/** Questions of OPC UA clients about history, on the main thread: whoever may view is answered by the historian's own thread. */
import { messageOf } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import type { Actor } from '../../../plant/people.ts';
import type { Authority } from '../../../plant/ports/access.ts';
import type { HistoryQueries } from '../../../plant/ports/history.ts';
import {
  nothingFound,
  type FromHistory,
  type HistoryFound,
  type HistoryQuestion,
  type ToHistory,
} from './history-messages.ts';

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
  async asked({ id, question }: FromHistory, actor: Actor | null, reply: (answer: ToHistory) => void): Promise<void> {
    const answer = (found: HistoryFound): void => reply({ kind: 'history-answer', id, found });
    if (actor === null || !this.#authority.decide(actor, 'view').allowed) {
      answer(nothingFound('BadUserAccessDenied'));
      return;
    }
    try {
      answer(await this.#find(question));
    } catch (thrown) {
      this.#log.warn({ tag: question.tag, cause: messageOf(thrown) }, 'an OPC UA client was given no history');
      answer(nothingFound('BadDataUnavailable'));
    }
  }

  async #find(question: HistoryQuestion): Promise<HistoryFound> {
    const { tag } = question;
    switch (question.what) {
      case 'raw': {
        const { from, to, limit, order } = question;
        return { ...nothingFound('Good'), points: await this.#queries.raw(tag, from, to, limit, order) };
      }
      case 'aggregate': {
        const { span, aggregate, configuration } = question;
        const [values] = await this.#queries.aggregate(tag, span, [aggregate], configuration);
        return { ...nothingFound('Good'), values: values ?? [] };
      }
      case 'at times':
        return { ...nothingFound('Good'), values: await this.#queries.atTime(tag, question.times) };
    }
  }
}
