/**
 * Verifies an export folder with nothing but the folder, the trusted fingerprint and a checkpoint that was kept apart: the record in it,
 * every other file by its digest, and sealed telemetry by the lines of the record. Reads in bounded memory, and follows no link.
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readFileSync, readSync, constants } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { canonicalText, isPlainObject, strictText } from '../format/canonical.ts';
import {
  folderFiles,
  folderHolds,
  folderManifestName,
  isFolderPath,
  readFolder,
  type FolderManifest,
} from '../format/export-folder.ts';
import { exportFault, isExport, type ExportDocument } from '../format/export.ts';
import { signaturesText } from '../format/folder-texts.ts';
import { publicKeyOf } from '../format/key.ts';
import { telemetryPath } from '../../../plant/ports/record-export.ts';
import { Findings, type Report } from './report.ts';
import { verifyExport } from './verify-export.ts';

export type FolderQuestion = Readonly<{
  path: string;
  /** Null where the person gave none: then nothing is proven. */
  trusted: string | null;
  witness: string | null;
}>;

/** A record of months is smaller; what is larger is not read into memory. */
const largestRecord = 512 * 1024 * 1024;
const largestSmallFile = 64 * 1024 * 1024;
const mostFiles = 200_000;

export const isFolder = (path: string): boolean => {
  try {
    return lstatSync(join(path, folderManifestName)).isFile();
  } catch {
    return false;
  }
};

export async function verifyFolder({ path, trusted, witness }: FolderQuestion): Promise<Report> {
  const findings = new Findings();
  const held: string[] = [];
  if (witness === null) {
    findings.add(
      'the checkpoint kept apart',
      'None was given with --checkpoint. Without a line of checkpoints.jsonl that was kept where the service cannot change it, a record that was made anew as a whole looks sound.',
    );
  }
  const manifest = readManifest(path, findings);
  if (manifest !== null) {
    const names = checkNames(path, manifest, findings);
    const record = readWhole(join(path, folderFiles.record), largestRecord);
    if (record === null) findings.add(folderFiles.record, 'It is not there, or cannot be read.');
    else {
      const report = verifyExport({ bytes: record, trusted, witness });
      held.push(...report.held);
      for (const finding of report.findings) findings.take(finding);
      checkManifest(manifest, record, trusted, findings);
      await checkFiles(path, manifest, names, findings);
      const document = documentOf(record);
      if (document !== null) {
        checkSignatures(path, document, findings);
        checkKeys(path, document, findings);
        await checkTelemetry(path, document, names, findings);
        const segments = segmentsOf(document);
        held.push(
          `${names.length} files are as they were handed out, and none is missing or added.`,
          `${segments.length} segments of sealed telemetry hold what was measured; the record has their digests.`,
        );
      }
    }
  }
  const holds = findings.count === 0 && held.length > 0;
  return { holds, held: holds ? held : [], findings: findings.kept };
}

function readManifest(path: string, findings: Findings): FolderManifest | null {
  const bytes = readWhole(join(path, folderManifestName), largestSmallFile);
  const text = bytes === null ? null : strictText(bytes);
  const manifest = text === null ? null : readFolder(text);
  if (manifest === null)
    findings.add(folderManifestName, 'It is not the manifest of an export folder in canonical form.');
  return manifest;
}

/** Every file that lies there is named, every file that is named lies there, and nothing but plain files and folders does. */
function checkNames(path: string, manifest: FolderManifest, findings: Findings): readonly string[] {
  const found: string[] = [];
  const walk = (folder: string, prefix: string): void => {
    for (const entry of readdirSync(join(path, folder), { withFileTypes: true })) {
      const name = `${prefix}${entry.name}`;
      if (found.length > mostFiles) return;
      if (entry.isDirectory()) walk(join(folder, entry.name), `${name}/`);
      else if (entry.isFile()) found.push(name);
      else findings.add(name, 'It is neither a file nor a folder: a link or a device has no place in an export.');
    }
  };
  walk('.', '');
  const named = new Set(Object.keys(manifest.files));
  for (const name of named)
    if (!isFolderPath(name)) findings.add(folderManifestName, `"${name.slice(0, 100)}" is no path within the folder.`);
  for (const name of found)
    if (name !== folderManifestName && !named.has(name))
      findings.add(name, 'The manifest does not name it: it was added.');
  const there = new Set(found);
  for (const name of named) if (!there.has(name)) findings.add(name, 'The manifest names it, but it is not there.');
  return found.filter((name) => named.has(name));
}

