/** People of the laboratory and QA, a recipe that wants selenium and TCEP, and a ledger that outlives the room. */
import { createMaterials } from '../../../control/materials/index.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import { personActor, type Person, type Role } from '../../../plant/people.ts';
import type { LotForm } from '../../../plant/ports/material-desk.ts';
import type { Credentials, RecordDesk } from '../../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { StartQuestion } from '../../../plant/ports/start-gate.ts';
import type { MasterRecipe } from '../../../plant/recipe/recipe.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const begin = Date.UTC(2026, 9, 2, 8);
const dayMs = 86_400_000;

const person = (id: string, ...roles: Role[]): Person => ({
  id: `P-${id}`,
  userName: id,
  printedName: `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`,
  roles,
  mustChangePassword: false,
});
export const olga = person('olga', 'operator');
export const carl = person('carl', 'checker');
export const quinn = person('quinn', 'QA reviewer');
/** Who holds a role too many, as in small houses. */
export const rita = person('rita', 'operator', 'QA reviewer');
const everyone = [olga, carl, quinn, rita];

export const by = (...who: Person[]): Credentials[] =>
  who.map(({ userName }) => ({ userName, password: 'right', terminal: 'page' }));

export const recipe = {
  name: 'CdSe',
  materials: [
    { name: 'Se', amount: 12, unit: 'mmol', checked: true },
    { name: 'TCEP', amount: 10, unit: 'mmol', checked: false },
  ],
} as unknown as MasterRecipe;

export const selenium: LotForm = {
  material: 'Se',
  supplier: 'Sigma',
  supplierLot: 'MKCD1234',
  received: '100',
  unit: 'g',
  expires: '2027-06-30',
  containers: ['SE-1'],
};
export const tcep: LotForm = { ...selenium, material: 'TCEP·HCl', supplierLot: 'BC9', containers: ['TC-1'] };

