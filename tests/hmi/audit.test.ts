/** The routes of the audit trail, what is asked by its page, and that every reading of a record is noted. */
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordDocument } from '../../plant/record-document.ts';
import { everything, queryOf, saidOf } from '../../hmi/web/src/audit/audit-query.ts';
import { batchOf } from './support/fakes.ts';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
  server.rooms.batches.set('B-2026-0001', batchOf('B-2026-0001'));
});
afterAll(() => server.app.close());
beforeEach(() => {
  server.rooms.asked.length = 0;
});

const rosa = expect.objectContaining({ id: 'P-rosa', terminal: '127.0.0.1' }) as unknown;

describe('the audit trail', () => {
  it('is asked for with everything the filter says, under the name of whoever reads', async () => {
    const url =
      '/api/audit?person=rosa&scope=batch/B-2026-0001&action=phase-started&object=12&from=1000&until=2000&withReason=true&onlyChanges=true&before=77';
    const answer = await server.ask('GET', url);
    expect(answer.json()).toEqual({ entries: [], next: null, lookedBackTo: null });
    const filter = {
      person: 'rosa', scope: 'batch/B-2026-0001', action: 'phase-started', object: '12', from: 1000, until: 2000,
      withReason: true, onlyChanges: true,
    }; // prettier-ignore
    expect(server.rooms.asked).toEqual([{ what: 'audit page', with: { filter, before: 77, actor: rosa } }]);
  });

  it('is taken away as a file', async () => {
    const answer = await server.ask('GET', '/api/audit/csv?person=rosa');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="audit-trail.csv"');
    expect(answer.body).toBe('scope,number\r\n');
    expect(server.rooms.asked).toEqual([{ what: 'audit csv', with: { filter: { person: 'rosa' }, actor: rosa } }]);
  });

  it.each(['before=0', 'from=yesterday', 'withReason=perhaps', 'persons=rosa', 'scope='])(
    'is not asked %s',
    async (query) => {
      expect((await server.ask('GET', `/api/audit?${query}`)).statusCode).toBe(400);
      expect(server.rooms.asked).toEqual([]);
    },
  );
});

describe('a record that is read', () => {
  afterEach(() => vi.restoreAllMocks());
  it.each([
    ['review', 'review'],
    ['document', 'page'],
    ['pdf', 'pdf'],
    ['export', 'export'],
    ['record', 'json'],
  ])('by /%s is noted, with who read it', async (part, as) => {
    const { reviews } = server.options;
    const made = { fileName: 'x', mediaType: 'application/octet-stream' };
    const document = { batch: 'B-2026-0001', sections: [] } as unknown as RecordDocument;
    vi.spyOn(reviews, 'document').mockResolvedValue(document);
    vi.spyOn(reviews, 'review').mockResolvedValue({ batch: 'B-2026-0001' } as never);
    vi.spyOn(reviews, 'pdf').mockResolvedValue({ ...made, bytes: Buffer.from('x') });
    vi.spyOn(reviews, 'exported').mockResolvedValue({ ...made, content: Readable.from([Buffer.from('x')]) });
    expect((await server.ask('GET', `/api/batches/B-2026-0001/${part}`)).statusCode).toBe(200);
    expect(server.rooms.asked).toContainEqual({ what: 'read', with: { record: 'batch/B-2026-0001', as, actor: rosa } });
  });

  it('is not noted where there is none', async () => {
    expect((await server.ask('GET', '/api/batches/B-2026-0009/document')).statusCode).toBe(404);
    expect(server.rooms.asked.filter(({ what }) => what === 'read')).toEqual([]);
  });
});

describe('the form of the audit trail', () => {
  it('asks for what it says, and for nothing that it leaves out', () => {
    expect(queryOf(everything, true).toString()).toBe('');
    const form = {
      ...everything,
      person: ' rosa ',
      from: '2026-10-02T09:30',
      until: '2026-10-02T09:30',
      withReason: true,
    };
    expect(Object.fromEntries(queryOf(form, true))).toEqual({
      person: 'rosa',
      from: String(Date.UTC(2026, 9, 2, 9, 30)),
      until: String(Date.UTC(2026, 9, 2, 9, 30, 59, 999)),
      withReason: 'true',
    });
  });

  it('says above a print what was asked', () => {
    expect(saidOf(everything, 'UTC')).toBe('all entries');
    expect(saidOf({ ...everything, person: 'rosa', from: '2026-10-02T09:30', onlyChanges: true }, 'UTC')).toBe(
      'person rosa, from 2026-10-02T09:30 UTC, only changes',
    );
  });
});
