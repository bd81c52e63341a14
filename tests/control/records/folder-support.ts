/** An export folder on the disk, read and written as a whole, and what both verifiers say of it. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyFolder } from '../../../control/records/verify/verify-folder.ts';
import type { Files } from '../../faults/support/export-forge.ts';
import type { MadeExport } from '../../faults/support/made-export.ts';
import type { PythonVerifier } from '../../faults/support/python-verifier.ts';

export const filesIn = (folder: string): Files =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path)]),
  );

/** The folder as these files and nothing else. */
export function writeAnew(folder: string, files: Files): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

/** `holds`, or what is doubted, in the words of each. */
export type Verdicts = Readonly<{ typescript: string; python: string }>;

export async function verdicts(
  { folder, trusted }: MadeExport,
  python: PythonVerifier,
  witness: string,
): Promise<Verdicts> {
  const { holds, findings } = verifyFolder({ path: folder, trusted, witness });
  const kept = join(folder, '..', 'given.jsonl');
  writeFileSync(kept, witness);
  const { status, said } = await python.verify(folder, trusted, kept);
  if (status !== 0 && status !== 1) throw new Error(`The verifier in Python ended with ${status}: ${said}`);
  const words = findings.map(({ where, problem }) => `${where}: ${problem}`).join('\n');
  return { typescript: holds ? 'holds' : words, python: status === 0 ? 'holds' : said };
}
