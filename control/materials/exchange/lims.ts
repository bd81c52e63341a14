/** Requests to the laboratory and its results, as XML of `urn:mesoline:lims:1` or as CSV (RFC 4180). Pure. */
import { MesolineError, mesolineError, type Fault } from '../../../plant/errors.ts';
import { isoUtc } from '../../../plant/clock.ts';
import type { LabResult, SampleRequest } from '../../../plant/ports/exchange-desk.ts';
import { isTime } from './orders.ts';
import { children, element, textIn, xmlHead, type XmlNode } from './xml.ts';

const namespace = 'urn:mesoline:lims:1';
const fields = ['request', 'analysis', 'value', 'unit', 'analyst', 'measuredAt'] as const;
const elements = ['Request', 'Analysis', 'Value', 'Unit', 'Analyst', 'MeasuredAt'] as const;
const longest = 100;
const mostResults = 1000;

export function requestXml({ id, batch, sample, analyses, at }: SampleRequest): string {
  const head = [
    element('ID', id),
    element('Batch', batch),
    element('Sample', sample),
    element('RequestedAt', isoUtc(at)),
  ];
  const asked = analyses.map((analysis) => element('Analysis', analysis));
  return `${xmlHead}${element('SampleRequest', [...head, ...asked], ` xmlns="${namespace}"`)}\n`;
}

/** One line an analysis. */
export const requestCsv = ({ id, batch, sample, analyses, at }: SampleRequest): string =>
  [
    'request,batch,sample,analysis,requestedAt',
    ...analyses.map((each) => [id, batch, sample, each, isoUtc(at)].map(cell).join(',')),
  ]
    .map((line) => `${line}\r\n`)
    .join('');

/** @throws MesolineError `message-refused`, with each fault */
export function readResultsXml(name: string, node: XmlNode): readonly LabResult[] {
  if (node['@xmlns'] !== namespace)
    throw mesolineError('message-refused', name, 'It is of another namespace.', `Send ${namespace}.`);
  const rows = children(node, 'Result').map((result, place) => {
    const where = `Result ${place + 1}`;
    const unknown = Object.keys(result).find((key) => !(elements as readonly string[]).includes(key));
    if (unknown !== undefined)
      throw mesolineError(
        'message-refused',
        where,
        `"${unknown}" is none of its elements.`,
        `Send ${elements.join(', ')}.`,
      );
    return elements.map((each) => textIn(result, each, where) ?? '');
  });
  return checked(name, rows);
}

/** @throws MesolineError `message-refused`, with each fault */
export function readResultsCsv(name: string, text: string): readonly LabResult[] {
  const [head, ...rows] = cellsOf(name, text.replace(/^\ufeff/, ''));
  if (head?.join(',') !== fields.join(','))
    throw mesolineError(
      'message-refused',
      name,
      `Its first line is "${head?.join(',').slice(0, 100) ?? ''}".`,
      `Send ${fields.join(',')}.`,
    );
  const short = rows.findIndex((row) => row.length !== fields.length);
  if (short >= 0)
    throw mesolineError(
      'message-refused',
      `Line ${short + 2}`,
      `It has ${rows[short]?.length ?? 0} cells.`,
      `Send ${fields.length}.`,
    );
  return checked(name, rows);
}

function checked(name: string, rows: readonly (readonly string[])[]): readonly LabResult[] {
  const faults: Fault[] = [];
  const results = rows.map((row, place): LabResult => {
    const [request = '', analysis = '', value = '', unit = '', analyst = '', measuredAt = ''] = row.map((each) =>
      each.trim(),
    );
    const where = `Result ${place + 1}`;
    for (const [field, text] of Object.entries({ request, analysis, value, analyst }))
      if (text === '' || text.length > longest)
        faults.push({
          where,
          problem: `Its ${field} is "${text.slice(0, longest)}".`,
          remedy: `Give it in 1 to ${longest} characters.`,
        });
    if (unit.length > longest) faults.push({ where, problem: 'Its unit is too long.', remedy: 'Shorten it.' });
    if (!isTime(measuredAt))
      faults.push({
        where,
        problem: `"${measuredAt.slice(0, longest)}" is no time.`,
        remedy: 'Give it as ISO 8601 with its zone.',
      });
    return { request, analysis, value, unit, analyst, measuredAt };
  });
  if (results.length === 0 || results.length > mostResults)
    faults.push({
      where: name,
      problem: `It has ${results.length} results.`,
      remedy: `Send 1 to ${mostResults} in a file.`,
    });
  if (faults.length > 0) throw new MesolineError('message-refused', faults);
  return results;
}

/** A cell that a spreadsheet does not take for a formula. */
const cell = (text: string): string => {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

function cellsOf(name: string, text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  const form = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  let row: string[] = [];
  while (form.lastIndex < text.length || row.length > 0) {
    const match = form.exec(text);
    if (match === null)
      throw mesolineError(
        'message-refused',
        `${name}, line ${rows.length + 1}`,
        'A quote stands where none may.',
        'Send CSV as RFC 4180 has it.',
      );
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
