/** What people ask about themselves, each other and alarms, over HTTP of the whole service: every field of it is on record. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeAt, secretOf } from '../control/access/one-time-code.ts';
import { ApiPerson } from '../support/api.ts';
import { unrecorded } from '../support/on-record.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { until } from '../support/waiting.ts';

const folder = temporaryFolder('on-record');
let service!: Service;

beforeAll(async () => {
  const site = join(folder.path, 'site.yaml');
  const skid = 'QD-1: { type: cdse-two-stage, title: CdSe line 1, twin: { run: here, seed: 1 } }';
  writeFileSync(site, `site: on-record\ntitle: On record\nskids:\n  ${skid}\n`);
  service = await Service.start({ site, data: join(folder.path, 'data') });
});

afterAll(async () => {
  const exit = await service.stop();
  expect(exit.code, service.log()).toBe(0);
  folder.remove();
});

type People = Readonly<{
  people: readonly Readonly<{ id: string; userName: string }>[];
  sessions: readonly Readonly<{ id: string; personId: string }>[];
}>;
type Alarms = readonly Readonly<{ id: string; active: boolean }>[];

const done = async (by: ApiPerson, path: string, body: unknown): Promise<unknown> => {
  const answer = await by.post(path, body);
  expect([path, answer.status, answer.body]).toEqual([path, 200, answer.body]);
  return answer.body;
};

describe('what people ask of the service', () => {
  it('is on record in every field', async () => {
    const admin = await ApiPerson.firstLogin(service, 'admin');
    const operator = await ApiPerson.firstLogin(service, 'operator');
    const list = async () => (await admin.get<People>('/api/people')).body;
    const idOf = async (name: string) => (await list()).people.find(({ userName }) => userName === name)!.id;

    const newcomer = { userName: 'ada', printedName: 'Ada Lovelace', roles: ['observer'] };
    await done(admin, '/api/people', { ...newcomer, identityProof: 'passport seen by R. Held' });
    const ada = await idOf('ada');
    await done(admin, `/api/people/${ada}/roles`, { roles: ['checker', 'operator'], reason: 'was trained' });
    await done(admin, `/api/people/${ada}/reset-password`, { reason: 'never came through' });
    await done(admin, `/api/people/${ada}/deactivate`, { reason: 'went to another house' });

    const { password } = operator;
    const begun = await done(operator, '/api/second-factor/begin', { password });
    const secret = secretOf((begun as Readonly<{ secret: string }>).secret);
    await done(operator, '/api/second-factor/confirm', { code: codeAt(secret, Date.now() / 1000) });
    await done(operator, '/api/unlock', { password });
    const me = await idOf('operator');
    await done(admin, `/api/people/${me}/remove-second-factor`, { reason: 'lost the telephone' });
    await operator.login();
    const session = (await list()).sessions.find(({ personId }) => personId === me)!.id;
    await done(admin, `/api/sessions/${session}/end`, { reason: 'left the page open' });
    await operator.login();

    // Five failures in a row shut a name, which is an alarm.
    for (let failure = 0; failure < 5; failure += 1)
      await expect(ApiPerson.knowing(service, 'nobody', 'wrong')).rejects.toThrow(/401|429/u);
    const standing = async () => (await operator.get<Alarms>('/api/alarms')).body;
    await until(async () => (await standing()).length > 0, { withinMs: 60_000, what: () => 'an alarm to stand' });
    const [alarm] = await standing();
    await done(operator, '/api/alarms/acknowledge', { ids: [alarm!.id], note: 'on my way to the skid' });
    await done(operator, '/api/alarms/confirm', { ids: [alarm!.id], note: 'looked after it' });
    await done(operator, '/api/logout', {});

    expect(unrecorded(service, 'tests/e2e/on-record.test.ts')).toEqual([]);
  });
});
