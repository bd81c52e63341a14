/** A batch record on paper: every section with its tables and trends, a page of signatures, and on each page which of how many. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as PdfMake from 'pdfmake';
import type { Content, TableCell } from 'pdfmake';
import { isoUtc } from '../../../plant/clock.ts';
import type { DocumentBlock, RecordDocument } from '../../../plant/record-document.ts';
import { strokeWord, trendSvg } from './trend-svg.ts';

const require = createRequire(import.meta.url);

function printer(): typeof PdfMake {
  const made = require('pdfmake') as typeof PdfMake;
  const folder = join(dirname(require.resolve('pdfmake/package.json')), 'fonts', 'Roboto');
  const font = (name: string): string => join(folder, `Roboto-${name}.ttf`);
  made.setFonts({
    Roboto: {
      normal: font('Regular'),
      bold: font('Medium'),
      italics: font('Italic'),
      bolditalics: font('MediumItalic'),
    },
  });
  made.setUrlAccessPolicy(() => false);
  made.setLocalAccessPolicy((path) => path.startsWith(folder));
  return made;
}

export async function recordPdf(document: RecordDocument): Promise<Uint8Array> {
  const { batch, title, site, status, purpose, madeAt, head, build, sections } = document;
  const about = `${site} · made ${isoUtc(madeAt)} · ${build}`;
  const content: Content[] = [
    { text: `Batch record ${batch}`, style: 'title' },
    { text: title, style: 'subtitle' },
    {
      text: `${statusText(status)}${purpose === 'rehearsal' ? ' · A REHEARSAL: it made no product' : ''}`,
      style: 'status',
    },
    { text: about, margin: [0, 0, 0, 2] },
    {
      text: `This print shows lines 1 to ${head.count} of the record, the last with SHA-256 ${head.hash}. It proves nothing by itself: the export of the same record does, with the verifier.`,
      style: 'note',
    },
    ...sections.flatMap(({ number, title: name, blocks }): Content[] => [
      { text: `${number}  ${name}`, style: 'head', tocItem: true },
      ...blocks.flatMap(blockContent),
    ]),
    { text: 'Signatures', style: 'head', pageBreak: 'before' },
    signaturePage(document),
  ];
  const bytes = await printer()
    .createPdf({
      info: { title: `Batch record ${batch}`, subject: head.hash },
      pageSize: 'A4',
      pageOrientation: 'landscape',
      pageMargins: [30, 34, 30, 40],
      defaultStyle: { fontSize: 7.5 },
      styles: {
        title: { fontSize: 18, bold: true },
        subtitle: { fontSize: 11, margin: [0, 0, 0, 4] },
        status: { fontSize: 12, bold: true, margin: [0, 0, 0, 6] },
        head: { fontSize: 11, bold: true, margin: [0, 12, 0, 4] },
        sub: { fontSize: 8.5, bold: true, margin: [0, 6, 0, 2] },
        note: { italics: true, margin: [0, 2, 0, 4] },
        missing: { italics: true, margin: [0, 2, 0, 2] },
      },
      header: { text: `Batch record ${batch} · ${statusText(status)}`, margin: [30, 14, 30, 0], fontSize: 7 },
      footer: (page: number, pages: number) => ({
        columns: [
          { text: `SHA-256 of the last line ${head.hash}`, fontSize: 6 },
          { text: `Page ${page} of ${pages}`, alignment: 'right' },
        ],
        margin: [30, 12, 30, 0],
      }),
      content,
    })
    .getBuffer();
  return new Uint8Array(bytes);
}

const statusText = (status: string): string => status.toUpperCase();

function blockContent(block: DocumentBlock): Content[] {
  switch (block.kind) {
    case 'facts':
      return [
        {
          layout: 'noBorders',
          table: {
            widths: [110, '*'],
            body: block.facts.map(({ name, value }): TableCell[] => [{ text: name, bold: true }, broken(value)]),
          },
        },
      ];
    case 'table':
      return [
        { text: block.title, style: 'sub' },
        ...(block.rows.length === 0 ? [{ text: 'None.' }] : [table(block.columns, block.rows)]),
        ...leftOut(block.left, 'rows'),
      ];
    case 'lines':
      return [
        { text: block.title, style: 'sub' },
        table(
          ['Line', 'What it says'],
          block.lines.map(({ seq, text }) => [`#${seq}`, text]),
        ),
        ...leftOut(block.left, 'lines'),
      ];
    case 'trend':
      return [trendContent(block)];
    case 'text':
      return [{ text: block.text, style: 'sub' }];
    case 'missing':
      return [{ text: `Missing: ${block.text}`, style: 'missing' }];
  }
}

function trendContent(block: Extract<DocumentBlock, { kind: 'trend' }>): Content {
  const pens = block.trace.pens.map(
    ({ title, unit, low, high }, index) =>
      `${strokeWord(index)}: ${title}${unit === null ? '' : ` in ${unit}`}${limitText(low, high)}`,
  );
  const drawn: Content =
    block.trace.pens.every(({ points }) => points.length === 0) || block.trace.pens.length === 0
      ? { text: 'Nothing was measured of it.', style: 'missing' }
      : { svg: trendSvg(block), width: 760 };
  return {
    unbreakable: true,
    stack: [{ text: block.title, style: 'sub' }, drawn, { text: pens.join(' · '), fontSize: 6.5 }],
  };
}

function limitText(low: number | null, high: number | null): string {
  if (low === null && high === null) return '';
  return ` (limits ${low ?? 'none'} to ${high ?? 'none'}, broken lines)`;
}

const leftOut = (left: number, what: string): Content[] =>
  left === 0
    ? []
    : [{ text: `${left} more ${what} are not printed; they stand in the record and its export.`, style: 'missing' }];

function signaturePage({ signatures }: RecordDocument): Content {
  if (signatures.length === 0) return { text: 'Nobody has signed.' };
  return table(
    ['Printed name', 'Role', 'Meaning', 'Subject', 'Date, time, zone', 'Entered', 'Covers', 'Stands'],
    signatures.map(({ printedName, role, meaning, subject, at, components, covers, superseded }) => [
      printedName,
      role,
      meaning,
      subject,
      at,
      components.join(', '),
      `lines 1 to ${covers}`,
      superseded ?? 'as signed',
    ]),
  );
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): Content => ({
  layout: 'lightHorizontalLines',
  table: {
    headerRows: 1,
    widths: head.map((_, index) => (index === head.length - 1 || head.length > 8 ? '*' : 'auto')),
    body: [
      head.map((text): TableCell => ({ text, bold: true })),
      ...rows.map((row) => row.map((text): TableCell => ({ text: broken(text) }))),
    ],
  },
});

/** A run without a space, such as a digest, may be parted every so many letters: it would push the table off the page. */
const longestWord = 24;
const broken = (text: string): string => text.replaceAll(/\S{25,}/gu, (word) => parted(word));

const parted = (word: string): string => (word.match(new RegExp(`.{1,${longestWord}}`, 'gu')) ?? [word]).join('\u200b');
