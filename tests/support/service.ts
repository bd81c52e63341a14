/** Runs the product as a person would, from its own entry file, and asks it over HTTP. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './ports.ts';
import { until } from './waiting.ts';

export type ServiceOptions = Readonly<{
  site: string;
  data: string;
  timeScale?: number;
  httpPort?: number;
  opcuaPort?: number;
  environment?: Readonly<Record<string, string>>;
  /** Through `npm start`, as a person does, instead of the entry file alone. */
  viaNpm?: boolean;
}>;

export type Exit = Readonly<{ code: number | null; signal: NodeJS.Signals | null }>;

export class Service {
  readonly http: number;
  readonly opcua: number;
  readonly data: string;
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly exited: Promise<Exit>;

  private constructor(child: ChildProcess, http: number, opcua: number, data: string) {
    this.child = child;
    this.http = http;
    this.opcua = opcua;
    this.data = data;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    }
    this.exited = new Promise((settle) => {
      child.once('exit', (code, signal) => settle({ code, signal }));
    });
  }

  /** Starts it and does not wait. */
  static async launch(options: ServiceOptions): Promise<Service> {
    const http = options.httpPort ?? (await freePort());
    const opcua = options.opcuaPort ?? (await freePort());
    const args = [
      ['--site', options.site],
      ['--data', options.data],
      ['--http-port', String(http)],
      ['--opcua-port', String(opcua)],
      ['--time-scale', String(options.timeScale ?? 1)],
    ].flat();
    const [program, first] =
      options.viaNpm === true ? ['npm', ['start', '--']] : [process.execPath, [resolve('deploy/main.ts')]];
    const child = spawn(program, [...first, ...args], {
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Service(child, http, opcua, options.data);
  }

  /** Starts it and waits until it says it is healthy. */
  static async start(options: ServiceOptions): Promise<Service> {
    const service = await Service.launch(options);
    await service.healthy();
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.http}`;
  }

  async healthy(withinMs = 60_000): Promise<void> {
    await until(
      async () => {
        if (this.child.exitCode !== null)
          throw new Error(`The service ended with ${this.child.exitCode}:\n${this.log()}`);
        return (await this.status()) === 200;
      },
      { withinMs, what: () => `the service to be healthy; its log:\n${this.log()}` },
    );
  }

  async status(): Promise<number> {
    return fetch(`${this.url}/api/health`).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      },
      () => 0,
    );
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.exited;
  }

  log(last = 40): string {
    return this.lines.slice(-last).join('\n');
  }

  /** The password that the first start wrote for a user. */
  firstPassword(user: string): string {
    return firstPasswordIn(this.data, user);
  }
}

/** The password that the first start wrote for a user into its data folder. */
export function firstPasswordIn(data: string, user: string): string {
  const file = readFileSync(join(data, 'first-credentials'), 'utf8');
  const line = file.split('\n').find((text) => text.split(/\s+/)[0] === user);
  const password = line?.split(/\s+/)[1];
  if (password === undefined) throw new Error(`No ${user} in first-credentials:\n${file.replaceAll(/\S/g, '.')}`);
  return password;
}

/** A folder of its own, and the way to be rid of it. */
export function temporaryFolder(name: string): Readonly<{ path: string; remove: () => void }> {
  const path = mkdtempSync(join(tmpdir(), `mesoline-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}
