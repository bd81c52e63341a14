/** What people do at the desk of exposure: the log, badges, filter results and reports. Everything is in the record first. */
import { randomUUID } from 'node:crypto';
import { utcMs, type Clock, type Milliseconds, type UtcMs } from '../../plant/clock.ts';
import type { FilterResult } from '../../plant/exposure.ts';
import type { Actor, Person } from '../../plant/people.ts';
import type { Authority, Permission } from '../../plant/ports/access.ts';
import type { ExposureAnswer, ExposureDesk } from '../../plant/ports/exposure-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import { mesolineError } from '../../plant/errors.ts';
import { placeOf, type ExposureBook, type Now } from './book.ts';
import { badgeEvent, filterEvent, presenceEvent, remember } from './events.ts';
import type { PastShifts } from './past-shifts.ts';
import { csvReport } from './report-csv.ts';
import type { ReportThread } from './report-thread.ts';
import type { ReportOf } from './report.ts';
import { siteTime } from './site-time.ts';
import type { Slices } from './steps.ts';
import { ownStop } from './zone-judge.ts';

export type DeskOptions = Readonly<{
  site: string;
  clock: Clock;
  authority: Authority;
  records: RecordKeeper;
  people: () => Promise<readonly Person[]>;
  book: ExposureBook;
  past: PastShifts;
  slices: Slices;
  reports: ReportThread;
  /** As it is now, with everyone as they were judged last. */
  now: () => Now;
  /** The same, with everyone judged by all that is known. */
  fresh: () => Promise<Now>;
}>;

/** An entry of less long ago asks to go in; an older one says that somebody went. */
const factAfterMs = 60_000 as Milliseconds;

/** Presence may be logged for a time that has passed by so much. */
const latestEntryMs = 36 * 3_600_000;