function checkManifest(manifest: FolderManifest, record: Uint8Array, trusted: string | null, findings: Findings): void {
  const document = documentOf(record);
  if (document === null) return;
  const key = publicKeyOf(document.key);
  if (key === null || manifest.key !== document.key.fingerprint || manifest.key !== trusted)
    findings.add(folderManifestName, 'It is not signed with the trusted key.');
  else if (!folderHolds(manifest, key))
    findings.add(folderManifestName, 'Its signature does not hold for what it says.');
  const { scope, events, head } = document.manifest;
  if (manifest.scope !== scope || manifest.events !== events || manifest.head !== head)
    findings.add(folderManifestName, `It was made for another record than ${scope} with its ${events} events.`);
}

async function checkFiles(
  path: string,
  manifest: FolderManifest,
  names: readonly string[],
  findings: Findings,
): Promise<void> {
  for (const name of names) {
    const said = manifest.files[name];
    if (said === undefined) continue;
    const hash = createHash('sha256');
    const bytes = await readThrough(join(path, name), said.bytes, hash);
    if (bytes === null) findings.add(name, 'It cannot be read, or is larger than the manifest says.');
    else if (bytes !== said.bytes || hash.digest('hex') !== said.sha256)
      findings.add(name, 'It is not the file that was handed out: it was changed.');
  }
}

/** The list of signatures says what the record says, and nothing else. */
function checkSignatures(path: string, document: ExportDocument, findings: Findings): void {
  const bytes = readWhole(join(path, folderFiles.signatures), largestSmallFile);
  if (bytes === null) return;
  if (strictText(bytes) !== signaturesText(document))
    findings.add(folderFiles.signatures, 'It lists other signatures than the record holds.');
}

function checkKeys(path: string, { key }: ExportDocument, findings: Findings): void {
  const bytes = readWhole(join(path, folderFiles.key), largestSmallFile);
  if (bytes !== null && strictText(bytes) !== `${canonicalText(key)}\n`)
    findings.add(folderFiles.key, 'It is another key than the one in the record.');
  const pem = readWhole(join(path, folderFiles.keyPem), largestSmallFile);
  const own = publicKeyOf(key);
  if (pem !== null && own !== null && strictText(pem) !== own.export({ type: 'spki', format: 'pem' }).toString())
    findings.add(folderFiles.keyPem, 'It is another key than the one in the record.');
}

type Segment = Readonly<{ skid: string; number: number; digest: string; bytes: number; from: string; where: string }>;

function segmentsOf({ events }: ExportDocument): readonly Segment[] {
  return events.flatMap(({ event }) => {
    if (!isPlainObject(event) || event.action !== 'segment-sealed' || !isPlainObject(event.data)) return [];
    const { skid, number, digest, bytes, from } = event.data;
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    return [
      {
        skid: text(skid),
        number: Number(text(number)),
        digest: text(digest),
        bytes: Number(text(bytes)),
        from: text(from),
        where: `segment ${text(number)} of ${text(skid)}`,
      },
    ];
  });
}

