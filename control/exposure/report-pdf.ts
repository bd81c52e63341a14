/** The shift report on paper: people against their limits, filter results, and what was held against whom. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as PdfMake from 'pdfmake';
import type { Content, TableCell } from 'pdfmake';
import type { DoseLine } from '../../plant/ports/exposure-desk.ts';
import type { ReportOf } from './report.ts';
import { foundText, intervalText } from './report.ts';
import { siteTime } from './site-time.ts';

const require = createRequire(import.meta.url);

/** Loaded with the first report: it takes its time and memory. */
let printer: typeof PdfMake | null = null;

function printerOf(): typeof PdfMake {
  if (printer !== null) return printer;
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
  return (printer = made);
}

const percent = (share: number): string => `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;

/** Of an average the worst rolling 8 h; of a STEL how often it was come near. */
function beyondOf({ rolling, excursions, limit }: DoseLine): string {
  if (excursions !== null) return `${excursions} of 4 times`;
  return rolling === null ? '–' : intervalText(rolling, limit);
}

export async function pdfReport(report: ReportOf): Promise<Uint8Array> {
  const { site, timeZone, shift, upTo, madeAt, people, limits, mixtures, samples, names, fault } = report;
  const time = (at: typeof upTo): string => siteTime(at, timeZone);
  const body: Content[] = [
    { text: `Exposure in the shift of ${time(shift.from)}`, style: 'title' },
    {
      text: `${site} · ${time(shift.from)} to ${time(shift.to)} (${timeZone}) · up to ${time(upTo)} · made ${time(madeAt)}`,
      margin: [0, 0, 0, 8],
    },
    {
      text:
        'Averages are the sum of concentration and time over 8 h, whatever the shift (29 CFR 1910.1000(d)). Two figures are bounds: what was not ' +
        'measured is between nothing and the last reading or the highest alarm. Lines marked indicative come from area ' +
        'instruments; the cadmium dose comes from personal samples. An 8-h limit ' +
        'counts as reached also by any 8 h that end in the shift. * is a limit, or a sum, that nobody of the site has approved.',
      style: 'note',
    },
    ...(fault === null ? [] : [{ text: fault, style: 'note' }]),
    ...(people.length === 0 ? [{ text: 'Nobody was in a zone, and no sample lies in the shift.' }] : []),
    ...people.flatMap((person): Content[] => [
      { text: `${person.printedName} (${person.personId})`, style: 'head' },
      table(
        ['Agent', 'Limit', 'So far', 'Worst 8 h, times', 'Forecast', 'Measured', 'Basis', 'State'],
        person.lines.map((line) => [
          `${line.agent} ${line.fraction === 'gas' ? '' : line.fraction}`,
          `${line.jurisdiction} ${line.kind} ${line.limit} ${line.unit}${line.approved ? '' : ' *'}`,
          intervalText(line.soFar, line.limit),
          beyondOf(line),
          line.forecast === null ? '–' : intervalText(line.forecast, line.limit),
          percent(line.measuredShare),
          line.basis,
          line.state === 'below' ? line.state : strong(line.state.toUpperCase()),
        ]),
      ),
      ...(person.mixture === null
        ? []
        : [
            {
              text: `Agents that act alike, sum of C/L against 1: ${intervalText(person.mixture.value, 1)} (${person.mixture.state})${person.mixture.approved ? '' : ' *'}`,
              margin: [0, 3, 0, 0] as [number, number, number, number],
            },
          ]),
    ]),
    { text: 'Personal samples', style: 'head' },
    samples.length === 0
      ? { text: 'None.' }
      : table(
          ['Person', 'Agent', 'Sampled', 'Mean', 'Laboratory', 'Method'],
          samples.map((sample) => [
            names.get(sample.personId) ?? sample.personId,
            `${sample.agent} ${sample.fraction === 'gas' ? '' : sample.fraction}`,
            `${time(sample.from)} to ${time(sample.to)}`,
            foundText(sample),
            sample.laboratory,
            sample.method,
          ]),
        ),
    { text: 'Limits in force', style: 'head' },
    table(
      ['Agent', 'Limit', 'Mean over', 'From', 'Source'],
      limits.map((limit) => [
        `${limit.agent} ${limit.fraction === 'gas' ? '' : limit.fraction}`,
        `${limit.jurisdiction} ${limit.kind} ${limit.value} ${limit.unit}${limit.approved ? '' : ' *'}`,
        limit.averagedOverMin === null ? 'any moment' : `${limit.averagedOverMin} min`,
        limit.from,
        limit.source,
      ]),
    ),
    ...mixtures.map(({ title, agents, source, approved }): Content => ({
      text: `${title}: ${agents.join(', ')} act alike (${source})${approved ? '' : ' *'}`,
      margin: [0, 3, 0, 0],
    })),
  ];
  const bytes = await printerOf()
    .createPdf({
      info: { title: `Exposure ${site} ${time(shift.from)}` },
      pageOrientation: 'landscape',
      pageMargins: [30, 30, 30, 36],
      defaultStyle: { fontSize: 8 },
      styles: {
        title: { fontSize: 14, bold: true },
        head: { fontSize: 10, bold: true, margin: [0, 10, 0, 3] },
        note: { italics: true },
      },
      footer: (page: number, pages: number) => ({
        text: `${page} / ${pages}`,
        alignment: 'right',
        margin: [0, 8, 30, 0],
      }),
      content: body,
    })
    .getBuffer();
  return new Uint8Array(bytes);
}

const strong = (text: string): TableCell => ({ text, bold: true });

const table = (head: readonly string[], rows: readonly (readonly TableCell[])[]): Content => ({
  layout: 'lightHorizontalLines',
  table: {
    headerRows: 1,
    widths: head.map((_, index) => (index === head.length - 1 ? '*' : 'auto')),
    body: [head.map((text): TableCell => ({ text, bold: true })), ...rows.map((row) => [...row])],
  },
});
