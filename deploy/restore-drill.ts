/**
 * `npm run restore:drill -- --archive DIR --trust FINGERPRINT --checkpoint FILE [--into DIR] [--batch BATCH]… [--site FILE]`: puts an archive
 * back and shows that it is whole. Exit codes: 0 all of it holds · 1 anything is in doubt · 2 asked wrongly · 3 what is there holds, but
 * the checkpoints kept apart speak of more.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readFingerprint } from '../control/records/verify/index.ts';
import { loadSite } from '../plant/skid/site.ts';
import { systemClock } from '../plant/system-clock.ts';
import { buildOfThis } from './build-of-this.ts';
import { asked, endWith, UsageError } from './drill/command-line.ts';
import { drillText, restoreDrill } from './drill/restore-drill.ts';

const usage = `Usage: npm run restore:drill -- --archive DIR --trust FINGERPRINT --checkpoint FILE

  --archive DIR      what "npm run archive" has made, or a copy of it
  --trust            the fingerprint of the service's key, as it was noted apart
  --checkpoint FILE  checkpoints that were kept apart, not those in the archive
  --into DIR         put back there and left there; otherwise a folder that is removed afterwards
  --batch BATCH      whose record is made of it; may stand several times; otherwise the newest that has ended
  --site FILE        the site file of then; the demo site where none is named
`;

const demoSite = fileURLToPath(new URL('sites/demo.yaml', import.meta.url));
const called = process.env['INIT_CWD'] ?? '.';

const options = {
  archive: { type: 'string' },
  trust: { type: 'string' },
  checkpoint: { type: 'string' },
  into: { type: 'string' },
  batch: { type: 'string', multiple: true },
  site: { type: 'string' },
} as const;

function given(words: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof options }>>['values'] {
  return asked(() => parseArgs({ args: [...words], options }).values);
}

function there(name: string, text: string | undefined): string {
  if (text === undefined || text === '') throw new UsageError(`--${name} is missing.`);
  const path = resolve(called, text);
  if (!existsSync(path)) throw new UsageError(`--${name} ${path}: there is no such file or folder.`);
  return path;
}

function emptyFolder(text: string): string {
  const path = resolve(called, text);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (readdirSync(path).length > 0) throw new UsageError(`--into ${path}: it is not empty.`);
  return path;
}

async function main(words: readonly string[]): Promise<number> {
  const of = given(words);
  const archive = there('archive', of.archive);
  const trusted = readFingerprint(of.trust ?? '');
  if (trusted === null) throw new UsageError('--trust: a fingerprint is 64 hexadecimal digits, in groups or not.');
  const checkpoint = there('checkpoint', of.checkpoint);
  if (realpathSync(checkpoint).startsWith(join(realpathSync(archive), '/')))
    throw new UsageError(`--checkpoint ${checkpoint}: it came with the archive and proves nothing.`);
  const witness = readFileSync(checkpoint, 'utf8');
  const site = loadSite(of.site === undefined ? demoSite : there('site', of.site));
  const into = of.into === undefined ? mkdtempSync(join(tmpdir(), 'mesoline-drill-')) : emptyFolder(of.into);
  try {
    const at = systemClock(1).utc();
    const question = { archive, into, trusted, witness, site, batches: of.batch ?? [], build: buildOfThis(), at };
    const lines = await restoreDrill(question);
    process.stdout.write(`${archive}\n${drillText(lines, at)}`);
    const said = new Set(lines.map(({ verdict }) => verdict));
    if (said.has('doubt')) return 1;
    return said.has('older') ? 3 : 0;
  } finally {
    if (of.into === undefined) rmSync(into, { recursive: true, force: true });
  }
}

await endWith(
  () => main(process.argv.slice(2)),
  usage,
  'It could not be restored',
  'NOT RESTORED: do not rely on this archive.',
);
