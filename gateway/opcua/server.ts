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
import type { BatchDesk, BatchListener } from '../../plant/ports/batch-desk.ts';
import type { FieldView, ScanConsumer } from '../../plant/ports/scan-consumer.ts';
import type { SpectrumConsumer } from '../../plant/ports/spectrum-consumer.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { FromWorker, ServerFigures, ToWorker, WorkerSetup } from './messages.ts';
import { SiteNews } from './site-news.ts';
import { planSkid } from './space-plan.ts';
import { WorkerKeeper } from './worker-keeper.ts';
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
  /** The devices' connections and nameplates; without it, nothing is known of them. */
  field?: Pick<FieldView, 'links'>;
  /** The batches that there are at the start; later ones are told by `changed`. */
  batches?: Pick<BatchDesk, 'batches'>;
  /**
   * Whether a client certificate that was never seen is trusted. By default only where the server listens on loopback;
   * elsewhere the certificate is put in `pki/rejected`, for a person to move to `pki/trusted/certs`.
   */
  trustUnknownClients?: boolean;
  /** Gives each command its id. */
  newId?: () => string;
}>;

export type OpcUaServer = Room &
  ScanConsumer &
  SpectrumConsumer &
  BatchListener & {
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
  readonly #news: SiteNews;
  readonly #keeper: WorkerKeeper;
  #state: RoomHealth['state'] = 'stopped';
  #detail = 'OPC UA has not started.';
  #endpoint = '';
  #worker: WorkerThread | null = null;
  #figures: ServerFigures | null = null;
  #nextLogin = 1;
  #lookAgain: NodeJS.Timeout | undefined;
  readonly #counts = { logins: 0, loginsRefused: 0, commands: 0, restarts: 0 };

  constructor(options: OpcUaServerOptions) {
    const { skids, clock, log, field, batches } = options;
    this.#options = options;
    this.#news = new SiteNews({
      skids: skids.map(planSkid),
      clock,
      log,
      field: field ?? null,
      batches: batches ?? null,
    });
    this.#keeper = new WorkerKeeper({
      clock,
      log,
      open: (died) => this.#open(died),
      lost: ({ again, detail }) => this.#lost(again, detail),
    });
  }

  endpoint(): string {
    return this.#endpoint;
  }

  /** @throws MesolineError `port-in-use`, `opcua-failed` */
  async start(): Promise<void> {
    if (this.#state !== 'stopped' && this.#state !== 'failed') return;
    this.#state = 'starting';
    this.#detail = 'OPC UA is starting.';
    this.#endpoint = '';
    try {
      await this.#keeper.start();
    } catch (thrown) {
      // Where it was stopped meanwhile, it has said so already.
      if (this.#isStarting()) this.#fail(messageOf(thrown));
      throw thrown instanceof MesolineError ? thrown : failed(messageOf(thrown), thrown);
    }
    this.#lookAgain = setInterval(() => this.#look(), lookAgainMs);
    this.#lookAgain.unref();
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    clearInterval(this.#lookAgain);
    this.#keeper.letGo();
    if (this.#state === 'stopped') return;
    // One that is still starting has nothing to say good-bye to.
    const within = this.#state === 'ready' ? stopWithinMs : 0;
    this.#worker = null;
    this.#news.detach();
    this.#state = 'stopping';
    await worker?.end(within);
    this.#people.clear();
    this.#state = 'stopped';
    this.#detail = 'OPC UA has stopped.';
  }

  health(): RoomHealth {
    const figures = { ...this.#figures, ...this.#counts, valuesCoalesced: this.#news.coalesced };
    return { state: this.#state, detail: this.#detail, figures };
  }

  accept(news: Parameters<ScanConsumer['accept']>[0]): void {
    this.#news.accept(news);
  }

  acceptSpectrum(spectrum: Parameters<SpectrumConsumer['acceptSpectrum']>[0]): void {
    this.#news.acceptSpectrum(spectrum);
  }

  loseSpectrum(lost: Parameters<SpectrumConsumer['loseSpectrum']>[0]): void {
    this.#news.loseSpectrum(lost);
  }

  changed(batch: Parameters<BatchListener['changed']>[0]): void {
    this.#news.changed(batch);
  }

  #isStarting(): boolean {
    return this.#state === 'starting';
  }

  #setup(): WorkerSetup {
    const { site, port, dataFolder, trustUnknownClients } = this.#options;
    const host = this.#options.host ?? '127.0.0.1';
    // A free port was asked for once; clients come back to the one they know.
    const known = Number(/:(\d+)$/u.exec(this.#endpoint)?.[1] ?? port);
    return {
      skids: this.#news.plans,
      site: site.name,
      build: site.build,
      host,
      port: known,
      pkiFolder: join(dataFolder, 'pki'),
      trustUnknownClients: trustUnknownClients ?? isLoopback(host),
    };
  }

  async #open(died: (reason: string) => void): Promise<void> {
    const { log } = this.#options;
    const worker = new WorkerThread(this.#setup(), {
      take: (message) => {
        if (this.#worker === worker) this.#take(message, worker);
      },
      // Its warnings of a start are about our certificate; later ones are about what a client did.
      said: (text) => log[this.#state === 'ready' ? 'debug' : 'warn']({ text }, 'the OPC UA stack says'),
      died,
    });
    this.#worker = worker;
    try {
      this.#endpoint = (await worker.ready(startWithinMs)).endpoint;
    } catch (thrown) {
      await worker.end(0);
      throw thrown;
    }
    if (this.#worker !== worker) throw failed('It was stopped while it started.');
    this.#news.attach((message, transfer) => worker.send(message, transfer));
    this.#state = 'ready';
    this.#detail = `OPC UA answers at ${this.#endpoint}.`;
  }

  #look(): void {
    this.#showOut();
    this.#news.look();
  }

  #take(message: FromWorker, worker: WorkerThread): void {
    switch (message.kind) {
      case 'taken':
        this.#news.taken();
        return;
      case 'login':
        void this.#logIn(message, worker);
        return;
      case 'left':
        this.#people.delete(message.login);
        return;
      case 'command':
        void this.#command(message, worker);
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

  /** Answers the thread that asked: another one counts its questions anew. */
  async #logIn(
    { id, userName, password, terminal }: Extract<FromWorker, { kind: 'login' }>,
    worker: WorkerThread,
  ): Promise<void> {
    const actor = await this.#prove(userName, password, terminal);
    if (this.#worker !== worker) return;
    const login = actor === null ? null : this.#nextLogin++;
    if (actor !== null && login !== null) this.#people.set(login, actor);
    this.#counts[login === null ? 'loginsRefused' : 'logins'] += 1;
    worker.send({ kind: 'login', id, login });
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

  async #command(
    { id, login, skid, action, reason }: Extract<FromWorker, { kind: 'command' }>,
    worker: WorkerThread,
  ): Promise<void> {
    const { commands, clock, newId } = this.#options;
    this.#counts.commands += 1;
    const actor = this.#people.get(login);
    if (actor === undefined) {
      const message = 'Whoever asks is no longer logged in.';
      worker.send({ kind: 'outcome', id, outcome: { status: 'refused', by: 'authority', message, live: null } });
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
    worker.send({ kind: 'outcome', id, outcome: await commands.execute(command) });
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

  #lost(again: boolean, detail: string): void {
    this.#news.detach();
    this.#worker = null;
    this.#people.clear();
    this.#figures = null;
    if (!again) {
      this.#fail(detail);
      return;
    }
    this.#counts.restarts += 1;
    this.#state = 'degraded';
    this.#detail = detail;
  }

  #fail(detail: string): void {
    clearInterval(this.#lookAgain);
    this.#worker = null;
    this.#state = 'failed';
    this.#detail = detail;
    this.#people.clear();
  }
}

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/u.test(host);

const failed = (reason: string, cause?: unknown) =>
  mesolineError('opcua-failed', 'the OPC UA server', reason, 'Look at its log, and at the pki folder.', cause);
