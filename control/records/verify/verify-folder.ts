/**
 * Verifies an export folder with nothing but the folder, the trusted fingerprint and a checkpoint that was kept apart: the record in it,
 * every other file by its digest, what says again what the record says, and sealed telemetry by the lines of the record.
 */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { strictText } from '../format/canonical.ts';
import {
  folderFiles,
  folderHolds,
  folderManifestName,
  isFolderPath,
  readFolder,
  type FolderManifest,
} from '../format/export-folder.ts';
import type { ExportDocument } from '../format/export.ts';
import { folderTexts } from '../format/folder-texts.ts';
import { publicKeyOf } from '../format/key.ts';
import { digestPlain, listFolder, readPlain } from './plain-files.ts';
import { Findings, type Report } from './report.ts';
import { checkTelemetry } from './telemetry-check.ts';
import { checkExport, type ExportQuestion } from './verify-export.ts';

export type FolderQuestion = Omit<ExportQuestion, 'bytes'> & Readonly<{ path: string }>;

/** A record of months is smaller; what is larger is not read into memory. */
const largestRecord = 512 * 1024 * 1024;
const mostNames = 200_000;

/** A folder in which an export lies, whole or not, or what stands in for one. */
export const isFolder = (path: string): boolean =>
  [folderManifestName, folderFiles.record].some((name) => {
    try {
      return lstatSync(join(path, name), { throwIfNoEntry: false }) !== undefined;
    } catch {
      return false;
    }
  });

export function verifyFolder({ path, trusted, witness }: FolderQuestion): Report {
  const findings = new Findings();
  const held: string[] = [];
  const manifest = readManifest(path, findings);
  const names = manifest === null ? new Set<string>() : checkNames(path, manifest, findings);
  const record = readPlain(join(path, folderFiles.record), largestRecord);
  if (record === null) findings.add(folderFiles.record, 'It is not there, or cannot be read.');
  else {
    const document = checkExport({ bytes: record, trusted, witness }, findings, held);
    if (manifest !== null && document !== null) {
      checkManifest(manifest, document, trusted, findings);
      checkFiles(path, manifest, names, findings);
      checkTexts(path, document, findings);
      const { sealed, begun } = checkTelemetry(path, document, names, findings);
      held.push(
        `${names.size} files are as they were handed out, and none is missing or added. The PDF is bound by its digest alone.`,
        `${sealed} segments of sealed telemetry hold what was measured; the record has their digests.`,
        ...begun.map((where) => `The batch had not ended: ${where} was still being written, and is not in the export.`),
      );
    }
  }
  const holds = findings.count === 0 && held.length > 0;
  return { holds, held: holds ? held : [], findings: findings.kept };
}

function readManifest(path: string, findings: Findings): FolderManifest | null {
  const bytes = readPlain(join(path, folderManifestName), largestRecord);
  const text = bytes === null ? null : strictText(bytes);
  const manifest = text === null ? null : readFolder(text);
  if (bytes === null) findings.add(folderManifestName, 'It is missing or cannot be read: every export has one.');
  else if (manifest === null)
    findings.add(folderManifestName, 'It is not the manifest of an export folder in canonical form.');
  return manifest;
}

/**
 * Every file that lies there is named, every file that is named or that an export has to have lies there, and nothing but plain files and
 * the folders that hold them does.
 */
function checkNames(path: string, manifest: FolderManifest, findings: Findings): ReadonlySet<string> {
  const { files, others, empty, closed, tooMany } = listFolder(path, mostNames);
  if (tooMany) findings.add('the folder', `It holds more than ${mostNames} files and folders: no export does.`);
  for (const name of empty) findings.add(name, 'It is a folder with nothing in it: it was added.');
  for (const name of closed) findings.add(name === '' ? 'the folder' : name, 'It is a folder that cannot be read.');
  for (const name of others)
    findings.add(name, 'It is neither a file nor a folder: a link or a device has no place in an export.');
  const named = new Set(Object.keys(manifest.files));
  const there = new Set(files.filter((name) => name !== folderManifestName));
  for (const name of named)
    if (!isFolderPath(name)) findings.add(folderManifestName, `"${name.slice(0, 100)}" is no path within the folder.`);
  for (const name of there) if (!named.has(name)) findings.add(name, 'The manifest does not name it: it was added.');
  for (const name of named)
    if (!there.has(name) && !tooMany) findings.add(name, 'The manifest names it, but it is not there.');
  for (const name of Object.values(folderFiles))
    if (!named.has(name)) findings.add(name, 'Every export has it; this manifest does not name it.');
  return new Set([...there].filter((name) => named.has(name)));
}

function checkManifest(
  manifest: FolderManifest,
  document: ExportDocument,
  trusted: string | null,
  findings: Findings,
): void {
  const key = publicKeyOf(document.key);
  if (key === null || manifest.key !== document.key.fingerprint || manifest.key !== trusted)
    findings.add(folderManifestName, 'It is not signed with the trusted key.');
  else if (!folderHolds(manifest, key))
    findings.add(folderManifestName, 'Its signature does not hold for what it says.');
  const { scope, events, head } = document.manifest;
  if (manifest.scope !== scope || manifest.events !== events || manifest.head !== head)
    findings.add(folderManifestName, `It was made for another record than ${scope} with its ${events} events.`);
}

function checkFiles(path: string, manifest: FolderManifest, names: ReadonlySet<string>, findings: Findings): void {
  for (const name of names) {
    const said = manifest.files[name];
    if (said === undefined) continue;
    const found = digestPlain(join(path, name), said.bytes);
    if (found === null) findings.add(name, 'It cannot be read, or is larger than the manifest says.');
    else if (found.bytes !== said.bytes || found.sha256 !== said.sha256)
      findings.add(name, 'It is not the file that was handed out: it was changed.');
  }
}

/** Read me and schemas are of the version that made them; their digests have to do. */
const saidAgain: ReadonlySet<string> = new Set([
  folderFiles.audit,
  folderFiles.signatures,
  folderFiles.checkpoints,
  folderFiles.key,
  folderFiles.keyPem,
]);

/** What says again what the record says, made again of the record. */
function checkTexts(path: string, document: ExportDocument, findings: Findings): void {
  for (const [name, text] of Object.entries(folderTexts(document))) {
    if (!saidAgain.has(name)) continue;
    const bytes = readPlain(join(path, name), largestRecord);
    if (bytes === null) findings.add(name, 'It is not there, or cannot be read.');
    else if (!bytes.equals(Buffer.from(text, 'utf8'))) findings.add(name, 'It says something else than the record.');
  }
}
