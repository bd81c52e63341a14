import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { repository } from './skid-in-hand.ts';

const talker = `
const { runProgram } = await import(${JSON.stringify(repository('twin/child.ts'))});
await runProgram({ name: 'talker', about: '', flags: {}, main: async () => {
  process.stderr.write('something that cannot be logged\\n');
  setTimeout(() => process.exit(7), 100);
} });`;

it.skipIf(!existsSync('/dev/full'))('a program of the twin outlives a log that is full', async () => {
  const full = openSync('/dev/full', 'w');
  const node = repository('node_modules/.bin/node');
  const child = spawn(node, ['--input-type=module', '--eval', talker], { stdio: ['ignore', full, full] });
  expect(await once(child, 'exit')).toEqual([7, null]);
  closeSync(full);
});

it.each(['twin', 'instruments', 'replay'])(
  'the program in %s says how it is used, whatever else is asked',
  async (at) => {
    const program = repository(at === 'twin' ? 'twin/main.ts' : `twin/${at}/main.ts`);
    const child = spawn(repository('node_modules/.bin/node'), [program, '--nonsense', '--help'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(said).toMatch(/^npm run \w+ -- \[OPTIONS\]\n/u);
    expect(said).toMatch(/^ {2}--port N {2,}\S/mu);
  },
);
