import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { repository } from './skid-in-hand.ts';

const talker = `
const { runProgram } = await import(${JSON.stringify(repository('twin/child.ts'))});
await runProgram(async () => {
  process.stderr.write('something that cannot be logged\\n');
  setTimeout(() => process.exit(7), 100);
});`;

it.skipIf(!existsSync('/dev/full'))('a program of the twin outlives a log that is full', async () => {
  const full = openSync('/dev/full', 'w');
  const node = repository('node_modules/.bin/node');
  const child = spawn(node, ['--input-type=module', '--eval', talker], { stdio: ['ignore', full, full] });
  expect(await once(child, 'exit')).toEqual([7, null]);
  closeSync(full);
});
