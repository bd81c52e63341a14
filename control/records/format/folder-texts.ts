/** The files of an export folder that follow from the record alone: whoever verifies makes them again and compares. */
import { auditCsv } from './audit-csv.ts';
import { canonicalText, isPlainObject } from './canonical.ts';
import { checkpointSchema } from './checkpoint.ts';
import { folderFiles, folderManifestName, folderSchema } from './export-folder.ts';
import { exportSchema, type ExportDocument } from './export.ts';
import { publicKeyOf } from './key.ts';
import { signedAction } from './signature.ts';

type Source = Pick<ExportDocument, 'events' | 'related' | 'checkpoint' | 'key' | 'manifest'>;

/** @returns texts by their path in the folder. */
export function folderTexts(document: Source): Readonly<Record<string, string>> {
  const { events, related = [], checkpoint, key, manifest } = document;
  return {
    [folderFiles.audit]: auditCsv([...events, ...related]),
    [folderFiles.signatures]: signaturesText(document),
    [folderFiles.checkpoints]: `${checkpoint}\n`,
    [folderFiles.key]: `${canonicalText(key)}\n`,
    [folderFiles.keyPem]: publicKeyOf(key)?.export({ type: 'spki', format: 'pem' }).toString() ?? '',
    [folderFiles.readMe]: readMe(manifest.scope),
    'schema/record.schema.json': schemaText(exportSchema),
    'schema/checkpoint.schema.json': schemaText(checkpointSchema),
    'schema/manifest.schema.json': schemaText(folderSchema),
  };
}

const schemaText = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`;

/** What signatures.json has to say. */
export function signaturesText({ events }: Pick<ExportDocument, 'events'>): string {
  const signed = events.flatMap(({ event, hash }) => {
    if (!isPlainObject(event) || event.action !== signedAction || !isPlainObject(event.data)) return [];
    return [{ ...event.data, scope: event.scope, seq: event.seq, hash }];
  });
  return `${canonicalText(signed)}\n`;
}

const readMe = (
  scope: string,
): string => `The record ${scope}, as Mesoline handed it out. It reads and verifies without the system that made it.

  ${folderFiles.paper}        the record for reading
  ${folderFiles.record}       every event with its hash, the stretch of the site chain that binds them, a checkpoint, the key
  ${folderFiles.audit}         the same events for a spreadsheet: who, where, when, what, old, new, why
  ${folderFiles.signatures}   who signed what, in which meaning, over which state of the record
  telemetry/        what was measured, every change with its time and quality: a folder for each skid; gzip of JSON lines
  ${folderFiles.checkpoints} the checkpoint that covers this record
  keys/             the public key that checkpoint and record are signed with
  schema/           the forms of the files
  ${folderManifestName}     the SHA-256 of every other file here, signed

To verify it you need two things that did not come with it: the fingerprint of the service's key, noted apart when the service was
installed, and a line of the service's checkpoints.jsonl that was kept where the service cannot change it, of a time after the record's
last event. With either program:

  npm run verify -- FOLDER --trust FINGERPRINT --checkpoint FILE
  python3 verify_export.py FOLDER --trust FINGERPRINT --checkpoint FILE

Both end with 0 only where everything holds. The PDF is bound by its digest in ${folderManifestName}: that it was not changed is proven; what it
says is to be read in ${folderFiles.record}.
`;
