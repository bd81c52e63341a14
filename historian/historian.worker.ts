/** The historian's thread: spool, writer and queries. Entered by `historian.ts` only. */
import { setTimeout as after } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { MesolineError, messageOf } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import { systemClock } from '../plant/system-clock.ts';
import { Archive } from './archive.ts';
import { makeSink, makeStore } from './make-store.ts';
import type { CallMessage, WorkerMessage, WorkerSetup } from './messages.ts';
import { realDisk } from './spool/disk.ts';
import type { Wait } from './writer.ts';

const healthEveryMs = 500;

const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

const makeLog = (fixed: object): Log => {
  const say = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) =>
    post({ kind: 'log', level, fields: { ...fixed, ...fields }, message });
  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    child: (fields) => makeLog({ ...fixed, ...fields }),
  };
};

const wait: Wait = (ms, signal) =>
  after(ms, undefined, { signal }).then(
    () => undefined,
    () => undefined,
  );

const setup = workerData as WorkerSetup;
const clock = systemClock();
const log = makeLog({});
const store = await makeStore(setup, clock, log, wait);
const sink = await makeSink(setup, clock, log);
const archive = new Archive({ setup, store, sink, disk: realDisk, clock, log, random: Math.random, wait });

const tellHealth = (): void => post({ kind: 'health', health: archive.health() });

async function answer(message: CallMessage): Promise<void> {
  const { id } = message;
  try {
    const gives = await archive.call(message);
    if (message.call === 'start' || message.call === 'stop') tellHealth();
    post({ kind: 'answer', id, gives });
  } catch (error) {
    const faults =
      error instanceof MesolineError
        ? error.faults
        : [{ where: 'the historian', problem: `${messageOf(error)}.`, remedy: 'Report this with the log.' }];
    post({ kind: 'failure', id, code: error instanceof MesolineError ? error.code : 'historian-failed', faults });
  }
  if (message.call === 'stop') {
    clearInterval(health);
    parentPort?.close();
  }
}

const health = setInterval(tellHealth, healthEveryMs);
parentPort?.on('message', (message: CallMessage) => void answer(message));
