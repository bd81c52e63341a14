/** What a Modbus server serves: a device's registers, as it lets a client see and set them. */

/** Texts by object id: 0 vendor, 1 product code, 2 revision; more from 3 and from 128 on. */
export type DeviceObjects = ReadonlyMap<number, string>;

export type BitArea = 'coil' | 'discrete';
export type WordArea = 'holding' | 'input';

/** Exception codes of the Modbus Application Protocol 1.1b3, §7, as far as we answer them. */
export const illegalFunction = 1;
export const illegalDataAddress = 2;
export const illegalDataValue = 3;
export const serverDeviceFailure = 4;
export const gatewayTargetFailed = 11;
export type ExceptionCode =
  | typeof illegalFunction
  | typeof illegalDataAddress
  | typeof illegalDataValue
  | typeof serverDeviceFailure
  | typeof gatewayTargetFailed;

/**
 * A device's registers. Addresses are PDU addresses; `address + quantity` is at most 65 536. A write is all or nothing:
 * where it gives an exception, nothing has changed.
 */
export interface RegisterBank {
  /** What the device says of itself by 43/14; without it, it has not that function. */
  readonly objects?: DeviceObjects;
  readBits(area: BitArea, address: number, quantity: number): readonly boolean[] | ExceptionCode;
  readWords(area: WordArea, address: number, quantity: number): Uint16Array | ExceptionCode;
  writeBits(address: number, values: readonly boolean[]): ExceptionCode | null;
  writeWords(address: number, values: Uint16Array): ExceptionCode | null;
  /** The register becomes (itself AND `and`) OR (`or` AND NOT `and`); a bank without it has no FC22. */
  maskWord?(address: number, and: number, or: number): ExceptionCode | null;
}

export const isException = (answer: readonly boolean[] | Uint16Array | ExceptionCode): answer is ExceptionCode =>
  typeof answer === 'number';
