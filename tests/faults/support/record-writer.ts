/** A process that records and signs as fast as it is answered, and says each answer before it asks again. It lives until it is killed. */
import { createRecords } from '../../../control/records/index.ts';
import { personActor } from '../../../plant/people.ts';
import type { RecordReceipt } from '../../../plant/record-event.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { silentLog } from '../../control/records/support.ts';

const [dataFolder = '', url = '', password = '', run = ''] = process.argv.slice(2);
const room = createRecords({
  dataFolder,
  clock: systemClock(1),
  log: silentLog,
  build: '0.1.0-test',
  ledger: url === '' ? null : url,
});
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

await room.start();
tell({ started: true });
const person = (await room.access.people()).find(({ userName }) => userName === 'operator')!;
const actor = personActor(person, 'page');

async function events(scope: string): Promise<never> {
  for (let count = 0; ; count += 1) {
    const of = (action: string) => ({ scope, actor, action, object: `${run} ${count}`, new: String(count) });
    const receipts: readonly RecordReceipt[] =
      count % 3 === 0
        ? await room.keeper.appendAll([of('first'), of('second'), of('third')])
        : [await room.keeper.append(of('single'))];
    for (const { seq, hash } of receipts) tell({ scope, seq, hash });
  }
}

/** Act and signature in one. */
async function signatures(scope: string): Promise<never> {
  for (let count = 0; ; count += 1) {
    const credentials = { userName: 'operator', password, terminal: 'page', role: 'operator', notPersons: [] };
    const acts = [{ action: 'act', object: `${run} ${count}` }];
    const { receipt } = await room.desk.sign({
      ...credentials,
      scope,
      meaning: 'performed',
      subject: `${run} ${count}`,
      acts,
    });
    tell({ scope, seq: receipt.seq, hash: receipt.hash, signed: true });
  }
}

await Promise.all([
  events('batch/B-1'),
  events('skid/QD-1'),
  events('alarms'),
  signatures('batch/B-2'),
  signatures('batch/B-3'),
]);
