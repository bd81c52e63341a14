/** What someone typed as a new value, or why it is none. Pure. */
import type { TagView } from '../../../api/answers.ts';
import { rangeText } from '../format.ts';

export type Wanted = Readonly<{ value: number | boolean; fault: null } | { value: null; fault: string }>;

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/u;
const withComma = /^[+-]?\d*,\d+$/u;

/**
 * Only a plain decimal number is taken: "1,000" may mean one or a thousand, and "0x10" or "1e3" is a slip of the hand. One
 * outside the range is not sent at all.
 */
export function wantedOf(tag: TagView, text: string): Wanted {
  const typed = text.trim();
  if (typed === '') return { value: null, fault: 'Enter the new value.' };
  if (withComma.test(typed)) {
    return {
      value: null,
      fault: `"${typed}" has a comma: write the decimals after a point, and thousands without a mark.`,
    };
  }
  if (!decimal.test(typed)) return { value: null, fault: `"${typed}" is no plain decimal number.` };
  const number = Number(typed);
  if (tag.valueType === 'boolean') return { value: number !== 0, fault: null };
  const { range } = tag;
  if (range !== null && (number < range.low || number > range.high)) {
    return { value: null, fault: `${number} is outside ${rangeText(tag)}.` };
  }
  return { value: number, fault: null };
}
