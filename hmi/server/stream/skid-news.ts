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
  const told = new Map<TagName, Sample>();
  let latest: ScanNews | null = null;
  let lastTold: ScanNews | null = null;

  return {
    // Looked through when pages are told, not with every scan: a scan names every tag, and this runs before the next skid's.
    accept: (news) => void (latest = news),
    all: () => (latest === null ? null : now(latest, latest.batch.samples)),
    changes() {
      if (latest === null || latest === lastTold) return null;
      lastTold = latest;
      const parts: Sample[] = [];
      for (const sample of latest.batch.samples) {
        const known = told.get(sample.tag);
        if (known !== undefined && !looksDifferent(known, sample)) continue;
        told.set(sample.tag, sample);
        parts.push(sample);
      }
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
