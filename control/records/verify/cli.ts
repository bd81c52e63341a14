/**
 * `npm run verify -- LEDGER|EXPORT --trust FINGERPRINT [--checkpoint FILE]`: verifies a ledger or an exported record, says what
 * holds and what does not, and ends with 0 only where everything holds, 1 where anything does not, 2 where it was asked wrongly.
 */
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MesolineError, messageOf } from '../../../plant/errors.ts';
import { readFingerprint } from '../format/key.ts';
import { verifyPostgres } from './postgres-ledger.ts';
import { reportText, type Report } from './report.ts';
import { verifyExport } from './verify-export.ts';
import { isFolder, verifyFolder } from './verify-folder.ts';
import { verifyLedger } from './verify-ledger.ts';

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
  if (!isPostgres(path) && !existsSync(path)) throw new UsageError(`${path}: there is no such file or folder.`);
  const trusted = values.trust === undefined ? null : readFingerprint(values.trust);
  if (values.trust !== undefined && trusted === null) {
    throw new UsageError(`--trust ${values.trust}: a fingerprint is 64 hexadecimal digits, in groups or not.`);
  }
  const { checkpoint } = values;
  if (checkpoint !== undefined && !existsSync(checkpoint))
    throw new UsageError(`${checkpoint}: there is no such file.`);
  return { path, trusted, witness: checkpoint === undefined ? null : readFileSync(checkpoint, 'utf8') };
}

function parse(words: readonly string[]) {
  try {
    const options = { trust: { type: 'string' }, checkpoint: { type: 'string' } } as const;
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

const isPostgres = (path: string): boolean => /^postgres(ql)?:\/\//u.test(path);

async function verify({ path, trusted, witness }: Question): Promise<Report> {
  if (isPostgres(path)) return verifyPostgres({ url: path, trusted, witness });
  if (isFolder(path)) return verifyFolder({ path, trusted, witness });
  const ledger = ledgerIn(path);
  if (ledger !== null) return verifyLedger({ path: ledger, trusted, witness });
  return verifyExport({ bytes: readFileSync(path), trusted, witness });
}

/** The ledger that is meant, or null where it is an export. */
function ledgerIn(path: string): string | null {
  if (!statSync(path).isDirectory()) return path.endsWith('.db') || beginsAsDatabase(path) ? path : null;
  const found = [join(path, 'ledger', 'ledger.db'), join(path, 'ledger.db')].find((candidate) => existsSync(candidate));
  if (found === undefined) throw new UsageError(`${path}: there is no ledger/ledger.db in it.`);
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
      `${isPostgres(question.path) ? 'the ledger in PostgreSQL' : question.path}\n${reportText(report)}`,
    );
    return report.holds ? 0 : 1;
  } catch (error) {
    if (error instanceof UsageError) {
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
