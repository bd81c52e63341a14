/** The Python verifier in a child that lives as long as it is asked. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export type PythonAnswer = Readonly<{ status: number; said: string }>;

export class PythonVerifier {
  readonly #child: ChildProcess;
  readonly #waiting: ((answer: PythonAnswer) => void)[] = [];

  constructor() {
    const driver = new URL('./python_verifier.py', import.meta.url).pathname;
    this.#child = spawn('/usr/bin/python3', [driver], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout! }).on('line', (line) =>
      this.#waiting.shift()?.(JSON.parse(line) as PythonAnswer),
    );
    this.#child.on('exit', (code) => {
      for (const answer of this.#waiting.splice(0)) answer({ status: -1, said: `it ended with ${code}` });
    });
  }

  verify(folder: string, trust: string, kept: string): Promise<PythonAnswer> {
    return this.#ask({ folder, trust, kept });
  }

  unzip(zip: string, to: string): Promise<PythonAnswer> {
    return this.#ask({ zip, to });
  }

  end(): void {
    this.#child.stdin?.end();
  }

  #ask(question: object): Promise<PythonAnswer> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    });
  }
}
