/** Two skids with two instruments, four people, and a ledger that outlives the room; days pass as told. */
import { trainingRecord } from '../../../control/equipment/events.ts';
import { createEquipment } from '../../../control/equipment/index.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import { personActor, type Person, type Role } from '../../../plant/people.ts';
import type { Credentials, RecordDesk } from '../../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { DeviceIdentity, LinkView, ScanNews } from '../../../plant/ports/scan-consumer.ts';
import type { StartQuestion } from '../../../plant/ports/start-gate.ts';
import { bad, good } from '../../../plant/quality.ts';
import type { MasterRecipe } from '../../../plant/recipe/recipe.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import { localTag, skidName } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { smallSkid, smallType } from '../../hmi/support/skid.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
export const dayMs = 86_400_000;
export const begin = Date.UTC(2026, 9, 2, 8);

const person = (id: string, ...roles: Role[]): Person => ({
  id: `P-${id}`,
  userName: id,
  printedName: `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`,
  roles,
  mustChangePassword: false,
});
export const olga = person('olga', 'operator');
export const carl = person('carl', 'checker');
export const mona = person('mona', 'maintenance');
export const paul = person('paul', 'process engineer');
export const quinn = person('quinn', 'QA reviewer');
const everyone = [olga, carl, mona, paul, quinn];

export const actorOf = (who: Person) => personActor(who, 'page');
export const by = (...who: Person[]): Credentials[] =>
  who.map(({ userName }) => ({ userName, password: 'right', terminal: 'page' }));

const type = {
  ...smallType,
  volumesMl: { R201: 60 },
  devices: [{ name: 'AE-105A', title: 'Feed pH A', model: {} as never, watchdog: null, local: null }],
  calibration: [
    { name: 'R201/PT-201A', title: 'Reactor pressure', unit: 'bar(g)', every: (365 * dayMs) as never },
    { name: 'AE-105A', title: 'Feed pH A', unit: null, every: (30 * dayMs) as never },
  ],
  wasteTank: { level: localTag('X300/LT-302'), volumeMl: 20_000, fullPercent: 90 },
};
export const one: Skid = { ...smallSkid('QD-1'), type };
export const two: Skid = { ...smallSkid('QD-2'), type };

export const recipe = (more: Partial<MasterRecipe> = {}): MasterRecipe => ({
  source: 'CdSe',
  name: 'CdSe',
  title: 'CdSe',
  kind: 'production',
  needs: [],
  batch: null,
  formula: new Map(),
  feedstocks: [{ feed: 'chalcogen', name: 'TCEP=Se', concentrationMm: 10 }],
  materials: [],
  procedure: { unit: 'U', steps: [], tree: { kind: 'sequence', path: 'p', of: [] } },
  signatures: {} as MasterRecipe['signatures'],
  whenSkidFails: 'continue',
  holdReaches: 'skid',
  digest: '',
  text: '',
  ...more,
});
export const sulfur = recipe({ name: 'CdS', feedstocks: [{ feed: 'chalcogen', name: 'TCEP=S', concentrationMm: 10 }] });
export const cleaningRecipe = recipe({ name: 'Cleaning', kind: 'cleaning', feedstocks: [] });

/** What people need to record calibrations and state cleaning, as QA has recorded it. */
export const trainedPeople = (): StoredEvent[] =>
  [
    [mona, 'calibration'] as const,
    [paul, 'calibration'] as const,
    ...[olga, paul].map((who) => [who, 'cadmium-and-chalcogenides'] as const),
    ...[olga, carl, paul].map((who) => [who, 'batch-records'] as const),
  ].map(([{ id, printedName }, training], i) => {
    const given = utcMs(begin - dayMs);
    const record = { personId: id, printedName, training, given, validUntil: utcMs(begin + 700 * dayMs), by: 'Quinn' };
    const done = { commandId: `before-${i}`, digest: '' };
    const event = trainingRecord(record, personActor(quinn, 'page'), 'as planned', done);
    return { scope: event.scope, seq: i + 1, hash: '', utc: given, event };
  });

