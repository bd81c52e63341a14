/** A store of two containers, a batch with vials, people who print and count, and a ledger that outlives the room. */
import { createLabels } from '../../../../control/materials/labels/index.ts';
import type { BatchView } from '../../../../plant/batch-view.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../../plant/clock.ts';
import { mesolineError } from '../../../../plant/errors.ts';
import type { Log } from '../../../../plant/log.ts';
import type { Kit, Lot, Weighing } from '../../../../plant/material-view.ts';
import { personActor, type Person, type Role } from '../../../../plant/people.ts';
import type { StoredEvent } from '../../../../plant/record-event.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const now = Date.UTC(2026, 9, 2, 8);
const clock: Clock = {
  timeScale: 1,
  utc: () => utcMs(now),
  monotonic: () => monotonic(0),
  process: () => processTime(0),
};
const person = (id: string, ...roles: Role[]): Person => ({
  id: `P-${id}`,
  userName: id,
  printedName: id,
  roles,
  mustChangePassword: false,
});
export const olga = person('olga', 'operator');
export const carl = person('carl', 'checker');
export const maud = person('maud', 'maintenance');
const everyone = [olga, carl, maud];
export const by = (...who: Person[]) => who.map(({ userName }) => ({ userName, password: 'right', terminal: 'page' }));

const lot: Lot = {
  id: 'L-2026-0001',
  material: 'Se',
  supplier: 'Sigma',
  supplierLot: 'MKCD1234',
  received: '100',
  left: '99.05',
  unit: 'g',
  expires: utcMs(Date.UTC(2027, 5, 30, 23, 59, 59, 999)),
  status: 'released',
  containers: ['SE-1'],
  receivedBy: 'P-olga',
};
const weighing: Weighing = {
  number: 1,
  lot: lot.id,
  kit: 'D-2026-0001',
  material: 'Se',
  amount: '0.95',
  tare: '12.1',
  scale: 'W-1',
  container: 'D-1-Se',
  by: 'olga',
  checkedBy: 'carl',
  at: utcMs(now),
};
const kit: Kit = {
  id: 'D-2026-0001',
  recipe: 'CdSe-3.6',
  version: 1,
  materials: [],
  status: 'taken',
  batch: 'B-2026-0001',
  openedBy: 'olga',
  openedAt: utcMs(now),
};

export async function started(stored: StoredEvent[] = []) {
  const faults = { silentFor: null as string | null };
  const signed: string[] = [];
  const room = createLabels({
    clock,
    log,
    authority: {
      decide: (actor) =>
        actor.kind === 'person' && actor.roles.includes('operator')
          ? { allowed: true }
          : { allowed: false, reason: 'It takes another role.' },
    },
    records: {
      append: (event) => {
        const kept = { scope: event.scope, seq: stored.length + 1, hash: '', utc: utcMs(now), event };
        stored.push(kept);
        return event.action === faults.silentFor
          ? Promise.reject(new Error('the worker has died'))
          : Promise.resolve(kept);
      },
      read: (scope, from, limit) =>
        Promise.resolve(stored.filter((each) => each.scope === scope).slice(from - 1, from - 1 + limit)),
      scopes: () => Promise.resolve([]),
    },
    desk: {
      sign: ({ userName, password, meaning, subject, role, notPersons, scope }) => {
        const who = everyone.find((each) => each.userName === userName);
        if (
          who === undefined ||
          password !== 'right' ||
          !who.roles.includes(role as Role) ||
          notPersons.includes(who.id)
        )
          return Promise.reject(mesolineError('signature-refused', userName, 'It cannot be signed so.', 'Sign again.'));
        signed.push(`${meaning} ${userName}: ${subject}`);
        const { id: personId, printedName } = who;
        const receipt = { scope, seq: 0, hash: '', utc: utcMs(now) };
        return Promise.resolve({ receipt, signedHash: '', personId, printedName, meaning, subject, utc: now });
      },
      signatures: () => Promise.resolve([]),
      export: () => Promise.reject(new Error('not here')),
      fingerprint: () => Promise.resolve(''),
    },
    people: () => Promise.resolve(everyone),
    containers: {
      lots: () => Promise.resolve([lot]),
      kits: () => Promise.resolve([{ ...kit, weighings: [weighing] }]),
    },
    batch: (id) =>
      Promise.resolve(id === 'B-2026-0001' ? ({ id, recipe: 'CdSe-ZnS-3.6' } as unknown as BatchView) : null),
  });
  await room.start();
  let commands = stored.length;
  const as = (who: Person = olga, reason = '') => ({
    commandId: `command-${++commands}`,
    actor: personActor(who, 'page'),
    reason,
  });
  const vials = (count: number) =>
    room.desk.printProduct({
      ...as(),
      batch: 'B-2026-0001',
      containers: Array.from({ length: count }, (_, i) => ({ container: `V-${i + 1}`, content: '20 mL' })),
      hazards: [],
    });
  return { room, desk: room.desk, stored, signed, faults, as, vials };
}
