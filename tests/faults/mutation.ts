/** Mutation testing of the safety logic: every survivor is a change of the logic that no test sees. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atLeast, atMost, type Run } from '../support/measured.ts';

type Mutant = Readonly<{
  status: string;
  location: { start: { line: number } };
  mutatorName: string;
  replacement?: string;
}>;
type MutationReport = Readonly<{ files: Readonly<Record<string, { mutants: readonly Mutant[] }>> }>;

export type MutationOutcome = Readonly<{ killed: number; survivors: readonly string[] }>;

/** What to mutate, and the tests that judge it; without it, what stryker.config.json names and all related tests. */
export type Part = Readonly<{ files: readonly string[]; tests: readonly string[] }>;

export async function mutate(part?: Part): Promise<MutationOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-mutation-'));
  try {
    const shipped = JSON.parse(readFileSync('stryker.config.json', 'utf8')) as object;
    const report = join(folder, 'mutation.json');
    const config = join(folder, 'stryker.json');
    writeFileSync(
      config,
      JSON.stringify({
        ...shipped,
        ...(part === undefined
          ? {}
          : { mutate: part.files, vitest: { configFile: 'tests/faults/support/vitest.mutation.config.ts' } }),
        reporters: ['json'],
        jsonReporter: { fileName: report },
        tempDirName: join(folder, 'sandbox'),
      }),
    );
    const lines: string[] = [];
    const code = await new Promise<number | null>((settle) => {
      const child = spawn('node_modules/.bin/stryker', ['run', config], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...outsideVitest(), MESOLINE_MUTATION_TESTS: part?.tests.join(',') },
      });
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text: Buffer) => lines.push(text.toString()));
      child.once('exit', settle);
    });
    if (code !== 0) throw new Error(`Stryker ended with ${code}:\n${lines.join('').slice(0, 3000)}`);
    return outcomeOf(JSON.parse(readFileSync(report, 'utf8')) as MutationReport);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Stryker runs a vitest of its own, which must not take itself for a worker of ours. */
const outsideVitest = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST|NODE_ENV)/.test(name)));

function outcomeOf({ files }: MutationReport): MutationOutcome {
  const mutants = Object.entries(files).flatMap(([file, { mutants: list }]) =>
    list.map((mutant) => ({ file, ...mutant })),
  );
  const survivors = mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(
      ({ file, location, mutatorName, replacement, status }) =>
        `${status} ${file}:${location.start.line} ${mutatorName}: ${replacement ?? ''}`,
    );
  const killed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  return { killed, survivors };
}

export const run: Run = async ({ say }) => {
  const { killed, survivors } = await mutate();
  for (const survivor of survivors) say(survivor);
  const mutants = killed + survivors.length;
  return [
    atLeast('mutants', mutants, ''),
    atLeast('killed', Math.round((1000 * killed) / mutants) / 10, '%', 90),
    atMost('survived or not covered', survivors.length, ''),
  ];
};
