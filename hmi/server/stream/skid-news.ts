/** The newest scan of one skid, and what of it the pages have not been told yet. Pure but for its own memory. */
import { isGood } from '../../../plant/quality.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { splitTag, type Sample, type TagName } from '../../../plant/sample.ts';
import type { LiveSample, SkidNow } from '../../api/answers.ts';

export interface SkidNews {
  accept(news: ScanNews): void;
  /** Everything, or null before the first scan. */
  all(): SkidNow | null;
  /** What changed since the last call, or null where no scan came. */
  changes(): SkidNow | null;
}

export function createSkidNews(): SkidNews {
  const samples = new Map<TagName, Sample>();
  const changed = new Set<TagName>();
  let latest: ScanNews | null = null;
  let told: ScanNews | null = null;

  return {
    accept(news) {
      latest = news;
      for (const sample of news.batch.samples) {
        const known = samples.get(sample.tag);
        samples.set(sample.tag, sample);
        if (known === undefined || looksDifferent(known, sample)) changed.add(sample.tag);
      }
    },
    all: () => (latest === null ? null : now(latest, samples.values())),
    changes() {
      if (latest === null || latest === told) return null;
      told = latest;
      const parts: Sample[] = [];
      for (const tag of changed) {
        const sample = samples.get(tag);
        if (sample !== undefined) parts.push(sample);
      }
      changed.clear();
      return now(latest, parts);
    },
  };
}

/** A Good value that stays has nothing to tell but its time, which the scan's own time says; of others the age is shown. */
const looksDifferent = (known: Sample, sample: Sample): boolean =>
  !Object.is(known.value, sample.value) ||
  known.quality !== sample.quality ||
  (!isGood(sample.quality) && (known.serverTime !== sample.serverTime || known.sourceTime !== sample.sourceTime));

export function now({ batch, verdict, fieldDemand, blocks }: ScanNews, samples: Iterable<Sample>): SkidNow {
  const live: Record<string, LiveSample> = {};
  for (const { tag, value, quality, sourceTime, serverTime } of samples) {
    live[splitTag(tag).local] = [finite(value), quality, sourceTime, serverTime];
  }
  return {
    scan: batch.scan,
    utc: batch.utc,
    demand: verdict.demand,
    causes: verdict.causes,
    warnings: verdict.warnings ?? [],
    marks: verdict.marks ?? [],
    fieldDemand,
    blocks,
    samples: live,
  };
}

/** JSON has no NaN or infinity: such a number is no value, and its quality says so already. */
const finite = (value: Sample['value']): Sample['value'] =>
  typeof value === 'number' && !Number.isFinite(value) ? null : value;
