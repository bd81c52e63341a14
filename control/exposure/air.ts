/** The air of every zone: which tag of which skid says what of it, and what they have said. */
import type { Agent } from '../../plant/exposure.ts';
import type { HistoryQueries } from '../../plant/ports/history.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import { mesolineError } from '../../plant/errors.ts';
import { numberPattern } from '../../plant/quantity.ts';
import { convert } from '../../plant/units.ts';
import { isGood } from '../../plant/quality.ts';
import { splitTag, type SkidName, type TagName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { ZoneAir } from './breath.ts';
import type { SiteExposure, SiteZone, ZoneReading } from '../../plant/skid/site-exposure.ts';
import { cellMs, Series } from './series.ts';

/** One instrument of a zone; `series` is in the unit that limits of its agent have. */
export type Reading = Readonly<{
  definition: ZoneReading;
  unit: 'µg/m³' | 'ppm';
  /** From the tag's unit to the limit's. */
  factor: number;
  series: Series;
}>;

export class Air {
  readonly #zones: ReadonlyMap<string, ReadonlyMap<Agent, Reading>>;
  readonly #bySkid = new Map<SkidName, Readonly<{ reading: Reading; at: { index: number } }>[]>();

  /** @throws MesolineError `exposure-refused` for a tag that is not there or has no unit of a concentration */
  constructor(definition: SiteExposure, skids: readonly Skid[]) {
    this.#zones = new Map(
      definition.zones.map((zone) => [
        zone.name,
        new Map(zone.readings.map((reading) => [reading.agent, readingOf(zone, reading, skids)])),
      ]),
    );
    for (const readings of this.#zones.values()) {
      for (const reading of readings.values()) {
        const { skid } = splitTag(reading.definition.tag);
        this.#bySkid.set(skid, [...(this.#bySkid.get(skid) ?? []), { reading, at: { index: -1 } }]);
      }
    }
  }

  accept({ batch }: ScanNews): void {
    for (const { reading, at } of this.#bySkid.get(batch.skid) ?? []) {
      const { tag } = reading.definition;
      if (batch.samples[at.index]?.tag !== tag) at.index = batch.samples.findIndex((sample) => sample.tag === tag);
      const sample = batch.samples[at.index];
      const value = sample !== undefined && isGood(sample.quality) ? sample.value : null;
      // A photometer below its background reads less than nothing.
      reading.series.add(
        batch.utc,
        typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) * reading.factor : null,
      );
    }
  }

  readings(zone: string): readonly Reading[] {
    return [...(this.#zones.get(zone)?.values() ?? [])];
  }

  reading(zone: string, agent: Agent): Reading | null {
    return this.#zones.get(zone)?.get(agent) ?? null;
  }

  /**
   * As it is told at `now`. In a zone without an instrument of the agent, on a site that measures it elsewhere, it may be as much as
   * what the highest instrument of the site acts at; of what is measured nowhere nothing is said.
   */
  at(now: number): (agent: Agent) => ZoneAir {
    return (agent) => {
      const elsewhere = this.#boundElsewhere(agent);
      const reading = (zone: string): Reading | null => this.reading(zone, agent);
      return function* (zone, from, to) {
        const found = reading(zone);
        if (found !== null) return yield* found.series.told(from, to, now);
        if (elsewhere === null) return null;
        return [{ from, to, lower: 0, upper: elsewhere, top: 0, mostTop: elsewhere, measured: 0, unfitted: true }];
      };
    };
  }

  #boundElsewhere(agent: Agent): number | null {
    const found = [...this.#zones.values()].flatMap((readings) => readings.get(agent)?.series.alarmHighHigh ?? []);
    return found.length === 0 ? null : Math.max(...found);
  }

  /**
   * Puts in what history has from `begin` up to `end`. What it has not stays a gap.
   * @throws as the history does
   */
  async backfill(history: HistoryQueries, begin: UtcMs, end: UtcMs): Promise<void> {
    const [first, last] = [Math.ceil(begin / cellMs) * cellMs, Math.floor(end / cellMs) * cellMs];
    for (const readings of this.#zones.values()) {
      for (const { definition, factor, series } of readings.values()) {
        // The newest first: what happened just now matters most.
        for (let to = last; to > first; to -= fillMs) {
          const from = Math.max(first, to - fillMs);
          const [found] = await history.trend([definition.tag], utcMs(from), utcMs(to), (to - from) / cellMs);
          for (const { time, min, max, worst } of found?.buckets ?? []) {
            if (min === null || max === null || worst === null || !isGood(worst)) continue;
            const [low, high] = [Math.max(0, min) * factor, Math.max(0, max) * factor];
            series.fill(time, { low, high, top: high, share: 1 });
          }
        }
      }
    }
  }
}

/** What is asked of history at once: an hour is taken over in a part of a millisecond. */
const fillMs = 3_600_000;

function readingOf(zone: SiteZone, definition: ZoneReading, skids: readonly Skid[]): Reading {
  const { agent, tag, cdShare } = definition;
  const { skid: skidName, local } = splitTag(tag);
  const skid = skids.find(({ name }) => name === skidName);
  const found = skid?.type.tags.find(({ name }) => name === local);
  const unit = agent === 'Cd' ? 'µg/m³' : 'ppm';
  const toUnit = toLimitUnit(found?.unit ?? null, unit);
  if (skid === undefined || found === undefined || toUnit === null)
    throw mesolineError(
      'exposure-refused',
      `zone ${zone.name}, ${agent}`,
      found === undefined ? `There is no tag ${tag}.` : `${tag} has the unit ${String(found.unit)}.`,
      `Name a tag of the site with ${unit === 'ppm' ? 'ppm' : 'mg/m³ or µg/m³'}.`,
    );
  const factor = toUnit * (cdShare ?? 1);
  return { definition, unit, factor, series: new Series(highHigh(skid, tag) * factor) };
}

const toLimitUnit = (unit: string | null, wanted: Reading['unit']): number | null => {
  if (wanted === 'ppm') return unit === 'ppm' ? 1 : null;
  return unit === 'mg/m³' ? 1000 : unit === 'µg/m³' ? 1 : null;
};

/**
 * The highest value at which something happens by the tag: of its interlock rows' trips and alarms, else the end of what
 * the instrument can show. In the tag's unit.
 */
function highHigh({ type }: Skid, tag: TagName): number {
  const { local } = splitTag(tag);
  const found = type.tags.find(({ name }) => name === local);
  const tagUnit = found?.unit ?? null;
  const range = found?.range?.high ?? 0;
  const trips = type.interlocks
    .filter(({ channels }) => channels.some(({ tags }) => tags.length === 1 && tags[0] === local))
    .flatMap(({ trip }) => trip.flatMap(({ when }) => limitsIn(when.text, tagUnit)));
  const alarms = type.alarms
    .filter(({ watch }) => watch.tags.length === 1 && watch.tags[0] === local)
    .flatMap(({ limits }) => limits.filter(({ level }) => level.startsWith('high')).map(({ limit }) => limit));
  const acting = [...trips, ...alarms];
  return acting.length > 0 ? Math.max(...acting) : range;
}

const above = new RegExp(String.raw`\bvalue >=? (${numberPattern})\s*([^\s()]*)`, 'gu');

/** What a condition compares the value with, in the tag's unit: of `value > 1 mg/m³` it is 1. */
export function limitsIn(condition: string, tagUnit: string | null): readonly number[] {
  return [...condition.matchAll(above)].flatMap(([, figure = '', unit = '']) =>
    unit === '' || tagUnit === null ? [Number(figure)] : [convert(Number(figure), unit, tagUnit)],
  );
}
