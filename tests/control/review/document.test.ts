import { beforeAll, describe, expect, it } from 'vitest';
import { recordSections } from '../../../control/batch/record-sections.ts';
import { recordDocument, type DocumentParts } from '../../../control/review/document.ts';
import { signatureLines } from '../../../control/review/document/signatures.ts';
import type { Evidence } from '../../../control/review/evidence.ts';
import { reviewBook, recordSubject } from '../../../control/review/review-book.ts';
import { rules } from '../../../control/review/rules/index.ts';
import { runRules } from '../../../control/review/run-rules.ts';
import { watchedOf } from '../../../control/review/watched.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { DocumentBlock, RecordDocument } from '../../../plant/record-document.ts';
import { at, beside, cleanBatch, said } from './clean-batch.ts';
import { asked, batch, finding, person, ToldRecord } from './told.ts';

let clean: Evidence;
beforeAll(async () => {
  clean = (await cleanBatch()).evidence;
}, 60_000);

const madeAt = utcMs(Date.UTC(2026, 9, 2));
const holds = { holds: true, at: madeAt, said: ['Everything holds.'] };

function documentOf(evidence: Evidence, more: Partial<DocumentParts> = {}): RecordDocument {
  const last = evidence.events.at(-1)!;
  return recordDocument({
    evidence,
    book: reviewBook(evidence.events),
    sections: recordSections(evidence.events),
    head: { count: last.seq, hash: last.hash },
    ended: true,
    site: 'House',
    build: '0.1.0',
    madeAt,
    titles: new Map(),
    chain: holds,
    ...more,
  });
}

const blocksOf = ({ sections }: RecordDocument, number: number): readonly DocumentBlock[] =>
  sections.find((section) => section.number === number)!.blocks;
/** Every word of a section, tables and facts and lines alike. */
const textOf = (document: RecordDocument, number: number): string => JSON.stringify(blocksOf(document, number));
const tableOf = (document: RecordDocument, number: number, title: string) => {
  const found = blocksOf(document, number).find((block) => block.kind === 'table' && block.title.startsWith(title));
  if (found?.kind !== 'table') throw new Error(`section ${number} has no table ${title}`);
  return found;
};

/** What was said in a review, as lines after those of the batch. */
function reviewed(tell: (record: ToldRecord) => void): Evidence {
  const record = new ToldRecord();
  record.events.push(...clean.events);
  tell(record);
  return { ...clean, events: record.events };
}

