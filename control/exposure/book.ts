/** All that is known of people's exposure: the log, badges, filter results and the air; and what follows from it at a moment. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { ExposureLimit, FilterResult } from '../../plant/exposure.ts';
import type { DoseLine, PersonExposure, ZoneView } from '../../plant/ports/exposure-desk.ts';
import type { Air } from './air.ts';
import type { SiteExposure, SiteZone } from '../../plant/skid/site-exposure.ts';
import { hourMs, minuteMs, peak, worstMean } from './dose.ts';
import type { Remembered } from './events.ts';
import { limitsOn, type Limits } from './limits.ts';
import { judgePerson, meanOf, type JudgedPerson } from './lines.ts';
import { forget, staysOf, whereIs, type PresenceEntry } from './presence.ts';
import { cellMs, keptMs } from './series.ts';
import { shiftAt, siteDate, type Shift } from './site-time.ts';
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

export class ExposureBook {
  readonly definition: SiteExposure;
  readonly limits: Limits;
  readonly #air: Air;
  readonly badges = new Map<string, string>();
  readonly names = new Map<string, string>();
  #log: readonly PresenceEntry[] = [];
  #samples: readonly FilterResult[] = [];
  #order = 0;
  #shift: Shift | null = null;
  #limitsOf: Readonly<{ minute: number; rows: readonly ExposureLimit[] }> | null = null;
  /** People as they were judged last, and when: a cell of air is ten seconds, so that nothing is newer within it. */
  readonly #judged = new Map<string, Readonly<{ at: UtcMs; shift: UtcMs; person: PersonNow | null }>>();
  /** Since when the zones are watched: what was unknown before is not held against anyone who could not know. */
  watchedSince: UtcMs = utcMs(0);

  constructor(definition: SiteExposure, limits: Limits, air: Air) {
    this.definition = definition;
    this.limits = limits;
    this.#air = air;
  }

  remember(what: Remembered): void {
    this.#judged.delete(personOf(what));
    if (what.kind === 'badge') {
      this.badges.set(what.gift.badge, what.gift.personId);
      this.names.set(what.gift.personId, what.gift.printedName);
    } else if (what.kind === 'presence') {
      // Entries of one service come in the order in which they were recorded.
      this.#order = Math.max(this.#order + 1, what.entry.order);
      this.#log = [...this.#log, { ...what.entry, order: this.#order }];
      this.names.set(what.entry.personId, what.entry.printedName);
    } else {
      this.#samples = [...this.#samples.filter((other) => !corrects(what.result, other)), what.result];
      this.names.set(what.result.personId, what.printedName);
    }
  }

  /** Lets go of what no shift, no rolling 8 h and no report at hand can need. */
  forget(now: UtcMs): void {
    this.#log = forget(this.#log, now - keptMs);
  }

  samples(): readonly FilterResult[] {
    return this.#samples;
  }

  zone(name: string): SiteZone | null {
    return this.definition.zones.find((zone) => zone.name === name) ?? null;
  }

  whereIs(personId: string, now: UtcMs): ReturnType<typeof whereIs> {
    return whereIs(this.#log, personId, now);
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

  /** Everything as it is now; of each person, what was found within the last cell's time counts still. */
  now(at: UtcMs): Now {
    const shift = this.shift(at);
    return this.#judge(
      this.#idsIn(shift, at).flatMap((id) => this.#personAt(id, shift, at, cellMs) ?? []),
      at,
    );
  }

  /**
   * Judges anew whoever was judged longest ago, one person a call, so that no scan waits for all of them.
   * @returns whether everyone is judged freshly enough for `now`
   */
  refresh(at: UtcMs): boolean {
    const shift = this.shift(at);
    const waiting = this.#idsIn(shift, at)
      .map((id) => ({ id, ageMs: this.#ageOf(id, shift, at) }))
      .filter(({ ageMs }) => ageMs >= cellMs / 2)
      .sort((a, b) => b.ageMs - a.ageMs);
    const [oldest, ...others] = waiting;
    if (oldest !== undefined) this.#personAt(oldest.id, shift, at, 0);
    return others.every(({ ageMs }) => ageMs < cellMs);
  }

  #ageOf(personId: string, shift: Shift, at: UtcMs): number {
    const known = this.#judged.get(personId);
    return known === undefined || known.shift !== shift.from || at < known.at ? Infinity : at - known.at;
  }

  /** Everything as it was at `at`, in the shift. */
  at(at: UtcMs, shift: Shift = this.shift(at)): Now {
    return this.#judge(
      this.#idsIn(shift, at).flatMap((id) => this.#judgePerson(id, shift, at) ?? []),
      at,
    );
  }

  #judge(people: readonly PersonNow[], at: UtcMs): Now {
    const zones = new Map(this.definition.zones.map((zone) => [zone.name, this.#judgeZone(zone, people, at)] as const));
    return { at, people, zones };
  }

  #idsIn(shift: Shift, at: UtcMs): readonly string[] {
    const sampled = this.#samples.filter(({ from, to }) => from < at && to > shift.from);
    return [...new Set([...this.#log, ...sampled].map(({ personId }) => personId))];
  }

  #personAt(personId: string, shift: Shift, at: UtcMs, within: number): PersonNow | null {
    if (this.#ageOf(personId, shift, at) < within) return this.#judged.get(personId)?.person ?? null;
    const person = this.#judgePerson(personId, shift, at);
    this.#judged.set(personId, { at, shift: shift.from, person });
    return person;
  }

  #judgePerson(personId: string, shift: Shift, at: UtcMs): PersonNow | null {
    const stays = staysOf(this.#log, personId, at - keptMs, at);
    const zonesOfShift = new Set(stays.filter(({ to }) => to > shift.from).map(({ zone }) => zone));
    const samples = this.#samples.filter((sample) => sample.personId === personId);
    const zone = this.whereIs(personId, at);
    const sampled = samples.some(({ from, to }) => from < at && to > shift.from);
    if (zonesOfShift.size === 0 && zone === null && !sampled) return null;
    const judged = judgePerson({
      stays,
      samples,
      limits: this.limitsAt(at),
      mixtures: this.limits.mixtures,
      air: (agent) => this.#air.of(agent),
      airNow: (agent) => {
        const series = zone === null ? null : (this.#air.reading(zone.zone, agent)?.series ?? null);
        return series === null ? null : meanOf(series.breaths(at - minuteMs, at));
      },
      shift,
      now: at,
      unknownCountsAfterMs: this.limits.unknownCountsAfter,
    });
    return { personId, printedName: this.names.get(personId) ?? personId, shift, zone, zonesOfShift, judged };
  }

  #judgeZone(zone: SiteZone, people: readonly PersonNow[], at: UtcMs): ZoneJudgement {
    const air = this.#air.readings(zone.name).map(({ definition, series }) => {
      const breaths = series.breaths(at - quarterMs, at);
      return {
        agent: definition.agent,
        highest: peak(breaths, at - quarterMs, at),
        mean: worstMean(breaths, quarterMs, at, at),
        unknownForMs: at - Math.max(series.last()?.at ?? 0, this.watchedSince),
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
        mixture: judged.mixture === null ? null : { value: judged.mixture.value, state: judged.mixture.state },
      }))
      .sort((a, b) => a.printedName.localeCompare(b.printedName));
  }

  /** How far back a report can reach: what was read before is not kept here. */
  reportsFrom(now: UtcMs): UtcMs {
    return utcMs(now - keptMs + 8 * hourMs);
  }
}

/** A result for the same person, agent, fraction and time takes the place of the one before it; the record keeps both. */
export const corrects = (later: FilterResult, earlier: FilterResult): boolean =>
  later.personId === earlier.personId &&
  later.agent === earlier.agent &&
  later.fraction === earlier.fraction &&
  later.from === earlier.from &&
  later.to === earlier.to;

const personOf = (what: Remembered): string =>
  what.kind === 'presence' ? what.entry.personId : what.kind === 'badge' ? what.gift.personId : what.result.personId;

const joined = (findings: ZoneJudgement['stops'] | undefined): string | null =>
  findings === undefined || findings.length === 0 ? null : [...new Set(findings.map(({ text }) => text))].join(' ');
