/**
 * `npm run campaign -- record-kill --rounds 500 [--store sqlite|postgres]`: the room of records is killed at a random moment while events and
 * signatures are written; on SQLite every fifth time what was not synced is thrown away as well, on PostgreSQL the server falls with it. What
 * was acknowledged has to be there, no act without its signature, and the verifier has to find the whole sound.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createRecords } from '../../control/records/index.ts';
import { preparePostgres } from '../../control/records/ledger/prepare-postgres.ts';
import { verifyPostgres } from '../../control/records/verify/postgres-ledger.ts';
import { verifyLedger } from '../../control/records/verify/verify-ledger.ts';
import type { Report } from '../../control/records/verify/report.ts';
import { systemClock } from '../../plant/system-clock.ts';
import {
  firstPasswords,
  firstUse,
  ledgerFile,
  silentLog,
  temporaryFolder,
  trustOf,
} from '../control/records/support.ts';
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import { Postgres } from '../support/postgres.ts';
import { buildShim, shimEnvironment, throwUnsyncedAway } from './support/unsynced.ts';

type Acknowledged = Readonly<{ scope: string; seq: number; hash: string; signed?: boolean }>;

export type KillOutcome = Readonly<{
  kills: number;
  /** Kills before anything was acknowledged say little. */
  early: number;
  acknowledged: number;
  signatures: number;
  lost: readonly string[];
  halfSigned: readonly string[];
  faults: readonly string[];
  unsyncedThrownAway: number;
}>;

const build = '0.1.0-test';
/** Begun by one line; after it act and signature take turns. */
const signedScopes = ['batch/B-2', 'batch/B-3'] as const;

class Killed {
  readonly #folder = temporaryFolder();
  readonly #data = join(this.#folder.path, 'data');
  readonly #undo = join(this.#folder.path, 'undo');
  readonly #server: Postgres | null;
  readonly #url: string;
  #password = '';
  #shim = '';

  private constructor(server: Postgres | null) {
    this.#server = server;
    this.#url = server?.url('ledger', 'writer') ?? '';
  }

  static async made(onPostgres: boolean): Promise<Killed> {
    const server = onPostgres ? await Postgres.launch() : null;
    if (server !== null) {
      await server.asAdmin(
        'postgres',
        'CREATE ROLE owner LOGIN',
        'CREATE ROLE writer LOGIN',
        'CREATE DATABASE ledger OWNER owner',
      );
      await preparePostgres(server.url('ledger', 'owner'), 'writer');
    }
    const killed = new Killed(server);
    mkdirSync(killed.#undo);
    killed.#shim = buildShim(killed.#folder.path);
    await killed.#asRoom(async (room) => {
      const first = firstPasswords(killed.#data).get('operator') ?? '';
      killed.#password = await firstUse(room.access, 'operator', first);
      for (const scope of signedScopes)
        await room.keeper.append({ scope, actor: { kind: 'service', part: 'test' }, action: 'begun', object: scope });
    });
    return killed;
  }

