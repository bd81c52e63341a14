/**
 * The export of one scope: everything a person needs to verify it with nothing but the trusted fingerprint. All events with
 * their hashes, the run of the site chain from the scope's first event to a checkpoint, that checkpoint, the key, and a
 * manifest that the service signs over the digest of the rest. Since form 2 also events of other scopes that the run binds,
 * each with the hash before it. The file is the canonical text and one line end.
 */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { canonicalText, isPlainObject } from './canonical.ts';
import { digestOf } from './chain.ts';
import { omit } from './omit.ts';

/** The first is read for ever. */
export const exportFormats = ['mesoline-record-export/1', 'mesoline-record-export/2'] as const;
export const exportFormat = exportFormats[1];
export const exportMediaType = 'application/vnd.mesoline.record+json';

const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const count = Type.Integer({ minimum: 1 });

const manifestFields = {
  purpose: Type.Literal('export'),
  scope: Type.String(),
  events: count,
  head: hash,
  /** Numbers of the events that are signatures. */
  signatures: Type.Array(count),
  exportedAt: Type.String(),
  build: Type.String(),
  /** SHA-256 of the canonical text of the document without its manifest. */
  digest: hash,
};

export const exportSchema = Type.Object(
  {
    format: Type.Enum([...exportFormats]),
    events: Type.Array(Type.Object({ event: Type.Unknown(), hash }, { additionalProperties: false }), { minItems: 1 }),
    site: Type.Object(
      {
        /** The site chain's hash before the first entry. */
        before: hash,
        /** Position of the first entry. */
        from: count,
        entries: Type.Array(Type.Object({ scope: Type.String(), seq: count, hash }, { additionalProperties: false })),
      },
      { additionalProperties: false },
    ),
    /** In the order of the site chain; absent in form 1. */
    related: Type.Optional(
      Type.Array(Type.Object({ event: Type.Unknown(), before: hash, hash }, { additionalProperties: false })),
    ),
    /** A checkpoint's line, word for word. */
    checkpoint: Type.String(),
    key: Type.Object(
      { algorithm: Type.Literal('Ed25519'), publicKey: hash, fingerprint: Type.String() },
      { additionalProperties: false },
    ),
    manifest: Type.Object({ ...manifestFields, signature: Type.String() }, { additionalProperties: false }),
  },
  { additionalProperties: false },
);

export type ExportDocument = Readonly<Static<typeof exportSchema>>;
export type ExportManifest = ExportDocument['manifest'];

const exportShape = Compile(exportSchema);

/** Whether it is an export, and if not, where it departs from one. */
export function exportFault(value: unknown): string | null {
  if (!isPlainObject(value) || !exportFormats.some((format) => value.format === format))
    return `It does not say that it is ${exportFormats.join(' or ')}.`;
  if ('related' in value !== (value.format === exportFormat))
    return 'It has not the parts of the form that it says it has.';
  if (exportShape.Check(value)) return null;
  const first = exportShape.Errors(value)[0];
  return first === undefined ? 'Its shape is wrong.' : `${first.instancePath} ${first.message}.`;
}

export const isExport = (value: unknown): value is ExportDocument => exportFault(value) === null;

export function contentDigest(document: Omit<ExportDocument, 'manifest'>): string {
  const { format, events, site, related, checkpoint, key } = document;
  const more = related === undefined ? {} : { related };
  return digestOf(canonicalText({ format, events, site, ...more, checkpoint, key }));
}

export const manifestText = (manifest: ExportManifest): string => canonicalText(omit(manifest, 'signature'));
