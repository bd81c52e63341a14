/**
 * The manifest of an export folder: every file of it with its size and SHA-256, signed by the service. One canonical line of JSON and
 * a line end; the purpose in it keeps its signature from standing for anything else.
 */
import type { KeyObject } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { folderManifest, folderPaper, folderRecord } from '../../../plant/ports/record-export.ts';
import { canonicalText, parseCanonical } from './canonical.ts';
import { signatureHolds, signText } from './key.ts';
import { omit } from './omit.ts';

export const folderFormat = 'mesoline-export-folder/1';
export const folderManifestName = folderManifest;

/** What lies in every folder beside sealed telemetry. */
export const folderFiles = {
  record: folderRecord,
  paper: folderPaper,
  audit: 'audit.csv',
  signatures: 'signatures.json',
  checkpoints: 'checkpoints.jsonl',
  key: 'keys/service-ed25519.json',
  keyPem: 'keys/service-ed25519.pem',
  readMe: 'README.txt',
} as const;

const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const folderSchema = Type.Object(
  {
    format: Type.Literal(folderFormat),
    purpose: Type.Literal('folder'),
    scope: Type.String(),
    exportedAt: Type.String(),
    build: Type.String(),
    /** Hash of the scope's last event, and how many there are. */
    head: hash,
    events: Type.Integer({ minimum: 1 }),
    files: Type.Record(
      Type.String(),
      Type.Object({ bytes: Type.Integer({ minimum: 0 }), sha256: hash }, { additionalProperties: false }),
    ),
    key: Type.String(),
    signature: Type.String({ pattern: '^[0-9a-f]{128}$' }),
  },
  { additionalProperties: false },
);
export type FolderManifest = Readonly<Static<typeof folderSchema>>;

const folderShape = Compile(folderSchema);

/** A path that stays within its folder: letters, digits, dot, dash and underline, parted by single slashes. */
export const isFolderPath = (path: string): boolean =>
  path.length <= 300 && /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*){0,6}$/u.test(path);

type Content = Omit<FolderManifest, 'format' | 'purpose' | 'signature'>;

const contentText = (content: Content): string =>
  canonicalText({ ...content, format: folderFormat, purpose: 'folder' });

export const signFolder = (content: Content, key: KeyObject): string =>
  canonicalText({
    ...content,
    format: folderFormat,
    purpose: 'folder',
    signature: signText(contentText(content), key),
  });

/** The manifest of a text, or null where it is none in canonical form with one line end. */
export function readFolder(text: string): FolderManifest | null {
  const parsed = text.endsWith('\n') ? parseCanonical(text.slice(0, -1)) : null;
  return parsed !== null && folderShape.Check(parsed.value) ? parsed.value : null;
}

export function folderHolds(manifest: FolderManifest, key: KeyObject): boolean {
  return signatureHolds(contentText(omit(manifest, 'signature', 'format', 'purpose')), manifest.signature, key);
}
