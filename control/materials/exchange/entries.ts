/** What people do with orders and samples: a batch is made for an order, and analyses are asked for. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { BatchView } from '../../../plant/batch-view.ts';
import type { Clock } from '../../../plant/clock.ts';
import type { Actor } from '../../../plant/people.ts';
import type { Authority, Permission } from '../../../plant/ports/access.ts';
import type { ExchangeAnswer, ExchangeDesk } from '../../../plant/ports/exchange-desk.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { RecordValue } from '../../../plant/record-event.ts';
import { exchangeScope, type ExchangeEvent } from './events.ts';
import type { ExchangeLedger } from './ledger.ts';

export type EntryPorts = Readonly<{
  clock: Clock;
  authority: Authority;
  records: RecordKeeper;
  ledger: () => ExchangeLedger;
  commit: (
    event: ExchangeEvent,
    actor: Actor,
    reason: string,
    data: Readonly<Record<string, RecordValue>>,
  ) => Promise<void>;
  inTurn: <T>(task: () => Promise<T>) => Promise<T>;
  batch: (id: string) => Promise<BatchView | null>;
}>;
type Request = Readonly<{ commandId: string; actor: Actor; reason: string }>;
type Refused = Extract<ExchangeAnswer, { done: false }>;

const refused = (reason: string, remedy: string): Refused => ({ done: false, reason, remedy });
const longestReason = 1000;
const nameForm = /^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,59}$/;
const mostAnalyses = 50;

export function exchangeEntries(ports: EntryPorts): Pick<ExchangeDesk, 'assign' | 'requestAnalyses'> {
  const { clock, ledger } = ports;
  return {
    assign: ({ order: id, batch, ...request }) =>
      enter(ports, request, 'start batch', ['assign', id, batch], async () => {
        const { orders, sent } = ledger().book;
        const order = orders.get(id);
        if (order === undefined) return refused(`There is no order ${id}.`, 'See the list of orders.');
        const made = await ports.batch(batch);
        if (made === null) return refused(`There is no batch ${batch}.`, 'See the list of batches.');
        if (made.recipe !== order.recipe)
          return refused(`${batch} makes ${made.recipe}, and ${id} asks for ${order.recipe}.`, 'Name another batch.');
        const other = [...orders.values()].find((each) => each.batch === batch);
        if (other !== undefined) return refused(`${batch} is made for ${other.id}.`, 'Name another batch.');
        if (order.batch !== null && sent.has(order.batch))
          return refused(`${order.batch} is reported for ${id}.`, 'Have it ordered anew.');
        if (sent.has(batch)) return refused(`What ${batch} made is reported.`, 'Name a batch that has not ended.');
        return { id, event: { kind: 'order-assigned', order: id, batch } };
      }),

    requestAnalyses: ({ batch, sample, analyses, ...request }) =>
      enter(ports, request, 'command batch', ['request', batch, sample, analyses], async (by) => {
        const bad = [sample, ...analyses].find((each) => !nameForm.test(each));
        if (bad !== undefined)
          return refused(`"${bad.slice(0, 60)}" is no name.`, 'Use up to 60 letters, digits, spaces and . _ / -.');
        if (analyses.length === 0 || analyses.length > mostAnalyses || new Set(analyses).size < analyses.length)
          return refused(
            'The analyses are none, too many, or one stands there twice.',
            `Name each of up to ${mostAnalyses}.`,
          );
        if ((await ports.batch(batch)) === null)
          return refused(`There is no batch ${batch}.`, 'See the list of batches.');
        const prefix = `S-${new Date(clock.utc()).getUTCFullYear()}-`;
        const used = [...ledger().book.samples.keys()]
          .filter((each) => each.startsWith(prefix))
          .map((each) => Number(each.slice(prefix.length)));
        const id = `${prefix}${String(Math.max(0, ...used) + 1).padStart(4, '0')}`;
        return {
          id,
          event: { kind: 'analyses-requested', sample: { id, batch, sample, analyses, by, at: clock.utc() } },
        };
      }),
  };
}

type Entry = Readonly<{ id: string; event: ExchangeEvent }>;

function enter(
  { authority, records, ledger, commit, inTurn }: EntryPorts,
  { commandId, actor, reason }: Request,
  permission: Permission,
  content: RecordValue,
  look: (by: string) => Promise<Entry | Refused>,
): Promise<ExchangeAnswer> {
  return inTurn(async () => {
    const command = createHash('sha256')
      .update(canonicalize(content) ?? '')
      .digest('hex');
    const data = { commandId, command };
    const decision = authority.decide(actor, permission);
    if (!decision.allowed) {
      const { reason: why } = decision;
      await records.append({
        scope: exchangeScope,
        actor,
        action: 'entry-refused',
        object: permission,
        reason: why,
        data,
      });
      return refused(why, 'Ask somebody who holds the role.');
    }
    if (actor.kind !== 'person') return refused('Only a person does this.', 'Log in as one.');
    const before = ledger().doneBy(commandId);
    if (before !== null)
      return before.digest === command
        ? { done: true, id: before.id }
        : refused(`${commandId} was another command.`, 'Give this one an id of its own.');
    if (reason.length > longestReason)
      return refused('The reason is too long.', `Use up to ${longestReason} characters.`);
    const entry = await look(actor.printedName);
    if ('done' in entry) return entry;
    await commit(entry.event, actor, reason, data);
    return { done: true, id: entry.id };
  });
}
