/** A real PostgreSQL of the tests' own: its own folder and port, run by a user that is not root, ended by its own id. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './ports.ts';
import { until } from './waiting.ts';

const installed = '/usr/lib/postgresql';
const superuser = 'admin';

export class Postgres {
  readonly port: number;
  readonly #folder: string;
  #child: ChildProcess | null = null;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  /** A new, empty one that runs. */
  static async launch(): Promise<Postgres> {
    const folder = mkdtempSync(join(tmpdir(), 'mesoline-postgres-'));
    if (asOther !== null) chownSync(folder, asOther.uid, asOther.gid);
    const data = join(folder, 'data');
    const args = ['-D', data, '-U', superuser, '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'];
    execFileSync(program('initdb'), args, { ...asOther, cwd: folder, stdio: 'pipe' });
    const server = new Postgres(folder, await freePort());
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const args = ['-D', join(this.#folder, 'data'), '-p', String(this.port), '-k', '', '-h', '127.0.0.1'];
    this.#child = spawn(program('postgres'), args, { ...asOther, cwd: this.#folder, stdio: 'ignore' });
    await until(
      () =>
        this.run('postgres', superuser, 'SELECT 1').then(
          () => true,
          () => false,
        ),
      { what: 'postgres', everyMs: 50 },
    );
  }

  url(database: string, role: string): string {
    return `postgres://${role}@127.0.0.1:${this.port}/${database}`;
  }

  adminUrl(database: string): string {
    return this.url(database, superuser);
  }

  /** Runs statements one after another and gives the rows of the last. */
  async run(database: string, role: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.url(database, role) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      let rows: Record<string, unknown>[] = [];
      for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows;
      return rows;
    } finally {
      await client.end();
    }
  }

  asAdmin(database: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
    return this.run(database, superuser, ...statements);
  }

  /** A place for databases on another disk. @param folder on that disk; made here */
  async addTablespace(name: string, folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true });
    if (asOther !== null) chownSync(folder, asOther.uid, asOther.gid);
    await this.asAdmin('postgres', `CREATE TABLESPACE ${name} LOCATION '${folder}'`);
  }

  /** SIGINT is PostgreSQL's fast shutdown; SIGQUIT leaves it as a crash would. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((settle) => child.once('exit', settle));
    child.kill(signal);
    await gone;
  }

  async remove(): Promise<void> {
    await this.stop('SIGQUIT');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function program(name: string): string {
  const version = readdirSync(installed).sort().at(-1);
  if (version === undefined) throw new Error(`There is no PostgreSQL in ${installed}.`);
  return join(installed, version, 'bin', name);
}

/** initdb refuses root: then somebody who may do nothing. */
const asOther = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : null;

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'nobody'], { encoding: 'utf8' }));
}
