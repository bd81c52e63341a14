/**
 * The OPC UA server, as the main thread sees it: it hands the worker values, proves people for it and carries out what its
 * clients ask by the one command path. The protocol runs in the worker, so that no client can hold the scan.
 */
import { join } from 'node:path';
import { elapsed, type Clock, type Monotonic } from '../../plant/clock.ts';
import { MesolineError, mesolineError, messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { Access, Authority } from '../../plant/ports/access.ts';
import type { AlarmDesk, AlarmListener, AlarmView } from '../../plant/ports/alarm-desk.ts';
import type { CommandPath } from '../../plant/ports/command-path.ts';
import type { CertificateDesk } from '../../plant/ports/certificate-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth } from '../../plant/ports/room.ts';
import type { BatchDesk, BatchListener } from '../../plant/ports/batch-desk.ts';
import type { HistoryQueries } from '../../plant/ports/history.ts';
import type { FieldView, ScanConsumer } from '../../plant/ports/scan-consumer.ts';
import type { SpectrumConsumer } from '../../plant/ports/spectrum-consumer.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { ConditionFeed } from './conditions/conditions-feed.ts';
import { HistoryFeed } from './history/history-feed.ts';
import { limits } from './limits/limits.ts';
import { LoginsDesk } from './people/logins-desk.ts';
import type { FromWorker, ServerFigures, ToWorker, WorkerSetup } from './worker/messages.ts';
import { openDoors, refuseOpenDoors } from './trust/open-doors.ts';
import { planAccess, type RoleTable } from './people/roles.ts';
import { SiteNews } from './live/site-news.ts';
import { planSkid } from './plan/space-plan.ts';
import { TrustDesk } from './trust/trust-desk.ts';
import { WorkerKeeper } from './worker/worker-keeper.ts';
import { mostSilentLooks, Silence } from './worker/worker-silence.ts';
import { WorkerThread } from './worker/worker-thread.ts';

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
  /** The batches that there are at the start, later ones being told by `changed`; and where clients command them. */
  batches?: Pick<BatchDesk, 'batches' | 'command'>;
  /** Alarms, to be shown as conditions and acknowledged; without it there are none. Its changes are told by `changed`. */
  alarms?: AlarmDesk;
  /** What tags were; without it no history can be asked for. */
  history?: HistoryQueries;
  /** Who is trusted, and who was turned away, goes into the record. */
  records: RecordKeeper;
  /** Which roles a permission takes, for clients to see; what is done is decided by `authority`. */
  roles: RoleTable;
  /** Whether a client that was never seen is trusted at once: for tests and trials, on loopback only. Else a person trusts it. */
  trustUnknownClients?: boolean;
  /** Whether there is an endpoint without encryption as well; on loopback only. */
  securityNone?: boolean;
  /** Clients that the server dials, `opc.tcp://client:port`. */
  reverse?: readonly string[];
  /** What all queues of clients may come to, in bytes. */
  queueBytes?: number;
  /** Gives each command its id. */
  newId?: () => string;
}>;

export type OpcUaServer = Room &
  ScanConsumer &
  SpectrumConsumer &
  BatchListener &
  AlarmListener & {
    /** `opc.tcp://127.0.0.1:4840`; empty until it has started. */
    endpoint(): string;
    readonly certificates: CertificateDesk;
  };

const startWithinMs = 55_000;
const stopWithinMs = 1300;
/** How often those who are connected are looked up again: who may no longer be here is shown out. */
const lookAgainMs = 1000;
const sayEveryMs = 600_000;

export function createOpcUaServer(options: OpcUaServerOptions): OpcUaServer {
  return new Server(options);
}

class Server implements OpcUaServer {
  readonly name = 'opcua';
  readonly #options: OpcUaServerOptions;
  readonly #logins: LoginsDesk;
  readonly #trust: TrustDesk;
  readonly #news: SiteNews;
  readonly #conditions: ConditionFeed | null;
  readonly #history: HistoryFeed | null;
  readonly #keeper: WorkerKeeper;
  #state: RoomHealth['state'] = 'stopped';
  #detail = 'OPC UA has not started.';
  #endpoint = '';
  #worker: WorkerThread | null = null;
  #figures: ServerFigures | null = null;
  #lookAgain: NodeJS.Timeout | undefined;
  #saidAt: Monotonic | null = null;
  readonly #counts = { restarts: 0 };
  readonly #silence = new Silence();

