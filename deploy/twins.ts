/** The twins that run here: a process each, made before the gateway looks for them and ended after it has handed over. */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { mesolineError } from '../plant/errors.ts';
import type { Log } from '../plant/log.ts';
import type { Room, RoomHealth } from '../plant/ports/room.ts';
import type { DeviceDefinition, DeviceLink, SkidType } from '../plant/skid/definition.ts';
import { parseLink } from '../plant/skid/device-link.ts';

export type TwinToRun = Readonly<{
  skid: string;
  /** The port of its field controller; null for any free one. */
  port: number | null;
  /** Its own: what it writes lies there, and what an earlier run has left is removed. */
  folder: string;
  program: string;
  /** Flags of Node itself. */
  flags: readonly string[];
  /** @param ports by the devices' names, where it was before */
  argumentsFor: (ports: Readonly<Record<string, number>>) => readonly string[];
}>;

type Ready = Readonly<{ port: number; links: readonly DeviceLink[] }>;
type Running = Readonly<{ twin: TwinToRun; child: ChildProcess; links: readonly DeviceLink[] }>;

const readySchema = Type.Object({
  ready: Type.Literal(true),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  links: Type.Record(Type.String(), Type.String()),
});

const readyWithinMs = 20_000;
const restartAfterMs = 1_000;

export class Twins implements Room {
  readonly name = 'twins';
  readonly #twins: readonly TwinToRun[];
  readonly #log: Log;
  readonly #running = new Map<string, Running>();
  /** Every process that was begun and has not ended. */
  readonly #children = new Set<ChildProcess>();
  readonly #restarts = new Set<NodeJS.Timeout>();
  #stopping = false;

  constructor(twins: readonly TwinToRun[], log: Log) {
    this.#twins = twins;
    this.#log = log;
  }

  /** @throws MesolineError `twin-failed` where one does not come up. */
  async start(): Promise<void> {
    for (const { folder } of this.#twins) emptied(folder);
    await Promise.all(this.#twins.map((twin) => this.#launch(twin, {})));
  }

  /** How the devices of a skid's twin are reached; null where it is none of ours. */
  links(skid: string): readonly DeviceLink[] | null {
    return this.#running.get(skid)?.links ?? null;
  }

  /** The skid's type as its twin has it: results of its instruments lie in the twin's folder. */
  typeOf(skid: string, type: SkidType): SkidType {
    const running = this.#running.get(skid);
    return running === undefined ? type : { ...type, devices: type.devices.map(withResultsIn(running.twin.folder)) };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const restart of this.#restarts) clearTimeout(restart);
    // One that is just being started is none of the running yet.
    await Promise.all([...this.#children].map(end));
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

  async #launch(twin: TwinToRun, ports: Readonly<Record<string, number>>): Promise<void> {
    const child = fork(twin.program, twin.argumentsFor(ports), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [...twin.flags],
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    let lastWords = '';
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lastWords = line;
        this.#log.debug({ twin: twin.skid }, line);
      });
    }
    const ready = await new Promise<Ready | null>((settle) => {
      const timer = setTimeout(() => settle(null), readyWithinMs);
      child.on('message', (message: unknown) => {
        const heard = readReady(message, twin.folder);
        if (heard === null) return;
        clearTimeout(timer);
        settle(heard);
      });
      child.once('exit', () => {
        clearTimeout(timer);
        settle(null);
      });
      child.once('error', () => settle(null));
    });
    if (this.#stopping) return;
    if (ready === null) {
      child.kill('SIGKILL');
      const taken = [...Object.values(ports), ...(twin.port === null ? [] : [twin.port])];
      throw mesolineError(
        'twin-failed',
        `twin of ${twin.skid}`,
        `It did not come up${lastWords === '' ? '' : `: ${lastWords}`}.`,
        taken.length === 0
          ? 'See the lines before this one.'
          : `Free port ${taken.join(', ')}, or leave the port out of the site file.`,
      );
    }
    this.#running.set(twin.skid, { twin, child, links: ready.links });
    this.#log.info(
      { twin: twin.skid, port: ready.port },
      `the twin of ${twin.skid} answers Modbus TCP on 127.0.0.1:${ready.port}`,
    );
    child.once('exit', (code, signal) => this.#lost(twin, portsOf(ready.links), `${signal ?? code}`));
  }

  #lost(twin: TwinToRun, ports: Readonly<Record<string, number>>, how: string): void {
    if (this.#stopping) return;
    this.#log.error({ twin: twin.skid, how }, `the twin of ${twin.skid} ended by itself; it is started again`);
    const restart = setTimeout(() => {
      this.#restarts.delete(restart);
      this.#launch(twin, ports).catch((thrown: unknown) => {
        this.#log.error({ twin: twin.skid, error: String(thrown) }, 'the twin could not be started again');
        this.#lost(twin, ports, 'no start');
      });
    }, restartAfterMs);
    this.#restarts.add(restart);
  }
}

/** What it says when it is ready; null for anything else it may say. */
function readReady(message: unknown, folder: string): Ready | null {
  if (!Value.Check(readySchema, message)) return null;
  const links = Object.entries(message.links).map(([device, text]) =>
    parseLink({ device, text, where: `twin, ${device}` }, folder),
  );
  return { port: message.port, links };
}

const portsOf = (links: readonly DeviceLink[]): Readonly<Record<string, number>> =>
  Object.fromEntries(links.flatMap((link) => ('port' in link ? [[link.device, link.port]] : [])));

/** A Spinsolve names the folders of its results by its own machine; here they are the twin's. */
const withResultsIn =
  (folder: string) =>
  (device: DeviceDefinition): DeviceDefinition => {
    const { model, name } = device;
    if (model.protocol !== 'spinsolve') return device;
    const folders = [{ theirs: 'C:\\Data', ours: join(folder, name) }];
    return { ...device, model: { ...model, measurement: { ...model.measurement, folders } } };
  };

/** Keys stay: a client that has seen a certificate takes no other. */
const keptFolder = 'pki';

function emptied(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const device of readdirSync(folder)) {
    const own = join(folder, device);
    if (!statSync(own).isDirectory()) continue;
    for (const name of readdirSync(own))
      if (name !== keptFolder) rmSync(join(own, name), { recursive: true, force: true });
  }
}

/** Closing the channel ends a twin; one that does not end by itself is killed. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((settle) => child.once('exit', () => settle()));
  if (child.connected) child.disconnect();
  const killer = setTimeout(() => child.kill('SIGKILL'), 1_000);
  await gone;
  clearTimeout(killer);
}
