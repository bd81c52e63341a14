/**
 * When each row was proven to trip, and when it must be again (safety.md §3): a row is as old as the oldest proof among its
 * channels, and one that failed is due at once. Pure.
 */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { ProofTestView } from '../../plant/ports/interlock-work.ts';
import type { StandingAlarm } from '../../plant/ports/standing-alarms.ts';
import { recordNumber, type RecordEvent, type RecordValue } from '../../plant/record-event.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { InterlockDefinition } from '../../plant/skid/definition.ts';
import { instantText, numberOf, textOf } from './record-facts.ts';

/** A proof test without its next date, which follows from the skid file as it is now. */
export type ProofTest = Omit<ProofTestView, 'dueAt'>;

export type ProofDates = Readonly<{ lastAt: UtcMs | null; dueAt: UtcMs | null; overdue: boolean }>;

/** Of each channel the newest, and beside them as many as a page shows. */
const keptTests = 500;

export function noteProofTest(kept: readonly ProofTest[], event: RecordEvent, at: UtcMs): readonly ProofTest[] {
  const test = event.action === 'interlock-proof-tested' ? proofTestOf(event, at) : null;
  if (test === null) return kept;
  const all = [...kept, test];
  if (all.length <= keptTests) return all;
  const spare = all.findIndex((old, i) => all.some((newer, j) => j > i && isSameChannel(old, newer)));
  return spare < 0 ? all : all.toSpliced(spare, 1);
}

const isSameChannel = (one: ProofTest, other: ProofTest): boolean =>
  one.row === other.row && one.channel === other.channel;

/** What the record keeps of a proof test; `noteProofTest` reads it back. */
export const proofTestData = (test: ProofTest): Readonly<Record<string, RecordValue>> => ({
  row: recordNumber(test.row),
  channel: recordNumber(test.channel),
  tester: test.tester,
  witness: test.witness,
  stimulus: test.stimulus,
  asFound: test.asFound,
  asLeft: test.asLeft,
  tripValue: test.tripValue === null ? null : recordNumber(test.tripValue),
  unit: test.unit,
  responseMs: test.responseMs === null ? null : recordNumber(test.responseMs),
  passed: test.passed,
  at: instantText(test.at),
});

function proofTestOf(event: RecordEvent, at: UtcMs): ProofTest | null {
  const [row, channel] = [numberOf(event, 'row'), numberOf(event, 'channel')];
  if (row === null || channel === null) return null;
  const text = (key: string): string => textOf(event, key) ?? '';
  return {
    row,
    channel,
    tester: text('tester'),
    witness: text('witness'),
    stimulus: text('stimulus'),
    asFound: text('asFound'),
    asLeft: text('asLeft'),
    tripValue: numberOf(event, 'tripValue'),
    unit: textOf(event, 'unit'),
    responseMs: numberOf(event, 'responseMs'),
    passed: event.data?.['passed'] === true,
    at,
  };
}

/** The dates of a row; null where the file asks for no proof of it. */
export function proofDates(row: InterlockDefinition, tests: readonly ProofTest[], now: UtcMs): ProofDates | null {
  if (row.proofTest === null) return null;
  const newest = row.channels.map((_, channel) =>
    tests.findLast((test) => test.row === row.row && test.channel === channel),
  );
  const times = newest.flatMap((test) => (test === undefined ? [] : [test.at]));
  const lastAt = times.length === 0 ? null : utcMs(Math.max(...times));
  const failed = newest.filter((test) => test?.passed === false).map((test) => test?.at ?? now);
  if (failed.length > 0) return { lastAt, dueAt: utcMs(Math.min(...failed)), overdue: true };
  if (times.length < row.channels.length) return { lastAt, dueAt: null, overdue: true };
  const dueAt = utcMs(Math.min(...times) + row.proofTest.every);
  return { lastAt, dueAt, overdue: dueAt <= now };
}

/** The one alarm of a skid whose proofs are overdue; null where none is. */
export function overdueAlarm(
  skid: SkidName,
  rows: readonly Readonly<{ definition: InterlockDefinition; dates: ProofDates }>[],
): StandingAlarm | null {
  const overdue = rows.filter(({ dates }) => dates.overdue);
  if (overdue.length === 0) return null;
  const texts = overdue.map(({ definition: { row, title }, dates }) => `${row} ${title} (${dueText(dates)})`);
  return {
    id: 'proof-tests',
    skid,
    title: `Proof tests overdue: ${overdue.length === 1 ? 'row' : 'rows'} ${overdue.map(({ definition }) => definition.row).join(', ')}`,
    priority: 3,
    cause: `Overdue: ${texts.join('; ')}.`,
    consequence: 'That these rows would trip has not been shown within the time their rationale counts on.',
    response:
      'Have each of them proven by a tester and a witness, with the skid at rest, on the page of the interlocks.',
    respondWithinMs: 7 * 86_400_000,
  };
}

function dueText({ lastAt, dueAt }: ProofDates): string {
  if (dueAt !== null) return `since ${isoDay(dueAt)}`;
  return lastAt === null ? 'never proven' : 'not every channel proven';
}

const isoDay = (time: UtcMs): string => new Date(time).toISOString().slice(0, 10);
