/** How old the liquid is that a result is of, where that matters. Pure. */
import type { AnalysisAnswer } from '../../../api/answers.ts';
import { spanText } from '../format.ts';

const minuteMs = 60_000;

type Times = Pick<NonNullable<AnalysisAnswer['latest']>, 'sampleTime'>;

/** `of liquid that left 9 min ago`, in whole minutes; null up to one, within which it is as good as now. */
export function ageText({ sampleTime }: Times, now: number): string | null {
  const age = now - sampleTime;
  return age <= minuteMs ? null : `of liquid that left ${spanText(Math.floor(age / minuteMs) * minuteMs)} ago`;
}
