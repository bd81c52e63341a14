/** Work on the interlocks over the API: who is proven, who is refused, and what the desk is asked. */
import { beforeEach, describe, expect, it } from 'vitest';
import { utcMs } from '../../plant/clock.ts';
import { person } from './support/fakes.ts';
import { testServer, type TestServer } from './support/server.ts';

const rosa = { userName: 'rosa', password: 'secret' };
const paul = { userName: 'paul', password: 'second' };
const bypass = { row: 7, channel: 0, minutes: 60, reason: 'Sensor changed.', meanwhile: 'Hand-held meter.' };
const url = '/api/skids/QD-1/interlocks/bypass';

describe('two people at one page', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await testServer();
    server.rooms.people.set('paul', { person: person('paul', ['process engineer']), password: 'second' });
  });

  it('bypass a channel, and the desk is told who they are but no password', async () => {
    const answer = await server.ask('POST', url, { ...bypass, first: rosa, second: paul });
    expect(answer.statusCode).toBe(200);
    expect(server.rooms.asked).toMatchObject([
      {
        what: 'bypass',
        with: { skid: 'QD-1', request: bypass, people: { by: { id: 'P-rosa' }, second: { id: 'P-paul' } } },
      },
    ]);
    expect(JSON.stringify(server.rooms.asked)).not.toContain('secret');
  });

  it.each([
    ['the same person twice', rosa, rosa, 403],
    ['a first who is not the one logged in', paul, rosa, 403],
    ['such a one with a wrong password, who is not told so', { ...paul, password: 'wrong' }, rosa, 403],
    ['a wrong password of the second', rosa, { ...paul, password: 'wrong' }, 401],
    ['a wrong password of the first', { ...rosa, password: 'wrong' }, paul, 401],
  ])('are refused for %s, and the desk is not asked', async (_what, first, second, status) => {
    const answer = await server.ask('POST', url, { ...bypass, first, second });
    expect(answer.statusCode).toBe(status);
    expect(server.rooms.asked).toEqual([]);
  });

  it('are told everything that refuses', async () => {
    server.rooms.state.refuseWork.push('Row 7 has a bypass already.', 'The other channel is Bad.');
    const answer = await server.ask('POST', url, { ...bypass, first: rosa, second: paul });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ refusedBy: ['Row 7 has a bypass already.', 'The other channel is Bad.'] });
  });
});

describe('work on the interlocks', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await testServer();
    server.rooms.people.set('paul', { person: person('paul', ['process engineer']), password: 'second' });
  });
  const people = { first: rosa, second: paul };

  it.each([
    ['force', 'force', { tag: 'R201/TT-201A', value: 25, minutes: 10, reason: 'Probe in a buffer.' }],
    ['proof-test', 'proof test', { row: 7, channel: 1, asFound: '4.9 ppm', asLeft: '5.0 ppm' }],
  ])('that takes two people (%s) reaches the desk with both', async (path, what, asked) => {
    const answer = await server.ask('POST', `/api/skids/QD-1/interlocks/${path}`, { ...asked, ...people });
    expect(answer.statusCode).toBe(200);
    const both = { by: { id: 'P-rosa' }, second: { id: 'P-paul' } };
    expect(server.rooms.asked).toMatchObject([{ what, with: { skid: 'QD-1', request: asked, people: both } }]);
    const alone = await server.ask('POST', `/api/skids/QD-1/interlocks/${path}`, { ...asked, first: rosa });
    expect(alone.statusCode).toBe(400);
    expect(server.rooms.asked).toHaveLength(1);
  });

  it.each([
    ['end-bypass', { row: 7 }, { what: 'end bypass', with: { row: 7, actor: { id: 'P-rosa' } } }],
    ['end-force', { tag: 'R201/TT-201A' }, { what: 'end force', with: { tag: 'R201/TT-201A' } }],
    ['changeover', { to: 'leave' }, { what: 'changeover', with: { to: 'leave', actor: { id: 'P-rosa' } } }],
  ])('that one person may do (%s) reaches the desk with who it was', async (path, body, asked) => {
    const answer = await server.ask('POST', `/api/skids/QD-1/interlocks/${path}`, body);
    expect(answer.statusCode).toBe(200);
    expect(server.rooms.asked).toMatchObject([asked]);
  });

  it('takes a figure from the skid, or says why not and keeps the old one', async () => {
    const take = () => server.ask('POST', '/api/skids/QD-1/baselines/take', { tag: 'R201/R0' });
    expect((await take()).json()).toEqual({ value: 0.012 });
    server.rooms.state.refuseWork.push('The flow was not steady.');
    const refused = await take();
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ message: 'The flow was not steady. The old figure stands.' });
  });

  it('leaves response times that open in a spreadsheet as text and figures, never as a formula', async () => {
    const at = utcMs(Date.UTC(2026, 9, 2, 9, 30));
    server.rooms.state.responses.push({
      row: 5,
      title: '=HYPERLINK("x"), H2S',
      demand: 'E',
      sourceAt: at,
      votedAt: at,
      trippedAt: utcMs(at + 5000),
      commandedAt: null,
      confirmedAt: null,
      responseMs: null,
      budgetMs: 30_000,
      within: null,
      test: false,
    });
    const answer = await server.ask('GET', '/api/skids/QD-1/interlocks/responses.csv');
    expect(answer.headers['content-type']).toContain('text/csv');
    expect(answer.body.split('\r\n')[1]).toBe(
      `5,"'=HYPERLINK(""x""), H2S",E,2026-10-02T09:30:00.000Z,2026-10-02T09:30:00.000Z,2026-10-02T09:30:05.000Z,,,,30000,,false`,
    );
  });
});

describe('a body that is odd', () => {
  it.each([
    ['minutes that are not a number', { minutes: 'NaN' }],
    ['negative minutes', { minutes: -1 }],
    ['no minutes at all', { minutes: 0 }],
    ['half a row', { row: 7.5 }],
    ['a list for a row', { row: [7] }],
    ['a reason of blanks', { reason: ' \t ' }],
    ['what nobody asked for', { by: { id: 'P-paul' } }],
  ])('is refused for %s before a password is looked at', async (_what, odd) => {
    const server = await testServer();
    const wrong = { userName: 'paul', password: 'wrong' };
    const answer = await server.ask('POST', url, { ...bypass, first: wrong, second: wrong, ...odd });
    expect(answer.statusCode).toBe(400);
    expect(server.rooms.asked).toEqual([]);
  });
});
