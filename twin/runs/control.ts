/**
 * A trainer's and a test's way to a twin while it runs: faults, fault scripts, its state and what is really so, over HTTP on the
 * loopback interface. It is there only when it is asked for.
 *
 *     GET  /faults   what stands                       POST /faults  a fault (twin/fault-messages.ts)
 *     GET  /state    the line, as snapshot.ts          PUT  /state   goes on from one
 *     GET  /truth    what no instrument tells          POST /script  a fault script, from now on
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MesolineError, mesolineError, messageOf } from '../../plant/errors.ts';
import { readFaultScript } from '../faults/fault-script.ts';
import { cycleS, type LineState } from '../line/line.ts';
import type { ScriptEntry } from '../faults/script-entry.ts';
import type { TwinParameters } from '../skid/parameters.ts';
import { probesOf } from '../skid/probes.ts';

/** The part of a twin that is steered. */
export interface Steered {
  line(): LineState;
  /** @throws MesolineError `fault-refused` */
  fault(message: unknown): void;
  script(entries: readonly ScriptEntry[]): void;
  save(): string;
  /** @throws MesolineError `twin-state-invalid` */
  load(text: string): void;
}

export interface Control {
  /** Gives the port it listens on. @throws MesolineError `port-in-use`, `port-refused` */
  start(): Promise<number>;
  stop(): Promise<void>;
}

/** A state is some ten kilobytes; a script of thousands of faults is less than this. */
const longestBodyBytes = 4 * 1024 * 1024;
const loopback = '127.0.0.1';
/** A page of another origin that has its name resolved to us must not steer a skid. */
const ourNames: ReadonlySet<string> = new Set([loopback, 'localhost']);

type Answer = Readonly<{ status: number; body: string }>;

export function createControl(port: number, parameters: TwinParameters, twin: Steered): Control {
  let server: Server | null = null;
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, body } = await answerTo(request, parameters, twin);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    // What is left of a body that was too long is not waited for.
    if (status === 413) response.once('finish', () => request.destroy());
    response.end(body);
  };
  return {
    start: () =>
      new Promise((resolve, reject) => {
        const listening = createServer(
          { requestTimeout: 10_000, headersTimeout: 5000, connectionsCheckingInterval: 1000 },
          (request, response) => {
            respond(request, response).catch(() => response.destroy());
          },
        );
        listening.maxConnections = 16;
        listening.once('error', (error: NodeJS.ErrnoException) => reject(listenError(port, error)));
        listening.listen({ host: loopback, port }, () => {
          server = listening;
          resolve((listening.address() as AddressInfo).port);
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        if (server === null) {
          resolve();
          return;
        }
        server.close(() => resolve());
        server.closeAllConnections();
        server = null;
      }),
  };
}

async function answerTo(request: IncomingMessage, parameters: TwinParameters, twin: Steered): Promise<Answer> {
  const host = (request.headers.host ?? '').replace(/:\d+$/u, '');
  if (!ourNames.has(host)) return refusal(403, 'the host', `"${host}" is not this machine.`, `Use ${loopback}.`);
  const asked = `${request.method ?? ''} ${request.url ?? ''}`;
  switch (asked) {
    case 'GET /faults':
      return json({ standing: twin.line().standing.map(({ message }) => message) });
    case 'GET /state':
      return { status: 200, body: twin.save() };
    case 'GET /truth':
      return json(truthOf(parameters, twin.line()));
    case 'POST /faults':
      return taking(request, (text) => twin.fault(parsed(text)));
    case 'POST /script':
      return taking(request, (text) => twin.script(readFaultScript(parsed(text))));
    case 'PUT /state':
      return taking(request, (text) => twin.load(text));
    default:
      return refusal(404, asked, 'There is no such thing here.', 'Use /faults, /script, /state or /truth.');
  }
}

async function taking(request: IncomingMessage, take: (text: string) => void): Promise<Answer> {
  // A form of a page cannot send this without being asked first, and nobody answers that.
  if (!/^application\/json\b/iu.test(request.headers['content-type'] ?? '')) {
    return refusal(415, 'content-type', 'It is no JSON.', 'Send it as application/json.');
  }
  const body = await bodyOf(request);
  if (body === null) return refusal(413, 'the body', 'It is too long.', `Send ${longestBodyBytes} bytes at most.`);
  try {
    take(body);
    return json({ accepted: true });
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    return { status: 400, body: JSON.stringify({ accepted: false, code: thrown.code, faults: thrown.faults }) };
  }
}

/** Null where it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > longestBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    throw mesolineError('fault-refused', 'the body', `It is no JSON: ${messageOf(thrown)}.`, 'Send one JSON object.');
  }
}

/** What no instrument tells: the process as it is, what stands before the probes, and what is still to go wrong. */
function truthOf(parameters: TwinParameters, line: LineState): unknown {
  return {
    processS: line.cycle * cycleS,
    step: line.controller.step,
    standing: line.standing.map(({ message }) => message),
    script: line.script.map(({ cycle, message }) => ({ atS: cycle * cycleS, message })),
    missed: line.missed.map(({ cycle, message, reason }) => ({ atS: cycle * cycleS, message, reason })),
    // Without the amounts in every tank, which say nothing to a person.
    process: { ...line.process, liquid: undefined },
    probes: probesOf(parameters, line.process),
    enclosure: line.enclosure,
    readings: line.readings,
  };
}

const json = (value: unknown): Answer => ({ status: 200, body: JSON.stringify(value) });

const refusal = (status: number, where: string, problem: string, remedy: string): Answer => ({
  status,
  body: JSON.stringify({ accepted: false, code: 'request-refused', faults: [{ where, problem, remedy }] }),
});

const listenError = (port: number, error: NodeJS.ErrnoException): Error =>
  error.code === 'EADDRINUSE'
    ? mesolineError(
        'port-in-use',
        `${loopback}:${port}`,
        'Another program listens here.',
        'Choose another --control-port.',
        error,
      )
    : mesolineError(
        'port-refused',
        `${loopback}:${port}`,
        `The system refuses it (${error.code ?? error.message}).`,
        'Choose another --control-port.',
        error,
      );
