import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badNoCommunication } from '../../plant/quality.ts';
import { localTag } from '../../plant/sample.ts';
import { mesolineError } from '../../plant/errors.ts';
import { setpointOf, skidAnswer } from '../../hmi/server/skid-view.ts';
import { cdse } from '../control/interlocks/support/plant.ts';
import { scanOf, start } from './support/fakes.ts';
import { testServer, type TestServer } from './support/server.ts';
import { smallSkid, smallType } from './support/skid.ts';

const hostile = '<script>alert(1)</script>';
let server: TestServer;
beforeAll(async () => {
  server = await testServer([smallSkid('QD-1', { title: hostile }), smallSkid('QD-2')]);
});
afterAll(() => server.app.close());

describe('what the pages are told of the skids', () => {
  it('is the definition, with each set point found by its loop', async () => {
    const answer = await server.ask('GET', '/api/skids');
    expect(answer.json()).toMatchObject([
      {
        name: 'QD-1',
        twin: true,
        tags: expect.arrayContaining([expect.objectContaining({ name: 'R201/TT-201A', setpoint: 'R201/TIC-201.SP' })]),
      },
      { name: 'QD-2' },
    ]);
  });

  it('says of a skid whether a field controller can be asked for a safe state', () => {
    const skid = smallSkid();
    expect(skidAnswer(skid).controlled).toBe(false);
    expect(skidAnswer({ ...skid, type: cdse }).controlled).toBe(true);
  });

  it('takes no set point of another quantity, unit or loop for one', () => {
    const [temperature, setpoint, pressure] = smallType.tags;
    expect(setpointOf(temperature!, smallType.tags)?.name).toBe('R201/TIC-201.SP');
    expect(setpointOf(pressure!, smallType.tags)).toBeNull();
    expect(setpointOf(setpoint!, smallType.tags)).toBeNull();
    const other = { ...temperature!, name: localTag('R202/TT-201A') };
    expect(setpointOf(other, smallType.tags)).toBeNull();
  });

  it('is text where a name holds markup, under headers that run no inline script', async () => {
    const answer = await server.ask('GET', '/api/skids');
    expect(answer.json<{ title: string }[]>()[0]?.title).toBe(hostile);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('is every value with its quality and times', async () => {
    const news = scanOf('QD-1', 7, { 'R201/TT-201A': [160, badNoCommunication], 'R201/PT-201A': Number.NaN });
    server.rooms.scans.set('QD-1', news);
    const answer = await server.ask('GET', '/api/skids/QD-1/values');
    expect(answer.json()).toMatchObject({
      scan: 7,
      demand: 'none',
      samples: {
        'R201/TT-201A': [160, badNoCommunication, start + 700, start + 700],
        'R201/PT-201A': [null, 0, start + 700, start + 700],
      },
    });
    expect((await server.ask('GET', '/api/skids/QD-2/values')).json()).toMatchObject({ code: 'no-values-yet' });
    expect((await server.ask('GET', '/api/skids/QD-3/values')).statusCode).toBe(404);
  });
});

describe('a trend', () => {
  const ask = (query: string) => server.ask('GET', `/api/trends?${query}`);

  it('asks history once for each tag', async () => {
    const answer = await ask('tags=QD-1/R201/TT-201A,QD-2/R201/TT-201A,QD-1/R201/TT-201A&from=1000&to=2000&buckets=10');
    expect(answer.statusCode).toBe(200);
    expect(server.rooms.asked.at(-1)).toEqual({
      what: 'trend',
      with: { tags: ['QD-1/R201/TT-201A', 'QD-2/R201/TT-201A'], from: 1000, to: 2000, buckets: 10 },
    });
  });

  it.each([
    ['from=1&to=2&buckets=1', 'tags'],
    ['tags=QD-1/R201/TT-201A&from=x&to=2&buckets=1', 'from'],
    ['tags=QD-1/R201/TT-201A&from=5&to=2&buckets=1', 'from'],
    ['tags=QD-1/R201/TT-201A&from=1&to=2&buckets=0', 'buckets'],
    ['tags=QD-1/R201/TT-201A&from=1&to=2&buckets=100000', 'buckets'],
    ['tags=QD-1/R201/TT-201A&from=0&to=99999999999999&buckets=10', 'to'],
    ['tags=R201/TT-201A&from=1&to=2&buckets=1', 'tags'],
    ['tags=QD-1/R201/TT-201A&from=1&to=2&buckets=1&extra=1', 'extra'],
  ])('%s is refused, naming %s', async (query, field) => {
    const answer = await ask(query);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'bad-request', faults: [expect.objectContaining({ where: field })] });
  });

  it('says that history does not answer, and what still goes on', async () => {
    server.rooms.state.trend = mesolineError('influx', 'influxd', 'It is gone.', 'Start it.');
    const answer = await ask('tags=QD-1/R201/TT-201A&from=1&to=2&buckets=1');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'history-unavailable', message: expect.stringContaining('influxd') });
    server.rooms.state.trend = null;
  });
});

describe('alarms', () => {
  it('that all refuse their acknowledgement make a refusal that names each', async () => {
    server.rooms.state.refuseAcknowledge = 'It is not active.';
    const answer = await server.ask('POST', '/api/alarms/acknowledge', { ids: ['QD-1/a.high'], note: '' });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ faults: [{ where: 'QD-1/a.high', problem: 'It is not active.' }] });
  });

  it('are confirmed as they are acknowledged', async () => {
    server.rooms.state.refuseAcknowledge = null;
    const answer = await server.ask('POST', '/api/alarms/confirm', { ids: ['QD-1/a.high'], note: 'valve replaced' });
    expect([answer.statusCode, answer.json()]).toEqual([200, { refused: [] }]);
    expect(server.rooms.asked.at(-1)).toMatchObject({
      what: 'confirm',
      with: { ids: ['QD-1/a.high'], note: 'valve replaced' },
    });
  });

  it('have a journal of the last day where no span is given', async () => {
    await server.ask('GET', '/api/alarms/journal');
    expect(server.rooms.asked.at(-1)).toEqual({
      what: 'journal',
      with: { from: start - 86_400_000, to: start, limit: 500 },
    });
    expect((await server.ask('GET', '/api/alarms/journal?limit=0')).statusCode).toBe(400);
  });
});

describe('the server', () => {
  it('gives the first page for the pages’ own addresses, and nothing for files it has not', async () => {
    for (const url of ['/', '/skids/QD-1', '/batches/B-2026-0001', '/recipes/CdSe-3.6', '/alarms']) {
      const answer = await server.app.inject(url);
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
    }
    for (const url of ['/assets/none.js', '/recipes/a/b.js', '/../package.json', '/%2e%2e/package.json']) {
      expect((await server.app.inject(url)).statusCode).toBe(404);
    }
    const unknown = await server.ask('GET', '/api/none');
    expect([unknown.statusCode, unknown.json<{ code: string }>().code]).toEqual([404, 'not-found']);
  });

  it('answers a failure of its own without telling its insides', async () => {
    const alarms = server.rooms.ports.alarms.standing;
    server.rooms.ports.alarms.standing = () => Promise.reject(new Error('secret inside'));
    const answer = await server.ask('GET', '/api/alarms');
    server.rooms.ports.alarms.standing = alarms;
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret inside');
  });
});

describe('the pages’ source', () => {
  it('never draws text as markup', () => {
    const folder = new URL('../../hmi/web/src/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      expect(readFileSync(new URL(file, folder), 'utf8')).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/,
      );
    }
  });
});
