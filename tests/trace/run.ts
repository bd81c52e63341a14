/** `npm run trace [-- --check]`: writes docs/requirements.md, or only looks whether it is as it should be. Exit 1 where not. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { messageOf } from '../../plant/errors.ts';
import { houseTests, houseTrace, pageFile } from './house.ts';
import { lacking, traceText } from './requirements.ts';

function run(check: boolean): number {
  const trace = houseTrace();
  const faults = [...lacking(trace, houseTests())];
  const text = traceText(trace);
  const before = existsSync(pageFile) ? readFileSync(pageFile, 'utf8') : '';
  if (check && before !== text) faults.push('docs/requirements.md is not what the list says: run "npm run trace".');
  if (!check) writeFileSync(pageFile, text);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  const statements = trace.references.reduce((sum, one) => sum + one.statements.length, 0);
  process.stdout.write(`${statements} statements, ${faults.length} faults.\n`);
  return faults.length === 0 ? 0 : 1;
}

try {
  process.exitCode = run(process.argv.includes('--check'));
} catch (thrown) {
  process.stderr.write(`${messageOf(thrown)}\n`);
  process.exitCode = 1;
}
