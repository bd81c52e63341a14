/** Rows of a JCAMP-DX table in squeezed and difference form (JCAMP-DX 4.24, 5.8). */

const digits = (letters: string, negative: string, value: number): string => {
  const text = String(Math.abs(value));
  return `${(value < 0 ? negative : letters)[Number(text[0])] ?? ''}${text.slice(1)}`;
};
const squeezed = (value: number): string => digits('@ABCDEFGHI', '@abcdefghi', value);
const difference = (value: number): string => digits('%JKLMNOPQR', '%jklmnopqr', value);

/** @param xDecimals of the abscissa that begins each row */
export function differencesOf(x: ArrayLike<number>, values: readonly number[], xDecimals = 4): readonly string[] {
  const rows: string[] = [];
  const at = (i: number): string => (x[i] ?? 0).toFixed(xDecimals);
  for (let from = 0; from < values.length; from += 12) {
    // From the second row on, a row repeats the last value of the one before it.
    const start = Math.max(0, from - 1);
    let row = at(start) + squeezed(values[start] ?? 0);
    for (let i = start + 1; i < Math.min(values.length, from + 12); i += 1)
      row += difference((values[i] ?? 0) - (values[i - 1] ?? 0));
    rows.push(row);
  }
  // Nothing follows the last difference, so that it is repeated by itself.
  rows.push(at(values.length - 1) + squeezed(values.at(-1) ?? 0));
  return rows;
}
