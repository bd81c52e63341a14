/**
 * What the interlocks and the field's own state forbid a command. Pure.
 *
 * From HOT-HOLD upwards nothing is written. B withholds what starts something: every write against its tag's safe
 * direction. A doubt about the field forbids the same.
 */
import { isGood } from '../../plant/quality.ts';
import type { GuardCause, GuardVerdict } from '../../plant/ports/scan-guard.ts';
import { asksField, type Demand } from '../../plant/safe-state.ts';
import type { LocalTag } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { Asked } from '../safe-state.ts';
import type { CheckedWrite } from './limits.ts';
import { liveOf, refused, type Refusal, type Samples } from './refusal.ts';

export type Standing = Readonly<{
  verdict: GuardVerdict;
  asked: Asked;
  /** Null: the field's step is not known, though the skid has a controller that says it. */
  field: Demand | null;
  hasController: boolean;
  stepText: string;
}>;

export function forbidden(
  skid: Skid,
  standing: Standing,
  writes: readonly CheckedWrite[],
  samples: Samples,
): Refusal | null {
  const { verdict, asked, field, hasController, stepText } = standing;
  if (asksField(verdict.demand)) return byInterlock(skid, verdict, samples);
  if (asksField(asked)) {
    return refused('interlock', `A command asked the field for ${asked}; it has to be released first (${stepText}).`);
  }
  const starting = writes.find((write) => isAgainstSafety(write, samples));
  if (starting === undefined) return null;
  if (verdict.demand === 'B') return byInterlock(skid, verdict, samples, starting.tag);
  if (hasController && field !== 'none') {
    const where = field === null ? `its step is not known (${stepText})` : `it is in ${stepText}`;
    return refused('state', `The field controller does not permit running: ${where}.`);
  }
  return null;
}

/** A refusal that names the first cause, and the value that stands behind it. */
export function byInterlock(skid: Skid, verdict: GuardVerdict, samples: Samples | null, asked?: LocalTag): Refusal {
  const [cause] = verdict.causes;
  const why = cause?.message ?? 'the interlocks have not seen the whole skid yet';
  const what = asked === undefined ? 'Refused' : `${asked} may not be changed that way`;
  const row = cause?.row == null ? '' : `interlock ${cause.row}, `;
  const title = cause === undefined ? '' : `${cause.title}: `;
  return refused('interlock', `${what}: ${row}${title}${why}`, liveOf(skid, samples, watchedBy(skid, cause, samples)));
}

/** The tag that a cause's row watches: for the row that watches the data itself, one that is not Good. */
function watchedBy(skid: Skid, cause: GuardCause | undefined, samples: Samples | null): LocalTag | undefined {
  const row = skid.type.interlocks.find((interlock) => interlock.row === cause?.row);
  const notGood = row?.stale?.find((tag) => {
    const sample = samples?.get(tag);
    return sample === undefined || !isGood(sample.quality);
  });
  return notGood ?? row?.channels[0]?.tags[0];
}

/** Whether a write goes against the tag's safe direction; from a value that is not known every one may. */
function isAgainstSafety({ tag, value, definition }: CheckedWrite, samples: Samples): boolean {
  const sample = samples.get(tag);
  const safe = definition.write?.safe ?? 'lower';
  const current = sample !== undefined && isGood(sample.quality) ? Number(sample.value) : null;
  if (safe === 'lower') return Number(value) > (current ?? 0);
  return current === null || Number(value) < current;
}
