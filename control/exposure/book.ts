/** All that is known of people's exposure: the log, badges, filter results and the air; and what follows from it at a moment. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { ExposureLimit, FilterResult } from '../../plant/exposure.ts';
import type { DoseLine, PersonExposure, ZoneView } from '../../plant/ports/exposure-desk.ts';
import type { Air } from './air.ts';
import type { SiteExposure, SiteZone } from '../../plant/skid/site-exposure.ts';
import { minuteMs, peak, worstMean } from './dose.ts';
import type { Remembered } from './events.ts';
import { limitsOn, type Limits } from './limits.ts';
import { judgePerson, looksFrom, meanOf, type JudgedPerson } from './lines.ts';
import { Badges } from './badges.ts';
import { PresenceLog, staysOf, whereIs } from './presence.ts';
import { cellMs, keptMs } from './series.ts';
import { shiftAt, siteDate, type Shift } from './site-time.ts';
import type { Steps } from './steps.ts';
import { judgeZone, type ZoneJudgement } from './zone-judge.ts';

export type PersonNow = Readonly<{
  personId: string;
  printedName: string;
  shift: Shift;
  zone: Readonly<{ zone: string; since: UtcMs }> | null;
  zonesOfShift: ReadonlySet<string>;
  judged: JudgedPerson;
}>;

export type Now = Readonly<{
  at: UtcMs;
  people: readonly PersonNow[];
  zones: ReadonlyMap<string, ZoneJudgement>;
}>;

const quarterMs = 15 * minuteMs;
/** Over so long the air of a zone is looked at for what was not read: an instrument that comes back now and then is not known either. */
const watchedMs = 30 * minuteMs;

type Judged = Readonly<{ at: number; shift: UtcMs; judged: JudgedPerson }>;
const notJudged: JudgedPerson = { lines: [], mixture: null };
const nothingHeld: ZoneJudgement = { stops: [], evacuates: [] };

export class ExposureBook {
  readonly definition: SiteExposure;
  readonly limits: Limits;
  readonly badges = new Badges();
  readonly names = new Map<string, string>();
  readonly #air: Air;
  readonly #log = new PresenceLog();
  /** Results of each person, by what they are of: a later one for the same corrects the one before. */
  readonly #samples = new Map<string, Map<string, FilterResult>>();
  #order = 0;
  #shift: Shift | null = null;
  #limitsOf: Readonly<{ minute: number; rows: readonly ExposureLimit[] }> | null = null;
  /** People as they were judged last: a cell of air is ten seconds, so that nothing is newer within it. */
  readonly #judged = new Map<string, Judged>();
  /** Of whom something has become known since they were judged. */
  readonly #stale = new Set<string>();
  /** What stood before a restart, until it can be judged anew. */
  #held: ReadonlyMap<string, ZoneJudgement> = new Map();
  #latest: number = -Infinity;
  /** Since when the zones are watched: what was unknown before is not held against anyone who could not know. */
  watchedSince: UtcMs = utcMs(0);

  constructor(definition: SiteExposure, limits: Limits, air: Air) {
    this.definition = definition;
    this.limits = limits;
    this.#air = air;
  }

  remember(what: Remembered): void {
    if (what.kind === 'badge') {
      this.badges.give(what.gift);
      this.names.set(what.gift.personId, what.gift.printedName);
    } else if (what.kind === 'presence') {
      // Entries of one service come in the order in which they were recorded.
      this.#order = Math.max(this.#order + 1, what.entry.order);
      this.#log.add({ ...what.entry, order: this.#order });
      this.names.set(what.entry.personId, what.entry.printedName);
      this.#stale.add(what.entry.personId);
    } else if (what.kind === 'filter') {
      const own = this.#samples.get(what.result.personId) ?? new Map<string, FilterResult>();
      this.#samples.set(what.result.personId, own.set(placeOf(what.result), what.result));
      this.names.set(what.result.personId, what.printedName);
      this.#stale.add(what.result.personId);
    }
  }

  /** Lets go of what no shift, no rolling 8 h and no report at hand can need. */
  forget(now: UtcMs): void {
    this.#log.forget(now - forgetAfterMs);
  }

