import { describe, expect, it } from 'vitest';
import { LoginsDesk, mostLoginsOfOne } from '../../../gateway/opcua/people/logins-desk.ts';
import type { ToWorker } from '../../../gateway/opcua/worker/messages.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { Person } from '../../../plant/people.ts';
import type { Access, Asks, Authority, Refusal } from '../../../plant/ports/access.ts';
import { HandClock, silentLog } from '../support/house.ts';

const ada: Person = {
  id: 'P-1',
  userName: 'ada',
  printedName: 'A. L.',
  roles: ['operator'],
  mustChangePassword: false,
};

function desk(person: Person, decision: ReturnType<Authority['decide']> = { allowed: true }) {
  const asked: (Asks | undefined)[] = [];
  const refused: Refusal[] = [];
  const answers: ToWorker[] = [];
  const access: Pick<Access, 'authenticate' | 'refused'> = {
    authenticate: ({ password }, asks) => {
      asked.push(asks);
      return password === 'right'
        ? Promise.resolve(person)
        : Promise.reject(mesolineError('login-refused', 'login', 'It is wrong.', 'Try again.'));
    },
    refused: (refusal) => refused.push(refusal),
  };
  const logins = new LoginsDesk({
    clock: new HandClock(),
    log: silentLog,
    commands: { execute: () => Promise.reject(new Error('not asked for')) },
    access: access as Access,
    authority: { decide: () => decision },
  });
  const logIn = (password: string): Promise<void> =>
    logins.logIn(
      { kind: 'login', id: 1, userName: 'ada', password, terminal: 'opc.tcp 10.0.0.9' },
      (answer) => answers.push(answer),
      () => true,
    );
  return { logIn, asked, refused, answers };
}

const whoWas = { actor: { kind: 'person', id: 'P-1', terminal: 'opc.tcp 10.0.0.9' }, what: 'a session at OPC UA' };

describe('a login at OPC UA', () => {
  it('asks for every factor a person has, since none but the password can be given there', async () => {
    const { logIn, asked, answers, refused } = desk(ada);
    await logIn('right');
    expect(asked).toEqual(['all factors']);
    expect(answers).toMatchObject([{ kind: 'login', login: 1, roles: ['operator'] }]);
    expect(refused).toEqual([]);
  });

  it('is on record where a proven person gets no session, with the reason', async () => {
    const first = desk({ ...ada, mustChangePassword: true });
    await first.logIn('right');
    expect(first.answers).toMatchObject([{ kind: 'login', login: null, roles: [] }]);
    expect(first.refused).toMatchObject([{ ...whoWas, why: expect.stringContaining('first password') }]);

    const nobody = desk(ada, { allowed: false, reason: 'Nobody looks here.' });
    await nobody.logIn('right');
    expect(nobody.refused).toMatchObject([{ ...whoWas, why: 'Nobody looks here.' }]);

    const crowd = desk(ada);
    for (let count = 0; count < mostLoginsOfOne; count += 1) await crowd.logIn('right');
    expect(crowd.refused).toEqual([]);
    await crowd.logIn('right');
    expect(crowd.refused).toMatchObject([{ ...whoWas, why: expect.stringContaining('sessions already') }]);
  });

  it('leaves a wrong password to the access room, which has it on record', async () => {
    const { logIn, refused, answers } = desk(ada);
    await logIn('guessed');
    expect(answers).toMatchObject([{ login: null }]);
    expect(refused).toEqual([]);
  });
});
