/** The shape in which benches and campaigns say what they measured. Their last line on stdout is one of these. */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

export type Measured = Readonly<{
  metric: string;
  value: number;
  unit: string;
  goal: number | null;
  /** True where the goal is a least, false where it is a most. */
  atLeast: boolean;
  /** Of a row of an accuracy table: its goal in words, whether it met it (null: not measured here), and its reference. */
  said?: string;
  passed?: boolean | null;
  source?: string;
}>;

export type Report = Readonly<{ bench: string; machine: string; commit: string; results: readonly Measured[] }>;

/** A run of a bench or campaign: rounds as asked, `quick` for a look at whether it works, and where to say how it goes. */
export type Run = (
  options: Readonly<{
    rounds: number;
    quick?: boolean;
    say: (line: string) => void;
    /** The command line, for flags of a run's own. */
    args?: readonly string[];
  }>,
) => Promise<readonly Measured[]>;

export const atMost = (metric: string, value: number, unit: string, goal: number | null = null): Measured => ({
  metric,
  value,
  unit,
  goal,
  atLeast: false,
});
export const atLeast = (metric: string, value: number, unit: string, goal: number | null = null): Measured => ({
  metric,
  value,
  unit,
  goal,
  atLeast: true,
});

export const met = ({ value, goal, atLeast: least }: Measured): boolean =>
  goal === null || (least ? value >= goal : value <= goal);

export function report(bench: string, results: readonly Measured[]): Report {
  const processors = cpus();
  return {
    bench,
    machine: `${processors.length} x ${processors[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`,
    commit: commit(),
    results,
  };
}

function commit(): string {
  try {
    const head = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
    const changed = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).trim() !== '';
    return changed ? `${head}+changes` : head;
  } catch {
    return 'unknown';
  }
}

/** The command line shared by `npm run bench` and `npm run campaign`: NAME, --rounds N, --quick, --json. @returns the exit code. */
export async function runByName(
  kind: string,
  runs: Readonly<Record<string, () => Promise<Run>>>,
  args: readonly string[],
): Promise<number> {
  const name = args.find((arg) => !arg.startsWith('--'));
  const load = name === undefined ? undefined : runs[name];
  if (name === undefined || load === undefined) {
    process.stderr.write(
      `Usage: npm run ${kind} -- NAME [--rounds N] [--quick] [--json]\nNames: ${Object.keys(runs).join(', ')}\n`,
    );
    return 2;
  }
  const at = args.indexOf('--rounds');
  const rounds = at < 0 ? 1 : Number(args[at + 1]);
  if (!Number.isInteger(rounds) || rounds < 1) {
    process.stderr.write(
      `--rounds: "${args[at + 1] ?? ''}" is not a whole number of 1 or more. Give --rounds 5, for example.\n`,
    );
    return 2;
  }
  const json = args.includes('--json');
  const run = await load();
  const quick = args.includes('--quick');
  const say = (line: string): void => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  const measured = await run({ rounds, quick, say, args });
  // What so short a look sees is held against no goal.
  const results = quick ? measured.map((one) => ({ ...one, goal: null })) : measured;
  for (const one of json ? [] : results) {
    const goal = one.goal === null ? '' : ` (goal ${one.atLeast ? '≥' : '≤'} ${one.goal})`;
    const { said, passed, source } = one;
    const row = said === undefined ? goal : ` (${said}) · ${source ?? ''}`;
    const mark = passed === null ? '?' : passed === false || !met(one) ? '!' : ' ';
    process.stdout.write(`${mark} ${one.metric}: ${one.value} ${one.unit}${row}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify(report(name, results))}\n`);
  return results.every(met) ? 0 : 1;
}
