/** A batch's record as lines, for tests of what a review reads from it. */
import { utcMs } from '../../../plant/clock.ts';
import type { RecordEvent, StoredEvent } from '../../../plant/record-event.ts';
import type { Actor } from '../../../plant/people.ts';
import { runRecord, type Act, type Known } from '../../../control/review/review-events.ts';
import { reviewBook, type ReviewBook } from '../../../control/review/review-book.ts';
import type { Finding } from '../../../control/review/rule.ts';

export const batch = 'B-2026-0001';
const scope = `batch/${batch}`;
const began = Date.UTC(2026, 4, 1, 8);

export const person = (id: string): Extract<Actor, { kind: 'person' }> => ({
  kind: 'person',
  id,
  userName: id,
  printedName: id.toUpperCase(),
  roles: ['QA reviewer'],
  terminal: 't',
});

export const finding = (more: Partial<Finding> = {}): Finding => ({
  key: 'alarms:a',
  skid: null,
  from: utcMs(began),
  to: utcMs(began + 1000),
  title: 'Alarm',
  detail: 'raised once',
  lines: [],
  tags: [],
  ...more,
});

/** Lines are added one by one; the book is read of all that stand. */
export class ToldRecord {
  readonly events: StoredEvent[] = [];

  add(event: Omit<RecordEvent, 'scope'>): StoredEvent {
    const seq = this.events.length + 1;
    const hash = seq.toString(16).padStart(64, '0');
    const stored: StoredEvent = { scope, seq, hash, utc: utcMs(began + seq * 1000), event: { ...event, scope } };
    this.events.push(stored);
    return stored;
  }

  happened(action: string, object: string = batch): StoredEvent {
    return this.add({ actor: { kind: 'batch', batch }, action, object });
  }

  ran(rule: string, found: readonly Finding[]): void {
    const known: readonly Known[] = [...this.book.exceptions.values()];
    const run = { rule, version: '1', title: rule, counts: 'lines', looked: 1, found };
    const about = { fingerprint: 'f', head: { count: this.events.length, hash: '' }, build: 'b', at: utcMs(began) };
    for (const event of runRecord(batch, [run], known, about)) this.add(event);
  }

  /** An act and its signature, as the ledger writes both. */
  acted(id: string, act: Act, meaning: string, more: Readonly<Record<string, string>> = {}): void {
    this.add({ ...act, actor: person(id) });
    this.signed(id, meaning, act.object, more);
  }

  signed(id: string, meaning: string, subject: string, more: Readonly<Record<string, string>> = {}): void {
    const last = this.events.at(-1);
    const data = {
      signer: id,
      printedName: id.toUpperCase(),
      signedSeq: String(last?.seq ?? 0),
      signedHash: last?.hash ?? '',
      meaning,
      subject,
      ...more,
    };
    this.add({ actor: person(id), action: 'signed', object: subject, new: meaning, data });
  }

  get book(): ReviewBook {
    return reviewBook(this.events);
  }
}

export const asked = { commandId: 'command-1', asks: 'a' } as const;
