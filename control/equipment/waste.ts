/** Whether the waste tank has room for what a batch sends there at least, even if it is held at once (safety.md §2). Pure. */
import { isGood } from '../../plant/quality.ts';
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';
import type { Sample } from '../../plant/sample.ts';
import type { SkidType, WasteTank } from '../../plant/skid/definition.ts';
import type { Finding } from './cleaning.ts';

/** HOT-HOLD flushes the line whatever the recipe says: at least as many volumes as a shutdown does usually. */
const heldFlushVolumes = 4;

/** Flush and what the reactors hold, in mL. */
export function neededMl(
  { procedure }: Pick<MasterRecipe, 'procedure'>,
  { volumesMl }: Pick<SkidType, 'volumesMl'>,
): number {
  const reactorMl = Object.values(volumesMl).reduce((sum, each) => sum + each, 0);
  let flushMl = 0;
  for (const { phase, values } of procedure.steps) {
    if (phase === 'shutdown') flushMl += numberOf(values['flush']) * reactorMl;
    if (phase === 'fouling-flush') flushMl += Math.max(numberOf(values['volume']), numberOf(values['most']));
  }
  return Math.max(flushMl, heldFlushVolumes * reactorMl) + reactorMl;
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

export function wasteRoom(
  { level, volumeMl, fullPercent }: WasteTank,
  sample: Pick<Sample, 'value' | 'quality'> | undefined,
  needed: number,
): Finding {
  const remedy = 'Empty the waste tank, and look that its level shows it.';
  const value = sample?.value;
  if (sample === undefined || !isGood(sample.quality) || typeof value !== 'number')
    return {
      ok: false,
      found: `How full the waste tank is cannot be told: ${level} is not Good.`,
      remedy: `Look after ${level}.`,
    };
  const roomMl = Math.max(0, ((fullPercent - value) / 100) * volumeMl);
  const found = `The waste tank has room for ${litres(roomMl)} up to ${fullPercent} % (${level} ${value.toFixed(1)} %), needed are ${litres(needed)}.`;
  return { ok: roomMl >= needed, found, remedy: roomMl >= needed ? '' : remedy };
}

const litres = (ml: number): string => `${(ml / 1000).toFixed(2)} L`;
