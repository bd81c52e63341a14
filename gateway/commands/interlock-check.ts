/** What the interlocks and the field's own state forbid a command, in words. The rule itself is `plant/command-permit.ts`. Pure. */
import { forbids, type Forbidding, type PermitQuestion } from '../../plant/command-permit.ts';
import { isGood, goodLocalOverride } from '../../plant/quality.ts';
import type { GuardCause, GuardVerdict } from '../../plant/ports/scan-guard.ts';
import type { Demand } from '../../plant/safe-state.ts';
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
  /** The controller's point that chooses the flush, and its value for acid. */
  flush?: Readonly<{ request: string; acid: number }> | undefined;
}>;

export function forbidden(
  skid: Skid,
  standing: Standing,
  writes: readonly CheckedWrite[],
  samples: Samples,
): Refusal | null {
  const { verdict, asked, field, hasController } = standing;
  const permit = {
    interlocks: verdict.demand,
    asked,
    field: hasController ? (field ?? 'unknown') : 'absent',
    measures: verdict.measures ?? [],
  } as const;
  for (const write of writes) {
    const why = forbids(questionOf(write, standing, samples), permit);
    if (why !== null) return refusalFor(why, write, skid, standing, samples);
  }
  return null;
}

const questionOf = (write: CheckedWrite, { flush }: Standing, samples: Samples): PermitQuestion => ({
  kind: 'write',
  direction: isAgainstSafety(write, samples) ? 'running' : 'safe',
  acid: flush !== undefined && write.point.name === flush.request && Number(write.value) === flush.acid,
  forced: samples.get(write.tag)?.quality === goodLocalOverride,
});

function refusalFor(
  why: Forbidding,
  { tag, value }: CheckedWrite,
  skid: Skid,
  { verdict, asked, field, stepText }: Standing,
  samples: Samples,
): Refusal {
  switch (why) {
    case 'interlocks':
      return byInterlock(skid, verdict, samples, verdict.demand === 'B' ? tag : undefined);
    case 'asked':
      return refused('interlock', `A command asked the field for ${asked}; it has to be released first (${stepText}).`);
    case 'force':
      return refused(
        'interlock',
        `${tag} is held at a value by two people; end that first.`,
        liveOf(skid, samples, tag),
      );
    case 'measure': {
      const cause =
        verdict.causes.find(({ latched }) => latched === true) ?? verdict.causes[0] ?? verdict.warnings?.[0];
      const because = cause === undefined ? '' : `: ${cause.title}: ${cause.message}`;
      return refused(
        'interlock',
        `${tag} may not be set to ${String(value)}: no acid goes into the flush now${because}`,
      );
    }
    case 'field':
    case 'no controller':
    case 'nothing held': {
      const where = field === null ? `its step is not known (${stepText})` : `it is in ${stepText}`;
      return refused('state', `The field controller does not permit running: ${where}.`);
    }
  }
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
