/** The OPC UA server's thread. Entered by `worker-thread.ts` only. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ServerSession } from 'node-opcua';
import { elapsed, type Clock, type Monotonic } from '../../../plant/clock.ts';
import { messageOf, mesolineError, type MesolineError } from '../../../plant/errors.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { buildSpace } from '../space/address-space.ts';
import { Calls } from '../calls/calls.ts';
import { Conditions } from '../conditions/conditions.ts';
import { History, historisedNodes } from '../history/history.ts';
import { LiveValues } from '../live/live-values.ts';
import { Logins } from '../people/logins.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts';
import { makeDurable, putDamagedAside } from '../trust/pki-files.ts';
import { Guard } from '../people/roles-guard.ts';
import { ServiceLevel } from '../live/service-level.ts';
import { closeUnopenedSockets } from '../limits/unopened-sockets.ts';
import { endpointsOf } from '../trust/trust-endpoints.ts';
import { advertised, makeUaServer } from './ua-server.ts';

const watchEveryMs = 250;
const figuresEveryMs = 1000;
const sayFaultEveryMs = 10_000;

const setup = workerData as WorkerSetup;
const post = (message: FromWorker): void => parentPort?.postMessage(message);

async function open(clock: Clock): Promise<void> {
  const logins = new Logins(post);
  const calls = new Calls(post, logins);
  const damaged = putDamagedAside(setup.pkiFolder, clock.utc());
  if (damaged.length > 0) {
    const message = 'keys or certificates could not be read; they were put aside and are made anew';
    post({ kind: 'log', level: 'warn', fields: { damaged }, message });
  }
  const server = await makeUaServer(setup, endpointsOf(setup.pkiFolder, setup.security, logins, clock));
  const { addressSpace } = server.engine;
  if (addressSpace === null) throw new TypeError('the server has no address space');
  const skids = buildSpace(addressSpace, setup.skids, new Date(clock.utc()));
  for (const skid of skids) calls.bind(skid);
  const values = new LiveValues(skids, clock);
  const spectra = new Map(skids.flatMap((skid) => skid.spectra.map((node) => [node.plan.nodeId, node])));
  const level = new ServiceLevel(addressSpace, clock);
  const asking = { clock, post, loginOf: (session: ServerSession) => logins.of(session) };
  const conditions = new Conditions({ addressSpace, ...asking }, setup.alarms);
  const history = new History(asking, setup.history ? historisedNodes(skids) : []);
  history.install(server);
  server.on('session_closed', (session) => history.closed(session));

  const guard = new Guard({ server, addressSpace, skids: setup.skids, security: setup.security, logins, calls });
  await server.start();
  makeDurable(setup.pkiFolder);
  closeUnopenedSockets(server);

  const faults = outliveStackFaults(clock);
  const watch = setInterval(() => orFail(lookAround), watchEveryMs);
  const figures = setInterval(() => {
    const { engine, rejectedSessionCount, rejectedRequestsCount } = server;
    post({
      kind: 'figures',
      figures: {
        sessions: engine.currentSessionCount,
        subscriptions: engine.currentSubscriptionCount,
        rejectedSessions: rejectedSessionCount,
        rejectedRequests: rejectedRequestsCount,
        queueBytes: guard.queues.bytes,
        queuesShortened: guard.queues.shortened,
        stackFaults: faults(),
      },
    });
  }, figuresEveryMs);

  function lookAround(): void {
    values.watch();
    level.hears(values.hears);
  }

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
        level.hears(values.hears);
        post({ kind: 'taken' });
        return;
      case 'spectrum':
        spectra.get(message.spectrum)?.show(message);
        post({ kind: 'taken' });
        return;
      case 'spectrum-lost':
        spectra.get(message.spectrum)?.lose(message.quality, message.serverTime);
        post({ kind: 'taken' });
        return;
      case 'service-level':
        level.set(message.level);
        return;
      case 'alarm':
      case 'alarm-deed-answer':
        conditions.take(message);
        return;
      case 'history-answer':
        history.answer(message);
        return;
      case 'outcome':
        calls.answer(message.id, message.outcome);
        return;
      case 'login':
      case 'roles':
      case 'dismiss':
      case 'distrust':
        guard.take(message);
        return;
      case 'stop':
        void close();
        return;
    }
  }

  parentPort?.on('message', (message: ToWorker) => orFail(() => take(message)));
  const port = server.endpoints[0]?.port ?? setup.port;
  post({ kind: 'ready', port, endpoint: `opc.tcp://${advertised(setup.host)}:${port}` });
}

/**
 * The stack throws past everyone where a client sends it what no client should (an oversized chunk, for one). That client's
 * connection is lost; the others', and the thread, are not.
 */
function outliveStackFaults(clock: Clock): () => number {
  let faults = 0;
  let saidAt: Monotonic | null = null;
  process.on('uncaughtException', (thrown) => {
    faults += 1;
    if (saidAt !== null && elapsed(saidAt, clock.monotonic()) < sayFaultEveryMs) return;
    saidAt = clock.monotonic();
    const fields = { cause: messageOf(thrown), stack: thrown.stack, faults };
    post({ kind: 'log', level: 'warn', fields, message: 'the OPC UA stack threw, most likely at a malformed message' });
  });
  return () => faults;
}

/** What is thrown by our own part is no client's doing: without true values there is no server. */
function orFail(act: () => void): void {
  try {
    act();
  } catch (thrown) {
    post({ kind: 'failed', reason: messageOf(thrown) });
    process.exit(1);
  }
}

function refusal(thrown: unknown): MesolineError {
  const code = (thrown as NodeJS.ErrnoException).code ?? '';
  const where = `OPC UA at ${setup.host}, port ${setup.port}`;
  if (code === 'EADDRINUSE')
    return mesolineError('port-in-use', where, 'Another program listens on it.', 'Give another --opcua-port.');
  if (['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EACCES'].includes(code)) {
    const remedy = 'Give --host an address of this machine, and --opcua-port a port that may be listened on.';
    return mesolineError('port-refused', where, `${messageOf(thrown)}.`, remedy);
  }
  const remedy = `Look at ${setup.pkiFolder}; what is removed there is made anew.`;
  return mesolineError('opcua-failed', 'the OPC UA server', `${messageOf(thrown)}.`, remedy);
}

try {
  await open(systemClock());
} catch (thrown) {
  const { code, faults } = refusal(thrown);
  post({ kind: 'refused', code, faults });
  parentPort?.close();
}
