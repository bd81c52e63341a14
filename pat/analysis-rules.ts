/**
 * What is asked of a result besides the mathematics: an approved method within its review, a Good spectrum, inputs within
 * the range for which it was validated, finite numbers. Whatever is missing makes the result undecided, with the reason.
 */
import type { AnalysisOutcome, Estimate } from '../plant/analysis.ts';
import type { UtcMs } from '../plant/clock.ts';
import type { MethodDefinition } from '../plant/method/method.ts';
import { isPast, isToCome } from '../plant/method/review.ts';
import { isGood, qualityName, type Quality } from '../plant/quality.ts';
import type { SpectrumData } from '../plant/spectrum.ts';
import type { AnalysisSample } from './analysis-sample.ts';

export type Circumstances = Readonly<{
  method: MethodDefinition;
  sample: AnalysisSample;
  quality: Quality;
  /** Whether the skid is a twin: what runs there is a rehearsal. */
  twin: boolean;
  now: UtcMs;
}>;

/** The outcome as it leaves the house: its outputs are the method's and finite, and it is in domain where nothing speaks against it. */
export function judged(outcome: AnalysisOutcome, circumstances: Circumstances): AnalysisOutcome {
  const { method, sample } = circumstances;
  const faulty: string[] = [];
  const outputs = method.outputs.map(({ name, title }) => {
    const estimate = outcome.outputs[name] ?? null;
    if (estimate === null || isSound(estimate)) return [name, estimate] as const;
    faulty.push(`${title} came out as no number.`);
    return [name, null] as const;
  });
  const figures = Object.entries(outcome.figures).filter(([, figure]) => Number.isFinite(figure));
  const { arrivedAfterMs } = sample;
  const arrival = arrivedAfterMs === null ? {} : { arrivedAfterS: arrivedAfterMs / 1000 };
  const own = outcome.verdict === 'undecided' && outcome.reasons.length === 0 ? ['The method gives no reason.'] : [];
  const reasons = [...outside(circumstances), ...outcome.reasons, ...own, ...faulty];
  return {
    ...outcome,
    outputs: Object.fromEntries(outputs),
    figures: { ...Object.fromEntries(figures), ...arrival },
    verdict: reasons.length === 0 ? 'in domain' : 'undecided',
    reasons,
  };
}

/** An outcome where the mathematics gave none. */
export const withoutOutcome = (method: MethodDefinition, reason: string): AnalysisOutcome => ({
  outputs: Object.fromEntries(method.outputs.map(({ name }) => [name, null])),
  verdict: 'undecided',
  reasons: [reason],
  figures: {},
  x: { title: '', unit: '' },
  curves: [],
});

/** An outcome without curves shows at least the spectrum as it came. */
export const withCurves = (outcome: AnalysisOutcome, { x, y }: SpectrumData): AnalysisOutcome =>
  outcome.curves.length > 0
    ? outcome
    : {
        ...outcome,
        x: { title: x.title, unit: x.unit ?? '' },
        curves: [{ name: 'raw', x: x.values, y: y.values }],
      };

function outside({ method, sample, quality, twin, now }: Circumstances): readonly string[] {
  const reasons = [...sample.doubts];
  if (!isGood(quality)) reasons.push(`The spectrum is ${qualityName(quality)}.`);
  if (method.approvedBy === null && !twin)
    reasons.push(`Nobody has approved ${method.method}: it is for rehearsals on a twin only.`);
  if (isApprovedAhead(method, now))
    reasons.push(`${method.method} says that it was approved on ${method.approvedAt ?? ''}, a day to come.`);
  if (isReviewMissed(method, now))
    reasons.push(`${method.method} should have been reviewed by ${method.reviewBy ?? ''}.`);
  for (const { name, range, unit } of method.inputs) {
    const [low, high] = range;
    const value = sample.inputs[name] ?? null;
    if (value === null || (value >= low && value <= high)) continue;
    const inUnit = unit === null ? '' : ` ${unit}`;
    reasons.push(
      `${name} was ${Number(value.toPrecision(4))}${inUnit}, and the method holds from ${low} to ${high}${inUnit}.`,
    );
  }
  return reasons;
}

/** An approval of a day to come is none: it was written by hand, or the clock is wrong. */
export const isApprovedAhead = ({ approvedBy, approvedAt }: MethodDefinition, now: UtcMs): boolean =>
  approvedBy !== null && approvedAt !== null && isToCome(approvedAt, now);

export const isReviewMissed = ({ reviewBy }: MethodDefinition, now: UtcMs): boolean =>
  reviewBy !== null && isPast(reviewBy, now);

const isSound = ({ value, uncertainty }: Estimate): boolean =>
  Number.isFinite(value) && Number.isFinite(uncertainty) && uncertainty >= 0;
