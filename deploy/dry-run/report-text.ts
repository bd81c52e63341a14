/** A report in words, for people. Pure. */
import { formatValue } from '../../plant/quantity.ts';
import { readingForm, type ReadingName } from '../../plant/recipe/roles.ts';
import type { BoilingMargin } from './boiling-margin.ts';
import { rangeText } from './broken.ts';
import type { Consumption, SubstanceUse } from './consumption.ts';
import type { Trip } from './dry-run-result.ts';
import type { WatchedLimit } from './limit-watch.ts';
import type { DryReport } from './report.ts';

/** Seconds below two minutes, then minutes, then hours and minutes. */
export const spanText = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
};

const ml = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(1)} mL` : '–');
const of = (step: string | null): string => (step === null ? 'between steps' : `in ${step}`);

export function reportText(report: DryReport): string {
  const { nominal, draws } = report;
  const lines = [
    `${report.recipe} on ${report.skids} × ${report.skidType}: ${nominal.state}${nominal.why === null ? '' : `. ${nominal.why}`}`,
    '',
    `Volume      ${ml(nominal.collectedMl)}${draws === null ? '' : `; ${draws.runs} draws: ${ml(draws.volumeMl[0])} to ${ml(draws.volumeMl[2])} (90 %), median ${ml(draws.volumeMl[1])}`}`,
    `Duration    ${spanText(nominal.durationS)}${draws === null ? '' : `; ${spanText(draws.durationS[0])} to ${spanText(draws.durationS[2])} (90 %), median ${spanText(draws.durationS[1])}`}`,
    `Yield       ${nominal.coreMmol.toFixed(2)} mmol in particles${nominal.yieldPercent === null ? '' : `, ${nominal.yieldPercent.toFixed(1)} % of the cadmium fed`}${nominal.shellMmol > 0 ? `; ${nominal.shellMmol.toFixed(2)} mmol in shells` : ''}`,
    `Waste       ${ml(nominal.wasteMl)}`,
    `Diversions  ${nominal.diversions}`,
    '',
    ...nominal.consumption.flatMap(consumptionText),
    ...list(
      'Weighed for the batch',
      report.materials.map(
        ({ name, takenMmol, weighedMmol }) => `${name}: ${takenMmol.toFixed(2)} of ${weighedMmol.toFixed(2)} mmol`,
      ),
    ),
    ...list('Would trip', nominal.trips.map(tripText)),
    ...list(
      'Breaks',
      report.broken.map(({ skid, message }) => `${skid === null ? '' : `${skid} `}${message}`),
    ),
    ...list(
      'Exceptions',
      nominal.exceptions.map(({ what, reason, atS, step }) => `${spanText(atS)} ${of(step)}: ${what}: ${reason}`),
    ),
    ...list(
      'Alarms',
      nominal.alarms.map(
        ({ id, title, priority, count, skid, atS, step }) =>
          `${spanText(atS)} ${skid} ${of(step)}: priority ${priority} ${id} ${title}, ${count} ×`,
      ),
    ),
    ...list('Margin to boiling, smallest', nominal.boilingMargins.map(marginText)),
    ...list('Limits, nearest first', nominal.limits.map(limitText)),
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
    `${report.isFit ? 'Fit to run.' : 'Not fit to run as it is.'} ${report.timesRealTime.toFixed(0)} × real time.`,
  ];
  return `${lines.join('\n')}\n`;
}

function consumptionText({ skid, feeds, flush, balance, isClosed, accuracyPercent }: Consumption): readonly string[] {
  const worst = Math.max(0, ...balance.map(({ errorPercent }) => Math.abs(errorPercent)));
  const liquid = balance.find((each) => each.of === 'liquid');
  return [
    `${skid} takes`,
    ...feeds.map(
      ({ feed, name, ml: volume, solutions, substances }) =>
        `  ${feed} ${name}: ${ml(volume)}${solutions.length > 1 ? ` (${solutions.map((each) => `${each.of} ${ml(each.ml)}`).join(', ')})` : ''}; ${substances.map(substanceText).join(', ')}`,
    ),
    `  flush: water ${ml(flush.waterMl)}${flush.oilMl > 0 ? `, oil ${ml(flush.oilMl)}` : ''}${flush.diluteAcidMl > 0 ? `, dilute acid ${ml(flush.diluteAcidMl)} (${flush.acidMmol.toFixed(2)} mmol)` : ''}`,
    ...(liquid === undefined
      ? []
      : [
          `  fed ${ml(liquid.fed)} = product ${ml(liquid.product)} + waste ${ml(liquid.waste)}${liquid.leaked > 0 ? ` + leaked ${ml(liquid.leaked)}` : ''} + more in the line ${ml(liquid.held)}`,
        ]),
    `  balance of ${balance.map((each) => each.of).join(', ')}: ${isClosed ? 'closes' : 'does not close'} within ${accuracyPercent} % (largest error ${worst.toExponential(1)} %)`,
    '',
  ];
}

const substanceText = ({ name, mmol, g, weighedAs }: SubstanceUse): string =>
  `${name} ${mmol.toFixed(2)} mmol${g === null ? '' : ` (${g.toFixed(3)} g${weighedAs === name ? '' : ` as ${weighedAs ?? ''}`})`}`;

const tripText = ({ row, title, demand, message, channels, skid, atS, step }: Trip): string => {
  const read = channels.map(({ channel, value, unit }) => `${channel} = ${formatValue(value, unit, 2)}`).join(', ');
  return `${spanText(atS)} ${skid} ${of(step)}: row ${row ?? '–'} ${title} (${demand}): ${message}${read === '' ? '' : ` It read ${read}.`}`;
};

const marginText = ({ skid, part, smallestK, celsius, barG, atS, step, limitK, isUnderLimit }: BoilingMargin): string =>
  `${skid} ${part}: ${smallestK.toFixed(1)} K at ${celsius.toFixed(1)} °C and ${barG.toFixed(2)} bar(g), ${spanText(atS)} ${of(step)}${limitK === null ? '; not hot then' : `; at least ${limitK.toFixed(1)} K`}${isUnderLimit ? '; UNDER THE LIMIT' : ''}`;

const limitText = (limit: WatchedLimit): string => {
  const { skid, kind, name, unit, low, high, seenLow, seenHigh, roomPercent, atS, step, isBroken } = limit;
  return `${skid} ${kind} ${name}: ${seenLow.toFixed(2)} to ${formatValue(seenHigh, unit, 2)} of ${rangeText(low, high, unit)}, room ${roomPercent.toFixed(0)} %, ${spanText(atS)} ${of(step)}${isBroken ? '; BROKEN' : ''}`;
};

const list = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];

const unitOf = (reading: string): string => readingForm(reading as ReadingName).unit ?? '';
