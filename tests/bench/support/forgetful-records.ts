/** Takes every record and keeps none: what making them durable costs is measured elsewhere. */
import { utcMs } from '../../../plant/clock.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';

export const forgetful: RecordKeeper = {
  append: ({ scope }) => Promise.resolve({ scope, seq: 1, hash: '', utc: utcMs(0) }),
  read: () => Promise.resolve([]),
  scopes: () => Promise.resolve([]),
};
