/** Work on the interlocks over the API: who is proven, who is refused, and what the desk is asked. */
import { beforeEach, describe, expect, it } from 'vitest';
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
