/** What was said and asked in a story, second by second, and questions that it is held against. */
import type { PhaseOutcome } from '../../../../../control/batch/phases/phase.ts';
import type { SkidReading } from '../../../../../control/batch/skid-reading.ts';
import type { Reliable } from '../../../../../plant/recipe/equipment.ts';
import type { RecipeStep } from '../../../../../plant/recipe/recipe.ts';
import type { SetPointName } from '../../../../../plant/recipe/roles.ts';
import { readingOf, type Stretch } from './any-reading.ts';
import { behaviourOf, contextOf, valuesOf, type Run } from './plans.ts';

export type Moment = Readonly<{ timeS: number; skid: SkidReading; doubted: boolean; outcome: PhaseOutcome }>;

/**
 * Steps a phase through a story until it is done or fails; what it asks stands from the next second on.
 * @param check is given all up to each moment, that one last
 */
export function tell(
  run: Run,
  phase: string,
  story: readonly Stretch[],
  { values = valuesOf(phase), collectedMl = 0, check = (): void => undefined }: Telling = {},
): readonly Moment[] {
  const moments: Moment[] = [];
  let standing: Partial<Record<SetPointName, number>> = {};
  let memory: PhaseOutcome['memory'] = {};
  let timeS = 0;
  for (const stretch of story) {
    for (let second = 0; second < stretch.seconds; second += 1) {
      const skid = readingOf(run, stretch, standing);
      const doubted = stretch.doubted && second === 0;
      const dtS = timeS === 0 ? 0 : 1;
      const context = contextOf(run, phase, skid, { timeS, dtS, memory, values, doubted, collectedMl });
      const outcome = behaviourOf(phase).step(context);
      const moment = { timeS, skid, doubted, outcome };
      moments.push(moment);
      check(moment, moments);
      if (outcome.done === true || outcome.failure !== undefined) return moments;
      ({ memory } = outcome);
      standing = { ...standing, ...outcome.wanted };
      timeS += 1;
    }
  }
  return moments;
}

export type Telling = Readonly<{
  values?: RecipeStep['values'];
  collectedMl?: number;
  check?: (moment: Moment, upTo: readonly Moment[]) => void;
}>;

export const near = (value: Reliable | undefined, target: number, band: number): boolean =>
  value != null && Math.abs(value - target) <= band;

/** Whether it was so in one of the last seconds, this one counted in. */
export const recently = (moments: readonly Moment[], seconds: number, isSo: (skid: SkidReading) => boolean): boolean =>
  moments.slice(-(seconds + 1)).some(({ skid }) => isSo(skid));

/**
 * For how many seconds up to the last moment it has been so, bearing gaps shorter than `patience`, and not the time before a
 * doubt. Counted by hand, apart from how phases count.
 */
export function lastedFor(moments: readonly Moment[], patience: number, isSo: (skid: SkidReading) => boolean): number {
  let since: number | null = null;
  let outSince: number | null = null;
  for (const { timeS, skid, doubted } of moments) {
    if (doubted) [since, outSince] = [null, null];
    if (isSo(skid)) {
      since ??= timeS;
      outSince = null;
      continue;
    }
    outSince ??= timeS;
    if (timeS - outSince >= patience) since = null;
  }
  return since === null ? 0 : (moments.at(-1)?.timeS ?? 0) - since;
}
