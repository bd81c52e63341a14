/** Builds the pages where their sources, or what they are built with, have changed since the last time; else does nothing. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const web = join(root, 'hmi/web');
const stampFile = join(web, 'dist/.stamp');
/** The pages take types and a few constants from here; package-lock.json says what they are built with. */
const sources = ['hmi/web', 'hmi/api', 'plant', 'package-lock.json'];

function* filesOf(path) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) return yield path;
  for (const entry of readdirSync(path).sort()) if (entry !== 'dist') yield* filesOf(join(path, entry));
}

const hash = createHash('sha256');
for (const source of sources) {
  for (const file of filesOf(join(root, source)))
    hash.update(`${file.slice(root.length)}\0`).update(readFileSync(file));
}
const stamp = hash.digest('hex');

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
  const { build } = await import('vite');
  try {
    await build({ configFile: join(web, 'vite.config.ts'), root: web });
    writeFileSync(stampFile, stamp);
  } catch (error) {
    process.stderr.write(`hmi/web: the pages cannot be built: ${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
