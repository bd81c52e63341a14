/** Work that people do on a guard: what is asked of it, who may ask, and what the record says of it. */
import { isoUtc, milliseconds, utcMs, type Monotonic, type UtcMs } from '../../plant/clock.ts';
import { actorName, type Actor, type Role } from '../../plant/people.ts';
import type { Permission } from '../../plant/ports/access.ts';
import type { InterlockWork, TwoPeople } from '../../plant/ports/interlock-work.ts';
import { recordNumber, type RecordEvent, type RecordValue } from '../../plant/record-event.ts';
import type { LocalTag, SkidName } from '../../plant/sample.ts';
import type { InterlockDefinition } from '../../plant/skid/definition.ts';

export type BypassRequest = Parameters<InterlockWork['bypass']>[1];
export type ForceRequest = Parameters<InterlockWork['force']>[1];
export type ProofRequest = Parameters<InterlockWork['proofTest']>[1];

/** Work that takes something from the protection: in the record before it takes effect. */
export type Admission =
  | Readonly<{ kind: 'bypass'; request: BypassRequest; people: TwoPeople }>
  | Readonly<{ kind: 'force'; request: ForceRequest; people: TwoPeople }>
  | Readonly<{ kind: 'proof test'; request: ProofRequest; people: TwoPeople }>
  | Readonly<{ kind: 'changeover'; actor: Actor }>;

/** Work that gives it back: it takes effect first. */
export type Ending =
  | Readonly<{ kind: 'end bypass'; row: number; actor: Actor }>
  | Readonly<{ kind: 'end force'; tag: LocalTag; actor: Actor }>
  | Readonly<{ kind: 'leave changeover'; actor: Actor }>;

/** A guard as the desk works on it. */
export interface WorkedGuard {
  readonly skid: SkidName;
  readonly rows: readonly InterlockDefinition[];
  /** What refuses it at the last scan; nothing is changed. */
  refusals(work: Admission, now: Monotonic): readonly string[];
  /** Does it, or says what refuses it. What it is told of an admission is on record already. */
  admit(work: Admission, now: Monotonic): readonly string[];
  end(work: Ending, now: Monotonic): readonly string[];
}

export const permissionFor: Readonly<Record<(Admission | Ending)['kind'], Permission>> = {
  bypass: 'bypass interlock',
  'end bypass': 'bypass interlock',
  force: 'force input',
  'end force': 'force input',
  'proof test': 'proof test',
  changeover: 'enter changeover',
  'leave changeover': 'enter changeover',
};

export const peopleOf = (work: Admission): readonly Actor[] =>
  work.kind === 'changeover' ? [work.actor] : [work.people.by, work.people.second];

/** The roles of which one of the two must hold one, as the row says; null where nothing beside the permission is asked. */
export function rolesOf(work: Admission, rows: readonly InterlockDefinition[]): readonly Role[] | null {
  if (work.kind !== 'bypass') return null;
  const rule = rows.find(({ row }) => row === work.request.row)?.bypass ?? 'never';
  return rule === 'never' ? null : rule.by;
}

/** The words a person gives with it, each under the name that a refusal calls it by. */
export function wordsOf(work: Admission): Readonly<Record<string, string>> {
  switch (work.kind) {
    case 'bypass':
      return { reason: work.request.reason, 'measure meanwhile': work.request.meanwhile };
    case 'force':
      return { reason: work.request.reason };
    case 'proof test':
      return { 'as found': work.request.asFound, 'as left': work.request.asLeft };
    case 'changeover':
      return {};
  }
}

const longestMinutes = 7 * 24 * 60;

/** What is wrong with the request itself, whatever the skid's state. */
export function faultsOf(work: Admission): readonly string[] {
  const faults: string[] = [];
  for (const [name, text] of Object.entries(wordsOf(work))) {
    if (text.trim() === '') faults.push(`Say the ${name}; it is recorded.`);
    if (text.length > 1000) faults.push(`The ${name} is ${text.length} characters long; 1000 is the most.`);
  }
  if (work.kind === 'bypass' || work.kind === 'force') {
    const { minutes } = work.request;
    if (!(minutes > 0 && minutes <= longestMinutes))
      faults.push(`${minutes} minutes is no time it can last; say how many minutes, more than 0.`);
  }
  if (work.kind === 'force' && typeof work.request.value === 'number' && !Number.isFinite(work.request.value))
    faults.push(`${work.request.value} is no value an input can be held at.`);
  return faults;
}

