/**
 * An influxd of our own, under `DATA/influxdb`, on loopback. It ends with us whatever ends us: a shell holds the reading end of
 * a pipe from us, and ends influxd when the pipe closes. If it dies by itself it is started again.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { mkdir, readdir, readFile, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import { StoreUnavailable } from '../store.ts';
import type { Wait } from '../writer.ts';
import { InfluxHttp } from './http.ts';
import type { InfluxServer } from './influx-store.ts';

// $1 influxd · $2 its configuration · $3 where its process id is kept. A background job's standard input is /dev/null, so the
// pipe is handed on as descriptor 3, and only to the one that waits for its end.
const wrapper = `
exec 3<&0
"$1" run -config "$2" </dev/null 3<&- &
influxd=$!
echo "$influxd" > "$3"
(
  while read -r line <&3; do :; done
  kill -TERM "$influxd" 2>/dev/null
  for i in 1 2 3 4 5 6 7 8 9 10; do
    sleep 0.1
    kill -0 "$influxd" 2>/dev/null || exit 0
  done
  kill -KILL "$influxd" 2>/dev/null
) &
guard=$!
exec 3<&-
wait "$influxd"
code=$?
kill "$guard" 2>/dev/null
exit "$code"
`;

const startWithinMs = 30_000;
const waitedForMs = 4_000;
const longestRestartMs = 15_000;
/** It opens its files, and begins a new one, in much less. */
const roomToStartBytes = 4 * 1024 * 1024;

export class OwnInfluxd implements InfluxServer {
  readonly name = 'our own InfluxDB';
  readonly ours = true;
  readonly #program: string;
  readonly #folder: string;
  readonly #log: Log;
  readonly #wait: Wait;
  readonly #stopping = new AbortController();
  #child: ChildProcess | null = null;
  #address: URL | null = null;
  #running: Promise<void> | null = null;

  constructor(program: string, folder: string, log: Log, wait: Wait) {
    this.#program = program;
    this.#folder = folder;
    this.#log = log;
    this.#wait = wait;
  }

  /** Settles when it is up, or after a few seconds: whoever writes is told that it is not up until it is. */
  async start(): Promise<void> {
    this.#running ??= this.#keepRunning();
    for (let waited = 0; waited < waitedForMs && this.#address === null && !this.#isStopping(); waited += 20) {
      await this.#wait(20, this.#stopping.signal);
    }
  }

  address(): URL {
    if (this.#address !== null) return this.#address;
    throw new StoreUnavailable(
      this.name,
      `${this.#program} is not up.`,
      'It is started again; the points wait in the spool.',
    );
  }

  diskBytes(): Promise<number | null> {
    return folderBytes(this.#folder);
  }

  /** Starts it again where there is room by now: its log of writes keeps the first error of a write for good. */
  async refusedForRoom(): Promise<void> {
    const child = this.#child;
    const room = await statfs(this.#folder).catch(() => null);
    if (room === null || room.bavail * room.bsize < roomToStartBytes) return;
    if (child === null || child !== this.#child || this.#address === null) return;
    this.#log.warn({}, 'our own InfluxDB still refuses to write although there is room again; it is started again');
    this.#address = null;
    child.stdin?.end();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#child?.stdin?.end();
    await this.#running;
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #keepRunning(): Promise<void> {
    let failures = 0;
    while (!this.#isStopping()) {
      try {
        const lived = await this.#runOnce();
        failures = lived ? 1 : failures + 1;
      } catch (error) {
        failures += 1;
        this.#log.error({ program: this.#program, reason: messageOf(error) }, 'influxd could not be started');
      }
      this.#address = null;
      await this.#wait(Math.min(longestRestartMs, 250 * 2 ** Math.min(failures, 10)), this.#stopping.signal);
    }
  }

  /** From start to end. @returns whether it answered in between. */
  async #runOnce(): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true });
    await this.#endEarlier();
    const port = await freePort();
    const configuration = join(this.#folder, 'influxdb.conf');
    await writeFile(configuration, configurationText(this.#folder, port));
    if (this.#isStopping()) return false;
    const arguments_ = ['-c', wrapper, 'influxd-guard', this.#program, configuration, this.#pidFile];
    // A session of its own: Ctrl-C in a terminal is for us, and we end it in our own order.
    const child = spawn('/bin/sh', arguments_, { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
    this.#child = child;
    const words = lastWords(child);
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(messageOf(error)));
      child.once('exit', (code, signal) => resolve(`exit ${String(code ?? signal)}`));
    });
    child.stdin.on('error', () => undefined);
    const address = new URL(`http://127.0.0.1:${port}`);
    const up = await this.#awaitPing(address, ended);
    if (up) {
      this.#address = address;
      this.#log.info({ address: address.href, data: this.#folder }, 'our own InfluxDB is up');
    } else {
      child.stdin.end();
    }
    const how = await ended;
    child.stdin.destroy();
    this.#child = null;
    if (!this.#isStopping())
      this.#log.error({ how, words: words() }, 'our own InfluxDB has ended; it is started again');
    return up;
  }

  async #awaitPing(address: URL, ended: Promise<string>): Promise<boolean> {
    const http = new InfluxHttp(() => 0);
    const over = new AbortController();
    void ended.then(() => over.abort());
    const signal = AbortSignal.any([over.signal, this.#stopping.signal]);
    try {
      for (let waited = 0; waited < startWithinMs && !signal.aborted; waited += 50) {
        const answer = await http
          .ask(address, { method: 'GET', path: '/ping', deadlineMs: 2_000, signal })
          .catch(() => null);
        if (answer !== null && answer.status < 300) return true;
        await this.#wait(50, signal);
      }
      return false;
    } finally {
      await http.close();
    }
  }

  /** After a kill of ours, the influxd before may still be closing its files: two must never share them. */
  async #endEarlier(): Promise<void> {
    const pid = Number(await readFile(this.#pidFile, 'utf8').catch(() => ''));
    if (!Number.isSafeInteger(pid) || pid <= 1) return;
    for (let waited = 0; waited < 3_000 && !this.#isStopping(); waited += 50) {
      if (!(await this.#isOurs(pid))) return;
      await this.#wait(50, this.#stopping.signal);
    }
    if (await this.#isOurs(pid)) {
      this.#log.warn({ pid }, 'the influxd of an earlier run is still there; it is ended');
      process.kill(pid, 'SIGKILL');
    }
  }

  async #isOurs(pid: number): Promise<boolean> {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return line.includes(join(this.#folder, 'influxdb.conf'));
  }

  get #pidFile(): string {
    return join(this.#folder, 'influxd.pid');
  }
}

/** What influxd says it must be told; a TOML text is written like a JSON one. */
const configurationText = (folder: string, port: number): string => `
reporting-disabled = true
bind-address = "127.0.0.1:0"

[meta]
  dir = ${JSON.stringify(join(folder, 'meta'))}

[data]
  dir = ${JSON.stringify(join(folder, 'data'))}
  wal-dir = ${JSON.stringify(join(folder, 'wal'))}
  wal-fsync-delay = "0s"
  query-log-enabled = false
  max-series-per-database = 0
  max-values-per-tag = 0

[coordinator]
  query-timeout = "10s"

[monitor]
  store-enabled = false

[subscriber]
  enabled = false

[continuous_queries]
  enabled = false

[http]
  enabled = true
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
  max-row-limit = 0

[logging]
  level = "warn"
`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The end of what the child said on standard error. */
function lastWords(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (part: string) => {
    text = (text + part).slice(-1_000);
  });
  return () => text.trim();
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