describe('the document of a batch', () => {
  it('has 18 sections, each with something in it or with what is missing', () => {
    const { sections } = documentOf(clean);
    expect(sections.map(({ number }) => number)).toEqual(Array.from({ length: 18 }, (_, n) => n + 1));
    expect(sections.filter(({ blocks }) => blocks.length === 0)).toEqual([]);
  });

  it('begins with the batch, its recipe by version and digest, its rule, skids and what was collected', () => {
    const facts = textOf(documentOf(clean), 1);
    const started = clean.events.find(({ event }) => event.action === 'batch-started')!.event.data!;
    for (const word of [batch, 'CdSe-short', 'production', 'QD-1', started['masterDigest'], started['controlDigest']])
      expect(facts).toContain(word);
    expect(facts).toMatch(/collected volume: [\d.]+ mL/);
    expect(facts).toMatch(/"Collected","value":"[\d.]+ mL of [\d.]+ mL"/);
  });

  it('has every parameter of the formula with its range, and what was ordered instead', () => {
    const table = tableOf(documentOf({ ...clean, ordered: { temperature: '110 °C' } }), 2, 'Formula');
    expect(table.rows.map(([name]) => name)).toEqual([...clean.recipe.formula.keys()]);
    expect(table.rows[0]).toEqual([
      'temperature',
      '105 °C',
      '100 to 160 °C',
      '',
      'critical',
      'ordered for this batch: 110 °C',
    ]);
    expect(table.rows.slice(1).every((row) => row[5] === '')).toBe(true);
  });

  it('draws every critical parameter once, with what happened on its skid', () => {
    const document = documentOf(
      said(clean, { action: 'state-changed', object: 'QD-1', new: 'Holding', data: { skid: 'QD-1' } }),
    );
    const trends = [8, 9].flatMap((number) => blocksOf(document, number).filter(({ kind }) => kind === 'trend'));
    const { watched } = watchedOf(clean.recipe, clean.units[0]!);
    expect(trends.map((block) => (block.kind === 'trend' ? block.title : '')).sort()).toEqual(
      watched.map(({ title }) => `QD-1 ${title}`).sort(),
    );
    for (const block of trends) {
      if (block.kind !== 'trend') continue;
      expect(block.trace.pens).toHaveLength(1);
      expect(block.trace.pens[0]!.points.length).toBeGreaterThan(10);
      expect(block.marks.map(({ text }) => text)).toContain('Holding');
    }
  });

  it('says instead of a trend why there is none', () => {
    const units = clean.units.map((unit) => ({ ...unit, unreadable: 'segment 2 is damaged' }));
    expect(blocksOf(documentOf({ ...clean, units }), 8)[0]).toEqual({
      kind: 'missing',
      text: 'QD-1: segment 2 is damaged',
    });
  });

  it('names every sealed segment with its digest', () => {
    const rows = tableOf(documentOf(clean), 10, 'Sealed telemetry').rows;
    expect(rows.map((row) => row[6])).toEqual(clean.units[0]!.segments.map(({ digest }) => digest));
  });

  it('has weighings, those that were struck out too, samples and labels with their counts', () => {
    const weighing = { number: 1, material: 'Se', lot: 'L-1', amount: '0.95', tare: '12', scale: 'W-1', by: 'Olga', checkedBy: 'Carl', at: madeAt }; // prettier-ignore
    const strike = { reason: 'the point', by: 'Olga', checkedBy: 'Carl', at: madeAt, gone: false };
    const copies = [{ code: '2600000101', state: 'used', by: 'Olga', at: madeAt, reason: '' }];
    const surroundings = {
      kits: [{ id: 'D-1', weighings: [weighing], struck: [{ ...weighing, number: 2, amount: '9.5', strike }] }],
      lots: [{ id: 'L-1', unit: 'g', status: 'released', expires: madeAt }],
      samples: [{ id: 'S-1', sample: 'P-1', analyses: ['Cd', 'Se'], by: 'Olga', at: madeAt, results: [{ analysis: 'Cd', value: '<0.1', unit: 'mg/L', analyst: 'Ann', measuredAt: '2026-10-02' }] }], // prettier-ignore
      labels: [{ serial: '26000001', container: 'P-1', content: '20 mL', copies }],
      counts: [{ printed: 1, used: 1, destroyed: 0, left: 0, missing: ['2600000201'], by: 'Olga', checkedBy: 'Carl', at: madeAt, stands: false }], // prettier-ignore
    } as unknown as Evidence['surroundings'];
    const document = documentOf({ ...clean, surroundings });
    const kit = tableOf(document, 5, 'Dispensing D-1').rows;
    expect(kit.map((row) => [row[3], row.at(-1)])).toEqual([
      ['0.95 g', ''],
      ['9.5 g', 'struck out: the point, Olga, Carl'],
    ]);
    expect(tableOf(document, 13, 'Samples').rows.map((row) => row[5])).toEqual(['<0.1 mg/L', 'not answered']);
    expect(tableOf(document, 16, 'Labels').rows[0]).toContain('2600000101');
    expect(tableOf(document, 16, 'Count of labels').rows[0]).toEqual(
      expect.arrayContaining(['2600000201', 'moved since']),
    );
  });

  it('lists alarms of its skids with who answered them', () => {
    const data = { skid: 'QD-1', title: 'Feed pressure high', priority: '2' };
    const alarm = beside(clean, 'alarms', { action: 'alarm-raised', object: 'a', new: '4.2', unit: 'bar(g)', data });
    const both = beside(alarm, 'alarms', { action: 'alarm-acknowledged', object: 'a', actor: person('ana'), data });
    const rows = tableOf(documentOf(both), 12, 'Alarms').rows;
    expect(rows.map((row) => [row[2], row[3], row[5], row[6]])).toEqual([
      ['Feed pressure high', 'raised', '4.2 bar(g)', ''],
      ['Feed pressure high', 'acknowledged', '', 'ANA'],
    ]);
  });

  it('carries 200 lines of a section, and says how many more there are', () => {
    const long = Array.from({ length: 260 }).reduce<Evidence>(
      (whole) => said(whole, { action: 'mode-changed', object: 'QD-1', new: 'automatic', data: { skid: 'QD-1' } }),
      clean,
    );
    const [lines] = blocksOf(documentOf(long), 11);
    if (lines?.kind !== 'lines') throw new Error('no lines');
    expect(lines.lines).toHaveLength(200);
    const all = recordSections(long.events).find(({ number }) => number === 11)!.entries;
    expect(lines.left).toBe(all.length - 200);
  });
});

