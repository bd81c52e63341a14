/** The register writes in a stretch of Modbus TCP requests, read here apart from the product. */

export type RegisterWrite = Readonly<{ address: number; value: number }>;

/** Requests are taken as whole frames, as one write of a small frame arrives. */
export function writesIn(bytes: Buffer): readonly RegisterWrite[] {
  const writes: RegisterWrite[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += 6 + bytes.readUInt16BE(at + 4)) {
    const code = bytes.readUInt8(at + 7);
    if (code === 6) writes.push({ address: bytes.readUInt16BE(at + 8), value: bytes.readUInt16BE(at + 10) });
    if (code === 16) {
      const [first, count] = [bytes.readUInt16BE(at + 8), bytes.readUInt16BE(at + 10)];
      for (let index = 0; index < count; index += 1) {
        writes.push({ address: first + index, value: bytes.readUInt16BE(at + 13 + 2 * index) });
      }
    }
  }
  return writes;
}
