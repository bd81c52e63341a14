/** Calibration, cleaning and training at the API: what is entered reaches the desk as it was written, and refusals come back in words. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { servedCalibrations, servedCleaning, servedInstruments } from './support/served-calibrations.ts';
import { testServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await testServer()));
afterAll(() => server.app.close());
beforeEach(() => {
  server.rooms.asked.length = 0;
  server.rooms.state.refuseEquipment = null;
});

const signers = [
  { userName: 'rosa', password: 'secret' },
  { userName: 'carl', password: 'other' },
];
const asked = { commandId: 'command-1', reason: 'by plan', signers };
const calibration = {
  ...asked,
  instrument: 'R201/PT-201A',
  at: 1_760_000_000_000,
  due: null,
  certificate: 'DKD-1',
  tolerance: '0.050',
  asFound: [{ reference: '10.00', reading: '10.080000000000001' }],
  asLeft: [{ reference: '10.00', reading: '10.01' }],
};

describe('the API of equipment', () => {
  it('shows how things stand, and who may be trained', async () => {
    const { state } = server.rooms;
    state.instruments.push(...servedInstruments(0));
    state.cleaning.push(...servedCleaning(0));
    const answer = (await server.ask('GET', '/api/equipment')).json<Record<string, unknown[]>>();
    expect(answer).toMatchObject({ instruments: state.instruments, cleaning: state.cleaning });
    expect(answer['people']).toContainEqual({ id: 'P-rosa', printedName: expect.any(String) });
    expect(JSON.stringify(answer['people'])).not.toContain('userName');
  });

  it('shows all calibrations of an instrument, whose name may hold a slash', async () => {
    server.rooms.state.calibrations.push(...servedCalibrations(0));
    const of = async (instrument: string) =>
      (await server.ask('GET', `/api/equipment/QD-1/calibrations?instrument=${encodeURIComponent(instrument)}`)).json<{
        calibrations: unknown[];
      }>().calibrations;
    expect(await of('R201/PT-201A')).toHaveLength(2);
    expect(await of('R201/PT-201B')).toEqual([]);
  });

  it('hands on who a device says it is, as it was read, and nothing that is no identity', async () => {
    const said = { serial: 'SPA-0999', firmware: null };
    const accept = (more: object) =>
      server.ask('POST', '/api/equipment/QD-1/instruments', { ...asked, device: 'NMR-1', said, ...more });
    expect((await accept({})).statusCode).toBe(200);
    expect(server.rooms.asked).toMatchObject([
      { what: 'accept instrument', with: { skid: 'QD-1', device: 'NMR-1', said, actor: { id: 'P-rosa' } } },
    ]);
    for (const wrong of [{ said: { serial: 'x' } }, { said: { ...said, model: 'x' } }, { device: '' }, { signers: [] }])
      expect((await accept(wrong)).statusCode).toBe(400);
    expect(server.rooms.asked).toHaveLength(1);
  });

  it('hands points on as they were written, and says from where both have signed', async () => {
    const answer = await server.ask('POST', '/api/equipment/QD-1/calibrations', calibration);
    expect(answer.statusCode).toBe(200);
    expect(server.rooms.asked[0]).toMatchObject({
      what: 'record calibration',
      with: {
        ...calibration,
        skid: 'QD-1',
        actor: { id: 'P-rosa' },
        signers: signers.map((each) => ({ ...each, terminal: '127.0.0.1' })),
      },
    });
  });

  it('says why something was refused', async () => {
    server.rooms.state.refuseEquipment = 'QD-1 is fouled.';
    const body = { ...asked, state: 'clean' };
    const answer = await server.ask('POST', '/api/equipment/QD-1/cleaning', body);
    expect([answer.statusCode, answer.json<{ message: string }>().message]).toEqual([
      409,
      expect.stringContaining('QD-1 is fouled.'),
    ]);
  });

  it.each([
    ['calibrations', { ...calibration, asFound: [] }, 'asFound'],
    ['calibrations', { ...calibration, at: 1.5 }, 'at'],
    ['calibrations', { ...calibration, due: 'soon' }, 'due'],
    ['cleaning', { ...asked, state: 'spotless' }, 'state'],
    ['cleaning', { ...asked, state: 'clean', signers: [] }, 'signers'],
  ])('refuses %s that are none, and names the field', async (path, body, field) => {
    const answer = await server.ask('POST', `/api/equipment/QD-1/${path}`, body);
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain(field);
    expect(server.rooms.asked).toEqual([]);
  });

  it('records a training of a person', async () => {
    const body = { ...asked, signers: signers.slice(0, 1), personId: 'P-2', training: 'skid-operation', given: 5 };
    expect((await server.ask('POST', '/api/equipment/trainings', body)).statusCode).toBe(200);
    expect(server.rooms.asked[0]).toMatchObject({ what: 'record training', with: { personId: 'P-2', given: 5 } });
  });
});
