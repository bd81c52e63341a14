/** The shift report for a spreadsheet: a line for each person and limit (RFC 4180). */
import { csvText } from '../../plant/csv.ts';
import { isoUtc } from '../../plant/clock.ts';
import type { ReportOf } from './report.ts';

const head = [
  'site',
  'shift from (UTC)',
  'shift to (UTC)',
  'up to (UTC)',
  'person',
  'printed name',
  'agent',
  'fraction',
  'jurisdiction',
  'kind',
  'limit',
  'unit',
  'so far lower',
  'so far upper',
  'worst rolling 8 h lower',
  'worst rolling 8 h upper',
  'times above the 8-h limit in 24 h',
  'forecast lower',
  'forecast upper',
  'minutes left',
  'basis',
  'measured share',
  'state',
  'limit approved',
];

export function csvReport({ site, shift, upTo, people }: ReportOf): string {
  const rows = people.flatMap(({ personId, printedName, lines, mixture }) => {
    const common = [site, isoUtc(shift.from), isoUtc(shift.to), isoUtc(upTo), personId, printedName];
    const own = lines.map((line) => [
      ...common,
      line.agent,
      line.fraction,
      line.jurisdiction,
      line.kind,
      line.limit,
      line.unit,
      line.soFar.lower,
      line.soFar.upper,
      line.rolling?.lower,
      line.rolling?.upper,
      line.excursions,
      line.forecast?.lower,
      line.forecast?.upper,
      line.minutesLeft,
      line.basis,
      line.measuredShare,
      line.state,
      line.approved,
    ]);
    if (mixture === null) return own;
    const { value, state, approved } = mixture;
    const empty = head.slice(0, 8).map(() => '');
    const sum = [
      ...common,
      'mixture',
      '',
      '',
      'sum of C/L',
      1,
      '',
      value.lower,
      value.upper,
      ...empty,
      state,
      approved,
    ];
    return [...own, sum];
  });
  return csvText([head, ...rows]);
}
