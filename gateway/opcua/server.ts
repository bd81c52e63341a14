/**
 * The OPC UA server, as the main thread sees it: it hands the worker values, proves people for it and carries out what its
 * clients ask by the one command path. The protocol runs in the worker, so that no client can hold the scan.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { utcMs, type Clock } from '../../plant/clock.ts';
import type { Command } from '../../plant/command.ts';
import { MesolineError, mesolineError, messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { Actor } from '../../plant/people.ts';
import type { Access, Authority } from '../../plant/ports/access.ts';
import type { CommandPath } from '../../plant/ports/command-path.ts';
import type { Room, RoomHealth } from '../../plant/ports/room.ts';
import type { ScanConsumer } from '../../plant/ports/scan-consumer.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { FromWorker, ServerFigures, ToWorker } from './messages.ts';
import { planSkid } from './space-plan.ts';
import { ValueFeed } from './value-feed.ts';
import { WorkerThread } from './worker-thread.ts';

export type OpcUaServerOptions = Readonly<{
  skids: readonly Skid[];
  site: Readonly<{ name: string; build: string }>;
  /** The address to listen on; loopback where none is given. */
  host?: string;
  /** 0: any free port. */
  port: number;
  /** Keys and certificates are kept in its `pki` folder. */
  dataFolder: string;
  clock: Clock;
  log: Log;
  commands: CommandPath;
  access: Access;
  authority: Authority;
  /**
   * Whether a client certificate that was never seen is trusted. By default only where the server listens on loopback;
   * elsewhere the certificate is put in `pki/rejected`, for a person to move to `pki/trusted/certs`.
   */
  trustUnknownClients?: boolean;
  /** Gives each command its id. */
  newId?: () => string;
}>;

export type OpcUaServer = Room &
  ScanConsumer & {
    /** `opc.tcp://127.0.0.1:4840`; empty until it has started. */
    endpoint(): string;
  };

/** How long a client's command stands, except in the safe direction. */
const commandExpiryMs = 5000;
const startWithinMs = 55_000;
const stopWithinMs = 1300;
/** How often those who are connected are looked up again: who may no longer be here is shown out. */
const lookAgainMs = 1000;

export function createOpcUaServer(options: OpcUaServerOptions): OpcUaServer {
  return new Server(options);
}

class Server implements OpcUaServer {
  readonly name = 'opcua';
  readonly #options: OpcUaServerOptions;
  readonly #people = new Map<number, Extract<Actor, { kind: 'person' }>>();
  #state: RoomHealth['state'] = 'stopped';
  #detail = 'OPC UA has not started.';
  #endpoint = '';
  #worker: WorkerThread | null = null;
  #feed: ValueFeed | null = null;
  #figures: ServerFigures | null = null;
  #nextLogin = 1;
  #lookAgain: NodeJS.Timeout | undefined;
  readonly #counts = { logins: 0, loginsRefused: 0, commands: 0 };

  constructor(options: OpcUaServerOptions) {
    this.#options = options;
  }

  endpoint(): string {
    return this.#endpoint;
  }

