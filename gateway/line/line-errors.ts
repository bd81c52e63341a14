/** A device that answered that it will not, and what that says of its values. */
import type { LineRefusal } from '../../plant/device-model.ts';
import { badConfigurationError, badDeviceFailure, badOutOfService, type Quality } from '../../plant/quality.ts';
import { qualityOfFailure } from '../modbus/link-errors.ts';

export class LineRefused extends Error {
  override readonly name = 'LineRefused';
  readonly refusal: LineRefusal;

  constructor(refusal: LineRefusal, line: string) {
    super(`${line} (${refusal.text})`);
    this.refusal = refusal;
  }
}

const qualities: Readonly<Record<LineRefusal['means'], Quality>> = {
  configuration: badConfigurationError,
  device: badDeviceFailure,
  busy: badOutOfService,
};

/** The quality of a value whose reading ended in `thrown`. */
export function qualityOfLineFailure(thrown: unknown): Quality {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause instanceof LineRefused ? qualities[cause.refusal.means] : qualityOfFailure(thrown);
}
