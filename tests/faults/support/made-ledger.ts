/** Real ledgers to attack: written by the product's own room, or by its worker's part where many are asked for. */
import Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRecords } from '../../../control/records/index.ts';
import type { Records } from '../../../control/records/ledger/records.ts';
import { personActor, type Person } from '../../../plant/people.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import {
  firstPasswords,
  later,
  ledgerFile,
  openQuickly,
  ownPassword,
  silentLog,
  trustOf,
} from '../../control/records/support.ts';

export type MadeLedger = Readonly<{
  folder: string;
  trusted: string;
  /** The file of checkpoints outside the database. */
  checkpoints: Buffer;
  /** Two records as they were handed out, the second of another batch. */
  exports: readonly [Buffer, Buffer];
}>;

const batch = (id: string, action: string, more: Partial<RecordEvent> = {}): RecordEvent => ({
  scope: `batch/${id}`,
  actor: { kind: 'batch', batch: id },
  action,
  object: id,
  ...more,
});

/** Two batches as the service records them: signed starts, phases, set points, a hold, signed records, two of them exported. */
export async function makeLedger(folder: string, ledger: string | null = null): Promise<MadeLedger> {
  const options = { dataFolder: folder, clock: systemClock(1), log: silentLog, build: '0.1.0-test', ledger };
  const room = createRecords(options);
  await room.start();
  const { access, desk, keeper } = room;
  const firsts = firstPasswords(folder);
  const enter = async (userName: string): Promise<{ person: Person; password: string }> => {
    const first = firsts.get(userName) ?? '';
    const { token, person } = await access.login({ userName, password: first, terminal: '127.0.0.1' });
    const password = `${first} of my own`;
    await access.changePassword(token, first, password, 'test');
    const again = await access.login({ userName, password, terminal: '127.0.0.1' });
    await access.certify(again.token, password, '127.0.0.1');
    return { person, password };
  };
  const [operator, checker] = await Promise.all([enter('operator'), enter('checker')]);
  const actor = personActor(operator.person, '127.0.0.1');
  for (const id of ['B-2026-0001', 'B-2026-0002']) {
    const scope = `batch/${id}`;
    const sign = (who: typeof operator, role: string, meaning: string, subject: string) => {
      const credentials = { userName: who.person.userName, password: who.password, terminal: '127.0.0.1' };
      return desk.sign({ ...credentials, scope, role, meaning, subject, notPersons: [] });
    };
    await keeper.append(
      batch(id, 'batch-prepared', { actor, data: { volume: '140', unit: 'mL', notes: 'Δp ≤ 2 bar' } }),
    );
    await sign(operator, 'operator', 'performed', `start of batch ${id}`);
    await sign(checker, 'checker', 'checked', `start of batch ${id}`);
    await Promise.all(
      ['leak-test', 'prime', 'heat-up', 'collect'].flatMap((phase) => [
        keeper.append(batch(id, 'phase-started', { object: phase, old: null, new: true })),
        keeper.append(
          batch(id, 'set-point-written', {
            object: 'R201/TIC-201.SP',
            old: '25',
            new: '105',
            unit: '°C',
            reason: phase,
          }),
        ),
        keeper.append({
          ...batch(id, 'alarm-raised', { object: 'R201/TT-201A.high', new: '171.25' }),
          scope: 'alarms',
        }),
      ]),
    );
    await keeper.append(batch(id, 'batch-held', { actor, reason: 'a look at the outlet' }));
    await keeper.append(batch(id, 'batch-ended', { data: { collected: '140.2 mL' } }));
    await sign(operator, 'operator', 'performed', `record of batch ${id}`);
  }
  const [one, other] = [await desk.export('batch/B-2026-0001'), await desk.export('batch/B-2026-0002')];
  await room.stop();
  return {
    folder,
    trusted: trustOf(folder),
    checkpoints: readFileSync(join(folder, 'checkpoints', 'checkpoints.jsonl')),
    exports: [Buffer.from(one.text), Buffer.from(other.text)],
  };
}

/** Draws whole numbers from 0 to below a bound. */
export type Draw = (below: number) => number;

export type HonestLedger = Readonly<{ folder: string; trusted: string; exports: readonly Buffer[] }>;

const words = ['phase-started', 'set-point-written', 'batch-held', 'batch-ended', 'command-done', 'alarm-raised'];
const texts = [
  '',
  'Δp ≤ 2 bar',
  'a "quoted" word\nand a second line',
  '漢字 😀',
  '\u0000',
  '-0',
  '\u202e',
  '1e21',
  'é e\u0301',
];

/** A ledger of any shape that honest use gives: scopes, orders, restarts, signatures and exports as drawn. */
export async function makeHonestLedger(folder: string, draw: Draw): Promise<HonestLedger> {
  let seconds = 0;
  let records: Records = await openQuickly(folder);
  const password = await ownPassword(records, folder, 'operator');
  const scopes = Array.from({ length: 1 + draw(4) }, (_, index) => `batch/B-${index + 1}`).concat(
    'alarms',
    'skid/QD-1',
  );
  const exports: Buffer[] = [];
  const begun = new Set<string>();
  for (let step = 4 + draw(20); step > 0; step -= 1) {
    const scope = scopes[draw(scopes.length)] ?? 'alarms';
    const at = later((seconds += draw(400)));
    switch (begun.has(scope) ? draw(8) : 0) {
      case 5: {
        const who = { userName: 'operator', password, terminal: 'page', role: 'operator', notPersons: [] };
        await records.sign({ ...who, scope, meaning: 'performed', subject: `record ${step}` }, at);
        break;
      }
      case 6:
        exports.push(Buffer.from((await records.export(scope, at)).text));
        break;
      case 7:
        await (draw(2) === 0
          ? records.checkpoint(at)
          : records.close(at).then(async () => {
              records = await openQuickly(folder, at);
            }));
        break;
      default: {
        begun.add(scope);
        const text = (): string => texts[draw(texts.length)] ?? '';
        const action = words[draw(words.length)] ?? 'phase-started';
        const count = 1 + draw(5);
        await Promise.all(
          Array.from({ length: count }, () =>
            records.append(
              {
                ...batch('B-1', action, { old: text(), new: { [text()]: [text(), null, true] }, reason: text() }),
                scope,
              },
              at,
            ),
          ),
        );
      }
    }
  }
  exports.push(Buffer.from((await records.export('access', later(seconds))).text));
  await records.close(later(seconds + 1));
  return { folder, trusted: trustOf(folder), exports };
}

/** A ledger in memory, without the rules that keep a row as it is: what its owner can make of it. */
export function ledgerInMemory(folder: string): Database.Database {
  const file = new Database(ledgerFile(folder), { readonly: true });
  const bytes = file.serialize();
  file.close();
  // A database in memory has no write-ahead log; the header says so.
  bytes[18] = bytes[19] = 1;
  const database = new Database(bytes);
  const triggers = database.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
  for (const name of triggers) database.exec(`DROP TRIGGER "${name}"`);
  return database;
}
