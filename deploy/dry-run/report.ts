/** What a dry run found, in words: the prediction, what it takes, what would go wrong, and the ladder of steps. Pure. */
import type { SkidLimits } from './limits.ts';
import { brokenLimits } from './limits.ts';
import { readingForm, type ReadingName } from '../../plant/recipe/roles.ts';
import type { Draw } from './draws.ts';
import { quantile } from './draws.ts';
import type { DryRun } from './dry-run-result.ts';

export type DryReport = Readonly<{
  recipe: string;
  skidType: string;
  skids: number;
  nominal: DryRun;
  /** Limits of the skid that the nominal run broke, each a sentence. */
  broken: readonly string[];
  draws: null | Readonly<{
    runs: number;
    /** Runs that came through. */
    complete: number;
    /** 5 %, 50 % and 95 % of the runs that came through. */
    volumeMl: readonly [number, number, number];
    durationS: readonly [number, number, number];
    /** Why others did not, and how often. */
    stopped: Readonly<Record<string, number>>;
  }>;
  /** How many times faster than the process the nominal run was. */
  timesRealTime: number;
}>;

export function reportOf(
  of: Pick<DryReport, 'recipe' | 'skidType' | 'skids' | 'timesRealTime'>,
  nominal: DryRun,
  limits: SkidLimits,
  draws: readonly Draw[],
): DryReport {
  const complete = draws.filter(({ state }) => state === 'Complete');
  const interval = (values: readonly number[]): readonly [number, number, number] => [
    quantile(values, 0.05),
    quantile(values, 0.5),
    quantile(values, 0.95),
  ];
  const stopped: Record<string, number> = {};
  for (const { state, why } of draws)
    if (state !== 'Complete') stopped[why ?? state] = (stopped[why ?? state] ?? 0) + 1;
  return {
    ...of,
    nominal,
    broken: brokenLimits(nominal, limits),
    draws:
      draws.length === 0
        ? null
        : {
            runs: draws.length,
            complete: complete.length,
            volumeMl: interval(complete.map(({ collectedMl }) => collectedMl)),
            durationS: interval(complete.map(({ durationS }) => durationS)),
            stopped,
          },
  };
}

/** Whether it may be run as it is: it came through, tripped nothing and broke no limit, in every draw too. */
export const isFit = ({ nominal, broken, draws }: DryReport): boolean =>
  nominal.state === 'Complete' &&
  nominal.trips.length === 0 &&
  broken.length === 0 &&
  (draws === null || draws.complete === draws.runs);

/** Seconds below two minutes, then minutes, then hours and minutes. */
export const spanText = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
};

const ml = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(1)} mL` : '–');

export function reportText(report: DryReport): string {
  const { nominal, draws } = report;
  const lines = [
    `${report.recipe} on ${report.skids} × ${report.skidType}: ${nominal.state}${nominal.why === null ? '' : `. ${nominal.why}`}`,
    '',
    `Volume      ${ml(nominal.collectedMl)}${draws === null ? '' : `; ${draws.runs} draws: ${ml(draws.volumeMl[0])} to ${ml(draws.volumeMl[2])} (90 %), median ${ml(draws.volumeMl[1])}`}`,
    `Duration    ${spanText(nominal.durationS)}${draws === null ? '' : `; ${spanText(draws.durationS[0])} to ${spanText(draws.durationS[2])} (90 %), median ${spanText(draws.durationS[1])}`}`,
    `In product  ${nominal.coreMmol.toFixed(2)} mmol in particles`,
    `Feeds       ${feedsText(nominal)}`,
    `Flush       ${ml(nominal.drawnMl.flush)}; to waste ${ml(nominal.wasteMl)}`,
    `Diversions  ${nominal.diversions}`,
    '',
    ...list(
      'Would trip',
      nominal.trips.map(
        ({ row, title, message, atS, skid }) => `${spanText(atS)} ${skid} row ${row ?? '–'} ${title}: ${message}`,
      ),
    ),
    ...list('Breaks', report.broken),
    ...list(
      'Exceptions',
      nominal.exceptions.map(({ what, reason, atS }) => `${spanText(atS)} ${what}: ${reason}`),
    ),
    ...list(
      'Alarms',
      nominal.alarms.map(
        ({ id, title, priority, count, firstS }) =>
          `${spanText(firstS)} priority ${priority} ${id} ${title}, ${count} ×`,
      ),
    ),
    ...(draws === null
      ? []
      : list(
          'Draws that did not come through',
          Object.entries(draws.stopped).map(([why, count]) => `${count} ×: ${why}`),
        )),
    'Steps',
    ...nominal.steps.map(
      ({ skid, path, fromS, toS }) =>
        `  ${spanText(fromS).padStart(12)}  ${skid} ${path}, ${toS === null ? 'not ended' : spanText(toS - fromS)}`,
    ),
    '',
    'Readings',
    ...nominal.extremes.map(
      ({ reading, low, high }) => `  ${reading}: ${low.toFixed(2)} to ${high.toFixed(2)} ${unitOf(reading)}`,
    ),
    '',
    `${isFit(report) ? 'Fit to run.' : 'Not fit to run as it is.'} ${report.timesRealTime.toFixed(0)} × real time.`,
  ];
  return `${lines.join('\n')}\n`;
}

function feedsText({ drawnMl, drawnMmol }: DryRun): string {
  const feeds = [
    `chalcogen ${ml(drawnMl.chalcogen)}`,
    `cadmium ${ml(drawnMl.cadmium)} (${drawnMmol.cadmium.toFixed(2)} mmol)`,
    `ligand ${ml(drawnMl.ligand)} (${drawnMmol.ligand.toFixed(2)} mmol)`,
  ];
  return [...feeds, ...(drawnMl.shell === 0 ? [] : [`shell ${ml(drawnMl.shell)}`])].join(', ');
}

const list = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];

const unitOf = (reading: string): string => readingForm(reading as ReadingName).unit ?? '';