export function createDesk(options: DeskOptions): ExposureDesk {
  const { site, clock, authority, records, people, book, past, slices, reports, now, fresh } = options;
  const keep = async (event: RecordEvent): Promise<ExposureAnswer> => {
    const receipt = await records.append(event);
    const known = remember({ ...receipt, event });
    if (known !== null) book.remember(known);
    return { done: true };
  };
  const denied = (actor: Actor, permission: Permission): ExposureAnswer | null => {
    const decision = authority.decide(actor, permission);
    return decision.allowed ? null : refused(decision.reason);
  };

  return {
    zones: () => Promise.resolve(book.zoneViews(now())),
    people: async () => book.personViews(await fresh()),
    limits: () => Promise.resolve(book.limitsAt(clock.utc())),
    filterResults: () => Promise.resolve([...book.samples()].sort((a, b) => b.from - a.from)),

    async presence({ personId, badge, zone, at }, actor) {
      const time = clock.utc();
      const when = at ?? time;
      const id = personId ?? (badge === undefined ? null : book.badges.holderAt(badge, when));
      if (id === null)
        return refused(
          badge === undefined
            ? 'Say who it is, or hold a badge.'
            : at === undefined
              ? `Nobody has the badge ${badge}.`
              : `Nobody had the badge ${badge} at ${siteTime(when, book.definition.timeZone)}.`,
        );
      // One's own going in or out is nobody else's business to allow.
      const own = actor.kind === 'person' && actor.id === id;
      const no = denied(actor, own ? 'view' : 'log presence');
      if (no !== null) return no;
      const person = (await people()).find((one) => one.id === id);
      if (person === undefined) return refused(`There is no person ${id}.`);
      if (when > time) return refused(`${siteTime(when, book.definition.timeZone)} has not come yet.`);
      if (when < time - latestEntryMs) return refused('That is more than 36 h ago: doses reach no further back here.');
      // Whoever leaves waits for no judgement.
      const stopped = zone === null ? null : stopOf(book, await fresh(), zone, id);
      if (stopped === unknownZone) return refused(`There is no zone ${zone ?? ''}.`);
      const isFact = when <= time - factAfterMs;
      if (stopped !== null && !isFact) return refused(`Nobody may go in: ${stopped}`);
      const entry = { personId: id, printedName: person.printedName, zone, at: when };
      return keep(
        presenceEvent(
          entry,
          personId === undefined ? (badge ?? null) : null,
          actor,
          stopped === null ? null : `Entered while entry was stopped: ${stopped}`,
        ),
      );
    },

    async giveBadge({ personId, badge }, actor) {
      const no = denied(actor, 'record exposure');
      if (no !== null) return no;
      const person = (await people()).find((one) => one.id === personId);
      if (person === undefined) return refused(`There is no person ${personId}.`);
      if (badge.trim() === '') return refused('The badge has no number.');
      const before = book.badges.of(personId);
      const lost = before === badge ? null : before;
      return keep(badgeEvent({ badge, personId, printedName: person.printedName }, lost, actor));
    },

    async addFilterResult(result, actor) {
      const no = denied(actor, 'record exposure');
      if (no !== null) return no;
      const person = (await people()).find((one) => one.id === result.personId);
      if (person === undefined) return refused(`There is no person ${result.personId}.`);
      const whole: FilterResult = { ...result, id: randomUUID() };
      const others = book.samplesOf(result.personId);
      const wrong = faultOf(whole, clock.utc()) ?? overlapOf(whole, others);
      if (wrong !== null) return refused(wrong);
      const answer = await keep(filterEvent(whole, person.printedName, actor));
      void past.recompute(whole, others.find((other) => placeOf(other) === placeOf(whole)) ?? null);
      return answer;
    },

    async report(at, format) {
      const time = clock.utc();
      const shift = book.shift(at);
      if (shift.from > time)
        throw mesolineError(
          'exposure-report-refused',
          'at',
          `The shift of ${siteTime(at, book.definition.timeZone)} has not come yet.`,
          'Ask for one that runs or has ended.',
        );
      const end = shift.to < time ? shift.to : time;
      const told = await past.told(shift, end);
      const state = await slices.run(told.book.at(end, shift));
      const report: ReportOf = {
        site,
        timeZone: book.definition.timeZone,
        shift,
        upTo: end,
        madeAt: time,
        people: told.book.personViews(state),
        limits: book.limitsAt(utcMs(Math.min(end, shift.to - 1))),
        mixtures: book.limits.mixtures,
        samples: told.book.samples().filter(({ from, to }) => from < end && to > shift.from),
        names: told.book.names,
        fault: told.fault,
      };
      const fileName = `exposure-${siteTime(shift.from, book.definition.timeZone).replace(' ', 'T').replace(':', '')}.${format}`;
      return format === 'csv'
        ? { fileName, mediaType: 'text/csv; charset=utf-8', bytes: new TextEncoder().encode(csvReport(report)) }
        : { fileName, mediaType: 'application/pdf', bytes: await reports.pdf(report) };
    },
  };
}

const refused = (reason: string): ExposureAnswer => ({ done: false, reason });

const unknownZone = Symbol('unknown zone');

function stopOf(book: ExposureBook, now: Now, zone: string, personId: string): string | null | typeof unknownZone {
  if (book.zone(zone) === null) return unknownZone;
  const ofZone = now.zones.get(zone)?.stops[0]?.text;
  if (ofZone !== undefined) return ofZone;
  // What somebody has breathed in one zone they take into the next.
  const person = now.people.find((one) => one.personId === personId);
  return person === undefined ? null : ownStop(person.printedName, person.judged);
}

const longestSampleMs = 24 * 3_600_000;

function faultOf({ agent, fraction, unit, from, to, concentration }: FilterResult, now: UtcMs): string | null {
  if (!(from < to)) return 'The sampling ends before it begins.';
  if (to > now) return 'The sampling has not ended yet.';
  if (to - from > longestSampleMs) return 'The sampling took more than 24 h.';
  if (!Number.isFinite(concentration) || concentration < 0) return `${concentration} is no concentration.`;
  if ((agent === 'Cd') !== (unit === 'µg/m³')) return `${agent} is not given in ${unit}.`;
  if ((agent === 'Cd') === (fraction === 'gas')) return `${agent} has no fraction "${fraction}".`;
  return null;
}

function overlapOf(result: FilterResult, others: readonly FilterResult[]): string | null {
  const other = others.find(
    (one) =>
      one.agent === result.agent && one.fraction === result.fraction && one.from < result.to && result.from < one.to,
  );
  if (other === undefined || placeOf(result) === placeOf(other)) return null;
  return 'It overlaps another result of this person. To correct that one, give its sampling times exactly.';
}
