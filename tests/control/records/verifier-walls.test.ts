/**
 * The verifier proves what server and ledger made, so it may know nothing of either. From every file of `verify` and `format` all imports
 * are walked, static, late, of types and by URL, until none is left.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { passages, walk, type Read } from '../../support/import-walk.ts';

const rooms = ['control/records/verify/', 'control/records/format/', 'plant/'];

const packages: ReadonlySet<string> = new Set(['canonicalize', 'typebox', 'typebox/compile']);
/** To read a ledger; what verifies an export does not load them. */
const databases: ReadonlySet<string> = new Set(['better-sqlite3', 'pg']);
/** Nothing that talks to anybody, starts anything or runs text as code. */
const builtIn: ReadonlySet<string> = new Set(
  ['crypto', 'fs', 'os', 'path', 'url', 'util', 'zlib'].map((name) => `node:${name}`),
);

const begins = globSync('control/records/{verify,format}/**/*.ts');
const read: Read = (file) => (file.endsWith('.ts') && existsSync(file) ? readFileSync(file, 'utf8') : null);
const withFile =
  (file: string, source: string): Read =>
  (asked) =>
    asked === file ? source : read(asked);

/** What stands beyond the walls, with the file that names it. */
function beyond(from: readonly string[], reading: Read, allowed: ReadonlySet<string>): readonly string[] {
  return walk(from, reading)
    .filter(({ to }) => !allowed.has(to) && !rooms.some((room) => to.startsWith(room)))
    .map(({ file, to }) => `${file}: ${to}`);
}

const all = new Set([...packages, ...databases, ...builtIn]);

describe('the verifier', () => {
  it('knows nothing of the server or of what writes the ledger, whichever way its imports are walked', () => {
    expect(begins.length).toBeGreaterThan(25);
    expect(beyond(begins, read, all)).toEqual([]);
  });

  it('reaches everything that it imports: no wall is passed by a file that is not there', () => {
    const missing = walk(begins, read).filter(({ to }) => /\.[a-z]+$/u.test(to) && read(to) === null);
    expect(missing).toEqual([]);
  });

  it('verifies an export without loading what reads databases', () => {
    const atOnce = walk(['control/records/verify/cli.ts'], read, { late: false, types: false });
    expect(atOnce.length).toBeGreaterThan(20);
    expect(atOnce.map(({ to }) => to).filter((to) => databases.has(to))).toEqual([]);
  });
});

describe('the walls of the verifier', () => {
  const cli = 'control/records/verify/cli.ts';

  it.each([
    ['an import of what writes the ledger', "import { openRecords } from '../ledger/records.ts';"],
    ['an import of a type of it', "import type { Records } from '../ledger/records.ts';"],
    ['a type named where it is used', "let made: import('../ledger/records.ts').Records;"],
    ['what is passed on', "export * from '../worker-calls.ts';"],
    ['a late import', "const late = await import('../ledger/records.ts');"],
    ['a late import of the server', "const late = await import('../../../hmi/server/index.ts');"],
    ['a late import whose name is made up as it runs', "const late = await import(['..', 'ledger'].join('/'));"],
    ['a late import in backticks', 'const late = await import(`../ledger/${"records"}.ts`);'],
    ['a worker named by URL', "new Worker(new URL('../records.worker.ts', import.meta.url));"],
    ['a require', "const fastify = require('fastify');"],
    ['a way to require', "import { createRequire } from 'node:module';"],
    ['a package that is not on the list', "import fastify from 'fastify';"],
    ['a package below one that is', "import { x } from 'typebox/other';"],
    ['the network', "import { connect } from 'node:net';"],
    ['the network under its short name', "import { connect } from 'net';"],
    ['another program', "import { spawn } from 'node:child_process';"],
    ['a built-in part got as it runs', "process.getBuiltinModule('node:net');"],
  ])('show %s', (_, source) => {
    expect(beyond([cli], withFile(cli, source), all)).not.toEqual([]);
  });

  it('show what is reached by way of a file that may be imported', () => {
    const by = withFile('plant/errors.ts', "import '../control/records/ledger/records.ts';");
    expect(beyond([cli], by, all)).toContain('plant/errors.ts: control/records/ledger/records.ts');
  });

  it('do not show a word in a comment or in a text', () => {
    const harmless = `/** import x from '../ledger/records.ts' */ export const said = "import('../ledger/records.ts')";`;
    expect(passages('control/records/verify/a.ts', harmless)).toEqual([]);
  });
});

describe('the verifier in Python', () => {
  it('takes its standard library and cryptography, and runs nothing and talks to nobody', () => {
    const source = readFileSync('deploy/verify_export.py', 'utf8');
    const named = [...source.matchAll(/^(?:import (.+)|from (\w+)[\w.]* import .+)$/gmu)];
    const parts = named.flatMap(([, together, from]) => (together ?? from ?? '').split(', '));
    expect([...new Set(parts)].sort()).toEqual(
      ['argparse', 'base64', 'cryptography', 'hashlib', 'json', 'os', 're', 'stat', 'sys', 'zlib'].sort(),
    );
    expect(source).not.toMatch(/\b(?:eval|exec|__import__|importlib|system|popen|spawn\w*|fork)\s*\(/u);
  });

  it('is short enough to be read by whoever has to trust it: 200 lines at most', () => {
    expect(readFileSync('deploy/verify_export.py', 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  });
});
