/** A real influxd of the tests' own, which they may stop and start as they like. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { until } from './waiting.ts';

export class Influxd {
  readonly port: number;
  readonly #folder: string;
  readonly #rpcPort: number;
  #child: ChildProcess | null = null;

  private constructor(folder: string, port: number, rpcPort: number) {
    this.#folder = folder;
    this.port = port;
    this.#rpcPort = rpcPort;
  }

  static async make(folder: string): Promise<Influxd> {
    return new Influxd(folder, await freePort(), await freePort());
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    const file = join(this.#folder, 'influxd.conf');
    writeFileSync(
      file,
      [
        'reporting-disabled = true',
        `bind-address = "127.0.0.1:${this.#rpcPort}"`,
        `[meta]\ndir = "${this.#folder}/meta"`,
        `[data]\ndir = "${this.#folder}/data"\nwal-dir = "${this.#folder}/wal"\nwal-fsync-delay = "0s"\nquery-log-enabled = false`,
        `[http]\nbind-address = "127.0.0.1:${this.port}"\nlog-enabled = false`,
        '[monitor]\nstore-enabled = false',
        '[logging]\nlevel = "error"\n',
      ].join('\n'),
    );
    this.#child = spawn('influxd', ['-config', file], { stdio: 'ignore' });
    await until(
      () =>
        fetch(`${this.url}/ping`).then(
          ({ status }) => status === 204,
          () => false,
        ),
      { what: 'influxd', everyMs: 30 },
    );
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((settle) => child.once('exit', settle));
    child.kill(signal);
    await gone;
  }

  /** The rows of a query: each a record of column to value. */
  async query(text: string, database = 'mesoline'): Promise<readonly Record<string, unknown>[]> {
    const url = `${this.url}/query?${new URLSearchParams({ db: database, epoch: 'ms', q: text }).toString()}`;
    const answer = (await (await fetch(url)).json()) as {
      results: {
        error?: string;
        series?: { columns: string[]; tags?: Record<string, string>; values: unknown[][] }[];
      }[];
    };
    const result = answer.results[0];
    if (result?.error !== undefined) throw new Error(`${text}: ${result.error}`);
    return (result?.series ?? []).flatMap(({ columns, tags, values }) =>
      values.map((row) => ({ ...tags, ...Object.fromEntries(columns.map((column, at) => [column, row[at]])) })),
    );
  }
}
