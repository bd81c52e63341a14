/** Whether a skid may be left alone when the service stops. Pure. */
import { isGood } from '../plant/quality.ts';
import type { LocalTag, Sample, SkidName } from '../plant/sample.ts';
import type { Skid } from '../plant/skid/definition.ts';
import type { FieldWriter } from './field-writer.ts';

/** Below this, water under no pressure does not flash (safety.md §0). */
const coldC = 90;

/** True where the skid has a field controller and runs, or is hot, or is not known to be neither. */
export function needsHandOver(
  skid: Skid,
  samples: ReadonlyMap<LocalTag, Sample>,
  writer: Pick<FieldWriter, 'controller' | 'fieldDemand'>,
): boolean {
  if (writer.controller === null) return false;
  if (writer.fieldDemand === null || writer.fieldDemand === 'none') return true;
  const wetted = skid.type.tags.filter(({ unit, critical }) => unit === '°C' && critical);
  return wetted.some(({ name }) => {
    const sample = samples.get(name);
    return sample === undefined || !isGood(sample.quality) || Number(sample.value) >= coldC;
  });
}

/** What the log and the health say of a skid that was handed over. */
export const handOverText = (skid: SkidName, confirmed: boolean, writer: Pick<FieldWriter, 'stepText'>): string =>
  confirmed
    ? `${skid} was handed to its field controller in HOT-HOLD: ${writer.stepText}.`
    : `${skid} could not be handed over: its field controller has not confirmed HOT-HOLD (${writer.stepText}); it goes ` +
      'there by itself when our heartbeat stops.';
