/**
 * `npm run verify -- LEDGER|EXPORT --trust FINGERPRINT [--checkpoint FILE]`: verifies a ledger or an exported record, says what
 * holds and what does not, and ends with 0 only where everything holds, 1 where anything does not, 2 where it was asked wrongly.
 */
import { closeSync, existsSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { MesolineError, messageOf } from '../../../plant/errors.ts';
import { folderManifestName } from '../format/export-folder.ts';
import { readFingerprint } from '../format/key.ts';
import { readKeptApart } from './kept-apart.ts';
import { readPlain } from './plain-files.ts';
import { plainText, reportText, type Report } from './report.ts';
import { verifyExport } from './verify-export.ts';
import { isFolder, verifyFolder } from './verify-folder.ts';

const usage = `Usage: npm run verify -- LEDGER|EXPORT --trust FINGERPRINT [--checkpoint FILE]

  LEDGER        the data folder, or its ledger/ledger.db; the service may be running; or postgres://ROLE@HOST/DATABASE,
                with --checkpoint: the checkpoints stand in the data folder
  EXPORT        the folder of a record that was exported, or its record.json
  --trust       the fingerprint of the service's key, as it was noted apart (keys/trust.txt at the first start)
  --checkpoint  checkpoints that were kept apart, to compare with; without them no folder passes
`;

type Question = Readonly<{ path: string; trusted: string | null; witness: string | null }>;

class UsageError extends Error {}

function readQuestion(words: readonly string[]): Question {
  const { values, positionals } = parse(words);
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('Name one ledger or one export.');
  if (!isPostgres(path) && !isPlace(path)) throw new UsageError(`${path}: there is no such file or folder.`);
  const trusted = values.trust === undefined ? null : readFingerprint(values.trust);
  if (values.trust !== undefined && trusted === null) {
    throw new UsageError(`--trust ${values.trust}: a fingerprint is 64 hexadecimal digits, in groups or not.`);
  }
  const { checkpoint } = values;
  return { path, trusted, witness: checkpoint === undefined ? null : readWitness(checkpoint, path) };
}

/** Neither a pipe nor a device: reading one could take for ever. */
function isPlace(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true || found?.isDirectory() === true;
}

const readWitness = (checkpoint: string, path: string): string =>
  readKeptApart(checkpoint, isPostgres(path) ? null : exportFolderOf(realpathSync(path)));

function parse(words: readonly string[]) {
  try {
    const options = { trust: { type: 'string' }, checkpoint: { type: 'string' } } as const;
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

const isPostgres = (path: string): boolean => /^postgres(ql)?:\/\//u.test(path);

/** What reads databases is loaded where one is meant: an export is verified without them. */
async function verify({ path, trusted, witness }: Question): Promise<Report> {
  if (isPostgres(path)) {
    const { verifyPostgres } = await import('./postgres-ledger.ts');
    return verifyPostgres({ url: path, trusted, witness });
  }
  if (isFolder(path)) return verifyFolder({ path, trusted, witness });
  const ledger = ledgerIn(path);
  if (ledger === null) return verifyExport({ bytes: readExport(path), trusted, witness });
  const { verifyLedger } = await import('./verify-ledger.ts');
  return verifyLedger({ path: ledger, trusted, witness });
}

/** The export folder that the path is, or that the record at the path lies in; null where it is neither. */
function exportFolderOf(path: string): string | null {
  if (isFolder(path)) return path;
  return existsSync(join(dirname(path), folderManifestName)) ? dirname(path) : null;
}

const largestExport = 512 * 1024 * 1024;

function readExport(path: string): Uint8Array {
  const bytes = readPlain(realpathSync(path), largestExport);
  if (bytes === null) throw new UsageError(`${path}: it cannot be read, or is larger than a record can be.`);
  return bytes;
}

/** The ledger that is meant, or null where it is an export. */
function ledgerIn(path: string): string | null {
  if (!statSync(path).isDirectory()) return path.endsWith('.db') || beginsAsDatabase(path) ? path : null;
  const found = [join(path, 'ledger', 'ledger.db'), join(path, 'ledger.db')].find((candidate) => existsSync(candidate));
  if (found === undefined) throw new UsageError(`${path}: there is neither a ledger/ledger.db nor an export in it.`);
  return found;
}

function beginsAsDatabase(path: string): boolean {
  const head = Buffer.alloc(15);
  const file = openSync(path, 'r');
  try {
    readSync(file, head);
  } finally {
    closeSync(file);
  }
  return head.toString('latin1') === 'SQLite format 3';
}

async function main(words: readonly string[]): Promise<number> {
  try {
    const question = readQuestion(words);
    const report = await verify(question);
    process.stdout.write(
      `${isPostgres(question.path) ? 'the ledger in PostgreSQL' : plainText(question.path)}\n${reportText(report)}`,
    );
    return report.holds ? 0 : 1;
  } catch (error) {
    if (error instanceof UsageError || (error instanceof MesolineError && error.code === 'checkpoint-refused')) {
      process.stderr.write(`${error.message}\n\n${usage}`);
      return 2;
    }
    const what =
      error instanceof MesolineError ? error.message : `The verification could not be made: ${messageOf(error)}`;
    process.stdout.write(`${what}\nNOT VERIFIED.\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
