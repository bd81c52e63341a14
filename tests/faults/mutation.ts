/** Mutation testing of the safety logic: every survivor is a change of the logic that no test sees. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mesolineError } from '../../plant/errors.ts';
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';

type Mutant = Readonly<{
  status: string;
  location: { start: { line: number } };
  mutatorName: string;
  replacement?: string;
}>;
type MutationReport = Readonly<{ files: Readonly<Record<string, { mutants: readonly Mutant[] }>> }>;

/** What to mutate, and the tests that judge it. */
export type Part = Readonly<{ files: readonly string[]; tests: readonly string[] }>;

/** Of one file: how many of its mutants a test saw, and the others in words. */
export type Judged = Readonly<{ file: string; killed: number; survivors: readonly string[] }>;

/**
 * What stryker.config.json names, by the folder: its quick tests, and how much of each file they have to see. What looks at the
 * room, its files and tables beside the logic, or at random streams at length, is left out: it takes most of the time.
 */
const rooms: readonly Readonly<{ folder: string; tests: readonly string[]; leastPercent: number }>[] = [
  {
    folder: 'control/interlocks/',
    tests: [
      'tests/control/interlocks/!(room|work-desk|kept-latches|kept-past|law|every-row).test.ts',
      'tests/control/interlocks/laws/*.test.ts',
    ],
    leastPercent: 95,
  },
  { folder: 'alarms/', tests: ['tests/alarms/{limit,links,state}.test.ts'], leastPercent: 90 },
];

/** @throws MesolineError where the tests fail on what is not mutated, or Stryker does */
export async function mutate({ files, tests }: Part): Promise<readonly Judged[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-mutation-'));
  try {
    const report = join(folder, 'mutation.json');
    const config = join(folder, 'stryker.json');
    writeFileSync(
      config,
      JSON.stringify({
        ...shipped(),
        mutate: files,
        reporters: ['json'],
        jsonReporter: { fileName: report },
        tempDirName: join(folder, 'sandbox'),
      }),
    );
    const lines: string[] = [];
    const code = await new Promise<number | null>((settle) => {
      const child = spawn('node_modules/.bin/stryker', ['run', config], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...outsideVitest(), MESOLINE_MUTATION_TESTS: tests.join(' ') },
      });
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text: Buffer) => lines.push(text.toString()));
      child.once('exit', settle);
    });
    if (code !== 0) {
      const said = lines.join('').slice(-3000);
      const remedy = 'Run these tests by themselves first; what is left is Stryker, as it says above.';
      throw mesolineError('mutation-run-failed', files.join(', '), `Stryker ended with ${code}: ${said}.`, remedy);
    }
    return judgedIn(JSON.parse(readFileSync(report, 'utf8')) as MutationReport);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const shipped = (): { mutate: readonly string[] } =>
  JSON.parse(readFileSync('stryker.config.json', 'utf8')) as { mutate: readonly string[] };

/** Stryker runs a vitest of its own, which must not take itself for a worker of ours. */
const outsideVitest = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST|NODE_ENV)/.test(name)));

const judgedIn = ({ files }: MutationReport): readonly Judged[] =>
  Object.entries(files).map(([file, { mutants }]) => ({
    file,
    killed: mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length,
    survivors: mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(
        ({ location, mutatorName, replacement, status }) =>
          `${status} ${file}:${location.start.line} ${mutatorName}: ${replacement ?? ''}`,
      ),
  }));

/** `--only NAME` looks at the files whose path contains it. */
export const run: Run = async ({ say, args = [] }) => {
  const only = args.includes('--only') ? (args[args.indexOf('--only') + 1] ?? '') : '';
  const measured: Measured[] = [];
  let [mutants, survived] = [0, 0];
  for (const { folder, tests, leastPercent } of rooms) {
    const files = shipped().mutate.filter((file) => file.startsWith(folder) && file.includes(only));
    if (files.length === 0) continue;
    // One file at a time: what counts the mutants that a test reaches slows a test down by what is instrumented.
    for (const one of files) {
      for (const { file, killed, survivors } of await mutate({ files: [one], tests })) {
        for (const survivor of survivors) say(survivor);
        const all = killed + survivors.length;
        say(`${file}: ${killed} of ${all} killed`);
        mutants += all;
        survived += survivors.length;
        const percent = Math.floor((1000 * killed) / all) / 10;
        measured.push(atLeast(`${file}, ${killed} killed of ${all}`, percent, '%', leastPercent));
      }
    }
  }
  if (mutants === 0)
    throw mesolineError(
      'mutation-of-nothing',
      `--only ${only}`,
      'no such file is mutated.',
      'See stryker.config.json.',
    );
  return [...measured, atLeast('mutants', mutants, ''), atMost('survived or not covered', survived, '')];
};
