/** The worker that holds the ledger and the people: takes questions from the main thread and answers each once. */
import { parentPort } from 'node:worker_threads';
import { mesolineError } from '../../plant/errors.ts';
import { openRecords, type Records, type RecordsListener } from './ledger/records.ts';
import { errorAnswer, type Answer, type Opened, type Question, type WorkerCalls } from './worker-calls.ts';

let records: Records | null = null;

const tell = (answer: Answer): void => parentPort?.postMessage(answer);

async function open(...[dataFolder, build, stamp, places, clock]: Parameters<WorkerCalls['open']>): Promise<Opened> {
  const listener: RecordsListener = {
    people: (people) => tell({ kind: 'people', people }),
    warning: (message) => tell({ kind: 'warning', message }),
    copy: (fault) => tell({ kind: 'copy', fault }),
    access: (state) => tell({ kind: 'access', state }),
  };
  records = await openRecords(dataFolder, build, stamp, listener, undefined, places, clock);
  return records.opened;
}

function answer({ name, parts }: Question): Promise<unknown> {
  if (name === 'open') return open(...(parts as Parameters<WorkerCalls['open']>));
  if (records === null) {
    throw mesolineError('record-refused', 'the ledger', 'It is not open.', 'Wait until the service has started.');
  }
  const call = records[name] as (...parts: readonly unknown[]) => Promise<unknown>;
  return call(...parts);
}

async function take(question: Question): Promise<void> {
  try {
    tell({ kind: 'answer', id: question.id, value: await answer(question) });
  } catch (error) {
    tell(errorAnswer(question.id, error));
  }
}

parentPort?.on('message', (question: Question) => void take(question));
