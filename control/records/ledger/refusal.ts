/** Why an event could not be made durable, from whatever the database or the disk said. */
import { MesolineError, mesolineError, messageOf } from '../../../plant/errors.ts';

export function recordRefused(error: unknown): MesolineError {
  if (error instanceof MesolineError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const full = code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT';
  return mesolineError(
    'record-refused',
    'the ledger',
    full ? 'The disk is full, so nothing was recorded.' : `Nothing was recorded (${code} ${messageOf(error)}).`,
    full
      ? 'Make room on the disk that holds the data folder; recording goes on by itself.'
      : 'Look at the disk that holds the data folder and its permissions.',
    error,
  );
}