  /** @throws MesolineError `port-in-use`, `opcua-failed` */
  async start(): Promise<void> {
    if (this.#state !== 'stopped' && this.#state !== 'failed') return;
    const { skids, site, port, dataFolder, log } = this.#options;
    this.#state = 'starting';
    this.#detail = 'OPC UA is starting.';
    const host = this.#options.host ?? '127.0.0.1';
    const plans = skids.map(planSkid);
    const setup = {
      skids: plans,
      site: site.name,
      build: site.build,
      host,
      port,
      pkiFolder: join(dataFolder, 'pki'),
      trustUnknownClients: this.#options.trustUnknownClients ?? isLoopback(host),
    };
    const worker = new WorkerThread(setup, {
      take: (message) => this.#take(message),
      // Its warnings of a start are about our certificate; later ones are about what a client did.
      said: (text) => log[this.#state === 'starting' ? 'warn' : 'debug']({ text }, 'the OPC UA stack says'),
      died: (reason) => this.#died(reason),
    });
    this.#worker = worker;
    this.#feed = new ValueFeed(plans, (message) => worker.send(message));
    try {
      this.#endpoint = (await worker.ready(startWithinMs)).endpoint;
    } catch (thrown) {
      await worker.end(0);
      if (this.#worker === worker) this.#fail(messageOf(thrown));
      throw thrown instanceof MesolineError ? thrown : failed(messageOf(thrown), thrown);
    }
    if (this.#worker !== worker) throw failed('It was stopped while it started.');
    this.#state = 'ready';
    this.#detail = `OPC UA answers at ${this.#endpoint}.`;
    this.#lookAgain = setInterval(() => this.#showOut(), lookAgainMs);
    this.#lookAgain.unref();
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    clearInterval(this.#lookAgain);
    if (worker === null) return;
    // One that is still starting has nothing to say good-bye to.
    const within = this.#state === 'ready' ? stopWithinMs : 0;
    this.#worker = null;
    this.#state = 'stopping';
    await worker.end(within);
    this.#people.clear();
    this.#state = 'stopped';
    this.#detail = 'OPC UA has stopped.';
  }

  health(): RoomHealth {
    const figures = { ...this.#figures, ...this.#counts, valuesCoalesced: this.#feed?.coalesced ?? 0 };
    return { state: this.#state, detail: this.#detail, figures };
  }

  accept({ batch }: Parameters<ScanConsumer['accept']>[0]): void {
    if (this.#state === 'ready') this.#feed?.accept(batch);
  }

  #take(message: FromWorker): void {
    switch (message.kind) {
      case 'taken':
        this.#feed?.taken();
        return;
      case 'login':
        void this.#logIn(message);
        return;
      case 'left':
        this.#people.delete(message.login);
        return;
      case 'command':
        void this.#command(message);
        return;
      case 'figures':
        this.#figures = message.figures;
        return;
      case 'log':
        this.#options.log[message.level](message.fields, message.message);
        return;
      case 'ready':
      case 'refused':
      case 'failed':
        return;
    }
  }

  async #logIn({ id, userName, password, terminal }: Extract<FromWorker, { kind: 'login' }>): Promise<void> {
    const actor = await this.#prove(userName, password, terminal);
    const login = actor === null ? null : this.#nextLogin++;
    if (actor !== null && login !== null) this.#people.set(login, actor);
    this.#counts[login === null ? 'loginsRefused' : 'logins'] += 1;
    this.#send({ kind: 'login', id, login });
  }

  /** Access records a refusal and counts it to the lockout; a stranger is told nothing of why. */
  async #prove(
    userName: string,
    password: string,
    terminal: string,
  ): Promise<Extract<Actor, { kind: 'person' }> | null> {
    const { access, authority, log } = this.#options;
    try {
      const { id, printedName, roles, ...person } = await access.authenticate({ userName, password, terminal });
      const actor = { kind: 'person' as const, id, userName: person.userName, printedName, roles, terminal };
      const decision = authority.decide(actor, 'view');
      if (!person.mustChangePassword && decision.allowed) return actor;
      const why = decision.allowed ? 'The first password has to be changed at a page.' : decision.reason;
      log.warn({ person: id, terminal }, `an OPC UA session was refused: ${why}`);
    } catch (thrown) {
      log.warn({ terminal, cause: messageOf(thrown) }, 'an OPC UA session was refused');
    }
    return null;
  }

  async #command({ id, login, skid, action, reason }: Extract<FromWorker, { kind: 'command' }>): Promise<void> {
    const { commands, clock, newId } = this.#options;
    this.#counts.commands += 1;
    const actor = this.#people.get(login);
    if (actor === undefined) {
      const message = 'Whoever asks is no longer logged in.';
      this.#send({ kind: 'outcome', id, outcome: { status: 'refused', by: 'authority', message, live: null } });
      return;
    }
    const issuedAt = clock.utc();
    const command: Command = {
      id: (newId ?? randomUUID)(),
      skid,
      action,
      actor,
      issuedAt,
      expiresAt: utcMs(issuedAt + commandExpiryMs),
      ...(reason === null ? {} : { reason }),
    };
    this.#send({ kind: 'outcome', id, outcome: await commands.execute(command) });
  }

  #showOut(): void {
    for (const [login, actor] of this.#people) {
      if (this.#options.authority.decide(actor, 'view').allowed) continue;
      this.#people.delete(login);
      this.#send({ kind: 'dismiss', login });
    }
  }

  #send(message: ToWorker): void {
    this.#worker?.send(message);
  }

  #died(reason: string): void {
    if (this.#state !== 'ready') return;
    this.#fail(`The OPC UA server has failed: ${reason}. Restart the service.`);
    this.#options.log.error({ reason }, 'the OPC UA server has failed; the plant goes on without it');
  }

  #fail(detail: string): void {
    clearInterval(this.#lookAgain);
    this.#state = 'failed';
    this.#detail = detail;
    this.#people.clear();
  }
}

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/u.test(host);

const failed = (reason: string, cause?: unknown) =>
  mesolineError('opcua-failed', 'the OPC UA server', reason, 'Look at its log, and at the pki folder.', cause);
