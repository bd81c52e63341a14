/**
 * Files in a ZIP archive, as programs pack a folder: stored or deflated, not encrypted, in one piece. What the archive says
 * of a file's size is checked before it is unpacked, and no file is unpacked beyond it. Layout: PKWARE APPNOTE 6.3, 4.3.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { Lie } from './reading.ts';

export type ZipEntry = Readonly<{ name: string; size: number; bytes: () => Uint8Array }>;

const [localMark, centralMark, endMark] = [0x04034b50, 0x02014b50, 0x06054b50];
const [localBytes, centralBytes, endBytes] = [30, 46, 22];
const longestComment = 0xffff;
const [stored, deflated] = [0, 8];
const mostEntries = 4096;

/**
 * Null where its end is missing: it is still being written.
 * @throws Lie where it contradicts itself, or a file would be larger than `largestBytes`
 */
export function entriesOf(archive: Uint8Array, largestBytes: number): readonly ZipEntry[] | null {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = endOf(view);
  if (end === null) return null;
  const [count, start] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)];
  if (count > mostEntries || count !== view.getUint16(end + 8, true)) throw new Lie(`It says ${count} files.`);
  const entries: ZipEntry[] = [];
  let at = start;
  for (let i = 0; i < count; i += 1) {
    if (at + centralBytes > end || view.getUint32(at, true) !== centralMark)
      throw new Lie('Its list of files is damaged.');
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [crc, packed, size] = [
      view.getUint32(at + 16, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 24, true),
    ];
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(archive.subarray(at + centralBytes, at + centralBytes + nameLength));
    const local = view.getUint32(at + 42, true);
    const bytes = (): Uint8Array => {
      if ((flags & 1) !== 0) throw new Lie(`${name} is encrypted.`);
      if (size > largestBytes) throw new Lie(`${name} would have ${size} bytes, more than ${largestBytes}.`);
      return unpack(archive, view, { name, method, crc, packed, size, local });
    };
    entries.push({ name, size, bytes });
    at += centralBytes + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function endOf(view: DataView): number | null {
  const least = Math.max(0, view.byteLength - endBytes - longestComment);
  for (let at = view.byteLength - endBytes; at >= least; at -= 1) {
    const whole =
      view.getUint32(at, true) === endMark && at + endBytes + view.getUint16(at + 20, true) === view.byteLength;
    if (whole) return at;
  }
  return null;
}

type Packed = Readonly<{ name: string; method: number; crc: number; packed: number; size: number; local: number }>;

function unpack(archive: Uint8Array, view: DataView, { name, method, crc, packed, size, local }: Packed): Uint8Array {
  if (local + localBytes > archive.length || view.getUint32(local, true) !== localMark)
    throw new Lie(`${name} is not where the archive says.`);
  const from = local + localBytes + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (from + packed > archive.length) throw new Lie(`${name} is longer than the archive.`);
  const raw = archive.subarray(from, from + packed);
  if (method !== stored && method !== deflated) throw new Lie(`${name} is packed by method ${method}.`);
  // One byte more than it says is asked for, so that a file that goes on shows.
  const bytes = method === stored ? raw : inflateRawSync(raw, { maxOutputLength: size + 1 });
  if (bytes.length !== size || crc32(bytes) !== crc) throw new Lie(`${name} is damaged.`);
  return bytes;
}
