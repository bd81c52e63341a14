/** The thread that holds the session with one analyser. Entered by `analyser-device.ts` only. */
import { parentPort, workerData } from 'node:worker_threads';
import { elapsed, type Monotonic } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { backOffMs } from '../modbus/back-off.ts';
import { AnalyserSession } from './analyser-session.ts';
import type { AnalyserSetup, FromAnalyser } from './messages.ts';

const setup = workerData as AnalyserSetup;
const clock = systemClock();
const post = (message: FromAnalyser): void => parentPort?.postMessage(message);

let session: AnalyserSession | null = null;
let heardAt: Monotonic | null = null;
let attempt = 0;
let retry: NodeJS.Timeout | null = null;
let stopping = false;

function begin(): void {
  const startedAt = clock.monotonic();
  const own = new AnalyserSession(setup, {
    news(points, spectra) {
      if (session !== own) return;
      heardAt = clock.monotonic();
      post({ kind: 'news', points, spectra });
    },
    lost: (reason) => end(own, false, reason),
    log: (level, message, fields) => post({ kind: 'log', level, message, fields }),
  });
  session = own;
  heardAt = null;
  own.open().then(
    (encrypted) => {
      if (session !== own) return;
      attempt = 0;
      heardAt = clock.monotonic();
      post({ kind: 'connected', encrypted, latencyMs: elapsed(startedAt, clock.monotonic()) });
    },
    (thrown: unknown) => end(own, false, messageOf(thrown)),
  );
}

function end(own: AnalyserSession, silent: boolean, reason: string): void {
  if (session !== own) return;
  session = null;
  heardAt = null;
  post({ kind: 'lost', silent, reason });
  void own.close();
  if (stopping) return;
  retry = setTimeout(begin, backOffMs(attempt, Math.random()));
  attempt += 1;
}

// Whether it publishes is looked at from here: a server that hangs ends no connection.
const watch = setInterval(
  () => {
    if (session === null || heardAt === null) return;
    if (elapsed(heardAt, clock.monotonic()) <= setup.timeoutMs) return;
    end(session, true, `It has published nothing for ${setup.timeoutMs / 1000} s.`);
  },
  Math.max(20, setup.timeoutMs / 5),
);

async function stop(): Promise<void> {
  stopping = true;
  clearInterval(watch);
  if (retry !== null) clearTimeout(retry);
  const own = session;
  session = null;
  await own?.close();
  parentPort?.close();
  process.exit(0);
}

/** What the stack throws past everyone at a malformed message ends that connection, not the thread. */
process.on('uncaughtException', (thrown) => {
  if (session !== null) end(session, false, `The stack threw: ${messageOf(thrown)}.`);
});

parentPort?.once('message', () => void stop());
begin();