const actions = {
  bypass: 'interlock-bypassed',
  force: 'interlock-forced',
  'proof test': 'interlock-proof-test-begun',
  changeover: 'changeover-entered',
} as const satisfies Record<Admission['kind'], string>;

/** What ends it, for the record of one that did not take effect after all. */
const endActions = {
  bypass: 'interlock-bypass-ended',
  force: 'interlock-force-ended',
  'proof test': 'interlock-proof-test-void',
  changeover: 'changeover-left',
} as const satisfies Record<Admission['kind'], string>;

/** The actions that the desk itself records, before they take effect. */
export const recordedBefore: ReadonlySet<string> = new Set(Object.values(actions));

export const admissionRecord = (guard: WorkedGuard, work: Admission, at: UtcMs): RecordEvent => ({
  scope: `skid/${guard.skid}`,
  actor: peopleOf(work)[0] ?? { kind: 'service', part: 'interlocks' },
  action: actions[work.kind],
  object: objectOf(work),
  ...(work.kind === 'force' && {
    new: typeof work.request.value === 'number' ? recordNumber(work.request.value) : work.request.value,
  }),
  reason: reasonOf(work),
  data: dataOf(guard, work, at),
  happenedAt: at,
});

/** That something on record never took effect, or no longer could. */
export const voidRecord = (
  guard: WorkedGuard,
  work: Admission,
  why: string,
  at: UtcMs,
): RecordEvent & { happenedAt: UtcMs } => ({
  scope: `skid/${guard.skid}`,
  actor: { kind: 'service', part: 'interlocks' },
  action: endActions[work.kind],
  object: objectOf(work),
  reason: `It did not take effect: ${why}`,
  data: rowData(work),
  happenedAt: at,
});

export const refusalRecord = (
  guard: WorkedGuard,
  work: Admission | Ending,
  actor: Actor,
  refusedBy: readonly string[],
  at: UtcMs,
): RecordEvent & { happenedAt: UtcMs } => ({
  scope: `skid/${guard.skid}`,
  actor,
  action: 'interlock-work-refused',
  object: objectOf(work),
  reason: refusedBy.join(' '),
  data: { ...rowData(work), asked: work.kind },
  happenedAt: at,
});

function objectOf(work: Admission | Ending): string {
  switch (work.kind) {
    case 'bypass':
    case 'proof test':
      return `interlock ${work.request.row}`;
    case 'end bypass':
      return `interlock ${work.row}`;
    case 'force':
      return work.request.tag;
    case 'end force':
      return work.tag;
    case 'changeover':
    case 'leave changeover':
      return 'changeover';
  }
}

function rowData(work: Admission | Ending): Readonly<Record<string, RecordValue>> {
  if (work.kind === 'bypass' || work.kind === 'proof test')
    return { row: recordNumber(work.request.row), channel: recordNumber(work.request.channel) };
  return work.kind === 'end bypass' ? { row: recordNumber(work.row) } : {};
}

function reasonOf(work: Admission): string {
  switch (work.kind) {
    case 'bypass':
    case 'force':
      return work.request.reason.trim();
    case 'proof test':
      return `Found: ${work.request.asFound.trim()}`;
    case 'changeover':
      return 'Changeover: no batch, feeds isolated, cold and depressurised.';
  }
}

function dataOf(guard: WorkedGuard, work: Admission, at: UtcMs): Readonly<Record<string, RecordValue>> {
  if (work.kind === 'changeover') return {};
  const { second } = work.people;
  const both = { second: actorName(second), secondId: second.id, secondUser: second.userName };
  const until = (minutes: number): string => isoUtc(utcMs(at + milliseconds(minutes * 60_000)));
  switch (work.kind) {
    case 'bypass': {
      const { row, channel, minutes, meanwhile } = work.request;
      const definition = guard.rows.find((one) => one.row === row);
      return {
        ...rowData(work),
        ...both,
        title: definition?.title ?? '',
        text: definition?.channels[channel]?.text ?? '',
        meanwhile: meanwhile.trim(),
        minutes: recordNumber(minutes),
        until: until(minutes),
      };
    }
    case 'force':
      return { ...both, minutes: recordNumber(work.request.minutes), until: until(work.request.minutes) };
    case 'proof test':
      return { ...rowData(work), ...both, asFound: work.request.asFound.trim(), asLeft: work.request.asLeft.trim() };
  }
}
