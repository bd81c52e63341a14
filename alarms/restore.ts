/** Takes up the alarms where the record left them, so that an acknowledgement survives a restart. */
import type { RecordKeeper } from '../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../plant/record-event.ts';
import { skidName } from '../plant/sample.ts';
import type { AlarmPriority, Skid } from '../plant/skid/definition.ts';
import type { AlarmBook } from './book.ts';
import { storedEvents, transitionOf, type Journal } from './journal.ts';
import { interlockId, interlockPoint, type AlarmPoint, type InterlockLevel } from './point.ts';
import { normal, replay } from './state.ts';

/** Alarms that the site's files no longer have stay in the journal, and stand no more. */
export async function restore(
  skids: readonly Skid[],
  records: RecordKeeper,
  book: AlarmBook,
  journal: Journal,
): Promise<void> {
  journal.clear();
  for (const entry of book.entries()) entry.state = normal;
  for await (const stored of storedEvents(records)) {
    const transition = transitionOf(stored);
    if (transition === null) continue;
    journal.add(transition);
    const point = interlockPointOf(skids, stored.event) ?? standingPointOf(stored.event);
    const entry = point === null ? book.get(transition.alarm) : book.add(point);
    if (entry === undefined) continue;
    if (point !== null && transition.what === 'raised') entry.point = point;
    entry.state = replay(entry.state, transition);
    entry.value = transition.value;
  }
}

const levels: readonly InterlockLevel[] = ['trip', 'doubt', 'loss', 'warning'];

/** An interlock's alarm exists from its first trip on; its title and cause come from the record, other words from the file. */
function interlockPointOf(skids: readonly Skid[], { object, data }: RecordEvent): AlarmPoint | null {
  const skid = skids.find(({ name }) => name === data?.['skid']);
  const level = levels.find((word) => word === data?.['level']);
  const [title, message] = [data?.['title'], data?.['cause']];
  if (skid === undefined || level === undefined || typeof title !== 'string' || typeof message !== 'string')
    return null;
  const rows = skid.type.interlocks;
  const causes = [...rows.map((row) => ({ row: row.row, title: row.title, message })), { row: null, title, message }];
  const cause = causes.find((one) => interlockId(skid.name, one, level) === object);
  return cause === undefined ? null : { ...interlockPoint(skid.name, rows, cause, level), title };
}

/** An alarm that another room judges has all its words in the record. */
function standingPointOf({ object, data }: RecordEvent): AlarmPoint | null {
  const text = (key: string): string | null => {
    const value = data?.[key];
    return typeof value === 'string' ? value : null;
  };
  const [skid, title, cause] = [text('skid'), text('title'), text('cause')];
  const [consequence, response, respondWithin] = [text('consequence'), text('response'), text('respondWithinMs')];
  const priority = priorities.find((number) => String(number) === text('priority'));
  if (text('level') !== 'standing' || skid === null || title === null || cause === null) return null;
  if (consequence === null || response === null || respondWithin === null || priority === undefined) return null;
  return {
    id: object,
    skid: skidName(skid),
    kind: 'standing',
    title,
    level: 'standing',
    tag: null,
    priority,
    unit: null,
    limit: null,
    cause,
    consequence,
    response,
    respondWithinMs: Number(respondWithin),
  };
}

const priorities: readonly AlarmPriority[] = [1, 2, 3];
