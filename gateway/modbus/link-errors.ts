/** What can come of a request on a link, other than its answer. */
import { mesolineError, type MesolineError } from '../../plant/errors.ts';
import {
  badConfigurationError,
  badDecodingError,
  badDeviceFailure,
  badNoCommunication,
  badNotConnected,
  badNotSupported,
  badOutOfService,
  badTimeout,
  type Quality,
} from '../../plant/quality.ts';

export type LinkFault =
  /** There is no connection; nothing was sent. */
  | 'link-down'
  /** The connection was lost while the request was under way: it may have been carried out. */
  | 'link-lost'
  | 'link-timeout'
  | 'link-malformed'
  /** The device answered that it will not. */
  | 'modbus-exception'
  /** The same from a device that speaks no Modbus. */
  | 'device-refused'
  /** The sender took it back when its turn came; nothing was sent. */
  | 'withdrawn';

export const linkFault = (code: LinkFault, where: string, problem: string, remedy: string): MesolineError =>
  mesolineError(code, where, problem, remedy);

/** An exception the device gave. */
export class ModbusException extends Error {
  override readonly name = 'ModbusException';
  readonly code: number;

  constructor(code: number) {
    super(`exception ${code} (${exceptionNames.get(code) ?? 'not in the standard'})`);
    this.code = code;
  }
}

const exceptionNames: ReadonlyMap<number, string> = new Map([
  [1, 'illegal function'],
  [2, 'illegal data address'],
  [3, 'illegal data value'],
  [4, 'server device failure'],
  [5, 'acknowledge'],
  [6, 'server device busy'],
  [8, 'memory parity error'],
  [10, 'gateway path unavailable'],
  [11, 'gateway target device failed to respond'],
]);

/** What a device's refusal was, as modbus-serial and we say it; null for any other error. */
export function exceptionOf(error: Error): ModbusException | null {
  if (error instanceof ModbusException) return error;
  return 'modbusCode' in error && typeof error.modbusCode === 'number' ? new ModbusException(error.modbusCode) : null;
}

/** What an exception says of the values that were asked for; the table is in `docs/field-protocols.md`. */
export function qualityOfException(code: number): Quality {
  switch (code) {
    case 1:
      return badNotSupported;
    case 2:
    case 3:
      return badConfigurationError;
    case 5:
    case 6:
      return badOutOfService;
    case 10:
    case 11:
      return badNoCommunication;
    default:
      return badDeviceFailure;
  }
}

/** The quality of values whose read ended in `thrown`. */
export function qualityOfFailure(thrown: unknown): Quality {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  if (cause instanceof ModbusException) return qualityOfException(cause.code);
  switch (codeOf(thrown)) {
    case 'link-timeout':
      return badTimeout;
    case 'link-malformed':
      return badDecodingError;
    case 'link-down':
    case 'link-lost':
      return badNotConnected;
    default:
      return badNoCommunication;
  }
}

export const codeOf = (thrown: unknown): string | null =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;
