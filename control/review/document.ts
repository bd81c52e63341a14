/**
 * A batch record as a document, in the 18 sections that 21 CFR 211.188 and ICH Q13 ask for: what stands in the record, line by line,
 * with tables and trends made of the same evidence that the rules have read. Pure.
 */
import { isoUtc, type UtcMs } from '../../plant/clock.ts';
import { formatValue } from '../../plant/quantity.ts';
import type { RecordSection } from '../../plant/ports/batch-desk.ts';
import type { DocumentBlock, DocumentSection, RecordDocument, SignatureLine } from '../../plant/record-document.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import type { ChainView } from '../../plant/review-view.ts';
import { dataText, skidOf, timeOf, type Evidence } from './evidence.ts';
import { formulaTable } from './document/formula-table.ts';
import { alarmTable, containerTable, kitTables, sampleTable, segmentTable } from './document/tables.ts';
import { reviewBlocks } from './document/review-blocks.ts';
import { signatureLines } from './document/signatures.ts';
import { trends } from './document/trends.ts';
import type { ReviewBook } from './review-book.ts';
import type { Titles } from './trace.ts';

export type DocumentParts = Readonly<{
  evidence: Evidence;
  book: ReviewBook;
  sections: readonly RecordSection[];
  head: Readonly<{ count: number; hash: string }>;
  ended: boolean;
  site: string;
  build: string;
  madeAt: UtcMs;
  titles: Titles;
  chain: ChainView;
}>;

/** Lines of one section that a document carries; how many it leaves out is said, and all of them stand in the export. */
const mostLines = 200;

/** Its facts are those lines. */
const headerNumber = 1;

export function recordDocument(parts: DocumentParts): RecordDocument {
  const { evidence, book, sections, head, ended, site, build, madeAt } = parts;
  return {
    batch: evidence.batch,
    title: evidence.recipe.title,
    site,
    status: statusOf(book, ended),
    purpose: evidence.purpose,
    madeAt,
    head,
    build,
    sections: sections.map((section) => sectionOf(section, parts)),
    signatures: signatureLines(evidence.events),
  };
}

function statusOf({ disposition }: ReviewBook, ended: boolean): string {
  if (!ended) return 'batch runs';
  if (disposition === null) return 'not disposed of';
  return disposition.superseded === null ? disposition.decision : `${disposition.decision}, superseded`;
}

function sectionOf({ number, title, entries, missing }: RecordSection, parts: DocumentParts): DocumentSection {
  const added = addedBlocks(number, parts);
  const lines: DocumentBlock[] =
    entries.length === 0 || number === headerNumber
      ? []
      : [
          {
            kind: 'lines',
            title: 'Lines of the record',
            lines: entries.slice(0, mostLines).map(({ seq, text }) => ({ seq, text })),
            left: Math.max(0, entries.length - mostLines),
          },
        ];
  const lacking: DocumentBlock[] = missing === null ? [] : [{ kind: 'missing', text: missing }];
  const nothing: DocumentBlock[] =
    added.length + lines.length + lacking.length === 0
      ? [{ kind: 'text', text: 'Nothing of it happened in this batch.' }]
      : [];
  return { number, title, blocks: [...added, ...lines, ...lacking, ...nothing] };
}

/** What the evidence says beyond the lines, by section. */
function addedBlocks(number: number, parts: DocumentParts): readonly DocumentBlock[] {
  const { evidence, book } = parts;
  switch (number) {
    case 1:
      return [headerFacts(parts)];
    case 2:
      return [formulaTable(evidence)];
    case 3:
      return [signatureTable(signatureLines(evidence.events))];
    case 5:
      return kitTables(evidence.surroundings);
    case 8:
      return trends(parts, 'stage 1');
    case 9:
      return trends(parts, 'stage 2');
    case 10:
      return [segmentTable(evidence)];
    case 12:
      return [alarmTable(evidence.around), ...reviewBlocks(book, 'exceptions')];
    case 13:
      return sampleTable(evidence.surroundings);
    case 16:
      return containerTable(evidence.surroundings);
    case 17:
      return reviewBlocks(book, 'rules');
    case 18:
      return [manifestFacts(parts)];
    default:
      return [];
  }
}

function headerFacts({ evidence, build, site }: DocumentParts): DocumentBlock {
  const { batch, recipe, span, units, events, purpose } = evidence;
  const started = events.find(({ event }) => event.action === 'batch-started');
  const ended = events.findLast(({ event }) => event.action === 'batch-ended');
  const text = (stored: StoredEvent | undefined, field: string): string =>
    stored === undefined ? '' : dataText(stored, field);
  const facts = [
    ['Batch', batch],
    ['Product', `${recipe.name}: ${recipe.title}`],
    ['Purpose', purpose],
    ['Site', site],
    [
      'Master recipe',
      `version ${text(started, 'version')}, ${text(started, 'status')}, SHA-256 ${text(started, 'masterDigest')}`,
    ],
    ['Control recipe', `SHA-256 ${text(started, 'controlDigest')}`],
    ['Batch rule', ruleOf(evidence)],
    ['Skids', units.map(({ skid }) => skid).join(', ')],
    ['First step', isoUtc(span.from)],
    [
      'End',
      ended === undefined
        ? 'not yet'
        : `${isoUtc(timeOf(ended))}, ${typeof ended.event.new === 'string' ? ended.event.new : ''}`,
    ],
    ['Collected', ended === undefined ? 'not yet' : `${text(ended, 'collected')} of ${text(ended, 'target')}`],
    ['Software', build],
  ] as const;
  return { kind: 'facts', facts: facts.map(([name, value]) => ({ name, value })) };
}

function ruleOf({ recipe: { batch } }: Evidence): string {
  if (batch === null) return 'none: a cleaning';
  const unit = batch.by === 'collected mass' ? 'g' : batch.by === 'run time' ? 's' : 'mL';
  return `${batch.by}: ${formatValue(batch.target, unit, 0)}, ${batch.bounds.low} to ${batch.bounds.high} ${unit}`;
}

const signatureTable = (lines: readonly SignatureLine[]): DocumentBlock => ({
  kind: 'table',
  title: 'Signatures',
  columns: ['Printed name', 'Role', 'Meaning', 'Subject', 'Signed at', 'Entered', 'Stands'],
  rows: lines.map(({ printedName, role, meaning, subject, at, components, superseded }) => [
    printedName,
    role,
    meaning,
    subject,
    at,
    components.join(', '),
    superseded ?? 'as signed',
  ]),
  left: 0,
});

function manifestFacts({ evidence, head, chain }: DocumentParts): DocumentBlock {
  const samples = evidence.units.reduce(
    (sum, { segments }) => sum + segments.reduce((all, one) => all + one.samples, 0),
    0,
  );
  const segments = evidence.units.reduce((sum, unit) => sum + unit.segments.length, 0);
  const facts = [
    ['Lines of this record', `${head.count}, the last with SHA-256 ${head.hash}`],
    [
      'Sealed telemetry',
      `${segments} segments with ${samples} samples, each with its SHA-256 in a line of this record`,
    ],
    ['Skids in the record', [...new Set(evidence.events.flatMap((stored) => skidOf(stored) ?? []))].join(', ')],
    ['Verifier', `${isoUtc(chain.at)}: ${chain.holds ? 'holds' : 'DOES NOT HOLD'}. ${chain.said.join(' ')}`],
  ] as const;
  return { kind: 'facts', facts: facts.map(([name, value]) => ({ name, value })) };
}