describe('the review in the document', () => {
  it('proves for a clean batch that every rule ran, and on how much', () => {
    const evidence = reviewed((record) => {
      for (const { rule, found } of runRules(rules, clean)) record.ran(rule, found);
    });
    expect(textOf(documentOf(evidence), 17)).toMatch(/Rules, run .* over lines 1 to \d+/);
    expect(tableOf(documentOf(evidence), 12, 'Exceptions').rows).toEqual([]);
    expect(textOf(documentOf(clean), 17)).toContain('The rules have not run.');
  });

  it('has each exception with what was made of it, and each deviation to its decision', () => {
    const evidence = reviewed((record) => {
      record.ran('alarms', [finding(), finding({ key: 'alarms:b', title: 'Another' })]);
      record.acted('rosa', { action: 'exception-judged', object: 'E-2', reason: 'seen', data: asked }, 'reviewed');
      const raise = { ...asked, title: 'Too warm', classification: 'minor', exceptions: ['E-1'], description: 'd' };
      record.acted('rosa', { action: 'deviation-raised', object: 'D-1', data: raise }, 'raised');
      record.acted('ivo', { action: 'deviation-investigated', object: 'D-1', data: { ...asked, cause: 'a pump', impact: 'none' } }, 'investigated'); // prettier-ignore
      record.acted('ana', { action: 'deviation-decided', object: 'D-1', new: 'product not affected', reason: 'in range', data: { ...asked, action: 'pump changed' } }, 'decided'); // prettier-ignore
    });
    const document = documentOf(evidence);
    const rows = tableOf(document, 12, 'Exceptions').rows;
    expect(rows.map((row) => [row[0], row[6]?.replace(/, 20.*/u, '')])).toEqual([
      ['E-1', 'D-1'],
      ['E-2', 'no deviation: seen (ROSA'],
    ]);
    const text = textOf(document, 12);
    for (const word of [
      'Deviation D-1: Too warm (closed)',
      'a pump (IVO',
      'product not affected: in range (ANA',
      'pump changed',
    ])
      expect(text).toContain(word);
  });

  it('says of an exception that was found otherwise since under which number it stands, not that it is open', () => {
    const evidence = reviewed((record) => {
      record.ran('alarms', [finding()]);
      record.ran('alarms', [finding({ detail: 'raised 40 times' })]);
    });
    const rows = tableOf(documentOf(evidence), 12, 'Exceptions').rows;
    expect(rows.map((row) => [row[0], row[6]])).toEqual([
      ['E-1', 'found otherwise since: E-2'],
      ['E-2', 'open'],
    ]);
  });

  it('prints what was decided before, with what made it stand no longer', () => {
    const decide = (record: ToldRecord, decision: string, reason: string): void =>
      record.acted('ana', { action: 'batch-disposed', object: batch, new: decision, reason, data: asked }, decision);
    const evidence = reviewed((record) => {
      record.ran('alarms', []);
      decide(record, 'quarantined', 'a sample is awaited');
      record.acted(
        'rosa',
        { action: 'late-entry', object: 'colour', new: 'red', reason: 'r', data: asked },
        'performed',
      );
      decide(record, 'released', 'it is whole');
    });
    const text = textOf(documentOf(evidence), 17);
    expect(text).toMatch(
      /"Disposition before","value":"quarantined: a sample is awaited \(ANA.*late-entry\) came after it/,
    );
    expect(text).toMatch(/"Disposition","value":"released: it is whole \(ANA/);
  });

  it('has a late entry beside when it happened and when it came', () => {
    const evidence = reviewed((record) => {
      const late = { action: 'late-entry', object: 'colour', new: 'orange', reason: 'it was on paper' } as const;
      record.acted('rosa', { ...late, happenedAt: at(clean, 0.5), data: asked }, 'performed');
    });
    const [row] = tableOf(documentOf(evidence), 12, 'Late entries').rows;
    expect(row).toEqual(expect.arrayContaining(['colour', 'orange', 'it was on paper', 'ROSA']));
    expect(Date.parse(row![0]!)).toBe(at(clean, 0.5));
  });

  it('has the status of the product, and that a decision stands no longer where the record changed after it', () => {
    const released = (record: ToldRecord): void => {
      record.ran('alarms', []);
      record.signed('rosa', 'reviewed', recordSubject(batch));
      record.acted('ana', { action: 'batch-disposed', object: batch, new: 'released', reason: 'it is whole', data: asked }, 'released'); // prettier-ignore
    };
    expect(documentOf(clean, { ended: false }).status).toBe('batch runs');
    expect(documentOf(clean).status).toBe('not disposed of');
    expect(documentOf(reviewed(released)).status).toBe('released');
    const after = reviewed((record) => {
      released(record);
      record.acted(
        'rosa',
        { action: 'late-entry', object: 'colour', new: 'red', reason: 'r', data: asked },
        'performed',
      );
    });
    expect(documentOf(after).status).toBe('released, superseded');
    expect(textOf(documentOf(after), 17)).toMatch(/released: it is whole .*late-entry\) came after it/);
  });

  it('says that the record does not hold where the verifier says so', () => {
    const chain = { holds: false, at: madeAt, said: ['Event 7 was changed.'] };
    expect(textOf(documentOf(clean, { chain }), 18)).toContain('DOES NOT HOLD. Event 7 was changed.');
    expect(textOf(documentOf(clean), 18)).toContain('holds. Everything holds.');
  });
});

