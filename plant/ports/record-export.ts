/** Records as folders that prove themselves. Made by control/records; needed by control/review. */
import type { ChainView } from '../review-view.ts';

/** Where the parts of an export folder lie that are not made of the record alone. */
export const folderRecord = 'record.json';
export const folderPaper = 'record.pdf';
export const folderManifest = 'manifest.json';
export const telemetryPath = (skid: string, number: number): string =>
  `telemetry/${skid}/${String(number).padStart(6, '0')}.jsonl.gz`;

export type ExportedRecord = Readonly<{
  fileName: string;
  mediaType: string;
  text: string;
  /** Hash of the scope's last event, and how many there are. */
  head: string;
  events: number;
  /** The line of the checkpoint that covers them. */
  checkpoint: string;
  /** Other texts of an export folder, by their paths in it: audit trail, signatures, keys, schemas. */
  texts: Readonly<Record<string, string>>;
}>;

export type FolderFile = Readonly<{ bytes: number; sha256: string }>;
export type FolderToSign = Readonly<{
  scope: string;
  head: string;
  events: number;
  /** By path within the folder, slashes whatever the machine. */
  files: Readonly<Record<string, FolderFile>>;
}>;
/** `manifest`: the text of manifest.json. */
export type SignedFolder = Readonly<{ manifest: string }>;

export interface RecordExport {
  /**
   * The scope's record as one self-verifying document. `related`: beginnings of the names of other scopes, such as `skid/QD-1`, whose
   * events of the time go with it. @throws MesolineError `no-such-record`
   */
  record(scope: string, related: readonly string[]): Promise<ExportedRecord>;
  /** Signs the digests of the files of an export folder. */
  signFolder(folder: FolderToSign): Promise<SignedFolder>;
  /**
   * The scope's record as an export would hold it now, verified off this thread, against the checkpoints of the second place where there
   * is one, of the data folder otherwise.
   */
  verified(scope: string): Promise<ChainView>;
}
