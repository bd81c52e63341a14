/** Mutation testing of the safety logic: every survivor is a change of the logic that no test sees. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { atLeast, atMost, type Run } from '../support/measured.ts';

type MutationReport = {
  files: Record<
    string,
    { mutants: { status: string; location: { start: { line: number } }; mutatorName: string; replacement?: string }[] }
  >;
};

const reportFile = 'reports/mutation/mutation.json';

export const run: Run = async ({ say }) => {
  const code = await new Promise<number | null>((settle) => {
    const child = spawn('node_modules/.bin/stryker', ['run', 'stryker.config.json', '--reporters', 'json,clear-text'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.on('data', () => undefined);
    child.once('exit', settle);
  });
  if (code !== 0) throw new Error(`Stryker ended with ${code}.`);
  const { files } = JSON.parse(readFileSync(reportFile, 'utf8')) as MutationReport;
  const mutants = Object.entries(files).flatMap(([file, { mutants: list }]) =>
    list.map((mutant) => ({ file, ...mutant })),
  );
  const count = (...statuses: readonly string[]): number =>
    mutants.filter(({ status }) => statuses.includes(status)).length;
  for (const { file, location, mutatorName, replacement, status } of mutants) {
    if (status === 'Survived' || status === 'NoCoverage')
      say(`${status} ${file}:${location.start.line} ${mutatorName}: ${replacement ?? ''}`);
  }
  const killed = count('Killed', 'Timeout');
  const valid = killed + count('Survived', 'NoCoverage');
  return [
    atLeast('mutants', valid, ''),
    atLeast('killed', Math.round((1000 * killed) / valid) / 10, '%', 95),
    atMost('survived or not covered', valid - killed, ''),
  ];
};
