/**
 * `npm run opcua:trust -- [--data DIR] list | trust THUMBPRINT | reject THUMBPRINT`: which OPC UA clients are trusted, on the
 * disk itself. The service may run or not; where it runs it takes a change within two seconds, and records it as made outside.
 * Exit codes: 0 done · 1 no such certificate · 2 asked wrongly.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../../plant/errors.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { TrustFolder } from './trust-folder.ts';

const usage = 'npm run opcua:trust -- [--data DIR] list | trust THUMBPRINT | reject THUMBPRINT';

function run(args: readonly string[], environment: NodeJS.ProcessEnv): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { data: { type: 'string' }, help: { type: 'boolean' } },
    allowPositionals: true,
    strict: true,
  });
  if (values.help === true) {
    say(usage);
    return 0;
  }
  const dataFolder = resolve(values.data ?? environment['MESOLINE_DATA'] ?? 'data');
  const pki = join(dataFolder, 'pki');
  const [what, given = '', ...rest] = positionals;
  if (rest.length > 0 || !['list', 'trust', 'reject'].includes(what ?? '') || (what === 'list') !== (given === '')) {
    return refuse(2, `Usage: ${usage}`);
  }
  if (!existsSync(pki)) return refuse(2, `${pki} is not there: give --data the data folder of a service that has run.`);
  const folder = new TrustFolder(pki);
  if (what === 'list') {
    const all = folder.list();
    if (all.length === 0) say('No client has tried yet.');
    for (const { thumbprint, state, read, since } of all) {
      const subject = read.subject.replaceAll('\n', ', ');
      say(`${state.padEnd(8)}  ${thumbprint}  ${new Date(since).toISOString()}  ${subject}`);
    }
    return 0;
  }
  const thumbprint = given.replaceAll(/[:\s]/g, '').toLowerCase();
  const found = folder.find(thumbprint);
  if (found === null) return refuse(1, `No client has shown ${given} here. Connect it once, then look with: list`);
  const state = what === 'trust' ? 'trusted' : 'rejected';
  folder.move(thumbprint, state, systemClock().utc());
  say(`${thumbprint} is ${state} now (${found.read.subject.replaceAll('\n', ', ')}).`);
  return 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function refuse(code: number, text: string): number {
  process.stderr.write(`${text}\n`);
  return code;
}

try {
  process.exitCode = run(process.argv.slice(2), process.env);
} catch (thrown) {
  process.exitCode = refuse(2, `${messageOf(thrown)}\nUsage: ${usage}`);
}
