import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalText } from '../../../control/records/format/canonical.ts';
import { verifyExport } from '../../../control/records/verify/verify-export.ts';
import type { Report } from '../../../control/records/verify/report.ts';
import { event, later, openQuickly, ownPassword, stamp, temporaryFolder, trustOf } from './support.ts';

const made = temporaryFolder();
let text: string;
let other: string;
let trusted: string;
let checkpoints: string;

beforeAll(async () => {
  const records = await openQuickly(made.path);
  const password = await ownPassword(records, made.path, 'checker');
  await records.append(event('batch/B-1', 'batch-started', { data: { volume: '100', unit: 'µL' } }), stamp);
  await records.append(event('batch/B-2'), stamp);
  await records.append(event('batch/B-1', 'set-point-written', { old: '60', new: '80', unit: 'mL/min' }), later(1));
  const who = { userName: 'checker', password, terminal: 'page', role: 'checker', notPersons: [] };
  await records.sign({ ...who, scope: 'batch/B-1', meaning: 'checked', subject: 'batch B-1' }, later(60));
  text = (await records.export('batch/B-1', later(70))).text;
  other = (await records.export('batch/B-2', later(70))).text;
  await records.close(later(80));
  trusted = trustOf(made.path);
  checkpoints = readFileSync(join(made.path, 'checkpoints', 'checkpoints.jsonl'), 'utf8');
});

afterAll(() => made.remove());

const verify = (
  changed: string | Uint8Array,
  witness: string | null = checkpoints,
  trust: string | null = trusted,
): Report =>
  verifyExport({ bytes: typeof changed === 'string' ? Buffer.from(changed) : changed, trusted: trust, witness });

const said = (report: Report): string => report.findings.map(({ where, problem }) => `${where}: ${problem}`).join('\n');

type Document = {
  events: { event: Record<string, unknown>; hash: string }[];
  site: { entries: unknown[] };
  manifest: Record<string, unknown>;
  checkpoint: string;
};

/** The export after a forger edited it and made it canonical again. */
function edited(edit: (document: Document) => void): string {
  const document = JSON.parse(text) as Document;
  edit(document);
  return `${canonicalText(document)}\n`;
}

describe('an exported record', () => {
  it('holds by itself, with nothing but the trusted fingerprint and a checkpoint kept apart', () => {
    const report = verify(text);
    expect(said(report)).toBe('');
    expect(report.held.join(' ')).toMatch(/batch\/B-1 with its 3 events.*1 signatures/);
    expect(verify(other).holds).toBe(true);
  });

  it('proves nothing without the fingerprint, or under another', () => {
    expect(verify(text, checkpoints, null).holds).toBe(false);
    expect(said(verify(text, null))).toContain('None was given with --checkpoint');
    expect(said(verify(text, checkpoints, trusted.replace(/./, 'x')))).toContain('not the trusted one');
  });

  it('does not hold once any single byte of it is changed', { timeout: 60_000 }, () => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      const isLetter = /[a-z]/i.test(String.fromCharCode(bytes[at]!));
      changed[at] = isLetter && at % 2 === 0 ? bytes[at]! ^ 0x20 : bytes[at]! ^ (1 << (at % 8));
      if (verify(changed).holds) expect.fail(`byte ${at} was changed unseen`);
    }
  });

  it('names the event in which a byte was changed', () => {
    const at = Buffer.from(text).indexOf('mL/min');
    for (let offset = 0; offset < 6; offset += 1) {
      for (const bit of [1, 0x20, 0x80]) {
        const changed = Buffer.from(text);
        changed[at + offset] = changed[at + offset]! ^ bit;
        expect(said(verify(changed))).toContain('event batch/B-1 #2 (set-point-written)');
      }
    }
  });

  it.each([
    ['without its last line end', () => text.slice(0, -1)],
    ['with one more line end', () => `${text}\n`],
    ['with a carriage return', () => text.replace('\n', '\r\n')],
    ['with a byte order mark', () => `\ufeff${text}`],
    ['written with spaces', () => `${JSON.stringify(JSON.parse(text), null, 1)}\n`],
    ['cut short', () => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['that is something else', () => '{"format":"other"}\n'],
  ])('does not hold %s', (_what, changed) => {
    expect(verify(changed()).holds).toBe(false);
  });

  it('names an event that was changed and made canonical again', () => {
    const report = verify(edited(({ events }) => (events[1]!.event.new = '70')));
    expect(said(report)).toContain('event batch/B-1 #2 (set-point-written)');
  });

  it.each<[string, (document: Document) => void]>([
    ['an event taken out', ({ events }) => void events.splice(1, 1)],
    ['its last event taken out', ({ events }) => void events.pop()],
    ['two events in another order', ({ events }) => void events.reverse()],
    ['an entry of the site chain taken out', ({ site }) => void site.entries.pop()],
    ['another version in its manifest', ({ manifest }) => (manifest.build = '9.9.9')],
    ['another time in its manifest', ({ manifest }) => (manifest.exportedAt = '2020-01-01T00:00:00.000+00:00')],
    ['another scope in its manifest', ({ manifest }) => (manifest.scope = 'batch/B-2')],
    ['a field that does not belong', ({ manifest }) => (manifest.note = 'x')],
    ['the checkpoint of another moment', (document) => (document.checkpoint = checkpoints.split('\n')[0]!)],
    ['no event at all', (document) => (document.events = [])],
    ['the events of another record', (document) => (document.events = (JSON.parse(other) as Document).events)],
  ])('does not hold with %s', (_what, edit) => {
    expect(verify(edited(edit)).holds).toBe(false);
  });

  it('agrees with a checkpoint that was kept elsewhere, and says where one shows nothing', () => {
    expect(said(verify(text, checkpoints))).toBe('');
    expect(verify(text, checkpoints.replace('"number":2', '"number":3')).holds).toBe(false);
    expect(said(verify(text, `${checkpoints.split('\n')[0]!}\n`))).toContain('shows nothing');
    expect(verify(text, '').holds).toBe(false);
  });
});
