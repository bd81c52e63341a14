/** A whole skid at a made-up moment. */
import { monotonic, processTime, utcMs } from '../../../plant/clock.ts';
import type { GuardScan } from '../../../plant/ports/scan-guard.ts';
import type { Demand } from '../../../plant/safe-state.ts';
import type { LocalTag } from '../../../plant/sample.ts';
import type { PreparedSkid } from '../prepare.ts';
import { cornersOf } from './corners.ts';
import { epoch } from './drive.ts';
import { samplesOf, type Reading, type Readings } from './world.ts';

/** Every measured tag Good, at its usual value where it has one. */
export const usualReadings = ({ tags }: PreparedSkid): Readings =>
  new Map(
    [...tags.values()]
      .filter(({ source }) => source.kind !== 'derived')
      .map((tag): readonly [LocalTag, Reading] => [tag.name, cornersOf(tag, [])[0] ?? 'Bad']),
  );

export const wholeScan = (skid: PreparedSkid, readings: Readings, at: number, fieldDemand: Demand): GuardScan => ({
  utc: utcMs(epoch + at),
  monotonic: monotonic(at),
  process: processTime(at),
  samples: samplesOf(skid.name, skid.tags, [...skid.tags.keys()], readings, utcMs(epoch + at)),
  fieldDemand: skid.field === null ? null : fieldDemand,
  asked: 'none',
  leaving: false,
  commanded: null,
  firstOutRow: null,
  batch: false,
});
