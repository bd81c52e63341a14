/** A process of its own in which one side of a comparison runs: asked by messages, answered by messages. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const compileCache = join(import.meta.dirname, '../../../node_modules/.cache/compile');

export class MeasuringChild {
  readonly #child: ChildProcess;
  #failed: string | null = null;
  #waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void } | null = null;

  /** @param file URL of what it runs, which uses `answerAsks` */
  constructor(file: URL, args: readonly string[]) {
    // What they run is compiled once for all of them, as `npm start` has it.
    const env = { ...process.env, NODE_COMPILE_CACHE: compileCache };
    // What libraries print there is no result.
    const stdio = ['ignore', 2, 2, 'ipc'] as const;
    this.#child = fork(file, args, { execArgv: execArgv(), serialization: 'advanced', env, stdio: [...stdio] });
    this.#child.on('message', (answer: Answer) => {
      const waiting = this.#waiting;
      this.#waiting = null;
      if ('failed' in answer) waiting?.reject(new Error(answer.failed));
      else waiting?.resolve(answer.value);
    });
    this.#child.once('exit', (code) => {
      this.#failed = `${file.pathname} ended with code ${code ?? 'none'}.`;
      this.#waiting?.reject(new Error(this.#failed));
    });
  }

  /** One question at a time. */
  ask<Answer>(question: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#failed !== null) reject(new Error(this.#failed));
      this.#waiting = { resolve: resolve as (answer: unknown) => void, reject };
      this.#child.send(question);
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((settle) => this.#child.once('exit', settle));
    this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await gone;
    clearTimeout(timer);
  }
}

/** `MESOLINE_BENCH_PROF=FOLDER` has every child write a CPU profile there. */
function execArgv(): string[] {
  const folder = process.env['MESOLINE_BENCH_PROF'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

type Answer = Readonly<{ value: unknown }> | Readonly<{ failed: string }>;

/** In the child: answers each question in turn; `leave` is called when the parent lets go, and then the process ends. */
export function answerAsks(
  answer: (question: never) => Promise<unknown>,
  leave: () => Promise<void> = () => Promise.resolve(),
): void {
  const say = (message: Answer): void => void process.send?.(message);
  process.on('message', (question) => {
    answer(question as never).then(
      (value) => say({ value }),
      (thrown: unknown) => say({ failed: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) }),
    );
  });
  process.once('disconnect', () => void leave().finally(() => process.exit()));
}
