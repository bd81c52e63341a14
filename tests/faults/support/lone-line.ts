/**
 * One line of its own: a twin apart, the service before it, an operator, and between service and twin a proxy that notes every
 * write. Faults are put on the twin from outside; what the field does is also read past the service.
 */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { InterlockView } from '../../../plant/ports/interlock-desk.ts';
import { isGood, type Quality } from '../../../plant/quality.ts';
import { ApiPerson } from '../../support/api.ts';
import { Apart } from '../../support/child.ts';
import { Proxy } from '../../support/proxy.ts';
import { Service, temporaryFolder } from '../../support/service.ts';
import { freePort } from '../../support/ports.ts';
import { until } from '../../support/waiting.ts';
import { writesIn, type RegisterWrite } from './modbus-frames.ts';
import { controllerAlone, controllerType, testTypes } from '../../support/fitted.ts';

export type Values = Readonly<{
  demand: string;
  fieldDemand: string | null;
  samples: Readonly<Record<string, readonly [value: unknown, quality: number, sourceTime: number, serverTime: number]>>;
}>;

export type Said = Readonly<{ status: number; body: Readonly<{ message?: string; where?: string }> }>;
export type Noted = RegisterWrite & Readonly<{ at: number }>;
type Recorded = Readonly<{ action: string; object: string; reason?: string; data?: Readonly<Record<string, string>> }>;

/** Holding registers of the field controller; above the row begin the set points. */
export const words = { heartbeat: 0, request: 1, pulse: 2, diverter: 3, measures: 4, row: 5 } as const;
/** What is asked of the equipment itself, over what a safe state is asked by: the way to waste, and measures as they stand. */
export const asksEquipment = ({ address, value }: RegisterWrite): boolean =>
  address > words.row || ((address === words.diverter || address === words.measures) && value !== 0);

export class LoneLine {
  readonly twinPort: number;
  /** Every register that was written, with the time of it on this process's clock. */
  readonly written: Noted[] = [];
  service: Service;
  operator: ApiPerson;
  readonly #twin: Apart;
  readonly #proxy: Proxy;
  readonly #folder: ReturnType<typeof temporaryFolder>;
  readonly #site: string;
  readonly #timeScale: number;

