/**
 * Sealing on the disk: the content's digest, the compressed file in its place and on disk. The open file stays until the ledger has the
 * line that seals it; until then it can be sealed again, with the same digest.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export type SealedContent = Readonly<{ digest: string; bytes: number }>;

/** @throws where the disk is full or does not answer; nothing half stands under the name of the sealed file then. */
export async function sealFile(from: string, to: string): Promise<SealedContent> {
  const hash = createHash('sha256');
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const part = `${to}.part`;
  try {
    await pipeline(
      createReadStream(from),
      counting,
      createGzip(),
      createWriteStream(part, { flush: true, mode: 0o600 }),
    );
    await rename(part, to);
    await syncFolder(dirname(to));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return { digest: hash.digest('hex'), bytes };
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
