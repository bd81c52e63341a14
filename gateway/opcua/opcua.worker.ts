/** The OPC UA server's thread. Entered by `worker-thread.ts` only. */
import { parentPort, workerData } from 'node:worker_threads';
import { MesolineError, messageOf, mesolineError } from '../../plant/errors.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { buildSpace } from './address-space.ts';
import { Calls } from './calls.ts';
import { LiveValues } from './live-values.ts';
import { Logins } from './logins.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts';
import { advertised, makeUaServer } from './ua-server.ts';

const watchEveryMs = 250;
const figuresEveryMs = 1000;

const setup = workerData as WorkerSetup;
const post = (message: FromWorker): void => parentPort?.postMessage(message);

async function open(): Promise<void> {
  const logins = new Logins(post);
  const calls = new Calls(post, logins);
  const server = await makeUaServer(setup, logins);
  const { addressSpace } = server.engine;
  if (addressSpace === null) throw new TypeError('the server has no address space');
  const skids = buildSpace(addressSpace, setup.skids);
  for (const skid of skids) calls.bind(skid);
  const values = new LiveValues(skids, systemClock());

  server.on('session_activated', (session) => logins.activated(session));
  server.on('session_closed', (session) => logins.closed(session));
  await server.start();

  const watch = setInterval(() => values.watch(), watchEveryMs);
  const figures = setInterval(
    () =>
      post({
        kind: 'figures',
        figures: {
          sessions: server.engine.currentSessionCount,
          subscriptions: server.engine.currentSubscriptionCount,
          rejectedSessions: server.rejectedSessionCount,
          rejectedRequests: server.rejectedRequestsCount,
        },
      }),
    figuresEveryMs,
  );

  async function close(): Promise<void> {
    clearInterval(watch);
    clearInterval(figures);
    await server.shutdown(0).catch(() => undefined);
    parentPort?.close();
  }

  function take(message: ToWorker): void {
    switch (message.kind) {
      case 'values':
        values.take(message);
        post({ kind: 'taken' });
        return;
      case 'login':
        logins.answer(message.id, message.login);
        return;
      case 'outcome':
        calls.answer(message.id, message.outcome);
        return;
      case 'dismiss': {
        const session = logins.sessionOf(message.login);
        if (session !== null) server.engine.closeSession(session.authenticationToken, true, 'Terminated');
        return;
      }
      case 'stop':
        void close();
        return;
    }
  }

  parentPort?.on('message', take);
  const port = server.endpoints[0]?.port ?? setup.port;
  post({ kind: 'ready', port, endpoint: `opc.tcp://${advertised(setup.host)}:${port}` });
}

function refusal(thrown: unknown): MesolineError {
  if (thrown instanceof MesolineError) return thrown;
  const code = (thrown as NodeJS.ErrnoException).code;
  const where = `OPC UA port ${setup.port}`;
  if (code === 'EADDRINUSE')
    return mesolineError('port-in-use', where, 'Another program listens on it.', 'Give another --opcua-port.');
  return mesolineError('opcua-failed', 'the OPC UA server', `${messageOf(thrown)}.`, `Look at ${setup.pkiFolder}.`);
}

try {
  await open();
} catch (thrown) {
  const { code, faults } = refusal(thrown);
  post({ kind: 'refused', code, faults });
  parentPort?.close();
}
