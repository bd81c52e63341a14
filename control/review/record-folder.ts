/**
 * The export of a batch record: a folder, handed out as one ZIP. Files are read twice, once for the manifest that is signed over their digests
 * and once to be handed out, so that months of telemetry need no memory; a file that changed in between breaks the ZIP off.
 */
import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Clock } from '../../plant/clock.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import {
  folderManifest,
  folderPaper,
  folderRecord,
  telemetryPath,
  type ExportedRecord,
  type FolderFile,
  type RecordExport,
} from '../../plant/ports/record-export.ts';
import type { MadeStream } from '../../plant/ports/review-desk.ts';
import type { SealedSegment, SealedTelemetry } from '../../plant/ports/sealed-telemetry.ts';
import { batchScope } from './review-events.ts';

export type FolderPorts = Readonly<{
  clock: Clock;
  exports: Pick<RecordExport, 'signFolder'>;
  sealed: Pick<SealedTelemetry, 'file'>;
}>;

export type FolderParts = Readonly<{
  batch: string;
  record: ExportedRecord;
  paper: Uint8Array;
  segments: readonly SealedSegment[];
}>;

/** @throws MesolineError `segment-damaged` where sealed telemetry no longer gives its digest. */
export async function recordFolder(ports: FolderPorts, parts: FolderParts): Promise<MadeStream> {
  const { batch, record, paper, segments } = parts;
  const text = new TextEncoder();
  const held: ReadonlyMap<string, Uint8Array> = new Map([
    [folderRecord, text.encode(record.text)],
    [folderPaper, paper],
    ...Object.entries(record.texts).map(([path, content]) => [path, text.encode(content)] as const),
  ]);
  const files: Record<string, FolderFile> = {};
  for (const [path, bytes] of held) files[path] = fileOf(bytes);
  for (const segment of segments) files[pathOf(segment)] = fileOf(await ports.sealed.file(segment));
  const { head, events } = record;
  const { manifest } = await ports.exports.signFolder({ scope: batchScope(batch), head, events, files });

  const zip = new ZipFile();
  const mtime = new Date(ports.clock.utc());
  const place = (path: string): string => `${batch}/${path}`;
  zip.addBuffer(Buffer.from(manifest), place(folderManifest), { mtime });
  for (const [path, bytes] of held) zip.addBuffer(Buffer.from(bytes), place(path), { mtime });
  for (const segment of segments) {
    const path = pathOf(segment);
    const said = files[path];
    zip.addReadStreamLazy(place(path), { mtime, compress: false }, (give) => {
      ports.sealed
        .file(segment)
        .then((bytes) => {
          if (said === undefined || fileOf(bytes).sha256 !== said.sha256) throw changed(segment);
          give(null, Readable.from([bytes]));
        })
        .catch((error: unknown) => give(error, Readable.from([])));
    });
  }
  zip.end();
  return { fileName: `${batch}.export.zip`, mediaType: 'application/zip', content: contentOf(zip) };
}

const pathOf = ({ skid, number }: SealedSegment): string => telemetryPath(skid, number);

const fileOf = (bytes: Uint8Array): FolderFile => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

const changed = ({ file }: SealedSegment) =>
  mesolineError('segment-damaged', file, 'It changed while it was handed out.', 'Export the record again.');

/** A ZIP that cannot be finished ends in an error, so that nobody takes the beginning for the whole. */
function contentOf(zip: ZipFile): AsyncIterable<Uint8Array> {
  const content = new PassThrough();
  zip.on('error', (error: unknown) => {
    content.destroy(mesolineError('record-not-made', 'export', messageOf(error), 'Export the record again.', error));
  });
  zip.outputStream.pipe(content);
  return content;
}
