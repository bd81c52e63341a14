/** The checksum of Modbus on a serial line (MODBUS over Serial Line V1.02, 6.2.2). Pure. */

export const checksumLength = 2;

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

/** Of the first `end` bytes; sent with its low byte first. */
export function checksum(bytes: Uint8Array, end: number): number {
  let crc = 0xffff;
  for (let i = 0; i < end; i += 1) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
  return crc;
}

/** @param from where the body lies in `bytes` */
export function withChecksum(bytes: Buffer, from = 0, end = bytes.length): Buffer {
  const length = end - from;
  const frame = Buffer.allocUnsafe(length + checksumLength);
  bytes.copy(frame, 0, from, end);
  frame.writeUInt16LE(checksum(frame, length), length);
  return frame;
}
