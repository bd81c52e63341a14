/**
 * Runs before every script, plain JavaScript for any Node: ends with one sentence where the Node that runs is not the pinned
 * one. With another major, native modules crash without a word. The binary comes by an install step that the lock file does
 * not cover, so its SHA-256 is compared once with the value committed here.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const wanted = '24.21.0';
const known = { 'linux-x64': '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c' };

function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

if (process.versions.node !== wanted) {
  refuse(
    `Mesoline runs on Node ${wanted}, which comes with "npm ci" (the package "node"), but this is Node ${process.versions.node}: ` +
      `run "npm ci" without --ignore-scripts, then use the npm scripts instead of calling node yourself.`,
  );
}

const digest = known[`${process.platform}-${process.arch}`];
if (digest !== undefined) {
  const { size, mtimeMs } = statSync(process.execPath);
  const stamp = `${digest} ${size} ${mtimeMs}`;
  const cache = join(dirname(fileURLToPath(import.meta.url)), '../node_modules/.cache/mesoline-node');
  let checked = '';
  try {
    checked = readFileSync(cache, 'utf8');
  } catch {
    // Not checked yet.
  }
  if (checked !== stamp) {
    const found = createHash('sha256').update(readFileSync(process.execPath)).digest('hex');
    if (found !== digest) {
      refuse(
        `The Node binary ${process.execPath} has the SHA-256 ${found}, not ${digest}: run "npm ci" again, and do not start with this one.`,
      );
    }
    mkdirSync(dirname(cache), { recursive: true });
    writeFileSync(cache, stamp);
  }
}
