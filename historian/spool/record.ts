/**
 * How records lie in a segment: marker, length (u32), CRC-32 (u32, over the length and the payload), payload; numbers little
 * endian. The marker lets a reader find the next good record behind a damaged one.
 */
import { crc32 } from 'node:zlib';

export const recordHeaderBytes = 12;
/** No record is longer; a length beyond it is damage. */
export const longestPayload = 32 * 1024 * 1024;

const marker = Buffer.from([0x9d, 0x4d, 0x53, 0x52]);

/** A record found whole, at `from` up to `to` in the bytes that were walked. */
export type FoundRecord = Readonly<{ from: number; to: number; payload: Buffer }>;
export type Damage = Readonly<{ from: number; to: number }>;
export type Walk = Readonly<{ records: readonly FoundRecord[]; damage: readonly Damage[] }>;

export function frame(payload: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(recordHeaderBytes + payload.length);
  marker.copy(record, 0);
  record.writeUInt32LE(payload.length, 4);
  record.writeUInt32LE(checksum(record.subarray(4, 8), payload), 8);
  record.set(payload, recordHeaderBytes);
  return record;
}

/** The whole record at `offset`, or null where there is none. */
export function recordAt(bytes: Buffer, offset: number): FoundRecord | null {
  const length = claimedLength(bytes, offset);
  if (length === null) return null;
  const from = offset + recordHeaderBytes;
  const to = from + length;
  if (to > bytes.length) return null;
  const payload = bytes.subarray(from, to);
  if (bytes.readUInt32LE(offset + 8) !== checksum(bytes.subarray(offset + 4, offset + 8), payload)) return null;
  return { from: offset, to, payload };
}

/** How long the payload at `offset` says it is, or null where no record begins. */
export function claimedLength(bytes: Buffer, offset: number): number | null {
  if (offset + recordHeaderBytes > bytes.length) return null;
  if (bytes.compare(marker, 0, 4, offset, offset + 4) !== 0) return null;
  const length = bytes.readUInt32LE(offset + 4);
  return length === 0 || length > longestPayload ? null : length;
}

/** Every good record of a segment in order, and the stretches between them that are none. */
export function walk(bytes: Buffer): Walk {
  const records: FoundRecord[] = [];
  const damage: Damage[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const record = recordAt(bytes, offset) ?? nextRecord(bytes, offset + 1);
    const from = record?.from ?? bytes.length;
    if (from > offset) damage.push({ from: offset, to: from });
    if (record !== null) records.push(record);
    offset = record?.to ?? bytes.length;
  }
  return { records, damage };
}

function nextRecord(bytes: Buffer, from: number): FoundRecord | null {
  for (let at = bytes.indexOf(marker, from); at !== -1; at = bytes.indexOf(marker, at + 1)) {
    const record = recordAt(bytes, at);
    if (record !== null) return record;
  }
  return null;
}

const checksum = (length: Uint8Array, payload: Uint8Array): number => crc32(payload, crc32(length));
