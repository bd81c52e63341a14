/** The labelled data records of one JCAMP-DX block: its labels with their values, and its tables with their lines. Pure. */
import { Lie } from './reading.ts';

export type Labels = ReadonlyMap<string, string>;

export type Table = Readonly<{
  label: 'XYDATA' | 'XYPOINTS' | 'DATATABLE';
  /** `(X++(Y..Y))`, without spaces, in capitals. */
  form: string;
  lines: readonly string[];
}>;

export type Block = Readonly<{ labels: Labels; tables: readonly Table[] }>;

const tableLabels = ['XYDATA', 'XYPOINTS', 'DATATABLE'] as const;
/** These come once a page. */
const ofPages = ['PAGE', 'NPOINTS', 'FIRST', 'LAST', 'MIN', 'MAX', 'ENDNTUPLES'];
const longestValue = 2000;

/** As the standard compares labels: without spaces, dashes, strokes and underlines, in capitals. */
export const plainLabel = (label: string): string => label.replaceAll(/[\s\-/_]/gu, '').toUpperCase();

/** @throws Lie where a label comes twice */
export function blockOf(lines: readonly string[]): Block {
  const labels = new Map<string, string>();
  const tables: { label: Table['label']; form: string; lines: string[] }[] = [];
  let table: string[] | null = null;
  let last = '';
  for (const line of lines) {
    const match = /^##([^=]*)=(.*)$/u.exec(line);
    if (match === null) {
      if (table !== null) table.push(line);
      else if (last !== '') labels.set(last, `${labels.get(last) ?? ''} ${line.trim()}`.trim().slice(0, longestValue));
      continue;
    }
    last = plainLabel(match[1] ?? '');
    const value = (match[2] ?? '').trim();
    const label = tableLabels.find((name) => name === last);
    table = null;
    if (label !== undefined) {
      table = [];
      tables.push({ label, form: value.replaceAll(/\s/gu, '').toUpperCase(), lines: table });
    } else if (labels.has(last) && last !== '' && !last.startsWith('$')) {
      // What a page says of itself alone is not kept.
      if (!labels.has('NTUPLES') || !ofPages.includes(last)) throw new Lie(`It says ${last} twice.`);
      last = '';
    } else if (last !== '') labels.set(last, value.slice(0, longestValue));
  }
  return { labels, tables };
}

/** @throws Lie where it is no number */
export function numberOf(labels: Labels, label: string, otherwise?: number): number {
  const text = labels.get(label);
  if (text === undefined && otherwise !== undefined) return otherwise;
  if (text === undefined || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text))
    throw new Lie(`It says ${label} "${text ?? ''}".`);
  return Number(text);
}
