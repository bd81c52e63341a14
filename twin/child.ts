/**
 * The manners of a program that another may have forked: it tells its parent when it is ready, ends with it, takes JSON
 * messages from it (from standard input where it stands alone), and ends with that, or, where it stands alone, when it is asked to.
 */
import { MesolineError, messageOf } from '../plant/errors.ts';
import { CommandLine, usageOf, type Flags } from './options.ts';

export type Program = Readonly<{
  /** As `npm run` knows it. */
  name: string;
  /** What it is for, in a line. */
  about: string;
  flags: Flags;
  main: (line: CommandLine) => Promise<void>;
}>;

/** Runs it, or says how it is used where it is asked `--help`; a fault that a person can mend is one line on standard error and exit 2. */
export async function runProgram({ name, about, flags, main }: Program): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // A signal to the whole group must not take the field away before the service has handed over to it.
    process.on(signal, () => (process.connected ? undefined : process.exit(0)));
  }
  process.on('disconnect', () => process.exit(0));
  // Whoever read our lines has gone, or their disk is full; that is no reason to fall over.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    const words = process.argv.slice(2);
    // Whatever else is asked wrongly: whoever does not know yet is told.
    if (words.includes('--help')) {
      process.stdout.write(usageOf(name, about, flags), () => process.exit(0));
      return;
    }
    await main(new CommandLine(name, flags, words));
  } catch (thrown) {
    process.stderr.write(`${messageOf(thrown)}\n`);
    process.exit(thrown instanceof MesolineError ? 2 : 1);
  }
}

/** Tells the parent, or standard output where there is none. */
export function tell(message: Readonly<Record<string, unknown>>, inWords: string): void {
  if (process.send === undefined) process.stdout.write(`${inWords}\n`);
  else if (process.connected) process.send(message);
}

/** Gives `take` every message: of the parent, or each line of standard input where there is none. */
export function onMessages(take: (message: unknown) => void): void {
  if (process.send !== undefined) {
    process.on('message', take);
    return;
  }
  let rest = '';
  process.stdin.setEncoding('utf8');
  // A closed or unreadable input only means that nobody will say anything.
  process.stdin.on('error', () => undefined);
  process.stdin.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) if (line.trim() !== '') take(parsed(line));
  });
}

/** Longer than any message; what nobody ends with a new line must not fill our memory. */
const longestLine = 10_000;

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return line;
  }
}