describe('the manifest of signatures', () => {
  it('has each with printed name, role, meaning, subject, components, and time with its zone', () => {
    const signed = clean.events.filter(({ event }) => event.action === 'signed');
    const { signatures } = documentOf(clean);
    expect(signatures).toHaveLength(signed.length);
    for (const { printedName, role, meaning, subject, at: when, components, covers } of signatures) {
      expect([printedName, role, meaning, subject].every((word) => word.length > 2)).toBe(true);
      expect(when).toMatch(/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/);
      expect(components.length).toBeGreaterThan(0);
      expect(covers).toBeGreaterThan(0);
    }
    const table = tableOf(documentOf(clean), 3, 'Signatures').rows;
    expect(table.map(([name]) => name)).toEqual(signatures.map(({ printedName }) => printedName));
  });

  it('says of a signature of the whole record that it is superseded, and of a step’s that it stands', () => {
    const evidence = reviewed((record) => {
      record.signed('rosa', 'reviewed', recordSubject(batch));
      record.signed('olga', 'performed', 'an answer');
      record.happened('volume-collected');
    });
    const [whole, step] = signatureLines(evidence.events).slice(-2);
    expect(whole!.superseded).toMatch(/^superseded: line \d+ \(volume-collected\) came after it$/);
    expect(step!.superseded).toBeNull();
  });
});
