/** The C servers of the benches: built once for each state of their source, started, asked for their figures, stopped. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const cacheFolder = join(import.meta.dirname, '../../../node_modules/.cache/bench');

export type CServerName = 'modbus-server' | 'field-server';

const libraries: Readonly<Record<CServerName, readonly string[]>> = {
  'modbus-server': ['-I/usr/include/modbus', '-lmodbus'],
  'field-server': [],
};

/** @throws Error that says what is missing, where it cannot be built */
export function built(name: CServerName): string {
  const source = join(import.meta.dirname, `${name}.c`);
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
  const program = join(cacheFolder, `${name}-${digest}`);
  if (existsSync(program)) return program;
  mkdirSync(cacheFolder, { recursive: true });
  const made = `${program}.${process.pid}`;
  try {
    execFileSync('cc', ['-O2', '-Wall', '-Werror', '-o', made, source, ...libraries[name]], { stdio: 'pipe' });
  } catch (thrown) {
    const said = String((thrown as { stderr?: Buffer }).stderr ?? thrown).trim();
    throw new Error(`${name}.c cannot be built; it needs gcc, libc6-dev and libmodbus-dev:\n${said}`, {
      cause: thrown,
    });
  }
  renameSync(made, program);
  return program;
}

/** Whether it is built here, or can be. */
export function canBuild(name: CServerName): boolean {
  try {
    built(name);
    return true;
  } catch {
    return false;
  }
}

export type CFigures = Readonly<{
  cpuMs: number;
  requests?: number;
  reads?: number;
  writes?: number;
  exceptions?: number;
}>;

export class CServer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  ports: readonly number[] = [];

  private constructor(child: ChildProcess, lines: AsyncIterator<string>) {
    this.#child = child;
    this.#lines = lines;
  }

  static async start(name: CServerName, args: readonly string[] = []): Promise<CServer> {
    const child = spawn(built(name), args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const server = new CServer(child, lines);
    server.ports = (await server.#next<{ ports: number[] }>()).ports;
    return server;
  }

  async figures(): Promise<CFigures> {
    this.#child.stdin?.write('figures\n');
    return this.#next<CFigures>();
  }

  /**
   * One question at a time: a flip is answered when its request arrives.
   * @returns ms from the flip to that; null, and nothing is flipped, where the skid was asked for that step before
   * @throws after 15 s
   */
  async flip(skid: number, request: number, address: number, words: readonly number[]): Promise<number | null> {
    const hexadecimal = words.map((word) => word.toString(16)).join(' ');
    this.#child.stdin?.write(`flip ${skid} ${request} ${address} ${hexadecimal}\n`);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`Skid ${skid} was not asked for ${request} within 15 s.`)),
      15_000,
    );
    try {
      return (await Promise.race([this.#next<{ ms: number | null }>(), late.promise])).ms;
    } finally {
      clearTimeout(timer);
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((settle) => this.#child.once('exit', settle));
    this.#child.stdin?.end();
    await gone;
  }

  async #next<Line>(): Promise<Line> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('The C server has ended.');
    return JSON.parse(value) as Line;
  }
}
