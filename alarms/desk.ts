/** What people do to alarms: recorded before it is shown, once for each raising, and refused with the reason. */
import { milliseconds, type Clock } from '../plant/clock.ts';
import { messageOf } from '../plant/errors.ts';
import { actorName, type Actor } from '../plant/people.ts';
import type { Authority } from '../plant/ports/access.ts';
import type { AlarmDesk, AlarmRefusal, AlarmTransition } from '../plant/ports/alarm-desk.ts';
import type { RecordKeeper } from '../plant/ports/record-keeper.ts';
import type { RecordOutbox } from '../plant/record-outbox.ts';
import { viewOf, type AlarmBook, type Change, type Entry } from './book.ts';
import { recordOf, type Journal } from './journal.ts';
import { done, type Deed } from './state.ts';

export type DeskOptions = Readonly<{
  clock: Clock;
  authority: Authority;
  records: RecordKeeper;
  outbox: RecordOutbox;
  book: AlarmBook;
  journal: Journal;
  changed: (entry: Entry, change: Change) => void;
}>;

/** Transitions that wait for the ledger are written before anything that is said of them, or it is refused. */
const outboxWithin = milliseconds(2000);

export function createDesk(options: DeskOptions): AlarmDesk {
  const { authority, book, journal, outbox } = options;
  /** What is under way, so that a second click waits for the first instead of doing it again. */
  const running = new Map<string, Promise<AlarmRefusal | null>>();

  const doOne = (deed: Deed, one: Asked, actor: Actor, note: string): Promise<AlarmRefusal | null> => {
    const { entry } = one;
    const refusal = obstacle(deed, one);
    if (refusal !== null) return Promise.resolve(refusal);
    if (deed === 'commented') return record(options, deed, entry, actor, note);
    if (entry.state[deed]) return Promise.resolve(null);
    const key = `${deed} ${entry.point.id}`;
    const before = running.get(key);
    if (before !== undefined) return before;
    const now = record(options, deed, entry, actor, note).finally(() => running.delete(key));
    running.set(key, now);
    return now;
  };

  const doAll = async (
    deed: Deed,
    ids: readonly string[],
    actor: Actor,
    note: string,
  ): Promise<readonly AlarmRefusal[]> => {
    const decision = authority.decide(actor, 'acknowledge alarm');
    if (!decision.allowed) return ids.map((id) => ({ id, by: 'authority', reason: decision.reason }));
    const unknown: AlarmRefusal[] = [];
    const asked: Asked[] = [];
    for (const id of new Set(ids)) {
      const entry = book.get(id);
      if (entry === undefined) unknown.push({ id, by: 'name', reason: `There is no alarm "${id}".` });
      else asked.push({ entry, raisedAt: entry.state.raisedAt });
    }
    if (asked.length === 0) return unknown;
    if (!(await outbox.settle(outboxWithin))) {
      const reason = 'The record cannot be written now; ask again when it can.';
      return [...unknown, ...asked.map(({ entry }) => ({ id: entry.point.id, by: 'record' as const, reason }))];
    }
    const answers = await Promise.all(asked.map((one) => doOne(deed, one, actor, note)));
    return [...unknown, ...answers.filter((answer) => answer !== null)];
  };

  return {
    standing: () => Promise.resolve(book.standing()),
    known: () => Promise.resolve([...book.entries()].map(viewOf)),
    journal: (from, to, limit) => journal.between(from, to, limit),
    acknowledge: (ids, actor, note) => doAll('acknowledged', ids, actor, note),
    confirm: (ids, actor, note) => doAll('confirmed', ids, actor, note),
    comment: (ids, actor, note) => doAll('commented', ids, actor, note),
  };
}

/** An alarm, and the raising of it that whoever asks has seen. */
type Asked = Readonly<{ entry: Entry; raisedAt: Entry['state']['raisedAt'] }>;

function obstacle(deed: Deed, { entry, raisedAt }: Asked): AlarmRefusal | null {
  const { id } = entry.point;
  if (entry.state.raisedAt !== raisedAt) return raisedAgain(id);
  if (deed !== 'confirmed' || entry.state.acknowledged) return null;
  return { id, by: 'state', reason: 'Nobody has acknowledged it yet; acknowledge it first.' };
}

const raisedAgain = (id: string): AlarmRefusal => ({
  id,
  by: 'raised again',
  reason: 'It was raised again in the meantime; look at it and ask again.',
});

async function record(
  options: DeskOptions,
  what: Deed,
  entry: Entry,
  actor: Actor,
  note: string,
): Promise<AlarmRefusal | null> {
  const { point, state, value, quality } = entry;
  const at = options.clock.utc();
  const by = actorName(actor);
  const said = note.trim() === '' ? null : note.trim();
  const transition: AlarmTransition = { alarm: point.id, skid: point.skid, at, what, value, by, note: said };
  try {
    await options.records.append(recordOf(point, transition, quality, actor));
  } catch (error) {
    return { id: point.id, by: 'record', reason: `It could not be recorded: ${messageOf(error)}` };
  }
  if (entry.state.raisedAt !== state.raisedAt) return raisedAgain(point.id);
  entry.state = done(entry.state, what, by, at, said);
  options.changed(entry, { what, at, by, note: said });
  return null;
}
