/** Records as folders that prove themselves. Made by control/records; needed by control/review. */

export type ExportedRecord = Readonly<{
  fileName: string;
  mediaType: string;
  text: string;
  /** Hash of the scope's last event, and how many there are. */
  head: string;
  events: number;
  /** The line of the checkpoint that covers them. */
  checkpoint: string;
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

/** The service's public key: raw bytes in hexadecimal, fingerprint, and the same as PEM. */
export type PublicKeyView = Readonly<{ algorithm: string; publicKey: string; fingerprint: string; pem: string }>;

export interface RecordExport {
  /**
   * The scope's record as one self-verifying document. `related`: beginnings of the names of other scopes, such as `skid/QD-1`, whose
   * events of the time go with it. @throws MesolineError `no-such-record`
   */
  record(scope: string, related: readonly string[]): Promise<ExportedRecord>;
  /** Signs the digests of the files of an export folder. */
  signFolder(folder: FolderToSign): Promise<SignedFolder>;
  publicKey(): Promise<PublicKeyView>;
}