  constructor(options: OpcUaServerOptions) {
    const { skids, clock, log, field, batches } = options;
    this.#options = options;
    this.#logins = new LoginsDesk(options);
    this.#trust = new TrustDesk({
      pkiFolder: join(options.dataFolder, 'pki'),
      clock,
      log,
      authority: options.authority,
      records: options.records,
      trustUnknown: options.trustUnknownClients ?? false,
      onDistrusted: (thumbprint) => this.#send({ kind: 'distrust', thumbprint }),
    });
    this.#news = new SiteNews({
      skids: skids.map(planSkid),
      clock,
      log,
      field: field ?? null,
      batches: batches ?? null,
    });
    this.#conditions = options.alarms === undefined ? null : new ConditionFeed(options.alarms);
    this.#history = options.history === undefined ? null : new HistoryFeed(options.history, options.authority, log);
    this.#keeper = new WorkerKeeper({
      clock,
      log,
      open: (died) => this.#open(died),
      lost: ({ again, detail }) => this.#lost(again, detail),
    });
  }

  get certificates(): CertificateDesk {
    return this.#trust;
  }

  endpoint(): string {
    return this.#endpoint;
  }

  /** @throws MesolineError `port-in-use`, `opcua-failed`, `opcua-refused` */
  async start(): Promise<void> {
    if (this.#state !== 'stopped' && this.#state !== 'failed') return;
    refuseOpenDoors(this.#options);
    this.#state = 'starting';
    this.#detail = 'OPC UA is starting.';
    this.#endpoint = '';
    try {
      await this.#conditions?.learn();
      if (!this.#isStarting()) throw failed('It was stopped while it started.');
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
    this.#conditions?.detach();
    this.#state = 'stopping';
    await worker?.end(within);
    this.#logins.leaveAll();
    this.#state = 'stopped';
    this.#detail = 'OPC UA has stopped.';
  }

  health(): RoomHealth {
    const figures = {
      ...this.#figures,
      ...this.#logins.counts,
      ...this.#counts,
      valuesCoalesced: this.#news.coalesced,
    };
    const open = openDoors(this.#options);
    if (open === null || this.#state !== 'ready') return { state: this.#state, detail: this.#detail, figures };
    return { state: 'degraded', detail: `${this.#detail} ${open}`, figures };
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

  changed(...[view, at]: Parameters<AlarmListener['changed']> | Parameters<BatchListener['changed']>): void {
    if (isAlarm(view)) this.#conditions?.changed(view, at ?? this.#options.clock.utc());
    else this.#news.changed(view);
  }

  #isStarting(): boolean {
    return this.#state === 'starting';
  }

  #setup(): WorkerSetup {
    const { skids, site, port, dataFolder, roles, ...options } = this.#options;
    const host = this.#options.host ?? '127.0.0.1';
    // A free port was asked for once; clients come back to the one they know.
    const known = Number(/:(\d+)$/u.exec(this.#endpoint)?.[1] ?? port);
    return {
      skids: this.#news.plans,
      alarms: this.#conditions?.forNewWorker() ?? [],
      history: this.#history !== null,
      site: site.name,
      build: site.build,
      host,
      port: known,
      pkiFolder: join(dataFolder, 'pki'),
      security: {
        access: planAccess(skids, roles),
        trustUnknown: options.trustUnknownClients ?? false,
        none: options.securityNone ?? false,
        reverse: options.reverse ?? [],
        queueBytes: options.queueBytes ?? limits.queueBytes,
      },
    };
  }

  async #open(died: (reason: string) => void): Promise<void> {
    const { log } = this.#options;
    let isReady = false;
    const worker = new WorkerThread(this.#setup(), {
      take: (message) => {
        if (this.#worker !== worker) return;
        this.#silence.heard();
        this.#take(message, worker);
      },
      // Its warnings of a start are about our certificate; later ones are about what a client did.
      said: (text) => log[this.#state === 'ready' ? 'debug' : 'warn']({ text }, 'the OPC UA stack says'),
      // Before it is ready, that is what `ready` throws.
      died: (reason) => {
        if (isReady) died(reason);
      },
    });
    this.#worker = worker;
    try {
      this.#endpoint = (await worker.ready(startWithinMs)).endpoint;
      isReady = true;
    } catch (thrown) {
      await worker.end(0);
      throw thrown;
    }
    if (this.#worker !== worker) throw failed('It was stopped while it started.');
    this.#news.attach((message, transfer) => worker.send(message, transfer));
    this.#conditions?.attach((message) => worker.send(message));
    this.#silence.heard();
    this.#state = 'ready';
    this.#detail = `OPC UA answers at ${this.#endpoint}.`;
  }

  #look(): void {
    if (this.#silence.look() && this.#state === 'ready') {
      this.#worker?.giveUp(`its thread has said nothing for ${mostSilentLooks} s`);
      return;
    }
    const say = (thrown: unknown): void =>
      this.#options.log.warn({ cause: messageOf(thrown) }, 'who may be on OPC UA could not be looked up');
    this.#logins.look((message) => this.#send(message)).catch(say);
    this.#trust.look().catch(say);
    this.#sayOpenDoors();
    this.#news.look();
  }

  #take(message: FromWorker, worker: WorkerThread): void {
    // Answered is the thread that asked: another one counts its questions anew.
    const answer = (reply: ToWorker): void => worker.send(reply);
    switch (message.kind) {
      case 'taken':
        this.#news.taken();
        return;
      case 'login':
      case 'login-certificate':
        void this.#logins.logIn(message, answer, () => this.#worker === worker);
        return;
      case 'left':
        this.#logins.left(message);
        return;
      case 'command':
        void this.#logins.command(message, answer);
        return;
      case 'batch':
        void this.#logins.batch(message, answer);
        return;
      case 'alarm-deed':
        void this.#conditions?.asked(message, this.#logins.actorOf(message.login), answer);
        return;
      case 'history-read':
        void this.#history?.asked(message, this.#logins.actorOf(message.login), answer);
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

  /** Again and again, for whoever looks at the log of today. */
  #sayOpenDoors(): void {
    const { clock, log } = this.#options;
    const open = openDoors(this.#options);
    const now = clock.monotonic();
    if (open === null || (this.#saidAt !== null && elapsed(this.#saidAt, now) < sayEveryMs)) return;
    this.#saidAt = now;
    log.warn({ endpoint: this.#endpoint }, open);
  }

  #send(message: ToWorker): void {
    this.#worker?.send(message);
  }

  #lost(again: boolean, detail: string): void {
    this.#news.detach();
    this.#conditions?.detach();
    this.#worker = null;
    this.#logins.leaveAll();
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
    this.#logins.leaveAll();
  }
}

/** Both are told by one name; only an alarm has a level. */
const isAlarm = (view: AlarmView | Parameters<BatchListener['changed']>[0]): view is AlarmView => 'level' in view;

const failed = (reason: string, cause?: unknown) =>
  mesolineError('opcua-failed', 'the OPC UA server', reason, 'Look at its log, and at the pki folder.', cause);
