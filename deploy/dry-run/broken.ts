/** Everything that a run would break, each with a sentence of its own. Pure. */
import { formatValue } from '../../plant/quantity.ts';
import { isReading, readingForm } from '../../plant/recipe/roles.ts';
import type { MaterialUse } from './consumption.ts';
import type { DryRun } from './dry-run-result.ts';
import type { LimitKind, WatchedLimit } from './limit-watch.ts';

/** `skid` null: of the batch as a whole. */
export type Broken = Readonly<{
  kind: LimitKind | 'boiling margin' | 'material' | 'balance';
  skid: string | null;
  name: string;
  message: string;
}>;

const asks: Readonly<Record<LimitKind, string>> = {
  skid: 'the skid bears',
  proven: 'proven is',
  product: 'the recipe asks',
};

export function brokenBy(
  { limits, boilingMargins, consumption }: Pick<DryRun, 'limits' | 'boilingMargins' | 'consumption'>,
  materials: readonly MaterialUse[],
): readonly Broken[] {
  return [
    ...limits.filter(({ isBroken }) => isBroken).map(ofLimit),
    ...boilingMargins
      .filter(({ isUnderLimit }) => isUnderLimit)
      .map(({ skid, part, smallestK, limitK, underLimitS }) => ({
        kind: 'boiling margin' as const,
        skid,
        name: part,
        message: `${part}: ${smallestK.toFixed(1)} K to boiling${limitK === null ? '' : `, and the start permissive asks ${limitK.toFixed(1)} K there`}; below it for ${underLimitS.toFixed(0)} s.`,
      })),
    ...materials
      .filter(({ isEnough }) => !isEnough)
      .map(({ name, takenMmol, weighedMmol }) => ({
        kind: 'material' as const,
        skid: null,
        name,
        message: `${name}: ${takenMmol.toFixed(2)} mmol are taken, and the recipe weighs ${weighedMmol.toFixed(2)} mmol.`,
      })),
    ...consumption.flatMap(({ skid, balance, accuracyPercent }) =>
      balance
        .filter(({ errorPercent }) => Math.abs(errorPercent) > accuracyPercent)
        .map(({ of, errorPercent }) => ({
          kind: 'balance' as const,
          skid,
          name: of,
          message: `The balance of ${of} does not close: ${errorPercent.toFixed(3)} % of it is not found again.`,
        })),
    ),
  ];
}

function ofLimit({ kind, skid, name, unit, low, high, seenLow, seenHigh }: WatchedLimit): Broken {
  const what = isReading(name) ? readingForm(name).title : name;
  const seen = low !== null && seenLow < low ? seenLow : seenHigh;
  return {
    kind,
    skid,
    name,
    message: `${what}: ${formatValue(seen, unit, 2)}, and ${asks[kind]} ${rangeText(low, high, unit)}.`,
  };
}

/** `145 to 175 °C`, `at most 80 mL/min`. */
export function rangeText(low: number | null, high: number | null, unit: string | null): string {
  const end = unit === null ? '' : ` ${unit}`;
  if (low !== null && high !== null) return `${low} to ${high}${end}`;
  return low === null ? `at most ${high ?? '–'}${end}` : `at least ${low}${end}`;
}
