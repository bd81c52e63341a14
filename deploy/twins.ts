/** The twins that run here: a process each, made before the gateway looks for them and ended after it has handed over. */
import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mesolineError } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { Room, RoomHealth } from '../plant/ports/room.ts';
import type { DeviceLink } from '../plant/skid/definition.ts';

export type TwinToRun = Readonly<{
  skid: string;
  device: string;
  /** The port to serve on; null for any free one. */
  port: number | null;
  program: string;
  /** Flags of Node itself. */
  flags: readonly string[];
  argumentsFor: (port: number) => readonly string[];
}>;

type Running = { twin: TwinToRun; child: ChildProcess; port: number };

const readyWithinMs = 20_000;
const restartAfterMs = 1_000;

export class Twins implements Room {
  readonly name = 'twins';
  readonly #twins: readonly TwinToRun[];
  readonly #log: Log;
  readonly #running = new Map<string, Running>();
  readonly #restarts = new Set<NodeJS.Timeout>();
  #stopping = false;

  constructor(twins: readonly TwinToRun[], log: Log) {
    this.#twins = twins;
    this.#log = log;
  }

  /** @throws MesolineError `twin-failed` where one does not come up. */
  async start(): Promise<void> {
    await Promise.all(this.#twins.map((twin) => this.#launch(twin, twin.port ?? 0)));
  }

  /** Where a skid's twin is reached. */
  link(skid: string): DeviceLink | null {
    const running = this.#running.get(skid);
    if (running === undefined) return null;
    return { device: running.twin.device, protocol: 'modbus-tcp', host: '127.0.0.1', port: running.port, unitId: 1 };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const restart of this.#restarts) clearTimeout(restart);
    await Promise.all([...this.#running.values()].map(({ child }) => end(child)));
    this.#running.clear();
  }

  health(): RoomHealth {
    const wanted = this.#twins.length;
    const alive = [...this.#running.values()].filter(({ child }) => child.exitCode === null).length;
    return alive === wanted
      ? { state: 'ready', detail: `${alive} of ${wanted} twins run`, figures: { alive } }
      : {
          state: 'degraded',
          detail: `${alive} of ${wanted} twins run; a lost one is started again`,
          figures: { alive },
        };
  }

  async #launch(twin: TwinToRun, port: number): Promise<void> {
    const child = fork(twin.program, twin.argumentsFor(port), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [...twin.flags],
    });
    let lastWords = '';
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lastWords = line;
        this.#log.debug({ twin: twin.skid }, line);
      });
    }
    const served = await new Promise<number | null>((settle) => {
      const timer = setTimeout(() => settle(null), readyWithinMs);
      child.on('message', (message: unknown) => {
        if (typeof message === 'object' && message !== null && 'port' in message && typeof message.port === 'number') {
          clearTimeout(timer);
          settle(message.port);
        }
      });
      child.once('exit', () => {
        clearTimeout(timer);
        settle(null);
      });
      child.once('error', () => settle(null));
    });
    if (served === null) {
      child.kill('SIGKILL');
      throw mesolineError(
        'twin-failed',
        `twin of ${twin.skid}`,
        `It did not come up${lastWords === '' ? '' : `: ${lastWords}`}.`,
        port === 0 ? 'See the lines before this one.' : `Free port ${port}, or leave the port out of the site file.`,
      );
    }
    this.#running.set(twin.skid, { twin, child, port: served });
    this.#log.info(
      { twin: twin.skid, port: served },
      `the twin of ${twin.skid} answers Modbus TCP on 127.0.0.1:${served}`,
    );
    child.once('exit', (code, signal) => this.#lost(twin, served, `${signal ?? code}`));
  }

  #lost(twin: TwinToRun, port: number, how: string): void {
    if (this.#stopping) return;
    this.#log.error({ twin: twin.skid, how }, `the twin of ${twin.skid} ended by itself; it is started again`);
    const restart = setTimeout(() => {
      this.#restarts.delete(restart);
      this.#launch(twin, port).catch((thrown: unknown) => {
        this.#log.error({ twin: twin.skid, error: String(thrown) }, 'the twin could not be started again');
        this.#lost(twin, port, 'no start');
      });
    }, restartAfterMs);
    this.#restarts.add(restart);
  }
}

/** Closing the channel ends a twin; one that does not end by itself is killed. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((settle) => child.once('exit', () => settle()));
  if (child.connected) child.disconnect();
  const killer = setTimeout(() => child.kill('SIGKILL'), 1_000);
  await gone;
  clearTimeout(killer);
}
