/** A log that nobody reads, so that none is measured. */
import type { Log } from '../../../plant/log.ts';

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
