/** The room on a ledger of its own, with people who sign by their passwords. */
import { afterAll, beforeAll, expect, it, describe } from 'vitest';
import { createEquipment } from '../../../control/equipment/index.ts';
import { createAuthority, Directory } from '../../../control/access/index.ts';
import type { Records } from '../../../control/records/ledger/records.ts';
import { personActor, type Person } from '../../../plant/people.ts';
import { utcMs } from '../../../plant/clock.ts';
import {
  movableClock,
  openQuickly,
  ownPassword,
  silentLog,
  stamp,
  temporaryFolder,
  later,
} from '../records/support.ts';
import { one } from './world.ts';

const made = temporaryFolder();
let records: Records;
const people: Person[] = [];
const passwords = new Map<string, string>();

beforeAll(async () => {
  records = await openQuickly(made.path);
  for (const name of ['operator', 'checker', 'maintenance', 'qa-reviewer']) {
    const password = await ownPassword(records, made.path, name);
    passwords.set(name, password);
    people.push(await records.identify({ userName: name, password, terminal: 'test' }, 'password', stamp));
  }
});
afterAll(async () => {
  await records.close(later(9000));
  made.remove();
});

function open() {
  const directory = new Directory();
  directory.replace(people);
  const clock = movableClock();
  const at = () => ({ utc: clock.utc(), monotonic: clock.monotonic() });
  const room = createEquipment({
    failed: () => undefined,
    skids: [one],
    clock,
    log: silentLog,
    authority: createAuthority(directory),
    records: {
      append: (event) => records.append(event, at()),
      read: (scope, from, limit) => records.read(scope, from, limit),
      scopes: (prefix) => records.scopes(prefix),
    },
    desk: {
      sign: (request) => records.sign(request, at()),
      signatures: (scope) => records.signatures(scope),
      export: () => Promise.reject(new Error('not here')),
      fingerprint: () => Promise.resolve(''),
    },
    people: () => Promise.resolve(people),
    field: { snapshot: () => Promise.resolve(null), links: () => Promise.resolve([]) },
    alarms: { stand: () => undefined, gone: () => undefined },
  });
  return { room, clock };
}

const named = (name: string): Person => {
  const found = people.find(({ userName }) => userName === name);
  if (found === undefined)
    throw new Error(`nobody is called ${name}: ${people.map(({ userName }) => userName).join()}`);
  return found;
};
const by = (...names: string[]) =>
  names.map((userName) => ({ userName, password: passwords.get(userName) ?? '', terminal: 'page' }));
const ask = (name: string, commandId: string) => ({
  commandId,
  actor: personActor(named(name), 'page'),
  reason: 'as planned',
});

describe('the room of equipment on a ledger', () => {
  it('records what people sign and what batches do, and knows it all after a restart', async () => {
    const { room, clock } = open();
    await room.start();
    const given = utcMs(stamp.utc - 1000);
    for (const [i, [name, training]] of (
      [
        ['maintenance', 'calibration'],
        ['checker', 'batch-records'],
        ['operator', 'cadmium-and-chalcogenides'],
      ] as const
    ).entries()) {
      const request = {
        ...ask('qa-reviewer', `t-${i}`),
        personId: named(name).id,
        training,
        given,
        signers: by('qa-reviewer'),
      };
      expect(await room.desk.recordTraining(request)).toEqual({ done: true });
    }
    const points = [{ reference: '10.0', reading: '10.02' }];
    const calibration = {
      ...ask('maintenance', 'k-1'),
      skid: one.name,
      instrument: 'R201/PT-201A',
      at: given,
      due: null,
      certificate: 'K-1',
      tolerance: '0.05',
      asFound: points,
      asLeft: points,
      signers: by('maintenance', 'checker'),
    };
    expect(await room.desk.recordCalibration(calibration)).toEqual({ done: true });
    const statement = {
      ...ask('operator', 'c-1'),
      skid: one.name,
      state: 'clean' as const,
      signers: by('operator', 'checker'),
    };
    expect(await room.desk.stateCleaning({ ...statement, signers: by('operator', 'operator') })).toMatchObject({
      done: false,
    });
    expect(await room.desk.stateCleaning(statement)).toEqual({ done: true });
    const on = { skid: one.name, batch: 'B-2026-0001', at: clock.utc() };
    room.listener.batchBegan({
      ...on,
      recipe: 'CdSe',
      kind: 'production',
      chemistry: 'selenium',
      purpose: 'production',
    });
    room.listener.foulingFound({ ...on, found: 'Flow resistance 260 % of clean.' });
    room.listener.batchEnded({ ...on, outcome: 'Complete' });
    await room.stop();

    const again = open().room;
    await again.start();
    expect(await again.desk.cleaning()).toEqual(await room.desk.cleaning());
    expect(await again.desk.instruments()).toEqual(await room.desk.instruments());
    expect(await again.desk.trained()).toEqual(await room.desk.trained());
    expect(await again.desk.cleaning()).toMatchObject([{ status: 'fouled', chemistry: 'selenium', batches: 1 }]);
    expect((await records.signatures('equipment/QD-1')).map(({ meaning }) => meaning)).toEqual([
      'performed',
      'checked',
      'performed',
      'checked',
    ]);
    expect(again.health().state).toBe('ready');
  });
});
