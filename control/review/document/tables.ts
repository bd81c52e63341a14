/** Tables of a batch record: weighings, alarms, sealed segments, samples, labels. Pure. */
import { isoUtc } from '../../../plant/clock.ts';
import type { DocumentBlock } from '../../../plant/record-document.ts';
import type { SealedSegment } from '../../../plant/ports/sealed-telemetry.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import { dataText, timeOf, type Evidence, type Surroundings } from '../evidence.ts';

/** Rows of one table that a document carries; how many it leaves out is said. */
const mostRows = 400;

const table = (title: string, columns: readonly string[], rows: readonly (readonly string[])[]): DocumentBlock => ({
  kind: 'table',
  title,
  columns,
  rows: rows.slice(0, mostRows),
  left: Math.max(0, rows.length - mostRows),
});

export function kitTables({ kits, lots }: Surroundings): readonly DocumentBlock[] {
  return kits.map((kit) => {
    const rows = [
      ...kit.weighings.map((one) => ({ ...one, struck: '' })),
      ...kit.struck.map((one) => ({
        ...one,
        struck: `struck out: ${one.strike.reason}, ${one.strike.by}, ${one.strike.checkedBy}`,
      })),
    ].map(({ number, material, lot, amount, tare, scale, by, checkedBy, at, struck }) => {
      const from = lots.find(({ id }) => id === lot);
      return [
        String(number),
        material,
        lot,
        `${amount} ${from?.unit ?? ''}`,
        tare,
        scale,
        from === undefined ? '' : `${from.status}, until ${isoUtc(from.expires).slice(0, 10)}`,
        by,
        checkedBy ?? '',
        isoUtc(at),
        struck,
      ];
    });
    const columns = [
      'No.',
      'Material',
      'Lot',
      'Net',
      'Tare',
      'Scale',
      'Lot status',
      'Weighed by',
      'Checked by',
      'At',
      'Remark',
    ];
    return table(`Dispensing ${kit.id}`, columns, rows);
  });
}

export function alarmTable(around: readonly StoredEvent[]): DocumentBlock {
  const rows = around
    .filter(({ event }) => event.action.startsWith('alarm-'))
    .map((stored) => [
      isoUtc(timeOf(stored)),
      dataText(stored, 'skid'),
      dataText(stored, 'title') || stored.event.object,
      stored.event.action.slice('alarm-'.length),
      dataText(stored, 'priority'),
      typeof stored.event.new === 'string' ? `${stored.event.new} ${stored.event.unit ?? ''}`.trim() : '',
      stored.event.actor.kind === 'person' ? stored.event.actor.printedName : '',
      stored.event.reason ?? '',
    ]);
  return table(
    'Alarms of its skids while it ran',
    ['At', 'Skid', 'Alarm', 'What', 'Priority', 'Value', 'By', 'Note'],
    rows,
  );
}

const remarkOf = ({ recovered, gaps, dropped, aside }: SealedSegment): string =>
  [
    recovered ? 'sealed after a restart' : '',
    ...gaps.map(({ from, to, why }) => `gap from ${isoUtc(from)} to ${isoUtc(to)}: ${why}`),
    dropped === 0 ? '' : `${dropped} lines dropped`,
    aside === null ? '' : `put aside as ${aside}`,
  ]
    .filter((part) => part !== '')
    .join('; ');

export function segmentTable({ units }: Evidence): DocumentBlock {
  const rows = units.flatMap(({ segments }) =>
    segments.map((one) => [
      one.skid,
      String(one.number),
      isoUtc(one.from),
      isoUtc(one.to),
      String(one.scans),
      String(one.samples),
      one.digest,
      remarkOf(one),
    ]),
  );
  return table('Sealed telemetry', ['Skid', 'No.', 'From', 'To', 'Scans', 'Samples', 'SHA-256', 'Remark'], rows);
}

export function sampleTable({ samples }: Surroundings): readonly DocumentBlock[] {
  if (samples.length === 0) return [];
  const rows = samples.flatMap(({ id, sample, analyses, by, at, results }) =>
    analyses.map((analysis) => {
      const result = results.find((one) => one.analysis === analysis);
      return [
        id,
        sample,
        analysis,
        by,
        isoUtc(at),
        result === undefined ? 'not answered' : `${result.value} ${result.unit}`.trim(),
        result?.analyst ?? '',
        result?.measuredAt ?? '',
      ];
    }),
  );
  return [
    table('Samples', ['Request', 'Sample', 'Analysis', 'Asked by', 'At', 'Result', 'Analyst', 'Measured at'], rows),
  ];
}

export function containerTable({ labels, counts }: Surroundings): readonly DocumentBlock[] {
  if (labels.length === 0) return [];
  const rows = labels.flatMap(({ serial, container, content, copies }) =>
    copies.map(({ code, state, by, at, reason }) => [serial, code, container, content, state, by, isoUtc(at), reason]),
  );
  const counted = counts.map((one) => [
    String(one.printed),
    String(one.used),
    String(one.destroyed),
    String(one.left),
    one.missing.join(', '),
    one.by,
    one.checkedBy,
    isoUtc(one.at),
    one.stands ? '' : 'moved since',
  ]);
  return [
    table('Labels', ['Serial', 'Copy', 'Container', 'Content', 'State', 'By', 'At', 'Reason'], rows),
    table(
      'Count of labels',
      ['Printed', 'Used', 'Destroyed', 'Left', 'Missing', 'By', 'Checked by', 'At', 'Remark'],
      counted,
    ),
  ];
}
