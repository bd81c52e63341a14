/** Rows as CSV (RFC 4180), for a spreadsheet: lines end with CR LF, and text that would be taken for a formula is disarmed by a quote mark. */

export type CsvCell = string | number | boolean | null | undefined;

export const csvText = (rows: readonly (readonly CsvCell[])[]): string =>
  rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');

/** A number stays one, whichever sign it has and whether it comes as text. */
function csvCell(value: CsvCell): string {
  if (value === null || value === undefined) return '';
  const isFormula = typeof value === 'string' && /^[=+\-@\t\r]/u.test(value) && !/^[+-]?\d+(\.\d+)?$/u.test(value);
  const text = isFormula ? `'${value}` : String(value);
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
