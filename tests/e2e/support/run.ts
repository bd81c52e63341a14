/** A program of the product in a process group of its own, with what it said and every process that came of it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { until } from '../../support/waiting.ts';

export type Ended = Readonly<{ code: number | null; signal: NodeJS.Signals | null; afterMs: number }>;

export class Run {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly #ended: Promise<Omit<Ended, 'afterMs'>>;
  readonly #everSeen = new Set<number>();

  constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    }
    this.#ended = new Promise((settle) => this.child.once('close', (code, signal) => settle({ code, signal })));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('The process was not made.');
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  log(): string {
    return this.lines.slice(-30).join('\n');
  }

  /** Settles when a line says it. @throws where it ends without. */
  async says(text: string | RegExp): Promise<void> {
    const said = (): boolean =>
      this.lines.some((line) => (typeof text === 'string' ? line.includes(text) : text.test(line)));
    await until(() => said() || !this.running, {
      withinMs: 60_000,
      everyMs: 5,
      what: () => `"${text}" in\n${this.log()}`,
    });
    if (!said()) throw new Error(`It ended without saying "${text}":\n${this.log()}`);
  }

  /** Every process below it now; they are remembered, since one whose parent has gone is below it no more. */
  family(): readonly Relative[] {
    const found = below(this.pid);
    for (const { pid } of found) this.#everSeen.add(pid);
    return found;
  }

  /** Those of its family, as last looked at, that are still there. */
  left(): readonly string[] {
    return [...this.#everSeen].filter(alive).map((pid) => `${pid} ${commandOf(pid)}`);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  async ended(): Promise<Ended> {
    const from = performance.now();
    return { ...(await this.#ended), afterMs: performance.now() - from };
  }

  /** For the end of a test that has failed: nothing of it may stay. */
  kill(): void {
    this.family();
    for (const pid of [...this.#everSeen, ...(this.running ? [this.pid] : [])].filter(alive))
      process.kill(pid, 'SIGKILL');
  }
}

export type Relative = Readonly<{ pid: number; parent: number; command: string }>;

/** The processes below `pid`, from /proc. */
export function below(pid: number): readonly Relative[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      const stat = statOf(Number(name));
      return stat === null || stat.state === 'Z' ? [] : [{ pid: Number(name), parent: stat.parent }];
    });
  const family = new Set([pid]);
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const one of all) if (family.has(one.parent)) family.add(one.pid);
  }
  return all
    .filter((one) => family.has(one.pid) && one.pid !== pid)
    .map((one) => ({ ...one, command: commandOf(one.pid) }));
}

/** A process that has ended and waits only to be asked for its exit code counts as gone. */
export const alive = (pid: number): boolean => (statOf(pid)?.state ?? 'Z') !== 'Z';

function statOf(pid: number): Readonly<{ state: string; parent: number }> | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = 'Z', parent = '0'] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