  /**
   * Where the clock was set back, what was logged of a time that has yet to come is taken as of now: whoever has gone in is in.
   * @returns whether it was, by more than a second
   */
  clockSays(now: UtcMs): boolean {
    const isBack = now < this.#latest - 1000;
    if (now < this.#latest || this.#latest === -Infinity) this.#log.noLaterThan(now);
    this.#latest = now;
    if (now < this.watchedSince) this.watchedSince = now;
    return isBack;
  }

  /** Something of the air that has passed has become known. */
  allStale(): void {
    for (const id of this.#judged.keys()) this.#stale.add(id);
  }

  hold(held: ReadonlyMap<string, ZoneJudgement>): void {
    this.#held = held;
  }

  get holds(): boolean {
    return this.#held.size > 0;
  }

  samples(): readonly FilterResult[] {
    return [...this.#samples.values()].flatMap((own) => [...own.values()]);
  }

  samplesOf(personId: string): readonly FilterResult[] {
    return [...(this.#samples.get(personId)?.values() ?? [])];
  }

  zone(name: string): SiteZone | null {
    return this.definition.zones.find((zone) => zone.name === name) ?? null;
  }

  whereIs(personId: string, now: UtcMs): ReturnType<typeof whereIs> {
    return whereIs(this.#log.of(personId), now);
  }

  shift(at: UtcMs): Shift {
    // The calendar is slow, and the shift is asked for with every scan.
    if (this.#shift === null || at < this.#shift.from || at >= this.#shift.to)
      this.#shift = shiftAt(at, this.definition.shifts, this.definition.timeZone);
    return this.#shift;
  }

  limitsAt(at: UtcMs): readonly ExposureLimit[] {
    const minute = Math.floor(at / minuteMs);
    if (this.#limitsOf?.minute !== minute) {
      const rows = limitsOn(this.limits, siteDate(at, this.definition.timeZone), this.definition.jurisdictions);
      this.#limitsOf = { minute, rows };
    }
    return this.#limitsOf.rows;
  }

  /** Everything as it is now; of each person, what was found last. */
  now(at: UtcMs): Now {
    const shift = this.shift(at);
    return this.#judge(
      this.#idsIn(shift, at).flatMap((id) => {
        const known = this.#judged.get(id);
        const judged = known?.shift === shift.from ? known.judged : notJudged;
        return this.#personOf(id, shift, at, judged) ?? [];
      }),
      at,
    );
  }

  /** Whether everyone is judged by what is known at `at`. */
  isFresh(at: UtcMs): boolean {
    return this.#waiting(at).length === 0;
  }

  /** Whether everyone was judged in this shift by all that was logged and read before. */
  isJudged(at: UtcMs): boolean {
    const shift = this.shift(at);
    return this.#idsIn(shift, at).every((id) => this.#judged.get(id)?.shift === shift.from && !this.#stale.has(id));
  }

  /** Judges everyone of whom there is something new. */
  *refresh(at: UtcMs): Steps<void> {
    const shift = this.shift(at);
    const until = cellOf(at);
    for (const id of this.#waiting(at)) {
      this.#stale.delete(id);
      const judged = yield* this.#judgePerson(id, shift, until);
      this.#judged.set(id, { at: until, shift: shift.from, judged });
    }
  }

  #waiting(at: UtcMs): readonly string[] {
    const shift = this.shift(at);
    return this.#idsIn(shift, at).filter((id) => {
      const known = this.#judged.get(id);
      return known === undefined || known.shift !== shift.from || known.at !== cellOf(at) || this.#stale.has(id);
    });
  }

  /** Everything as it was at `at`, in the shift. */
  *at(at: UtcMs, shift: Shift = this.shift(at)): Steps<Now> {
    const people: PersonNow[] = [];
    for (const id of this.#idsIn(shift, at)) {
      const judged = yield* this.#judgePerson(id, shift, at);
      const person = this.#personOf(id, shift, at, judged);
      if (person !== null) people.push(person);
    }
    return this.#judge(people, at);
  }

  /** One person's lines in a shift that has ended, with these results instead of those that are known. */
  *linesOf(personId: string, shift: Shift, samples: readonly FilterResult[]): Steps<readonly DoseLine[]> {
    const { lines } = yield* this.#judgePerson(personId, shift, shift.to, samples);
    return lines.map(({ line }) => line);
  }

  #judge(people: readonly PersonNow[], at: UtcMs): Now {
    const zones = new Map(
      this.definition.zones.map((zone) => {
        const found = this.#judgeZone(zone, people, at);
        const held = this.#held.get(zone.name) ?? nothingHeld;
        const both = { stops: [...found.stops, ...held.stops], evacuates: [...found.evacuates, ...held.evacuates] };
        return [zone.name, both] as const;
      }),
    );
    return { at, people, zones };
  }

