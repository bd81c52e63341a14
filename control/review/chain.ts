/** Whether everything that a batch record rests on is whole: its chain, by the verifier, and what was measured, by its digests. */
import type { Clock } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { RecordExport } from '../../plant/ports/record-export.ts';
import type { SealedSegment, SealedTelemetry } from '../../plant/ports/sealed-telemetry.ts';
import type { ChainView } from '../../plant/review-view.ts';
import { batchScope } from './review-events.ts';

export type ChainPorts = Readonly<{
  clock: Clock;
  exports: Pick<RecordExport, 'verified'>;
  sealed: Pick<SealedTelemetry, 'file'>;
}>;

/** Never throws: what could not be verified does not hold, and is said. */
export async function chainOf(
  { clock, exports, sealed }: ChainPorts,
  batch: string,
  segments: readonly SealedSegment[],
): Promise<ChainView> {
  const faults: string[] = [];
  const held: string[] = [];
  try {
    const { holds, said } = await exports.verified(batchScope(batch));
    (holds ? held : faults).push(...said);
  } catch (error) {
    faults.push(messageOf(error));
  }
  for (const segment of segments) {
    try {
      await sealed.file(segment);
    } catch (error) {
      faults.push(messageOf(error));
    }
  }
  const whole = `${segments.length} segments of sealed telemetry give the digests in the record.`;
  return { holds: faults.length === 0, at: clock.utc(), said: faults.length > 0 ? faults : [...held, whole] };
}
