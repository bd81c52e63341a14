/** Acknowledging: recorded before it is shown, once for each raising, and refused with the reason. */
import type { Clock } from '../plant/clock.ts';
import { milliseconds } from '../plant/clock.ts';
import { messageOf } from '../plant/errors.ts';
import { actorName, type Actor } from '../plant/people.ts';
import type { Authority } from '../plant/ports/access.ts';
import type { AlarmDesk, AlarmTransition } from '../plant/ports/alarm-desk.ts';
import type { RecordKeeper } from '../plant/ports/record-keeper.ts';
import type { RecordOutbox } from '../plant/record-outbox.ts';
import type { AlarmBook, Change, Entry } from './book.ts';
import { recordOf, type Journal } from './journal.ts';
import { acknowledged } from './state.ts';

export type DeskOptions = Readonly<{
  clock: Clock;
  authority: Authority;
  records: RecordKeeper;
  outbox: RecordOutbox;
  book: AlarmBook;
  journal: Journal;
  changed: (entry: Entry, change: Change) => void;
}>;

type Refusal = Readonly<{ id: string; reason: string }>;

/** Transitions that wait for the ledger are written before an acknowledgement of them, or it is refused. */
const outboxWithin = milliseconds(2000);

export function createDesk(options: DeskOptions): AlarmDesk {
  const { authority, book, journal, outbox } = options;
  /** Acknowledgements under way, so that a second click waits for the first instead of making another. */
  const running = new Map<string, Promise<Refusal | null>>();

  const acknowledgeOne = (id: string, actor: Actor, note: string): Promise<Refusal | null> => {
    const entry = book.get(id);
    if (entry === undefined) return Promise.resolve({ id, reason: `There is no alarm "${id}".` });
    if (entry.state.acknowledged) return Promise.resolve(null);
    const before = running.get(id);
    if (before !== undefined) return before;
    const now = record(options, entry, actor, note).finally(() => running.delete(id));
    running.set(id, now);
    return now;
  };

  return {
    standing: () => Promise.resolve(book.standing()),
    journal: (from, to, limit) => journal.between(from, to, limit),
    async acknowledge(ids, actor, note) {
      const decision = authority.decide(actor, 'acknowledge alarm');
      if (!decision.allowed) return ids.map((id) => ({ id, reason: decision.reason }));
      if (!(await outbox.settle(outboxWithin))) {
        return ids.map((id) => ({ id, reason: 'The record cannot be written now; acknowledge again when it can.' }));
      }
      const answers = await Promise.all([...new Set(ids)].map((id) => acknowledgeOne(id, actor, note)));
      return answers.filter((answer) => answer !== null);
    },
  };
}

async function record(options: DeskOptions, entry: Entry, actor: Actor, note: string): Promise<Refusal | null> {
  const { point, state, value, quality } = entry;
  const at = options.clock.utc();
  const by = actorName(actor);
  const said = note.trim() === '' ? null : note.trim();
  const transition: AlarmTransition = {
    alarm: point.id,
    skid: point.skid,
    at,
    what: 'acknowledged',
    value,
    by,
    note: said,
  };
  try {
    await options.records.append(recordOf(point, transition, quality, actor));
  } catch (error) {
    return { id: point.id, reason: `It could not be recorded: ${messageOf(error)}` };
  }
  if (entry.state.raisedAt !== state.raisedAt) {
    return { id: point.id, reason: 'It was raised again in the meantime; look at it and acknowledge again.' };
  }
  entry.state = acknowledged(entry.state, by);
  options.changed(entry, { what: 'acknowledged', at, by, note: said });
  return null;
}