export function world(stored: StoredEvent[] = trainedPeople(), startAt = begin) {
  let now = startAt;
  const ledger: { full: boolean; silentFor: string | null } = { full: false, silentFor: null };
  const level: { percent: number | null } = { percent: 10 };
  const clock: Clock = {
    timeScale: 1,
    utc: () => utcMs(now),
    monotonic: () => monotonic(now),
    process: () => processTime(now),
  };
  const records: RecordKeeper = {
    append: (event) => {
      if (ledger.full) return Promise.reject(new Error('the disk is full'));
      const seq = stored.filter(({ scope }) => scope === event.scope).length + 1;
      const kept = { scope: event.scope, seq, hash: `h${stored.length}`, utc: clock.utc(), event };
      stored.push(kept);
      return event.action === ledger.silentFor
        ? Promise.reject(new Error('the worker has died'))
        : Promise.resolve(kept);
    },
    read: (scope, from, limit) => {
      const own = stored.filter((each) => each.scope === scope);
      return Promise.resolve(own.slice(from - 1, from - 1 + limit));
    },
    scopes: () => Promise.resolve([]),
  };
  const signed: string[] = [];
  const desk: RecordDesk = {
    sign: async ({ userName, password, scope, meaning, subject, role, notPersons }) => {
      const who = everyone.find((each) => each.userName === userName);
      const refuse = (why: string) => mesolineError('signature-refused', userName, why, 'Sign as who you are.');
      if (who === undefined || password !== 'right') throw refuse('The password is wrong.');
      if (!who.roles.includes(role as Role)) throw refuse(`It takes the role ${role}.`);
      if (notPersons.includes(who.id)) throw refuse('It takes another person.');
      signed.push(`${meaning} ${userName}: ${subject}`);
      const receipt = await records.append({
        scope,
        actor: personActor(who, 'page'),
        action: 'signed',
        object: subject,
      });
      const { id: personId, printedName } = who;
      return { receipt, signedHash: '', personId, printedName, meaning, subject, utc: now };
    },
    signatures: () => Promise.resolve([]),
    export: () => Promise.reject(new Error('not here')),
    fingerprint: () => Promise.resolve(''),
  };
  const failed: string[] = [];
  /** What devices say of themselves, by `SKID/DEVICE`; null: it is not connected. */
  const saying = new Map<string, Partial<DeviceIdentity> | null>();
  const alarms: string[] = [];
  const room = createEquipment({
    failed: ({ skid, instrument, batches }) => void failed.push(`${skid}/${instrument}: ${batches.join(', ')}`),
    skids: [one, two],
    clock,
    log,
    authority: {
      decide: (actor, permission) =>
        actor.kind === 'person' && actor.roles.includes('observer')
          ? { allowed: false, reason: `${actor.printedName} may not ${permission} here.` }
          : { allowed: true },
    },
    records,
    desk,
    people: () => Promise.resolve(everyone),
    alarms: {
      stand: ({ id, skid, cause }) => void alarms.push(`+ ${skid ?? ''} ${id}: ${cause}`),
      gone: (id, skid) => void alarms.push(`- ${skid ?? ''} ${id}`),
    },
    field: {
      links: () =>
        Promise.resolve(
          [...saying].map(([name, identity]) => {
            const [skid, device] = name.split('/');
            const said = identity === null ? null : { manufacturer: 'M', product: 'P', serial: null, firmware: null, ...identity }; // prettier-ignore
            return { skid, device, state: identity === null ? 'lost' : 'connected', identity: said } as unknown as LinkView; // prettier-ignore
          }),
        ),
      snapshot: (skid) =>
        Promise.resolve({
          batch: {
            samples: [
              {
                tag: `${skid}/X300/LT-302`,
                value: level.percent,
                quality: level.percent === null ? bad : good,
              },
            ],
          },
        } as unknown as ScanNews),
    },
  });
  let commands = 0;
  const command = (who: Person) => ({
    commandId: `c-${++commands}`,
    actor: actorOf(who),
    reason: 'as the procedure has it',
  });
  const ask = (more: Partial<StartQuestion> = {}): StartQuestion => ({
    batch: 'B-9',
    skids: [one.name],
    recipe: recipe(),
    purpose: 'production',
    people: [actorOf(olga), actorOf(carl)],
    ...more,
  });
  const verdicts = async (gate: string, more: Partial<StartQuestion> = {}) =>
    (await room.gate.check(ask(more))).filter((check) => check.gate === gate);
  /** A batch from its begin to its end. */
  const run = (batch: string, of: MasterRecipe, outcome: 'Complete' | 'Stopped' | 'Aborted' = 'Complete') => {
    const chemistry = of.kind === 'cleaning' ? null : of === sulfur ? ('sulfur' as const) : ('selenium' as const);
    const at = clock.utc();
    const on = { skid: one.name, batch, at };
    room.listener.batchBegan({ ...on, recipe: of.name, kind: of.kind, chemistry, purpose: 'production' });
    if (of.kind === 'cleaning' && outcome === 'Complete') room.listener.cleaned(on);
    room.listener.batchEnded({ ...on, outcome });
  };
  const calibrate = (more: Partial<Parameters<typeof room.desk.recordCalibration>[0]> = {}) =>
    room.desk.recordCalibration({
      ...command(mona),
      skid: one.name,
      instrument: 'R201/PT-201A',
      at: utcMs(now),
      due: null,
      certificate: 'K-17',
      tolerance: '0.1',
      asFound: [{ reference: '10.0', reading: '10.05' }],
      asLeft: [{ reference: '10.0', reading: '10.01' }],
      signers: by(mona, paul),
      ...more,
    });
  const clean = (state: 'clean' | 'to be cleaned' | 'not fouled' | 'acid out' = 'clean', signers = by(olga, carl)) =>
    room.desk.stateCleaning({ ...command(olga), skid: one.name, state, signers });
  const train = (who: Person, training: string, given = now) =>
    room.desk.recordTraining({
      ...command(quinn),
      personId: who.id,
      training,
      given: utcMs(given),
      signers: by(quinn),
    });
  return {
    room,
    stored,
    failed,
    saying,
    alarms,
    signed,
    ledger,
    level,
    command,
    ask,
    verdicts,
    run,
    calibrate,
    clean,
    train,
    now: () => utcMs(now),
    pass: (days: number) => void (now += days * dayMs),
  };
}

export const at = utcMs;
export const qd1 = skidName('QD-1');