  private constructor(
    parts: Readonly<{ twin: Apart; twinPort: number; proxy: Proxy; folder: ReturnType<typeof temporaryFolder> }>,
    run: Readonly<{ site: string; timeScale: number; service: Service; operator: ApiPerson }>,
  ) {
    this.#twin = parts.twin;
    this.twinPort = parts.twinPort;
    this.#proxy = parts.proxy;
    this.#folder = parts.folder;
    this.#site = run.site;
    this.#timeScale = run.timeScale;
    this.service = run.service;
    this.operator = run.operator;
    this.#proxy.onRequest = (bytes) => {
      const at = performance.now();
      this.written.push(...writesIn(bytes).map((write) => ({ ...write, at })));
    };
  }

  static async start(name: string, timeScale: number): Promise<LoneLine> {
    const folder = temporaryFolder(name);
    const twinPort = await freePort();
    const twin = new Apart('twin/main.ts', ['--port', String(twinPort), '--time-scale', String(timeScale)]);
    const proxy = new Proxy(twinPort);
    const site = join(folder.path, 'site.yaml');
    const link = `modbus-tcp://127.0.0.1:${await proxy.start()}/1`;
    writeFileSync(
      site,
      `site: ${name}\n${testTypes}\ntitle: ${name}\nskids:\n  QD-1: { type: ${controllerType}, title: CdSe, twin: { run: apart }, ${controllerAlone}, links: { PLC-1: ${link} } }\n`,
    );
    const parts = { twin, twinPort, proxy, folder };
    try {
      const service = await Service.start({ site, data: join(folder.path, 'data'), timeScale });
      const operator = await ApiPerson.firstLogin(service, 'operator');
      return new LoneLine(parts, { site, timeScale, service, operator });
    } catch (thrown) {
      await proxy.stop();
      await twin.stop();
      folder.remove();
      throw thrown;
    }
  }

  /** Ends the service without a word, as a power cut does to it. */
  async killService(): Promise<void> {
    await this.service.stop('SIGKILL');
  }

  /** The service again, on what it left; the operator logs in anew. */
  async startAgain(): Promise<void> {
    const data = join(this.#folder.path, 'data');
    this.service = await Service.start({ site: this.#site, data, timeScale: this.#timeScale });
    this.operator = await ApiPerson.returning(this.service, 'operator');
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.#proxy.stop();
    await this.#twin.stop();
    this.#folder.remove();
  }

  fault(message: object): void {
    this.#twin.tell(message);
  }

  async values(): Promise<Values> {
    return (await this.operator.get<Values>('/api/skids/QD-1/values')).body;
  }

  async interlocks(): Promise<InterlockView> {
    return (await this.operator.get<InterlockView>('/api/skids/QD-1/interlocks')).body;
  }

  /** A tag as a number; NaN while it is not Good. */
  async number(tag: string): Promise<number> {
    const [value, quality] = (await this.values()).samples[tag] ?? [];
    return isGood((quality ?? 0x8000_0000) as Quality) ? Number(value) : Number.NaN;
  }

  command(action: object): Promise<Said> {
    return this.operator.post('/api/skids/QD-1/commands', { id: crypto.randomUUID(), action });
  }

  set(tag: string, value: number): Promise<Said> {
    return this.command({ kind: 'write', writes: [{ tag, value }] });
  }

  reset(): Promise<Said> {
    return this.command({ kind: 'reset', inspected: true });
  }

  /** Resets as soon as it is taken. @returns every refusal before that */
  async resetWhenTaken(): Promise<readonly string[]> {
    const refusals: string[] = [];
    await until(
      async () => {
        const { status, body } = await this.reset();
        if (status >= 300) refusals.push(body.message ?? `${status}`);
        return status < 300;
      },
      { withinMs: 30_000, everyMs: 250, what: () => `a reset; the last answer: ${refusals.at(-1)}` },
    );
    return refusals;
  }

  /** Water under pressure, heated until it is well above 90 °C. */
  async heat(): Promise<void> {
    await this.#mustSet('R201/PIC-203.SP', 6);
    await this.#mustSet('F100/FIC-104.SP', 60);
    await until(async () => (await this.number('R201/P.min')) > 4 && (await this.number('F100/FT-104')) > 50, {
      what: 'flow and pressure',
    });
    await this.#mustSet('R201/TIC-201.ramp', 30);
    await this.#mustSet('R201/TIC-201.SP', 110);
    await until(async () => (await this.number('R201/T.max')) > 103, { withinMs: 40_000, what: 'a hot reactor' });
  }

  /** What the field controller's step is, asked past the service. */
  step(): Promise<number> {
    return readInput(this.twinPort, 1);
  }

  /** The events of the skid's scope as they stand in the ledger's file. */
  recorded(): readonly Recorded[] {
    const ledger = new Database(this.#ledger, { readonly: true, timeout: 2000 });
    try {
      const rows = ledger.prepare('SELECT body FROM event WHERE scope = ? ORDER BY seq').pluck().all('skid/QD-1');
      return rows.map((body) => JSON.parse(String(body)) as Recorded);
    } finally {
      ledger.close();
    }
  }

  /** Holds the ledger's file so that nothing can be written to it; what is given back lets go. */
  blockLedger(): () => void {
    const holder = new Database(this.#ledger, { timeout: 2000 });
    holder.exec('BEGIN IMMEDIATE');
    return () => {
      holder.exec('ROLLBACK');
      holder.close();
    };
  }

  get #ledger(): string {
    return join(this.#folder.path, 'data', 'ledger', 'ledger.db');
  }

  async #mustSet(tag: string, value: number): Promise<void> {
    const { status, body } = await this.set(tag, value);
    if (status >= 300) throw new Error(`${tag} was not set: ${status} ${JSON.stringify(body)}`);
  }
}

/** Reads one input register over a connection of its own. */
function readInput(port: number, address: number): Promise<number> {
  return new Promise((settle, fail) => {
    const socket = connect(port, '127.0.0.1');
    const frame = Buffer.from([0, 1, 0, 0, 0, 6, 1, 4, 0, address, 0, 1]);
    let received = Buffer.alloc(0);
    socket.on('error', fail);
    socket.once('connect', () => socket.write(frame));
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      if (received.length < 11) return;
      socket.destroy();
      settle(received.readUInt16BE(9));
    });
  });
}
