/**
 * Sealing on the disk: the content's digest, the compressed file in its place and on disk. The open file stays until the ledger has the
 * line that seals it; until then it can be sealed again, with the same digest.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { mesolineError } from '../../plant/errors.ts';

export type SealedContent = Readonly<{ digest: string; bytes: number }>;

/**
 * Nothing half stands under the name of the sealed file, whatever is thrown.
 * @param written what was written into it, where that is known
 * @throws MesolineError `telemetry-altered` where the file holds something else; else where the disk is full or does not answer.
 */
export async function sealFile(from: string, to: string, written: SealedContent | null): Promise<SealedContent> {
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
    const content = { digest: hash.digest('hex'), bytes };
    if (written !== null && (content.digest !== written.digest || content.bytes !== written.bytes))
      throw altered(from, `It holds ${bytes} bytes that are not the ${written.bytes} that were written.`);
    await rename(part, to);
    await syncFolder(dirname(to));
    return content;
  } catch (error) {
    await rm(part, { force: true });
    if (written !== null && isMissing(error)) throw altered(from, 'It is not there any more.');
    throw error;
  }
}

const altered = (path: string, problem: string) =>
  mesolineError('telemetry-altered', path, problem, 'Find out who can write to the data folder.');

/** Whether what was thrown says that a file is not there. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** A file of this text and no other, on disk. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    await writeWhole(handle, Buffer.from(text, 'utf8'), 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(path));
}

/** A disk that takes a part of what it is given is given the rest. @throws where it takes nothing. */
export async function writeWhole(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new RangeError(`the disk took ${done} of ${bytes.length} bytes`);
    done += bytesWritten;
  }
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
