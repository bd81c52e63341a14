/** What the channels of an interlock's row read in one scan. Pure. */
import { evaluate } from '../../plant/expression/evaluate.ts';
import { bad, isGood } from '../../plant/quality.ts';
import type { LocalTag, Sample } from '../../plant/sample.ts';
import type { SkidType } from '../../plant/skid/definition.ts';
import type { Trip } from './dry-run-result.ts';

/** Empty for what is no row. */
export function channelsAt(
  { interlocks }: Pick<SkidType, 'interlocks'>,
  row: number | null,
  samples: ReadonlyMap<LocalTag, Sample>,
): Trip['channels'] {
  const channels = interlocks.find((each) => each.row === row)?.channels ?? [];
  return channels.map(({ root, text, unit }) => {
    const found = evaluate(root, (tag) => samples.get(tag) ?? { value: null, quality: bad });
    const isValue = isGood(found.quality) && typeof found.value !== 'string';
    return { channel: text, value: isValue ? found.value : null, unit: unit === 'bool' ? null : unit };
  });
}
