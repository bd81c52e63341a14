/** Whether an analysis may be gone by from now, and whether its instrument or method asks to be looked after. */
import type { AnalysisResult } from '../plant/analysis.ts';
import { elapsed, type Milliseconds, type Monotonic, type UtcMs } from '../plant/clock.ts';
import type { MethodDefinition, SuitabilityCheck } from '../plant/method/method.ts';
import type { Suitability } from '../plant/ports/analysis-desk.ts';
import type { AnalysisDefinition, Skid } from '../plant/skid/definition.ts';
import { isApprovedAhead, isReviewMissed } from './analysis-rules.ts';

/** The newest result of an analysis, and when it was there. */
export type Newest = Readonly<{
  result: AnalysisResult;
  at: Monotonic;
  /** Why its spectrum tells nothing of the instrument now: of another time, Bad, or the same again; null where nothing is wrong with it. */
  unsound: string | null;
}>;

type Now = Readonly<{ utc: UtcMs; monotonic: Monotonic }>;
type Check = Suitability['checks'][number];

/**
 * Judged by the figures of merit of the newest spectrum, not by its verdict: before a batch there may be nothing in the cell
 * but the reference.
 */
export function suitabilityOf(
  { name: skid, twin }: Skid,
  { name, title, method, required }: AnalysisDefinition,
  newest: Newest | null,
  now: Now,
): Suitability {
  const checks = [
    approvalOf(method, twin, now.utc),
    reviewOf(method, now.utc),
    ageOf(newest, method.suitability.within, now.monotonic),
    ...soundnessOf(newest),
    ...method.suitability.checks.map((check) => figureOf(check, newest)),
  ];
  const fit = checks.every(({ passed }) => passed);
  return { skid, analysis: name, title, method: identityOf(method), fit, required, checks };
}

/** What of a result's figures asks for maintenance, in sentences. */
export const maintenanceOf = ({ name, method }: AnalysisDefinition, { outcome }: AnalysisResult): readonly string[] =>
  method.maintenance.flatMap((bounds) => {
    const figure = outcome.figures[bounds.figure];
    if (figure === undefined || isWithin(bounds, figure)) return [];
    return [`${name} asks for maintenance: ${bounds.title} is ${shown(figure)}, ${boundsText(bounds)} is asked.`];
  });

export const identityOf = ({ method, version, digest, approvedBy }: MethodDefinition): AnalysisResult['method'] => ({
  method,
  version,
  digest,
  approvedBy,
});

function approvalOf(method: MethodDefinition, twin: boolean, now: UtcMs): Check {
  const { approvedBy, approvedAt } = method;
  const ahead = isApprovedAhead(method, now);
  const by = approvedBy === null ? 'nobody has approved it' : `by ${approvedBy}`;
  return {
    what: 'Approval of the method',
    found: ahead ? `${by} on ${approvedAt ?? ''}, a day to come` : by,
    asked: twin ? 'none on a twin' : 'approved',
    passed: !ahead && (twin || approvedBy !== null),
  };
}

const reviewOf = (method: MethodDefinition, now: UtcMs): Check => ({
  what: 'Review of the method',
  found: isReviewMissed(method, now) ? 'its day has passed' : 'not due',
  asked: method.reviewBy === null ? 'no day is set' : `by ${method.reviewBy}`,
  passed: !isReviewMissed(method, now),
});

function ageOf(newest: Newest | null, within: Milliseconds, now: Monotonic): Check {
  const age = newest === null ? null : elapsed(newest.at, now);
  return {
    what: 'Newest result',
    found: age === null ? 'none yet' : `${Math.round(age / 1000)} s ago`,
    asked: `within ${Math.round(within / 1000)} s`,
    passed: age !== null && age <= within,
  };
}

/** Figures of a spectrum that is not of now, or not the instrument's own, say nothing of its fitness. */
const soundnessOf = (newest: Newest | null): readonly Check[] =>
  newest === null
    ? []
    : [
        {
          what: 'Newest spectrum',
          found: newest.unsound ?? 'as it was measured',
          asked: 'Good, of now, and no repetition',
          passed: newest.unsound === null,
        },
      ];

function figureOf(bounds: SuitabilityCheck, newest: Newest | null): Check {
  const figure = newest?.result.outcome.figures[bounds.figure];
  return {
    what: bounds.title,
    found: figure === undefined ? 'not known' : shown(figure),
    asked: boundsText(bounds),
    passed: figure !== undefined && isWithin(bounds, figure),
  };
}

const isWithin = ({ least, most }: SuitabilityCheck, figure: number): boolean =>
  figure >= (least ?? -Infinity) && figure <= (most ?? Infinity);

function boundsText({ least, most }: SuitabilityCheck): string {
  if (least === null) return `at most ${most ?? ''}`;
  return most === null ? `at least ${least}` : `${least} to ${most}`;
}

const shown = (figure: number): string => String(Number(figure.toPrecision(4)));