  #idsIn(shift: Shift, at: UtcMs): readonly string[] {
    const ids = new Set([...this.#log.people(), ...this.#samples.keys()]);
    return [...ids].filter((id) => this.#personOf(id, shift, at, notJudged) !== null);
  }

  #personOf(personId: string, shift: Shift, at: UtcMs, judged: JudgedPerson): PersonNow | null {
    const log = this.#log.of(personId);
    const zonesOfShift = new Set(staysOf(log, shift.from, at).map(({ zone }) => zone));
    const zone = whereIs(log, at);
    const isSampled = (): boolean => this.samplesOf(personId).some(({ from, to }) => from < at && to > shift.from);
    if (zonesOfShift.size === 0 && zone === null && !isSampled()) return null;
    return { personId, printedName: this.names.get(personId) ?? personId, shift, zone, zonesOfShift, judged };
  }

  *#judgePerson(
    personId: string,
    shift: Shift,
    at: number,
    samples: readonly FilterResult[] = this.samplesOf(personId),
  ): Steps<JudgedPerson> {
    const log = this.#log.of(personId);
    const stays = staysOf(log, looksFrom(shift, at), at);
    const zone = whereIs(log, at)?.zone ?? null;
    yield log.length;
    return yield* judgePerson({
      stays,
      samples,
      // A shift that ends with its day is judged by the limits of that day.
      limits: this.limitsAt(utcMs(Math.min(at, shift.to - 1))),
      mixtures: this.limits.mixtures,
      air: this.#air.at(at),
      airNow: (agent) => {
        const series = zone === null ? null : (this.#air.reading(zone, agent)?.series ?? null);
        return series === null ? null : meanOf(series.breaths(at - minuteMs, at));
      },
      shift,
      now: at,
      unknownCountsAfterMs: this.limits.unknownCountsAfter,
    });
  }

  #judgeZone(zone: SiteZone, people: readonly PersonNow[], at: UtcMs): ZoneJudgement {
    const air = this.#air.readings(zone.name).map(({ definition, series }) => {
      const breaths = series.breaths(Math.max(at - watchedMs, Math.min(this.watchedSince, at - quarterMs)), at);
      const missedMs = breaths
        .filter(({ from }) => from >= this.watchedSince)
        .reduce((sum, { from, to, measured = 1 }) => sum + (to - from) * (1 - measured), 0);
      return {
        agent: definition.agent,
        highest: peak(breaths, at - quarterMs, at),
        mean: worstMean(breaths, quarterMs, at, at),
        unknownForMs: Math.max(at - Math.max(series.last()?.at ?? 0, this.watchedSince), missedMs),
      };
    });
    const present = people.map(({ personId, printedName, zone: where, zonesOfShift, judged }) => ({
      personId,
      printedName,
      inside: where?.zone === zone.name,
      wasInside: zonesOfShift.has(zone.name),
      judged,
    }));
    return judgeZone(air, present, this.limitsAt(at), this.limits.unknownCountsAfter);
  }

  zoneViews(now: Now): readonly ZoneView[] {
    return this.definition.zones.map((zone) => {
      const judgement = now.zones.get(zone.name);
      return {
        zone: zone.name,
        title: zone.title,
        readings: this.#air.readings(zone.name).map(({ definition, unit, series }) => {
          const last = series.last();
          const fresh = last !== null && now.at - last.at <= cellMs;
          return {
            agent: definition.agent,
            tag: definition.tag,
            value: fresh ? last.value : null,
            unit,
            surrogate: definition.surrogate,
            at: last === null ? null : utcMs(last.at),
          };
        }),
        people: now.people.flatMap(({ personId, printedName, zone: where }) =>
          where?.zone === zone.name ? [{ personId, printedName, since: where.since }] : [],
        ),
        entryStopped: joined(judgement?.stops),
        evacuate: joined(judgement?.evacuates),
      };
    });
  }

  personViews(now: Now): readonly PersonExposure[] {
    return now.people
      .map(({ personId, printedName, zone, shift, judged }) => ({
        personId,
        printedName,
        zone: zone?.zone ?? null,
        shift,
        lines: judged.lines.map(({ line }): DoseLine => line),
        mixture: mixtureOf(judged),
      }))
      .sort((a, b) => a.printedName.localeCompare(b.printedName));
  }

  /** Whether what is kept here is enough to tell of a shift up to `end`. */
  tellsOf(shift: Shift, end: UtcMs, now: UtcMs): boolean {
    return looksFrom(shift, end) >= now - keptMs;
  }
}

/** What of the log is kept in memory; a clock that ran some days ahead must not have lost it. */
const forgetAfterMs = 8 * 86_400_000;

const cellOf = (at: number): number => Math.floor(at / cellMs) * cellMs;

function mixtureOf({ mixture }: JudgedPerson): PersonExposure['mixture'] {
  if (mixture === null) return null;
  const { value, state, approved } = mixture;
  return { value, state, approved };
}

/** A result for the same person, agent, fraction and time takes the place of the one before it; the record keeps both. */
export const placeOf = ({ personId, agent, fraction, from, to }: FilterResult): string =>
  [personId, agent, fraction, from, to].join(' ');

const joined = (findings: ZoneJudgement['stops'] | undefined): string | null =>
  findings === undefined || findings.length === 0 ? null : [...new Set(findings.map(({ text }) => text))].join(' ');