export function world(stored: StoredEvent[] = []) {
  let now = begin;
  const faults: { silentFor: string | null; full: boolean; untrained: string | null } = {
    silentFor: null,
    full: false,
    untrained: null,
  };
  const begun = new Set<string>();
  const clock: Clock = {
    timeScale: 1,
    utc: () => utcMs(now),
    monotonic: () => monotonic(now),
    process: () => processTime(now),
  };
  const records: RecordKeeper = {
    append: (event) => {
      if (faults.full) return Promise.reject(new Error('the disk is full'));
      const seq = stored.filter(({ scope }) => scope === event.scope).length + 1;
      const kept = { scope: event.scope, seq, hash: `h${seq}`, utc: clock.utc(), event };
      stored.push(kept);
      return event.action === faults.silentFor
        ? Promise.reject(new Error('the worker has died'))
        : Promise.resolve(kept);
    },
    read: (scope, from, limit) =>
      Promise.resolve(stored.filter((each) => each.scope === scope).slice(from - 1, from - 1 + limit)),
    scopes: () => Promise.resolve([]),
  };
  const signed: string[] = [];
  const desk: RecordDesk = {
    sign: ({ userName, password, meaning, subject, role, notPersons, scope }) => {
      const who = everyone.find((each) => each.userName === userName);
      const refuse = (why: string) => Promise.reject(mesolineError('signature-refused', userName, why, 'Sign again.'));
      if (who === undefined || password !== 'right') return refuse('The password is wrong.');
      if (!who.roles.includes(role as Role)) return refuse(`It takes the role ${role}.`);
      if (notPersons.includes(who.id)) return refuse('It takes another person.');
      signed.push(`${meaning} ${userName}: ${subject}`);
      const receipt = { scope, seq: 0, hash: '', utc: clock.utc() };
      const { id: personId, printedName } = who;
      return Promise.resolve({ receipt, signedHash: '', personId, printedName, meaning, subject, utc: now });
    },
    signatures: () => Promise.resolve([]),
    export: () => Promise.reject(new Error('not here')),
    fingerprint: () => Promise.resolve(''),
  };
  const allowed: Readonly<Record<string, readonly Role[]>> = {
    'handle lots': ['operator'],
    dispense: ['operator'],
    'release lots': ['QA reviewer'],
  };
  const room = createMaterials({
    clock,
    log,
    authority: {
      decide: (actor, permission) =>
        actor.kind === 'person' && actor.roles.some((role) => allowed[permission]?.includes(role))
          ? { allowed: true }
          : { allowed: false, reason: `It takes another role to ${permission}.` },
    },
    records,
    desk,
    people: () => Promise.resolve(everyone),
    trained: (actor, act) =>
      actor.kind === 'person' && faults.untrained === `${actor.userName} ${act}`
        ? `${actor.printedName} never had it.`
        : null,
    store: {
      recipe: (name, version) =>
        name === 'CdSe' ? { recipe, version: version ?? 3, status: 'effective' as const } : null,
      names: () => ['CdSe'],
    },
    began: (batch) => Promise.resolve(begun.has(batch)),
  });
  let commands = stored.length;
  const as = (who: Person, reason = 'as the procedure has it') => ({
    commandId: `command-${++commands}`,
    actor: personActor(who, 'page'),
    reason,
  });
  const idOf = async (answer: ReturnType<typeof room.desk.receive>): Promise<string> => {
    const is = await answer;
    if (!is.done) throw new Error(is.reason);
    return is.id;
  };
  const receive = (form: LotForm) => idOf(room.desk.receive({ ...as(olga), ...form }));
  const decide = (lot: string, status: 'released' | 'rejected' | 'quarantine', who = quinn) =>
    room.desk.decide({ ...as(who), lot, status, signer: by(who)[0]! });
  const released = async (form: LotForm): Promise<string> => {
    const lot = await receive(form);
    await idOf(decide(lot, 'released'));
    return lot;
  };
  const open = () => idOf(room.desk.open({ ...as(olga), recipe: 'CdSe', version: 3 }));
  type Weigh = Parameters<typeof room.desk.weigh>[0];
  const weigh = (kit: string, lot: string, more: Partial<Weigh> = {}) =>
    room.desk.weigh({
      ...as(olga),
      kit,
      lot,
      material: 'Se',
      amount: '0.95',
      tare: '12.1',
      scale: 'W-1',
      container: `${kit}-Se`,
      signers: by(olga, carl),
      ...more,
    });
  type Strike = Parameters<typeof room.desk.strike>[0];
  const strike = (kit: string, number: number, more: Partial<Strike> = {}) =>
    room.desk.strike({
      ...as(olga, 'The point was left out.'),
      kit,
      number,
      gone: false,
      signers: by(olga, carl),
      ...more,
    });
  /** A dispensing of everything. */
  const dispensed = async (se: string, tc: string): Promise<string> => {
    const kit = await open();
    await idOf(weigh(kit, se));
    await idOf(weigh(kit, tc, { material: 'TCEP', amount: '2.87', container: `${kit}-T`, signers: by(olga) }));
    return kit;
  };
  const question = (batch: string, purpose: StartQuestion['purpose'] = 'production'): StartQuestion => ({
    batch,
    skids: [],
    recipe,
    purpose,
    people: [],
  });
  return {
    room,
    desk: room.desk,
    stored,
    signed,
    faults,
    begun,
    as,
    receive,
    decide,
    released,
    open,
    weigh,
    strike,
    dispensed,
    question,
    lot: async (id: string) => (await room.desk.lots()).find((each) => each.id === id)!,
    kit: async (id: string) => (await room.desk.kits()).find((each) => each.id === id)!,
    verdicts: async (batch: string, purpose?: StartQuestion['purpose']) =>
      (await room.gate.check(question(batch, purpose))).map(({ object, verdict }) => `${object} ${verdict}`),
    pass: (days: number) => void (now += days * dayMs),
  };
}

export async function started(stored: StoredEvent[] = []) {
  const it = world(stored);
  await it.room.start();
  return it;
}
