/** A forger's workshop: takes an export folder apart, and makes it sound in itself again, with whatever key the forger has. */
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalText } from '../../../control/records/format/canonical.ts';
import { chainHash, digestOf, genesis, siteText } from '../../../control/records/format/chain.ts';
import { signCheckpoint, type Checkpoint, type CheckpointContent } from '../../../control/records/format/checkpoint.ts';
import type { EventBody } from '../../../control/records/format/event-body.ts';
import { signFolder } from '../../../control/records/format/export-folder.ts';
import { contentDigest, manifestText, type ExportDocument } from '../../../control/records/format/export.ts';
import { folderTexts } from '../../../control/records/format/folder-texts.ts';
import { keyRecordOf, signText } from '../../../control/records/format/key.ts';
import { omit } from '../../../control/records/format/omit.ts';
import { readSignature, signedEvent } from '../../../control/records/format/signature.ts';

type Plain<T> = T extends readonly (infer U)[]
  ? Plain<U>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T;
export type Document = Omit<Plain<ExportDocument>, 'events' | 'related'> & {
  events: { event: EventBody; hash: string }[];
  related: { event: EventBody; before: string; hash: string }[];
};
export type Files = Map<string, Buffer>;

export const readDocument = (folder: string): Document =>
  JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8')) as Document;

export const documentText = (document: Document): Buffer => Buffer.from(`${canonicalText(document)}\n`);

export const readManifest = (
  folder: string,
): Record<string, unknown> & { files: Record<string, { bytes: number; sha256: string }> } =>
  JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ReturnType<typeof readManifest>;

/** Hashes and numbers from the first event on; signatures anew where there is a key to make them with. */
export function chainAnew(document: Document, secret: KeyObject | null): void {
  const { scope } = document.manifest;
  const fingerprint = secret === null ? '' : keyRecordOf(secret).fingerprint;
  let before = genesis;
  document.events = document.events.map(({ event }, index) => {
    const numbered = { ...event, seq: index + 1 };
    const read = event.action === 'signed' && secret !== null ? readSignature(event) : null;
    const body =
      read === null || secret === null
        ? numbered
        : {
            ...numbered,
            data:
              signedEvent(
                { ...read.statement, scope, signedSeq: String(index), signedHash: before },
                event.actor,
                secret,
                fingerprint,
              ).data ?? {},
          };
    before = chainHash(before, canonicalText(body));
    return { event: body, hash: before };
  });
  let seq = 0;
  const kept = document.site.entries.filter((entry) => entry.scope !== scope || (seq += 1) <= document.events.length);
  let own = 0;
  document.site.entries = kept.map((entry) => {
    if (entry.scope !== scope) return entry;
    own += 1;
    return { scope, seq: own, hash: document.events[own - 1]?.hash ?? '' };
  });
}

/** Manifest, checkpoint and key of the document, by the key given. */
export function signAnew(document: Document, secret: KeyObject): void {
  const key = keyRecordOf(secret);
  const { scope } = document.manifest;
  let head = document.site.before;
  document.site.entries.forEach((entry, index) => {
    head = chainHash(head, siteText(document.site.from + index, entry));
  });
  const said = JSON.parse(document.checkpoint) as Checkpoint;
  const last = document.events.at(-1)?.hash ?? genesis;
  const count = document.site.from - 1 + document.site.entries.length;
  const content = {
    ...omit(said, 'signature'),
    site: { count, head },
    heads: { ...said.heads, [scope]: { count: document.events.length, head: last } },
    key: key.fingerprint,
  };
  document.key = key;
  document.checkpoint = signCheckpoint(content as CheckpointContent, secret);
  const signatures = document.events.flatMap(({ event }, index) => (event.action === 'signed' ? [index + 1] : []));
  const unsigned = { ...document.manifest, events: document.events.length, head: last, signatures };
  const digested = { ...unsigned, digest: contentDigest(document), signature: '' };
  document.manifest = { ...digested, signature: signText(manifestText(digested), secret) };
}

/** Everything that says the record again, and the manifest over all files, signed by the key given. */
export function foldAnew(files: Files, document: Document, secret: KeyObject): void {
  files.set('record.json', documentText(document));
  for (const [path, text] of Object.entries(folderTexts(document as unknown as ExportDocument)))
    files.set(path, Buffer.from(text));
  sealFolder(files, document, secret);
}

export function sealFolder(files: Files, { manifest }: Pick<Document, 'manifest'>, secret: KeyObject): void {
  const { scope, head, events, exportedAt, build } = manifest;
  const digests = Object.fromEntries(
    [...files]
      .filter(([path]) => path !== 'manifest.json')
      .map(([path, bytes]) => [path, { bytes: bytes.length, sha256: digestOf(bytes) }]),
  );
  const key = keyRecordOf(secret).fingerprint;
  files.set(
    'manifest.json',
    Buffer.from(`${signFolder({ scope, head, events, exportedAt, build, files: digests, key }, secret)}\n`),
  );
}
