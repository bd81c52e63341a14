/** The store of recipes behind the pages' routes, over the real ledger, with people of its own who log in and sign. */
import { createAuthority, Directory } from '../../../control/access/index.ts';
import { createRecipes } from '../../../control/recipes/index.ts';
import { buildApp } from '../../../hmi/server/app.ts';
import { createSessions } from '../../../hmi/server/sessions.ts';
import { createStreamHub } from '../../../hmi/server/stream/hub.ts';
import { utcMs } from '../../../plant/clock.ts';
import { personActor, type Person, type Role } from '../../../plant/people.ts';
import type { Access, SessionView } from '../../../plant/ports/access.ts';
import type { RecordDesk } from '../../../plant/ports/record-desk.ts';
import type { GroupKeeper } from '../../../plant/ports/record-keeper.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { openQuickly, ownPassword, stamp, temporaryFolder } from '../../control/records/support.ts';
import { check } from '../../control/recipes/support.ts';
import { fakeClock, fakeRooms, silentLog } from './fakes.ts';
import { pagesFolder } from './server.ts';

const staff: Readonly<Record<string, readonly Role[]>> = {
  ada: ['process engineer'],
  bo: ['process engineer'],
  quin: ['QA releaser'],
  max: ['process engineer', 'QA releaser'],
  olga: ['operator'],
};

export async function recipeHouse(skids: readonly Skid[] = []) {
  const folder = temporaryFolder();
  const records = await openQuickly(folder.path);
  const directory = new Directory();
  const passwords = new Map<string, string>();
  const adminPassword = await ownPassword(records, folder.path, 'admin');
  const admin = await records.identify(
    { userName: 'admin', password: adminPassword, terminal: 'test' },
    'password',
    stamp,
  );
  const people: Person[] = [];
  for (const [userName, roles] of Object.entries(staff)) {
    const added = { userName, printedName: `Person ${userName}`, roles, identityProof: 'known in person' };
    const { person, firstPassword } = await records.addPerson(added, personActor(admin, 'test'), stamp);
    const own = `${firstPassword} of my own`;
    await records.changePassword(person.id, firstPassword, own, 'test', stamp);
    await records.certify(person.id, own, 'test', stamp);
    passwords.set(userName, own);
    people.push({ ...person, mustChangePassword: false });
  }
  directory.replace(people);

  /** Nobody waits for the record of a refusal but a test. */
  let written: Promise<unknown> = Promise.resolve();
  const keeper: GroupKeeper = {
    append: (event) => {
      const receipt = records.append(event, stamp);
      written = receipt;
      return receipt;
    },
    appendAll: (events) => records.appendAll(events, stamp),
    read: records.read,
    scopes: records.scopes,
  };
  const desk: RecordDesk = {
    sign: (request) => records.sign(request, stamp),
    signatures: records.signatures,
    export: (scope) => records.export(scope, stamp),
    fingerprint: () => Promise.resolve(records.opened.fingerprint),
  };
  const sessions = new Map<string, SessionView>();
  const rooms = fakeRooms(skids);
  const access: Access = {
    ...rooms.ports.access,
    async login(credentials) {
      const person = await records.identify(credentials, 'password', stamp);
      const session = { token: `token-${person.userName}`, person, expiresAt: stamp.utc + 3.6e6, locked: false };
      sessions.set(session.token, session);
      return session;
    },
    session: (token) => Promise.resolve(sessions.get(token) ?? null),
    people: () => Promise.resolve(people),
  };
  const authority = createAuthority(directory);
  const room = createRecipes({
    skids,
    records: keeper,
    desk,
    authority,
    clock: fakeClock(),
    log: silentLog,
    shippedFolder: 'control/recipes/shipped',
    check,
  });
  await room.start();
  const options = {
    ...rooms.ports,
    port: 0,
    access,
    authority,
    records: desk,
    recipes: room.desk,
    recipeStore: room.store,
  };
  const app = await buildApp(options, createSessions(access, options.clock), createStreamHub(options), pagesFolder());

  const cookies = new Map<string, string>();
  for (const userName of Object.keys(staff)) {
    const payload = { userName, password: passwords.get(userName) };
    const answer = await app.inject({ method: 'POST', url: '/api/login', payload });
    cookies.set(userName, answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; '));
  }
  const as = (userName: string, method: 'GET' | 'POST', url: string, payload?: object) =>
    app.inject({
      method,
      url: `/api/${url}`,
      headers: { cookie: cookies.get(userName) ?? '' },
      ...(payload === undefined ? {} : { payload }),
    });
  const rows = async (scope: string, action: string): Promise<readonly StoredEvent[]> =>
    (await written.then(() => records.read(scope, 1, 10_000))).filter(({ event }) => event.action === action);
  const close = async (): Promise<void> => {
    await app.close();
    await room.stop();
    await records.close({ ...stamp, utc: utcMs(stamp.utc + 1000) });
    folder.remove();
  };
  return { app, as, rows, records, store: room.store, passwords, people, close };
}

export type RecipeHouse = Awaited<ReturnType<typeof recipeHouse>>;