async function checkTelemetry(
  path: string,
  document: ExportDocument,
  names: readonly string[],
  findings: Findings,
): Promise<void> {
  const batch = document.manifest.scope.slice('batch/'.length);
  const expected = new Set<string>();
  const counts = new Map<string, number>();
  for (const segment of segmentsOf(document)) {
    const { skid, number, where } = segment;
    const next = (counts.get(skid) ?? 0) + 1;
    counts.set(skid, Math.max(next, number));
    if (number !== next)
      findings.add(where, `It is the next of its skid after number ${next - 1}: one is missing or stands twice.`);
    const name = telemetryPath(skid, number);
    expected.add(name);
    if (!isFolderPath(name) || !names.includes(name))
      findings.add(where, `The record seals it, but ${name} is not there.`);
    else await checkSegment(join(path, name), batch, segment, findings);
  }
  for (const name of names)
    if (name.startsWith('telemetry/') && !expected.has(name)) findings.add(name, 'No line of the record seals it.');
}

async function checkSegment(path: string, batch: string, segment: Segment, findings: Findings): Promise<void> {
  const { skid, number, digest, bytes, from, where } = segment;
  const hash = createHash('sha256');
  const opened = await gunzipThrough(path, bytes, hash);
  if (opened === null) findings.add(where, 'It cannot be opened, or holds more than was sealed.');
  else if (opened.bytes !== bytes || hash.digest('hex') !== digest)
    findings.add(where, 'What it holds is not what was sealed: it was changed or replaced.');
  else {
    const header = parsed(opened.firstLine);
    if (header.batch !== batch || header.skid !== skid || header.number !== number || header.from !== from)
      findings.add(where, 'It says of itself that it is another segment.');
  }
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return isPlainObject(value) ? value : {};
  } catch {
    return {};
  }
}

const documentOf = (record: Uint8Array): ExportDocument | null => {
  const text = strictText(record);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return exportFault(value) === null && isExport(value) ? value : null;
  } catch {
    return null;
  }
};

/** Opened so that neither a link nor a pipe can stand in for a file. */
function openPlain(path: string): number | null {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
    return null;
  } catch {
    return null;
  }
}

function readWhole(path: string, most: number): Buffer | null {
  const file = openPlain(path);
  if (file === null) return null;
  try {
    return fstatSync(file).size > most ? null : readFileSync(file);
  } finally {
    closeSync(file);
  }
}

const chunkBytes = 1024 * 1024;

/** @returns how many bytes were read, or null where there are more than `most`, or it cannot be read. */
async function readThrough(path: string, most: number, hash: Hash): Promise<number | null> {
  let bytes = 0;
  for await (const chunk of chunksOf(path)) {
    if (chunk === null) return null;
    bytes += chunk.length;
    if (bytes > most) return null;
    hash.update(chunk);
  }
  return bytes;
}

/** Chunks of a plain file; null, and nothing more, where it cannot be read. */
async function* chunksOf(path: string): AsyncGenerator<Buffer | null> {
  const file = openPlain(path);
  if (file === null) {
    yield null;
    return;
  }
  try {
    const buffer = Buffer.alloc(chunkBytes);
    for (;;) {
      const read = readSync(file, buffer);
      if (read === 0) return;
      yield Buffer.from(buffer.subarray(0, read));
      await Promise.resolve();
    }
  } finally {
    closeSync(file);
  }
}

const longestHeader = 4 * 1024 * 1024;

async function gunzipThrough(
  path: string,
  most: number,
  hash: Hash,
): Promise<Readonly<{ bytes: number; firstLine: string }> | null> {
  const gunzip = createGunzip();
  const feed = async (): Promise<void> => {
    for await (const chunk of chunksOf(path)) {
      if (chunk === null) throw new RangeError('it cannot be read');
      if (!gunzip.write(chunk)) await new Promise<void>((resolve) => gunzip.once('drain', resolve));
      if (gunzip.destroyed) return;
    }
    gunzip.end();
  };
  const fed = feed().catch((error: unknown) => gunzip.destroy(error instanceof Error ? error : undefined));
  let bytes = 0;
  let head = '';
  let headDone = false;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > most) return null;
      hash.update(chunk);
      if (headDone) continue;
      head += chunk.toString('utf8');
      headDone = head.includes('\n');
      if (head.length > longestHeader) return null;
    }
    await fed;
    return { bytes, firstLine: head.split('\n')[0] ?? '' };
  } catch {
    return null;
  } finally {
    gunzip.destroy();
  }
}
