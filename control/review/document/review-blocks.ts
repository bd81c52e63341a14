/** Review by exception on paper: that every rule ran, what needed eyes, and what people made of it. Pure. */
import { isoUtc } from '../../../plant/clock.ts';
import type { DocumentBlock } from '../../../plant/record-document.ts';
import type { DispositionView, ExceptionView, SaidBy } from '../../../plant/review-view.ts';
import type { ReviewBook } from '../review-book.ts';

const said = ({ by, at }: SaidBy): string => `${by}, ${isoUtc(at)}`;

export const reviewBlocks = (book: ReviewBook, which: 'exceptions' | 'rules'): readonly DocumentBlock[] =>
  which === 'exceptions' ? exceptionBlocks(book) : ruleBlocks(book);

function becameOf({ judged, deviation, replacedBy }: ExceptionView): string {
  if (judged !== null) return `no deviation: ${judged.reason} (${said(judged)})`;
  return deviation ?? (replacedBy === null ? 'open' : `found otherwise since: ${replacedBy}`);
}

const dispositionText = (one: DispositionView): string =>
  `${one.decision}: ${one.reason} (${said(one)})${one.superseded === null ? '' : `; ${one.superseded}`}`;

function exceptionBlocks({ exceptions, deviations, lateEntries }: ReviewBook): readonly DocumentBlock[] {
  const rows = [...exceptions.values()].map((one) => [
    one.id,
    one.skid ?? '',
    isoUtc(one.from),
    isoUtc(one.to),
    one.title,
    one.detail,
    becameOf(one),
    one.stillFound ? '' : 'not found by the newest run',
  ]);
  const blocks: DocumentBlock[] = [
    {
      kind: 'table',
      title: 'Exceptions',
      columns: ['No.', 'Skid', 'From', 'To', 'What', 'Detail', 'Judged', 'Remark'],
      rows,
      left: 0,
    },
  ];
  for (const one of deviations.values()) {
    const { investigated, decided } = one;
    const facts = [
      ['Exceptions', one.exceptions.join(', ')],
      ['Classification', one.classification],
      ['Description', one.description],
      ['Raised by', said(one.raised)],
      ['Cause', investigated === null ? 'not investigated' : `${investigated.cause} (${said(investigated)})`],
      ['Impact', investigated?.impact ?? ''],
      ['Decision', decided === null ? 'none yet' : `${decided.decision}: ${decided.reason} (${said(decided)})`],
      ['Action', decided?.action ?? ''],
    ] as const;
    blocks.push({ kind: 'text', text: `Deviation ${one.id}: ${one.title} (${one.state})` });
    blocks.push({ kind: 'facts', facts: facts.map(([name, value]) => ({ name, value })) });
  }
  if (lateEntries.length > 0)
    blocks.push({
      kind: 'table',
      title: 'Late entries',
      columns: ['Happened', 'Entered', 'What', 'Value', 'Reason', 'By'],
      rows: lateEntries.map((one) => [
        isoUtc(one.happenedAt),
        isoUtc(one.at),
        one.what,
        `${one.value} ${one.unit ?? ''}`.trim(),
        one.reason,
        one.by,
      ]),
      left: 0,
    });
  return blocks;
}

function ruleBlocks({ run, reviewed, disposition, earlierDispositions }: ReviewBook): readonly DocumentBlock[] {
  const rules: DocumentBlock =
    run === null
      ? { kind: 'missing', text: 'The rules have not run.' }
      : {
          kind: 'table',
          title: `Rules, run ${isoUtc(run.at)} over lines 1 to ${run.readTo}`,
          columns: ['Rule', 'Version', 'What holds where it finds nothing', 'Looked at', 'Found'],
          rows: run.rules.map((one) => [
            one.rule,
            one.version,
            one.title,
            `${one.looked} ${one.counts}`,
            String(one.found),
          ]),
          left: 0,
        };
  const facts = [
    [
      'Reviewed',
      reviewed === null
        ? 'not yet'
        : `${said(reviewed)}${reviewed.superseded === null ? '' : `; ${reviewed.superseded}`}`,
    ],
    ...earlierDispositions.map((one) => ['Disposition before', dispositionText(one)] as const),
    ['Disposition', disposition === null ? 'none yet' : dispositionText(disposition)],
  ] as const;
  return [rules, { kind: 'facts', facts: facts.map(([name, value]) => ({ name, value })) }];
}