  /** Writes until it is killed. @returns what it said was recorded. */
  async round(run: number, afterMs: number): Promise<readonly Acknowledged[]> {
    const environment = shimEnvironment(this.#shim, this.#data, this.#undo);
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'support', 'record-writer.ts'), this.#data, this.#url, this.#password, `run ${run}`],
      { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const told: Acknowledged[] = [];
    const { promise: started, resolve: hasStarted } = Promise.withResolvers<undefined>();
    const read = createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as Acknowledged | { started: true };
      if ('started' in said) hasStarted(undefined);
      else told.push(said);
    });
    const gone = new Promise((settle) => child.once('exit', settle));
    const over = new Promise((settle) => read.once('close', settle));
    await Promise.race([started, gone]);
    await new Promise((settle) => setTimeout(settle, afterMs));
    child.kill('SIGKILL');
    if (this.#server !== null && run % 10 === 0) await this.#server.stop('SIGQUIT');
    await Promise.all([gone, over]);
    if (this.#server !== null && run % 10 === 0) await this.#server.start();
    return told;
  }

  /** What a power cut would have taken of the last round; else it counts as written. */
  throwAway(): number {
    return throwUnsyncedAway(this.#undo).writes;
  }

  forgetUnsynced(): void {
    rmSync(this.#undo, { recursive: true });
    mkdirSync(this.#undo);
  }

  /** Starts again as the service does, and reads what is there. */
  async judged(
    told: readonly Acknowledged[],
  ): Promise<Readonly<{ lost: readonly string[]; halfSigned: readonly string[]; report: Report }>> {
    const lost: string[] = [];
    const halfSigned: string[] = [];
    await this.#asRoom(async ({ keeper }) => {
      for (const { scope, seq, hash } of told) {
        const [stored] = await keeper.read(scope, seq, 1);
        if (stored?.hash !== hash) lost.push(`${scope} #${seq}`);
      }
      for (const scope of signedScopes) {
        const first = Math.max(1, ((await keeper.scopes(scope))[0]?.count ?? 0) - 200);
        const stored = await keeper.read(scope, first, 1000);
        stored.forEach(({ event, seq }) => {
          const expected = seq === 1 ? 'begun' : seq % 2 === 0 ? 'act' : 'signed';
          if (event.action !== expected) halfSigned.push(`${scope} #${seq} is ${event.action}`);
        });
        if ((stored.at(-1)?.seq ?? 0) % 2 === 0) halfSigned.push(`${scope} ends with an act`);
      }
    });
    const trusted = trustOf(this.#data);
    if (this.#server === null)
      return { lost, halfSigned, report: verifyLedger({ path: ledgerFile(this.#data), trusted, witness: null }) };
    const witness = readFileSync(join(this.#data, 'checkpoints', 'checkpoints.jsonl'), 'utf8');
    return { lost, halfSigned, report: await verifyPostgres({ url: this.#url, trusted, witness }) };
  }

  async end(): Promise<void> {
    await this.#server?.remove();
    this.#folder.remove();
  }

  async #asRoom(work: (room: ReturnType<typeof createRecords>) => Promise<void>): Promise<void> {
    const ledger = this.#url === '' ? null : this.#url;
    const room = createRecords({ dataFolder: this.#data, clock: systemClock(1), log: silentLog, build, ledger });
    await room.start();
    try {
      await work(room);
    } finally {
      await room.stop();
    }
  }
}

/** One ledger grows too large to be verified whole after each kill; after so many a new one is begun. */
const killsOfOneLedger = 25;

export async function killWriters(
  afterMs: readonly number[],
  onPostgres: boolean,
  say: (line: string) => void,
): Promise<KillOutcome> {
  const lost: string[] = [];
  const halfSigned: string[] = [];
  const faults: string[] = [];
  let [early, acknowledged, signatures, unsyncedThrownAway] = [0, 0, 0, 0];
  let killed: Killed | null = null;
  for (const [index, after] of afterMs.entries()) {
    if (index % killsOfOneLedger === 0) {
      await killed?.end();
      killed = await Killed.made(onPostgres);
    }
    if (killed === null) break;
    const told = await killed.round(index, after);
    if (!onPostgres && index % 5 === 1) {
      killed.throwAway();
      unsyncedThrownAway += 1;
    }
    killed.forgetUnsynced();
    const found = await killed.judged(told).catch((error: unknown) => {
      faults.push(`kill ${index + 1}: ${String(error)}`);
      return null;
    });
    if (found !== null) {
      lost.push(...found.lost);
      halfSigned.push(...found.halfSigned);
      faults.push(...found.report.findings.map(({ where, problem }) => `kill ${index + 1}: ${where}: ${problem}`));
    }
    early += Number(told.length === 0);
    acknowledged += told.length;
    signatures += told.filter(({ signed }) => signed === true).length;
    if (index % 10 === 9 || afterMs.length < 10)
      say(
        `kill ${index + 1}: ${acknowledged} acknowledged, ${signatures} of them signatures; ${lost.length} lost, ${halfSigned.length} half, ${faults.length} faults`,
      );
  }
  await killed?.end();
  for (const one of [...lost, ...halfSigned, ...faults].slice(0, 20)) say(one);
  return { kills: afterMs.length, early, acknowledged, signatures, lost, halfSigned, faults, unsyncedThrownAway };
}

export const run: Run = async ({ rounds, say, args = [] }) => {
  const onPostgres = args.includes('postgres');
  const outcome = await killWriters(
    Array.from({ length: rounds }, () => randomInt(1_000)),
    onPostgres,
    say,
  );
  const results: Measured[] = [
    atLeast('kills while events and signatures were written', outcome.kills, ''),
    atLeast('of them before anything was acknowledged', outcome.early, ''),
    atLeast('of them with unsynced writes thrown away', outcome.unsyncedThrownAway, ''),
    atLeast('events acknowledged before a kill', outcome.acknowledged, ''),
    atLeast('signatures acknowledged before a kill', outcome.signatures, ''),
    atMost('events acknowledged and lost', outcome.lost.length, '', 0),
    atMost('acts without their signature, or the other way', outcome.halfSigned.length, '', 0),
    atMost('faults found after a kill', outcome.faults.length, '', 0),
  ];
  return results;
};
