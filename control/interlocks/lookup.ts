/** What a scan's samples say of a tag, as expressions ask it. */
import type { Evaluated, Lookup } from '../../plant/expression.ts';
import type { GuardScan } from '../../plant/ports/scan-guard.ts';
import { badWaitingForInitialData } from '../../plant/quality.ts';

const unseen: Evaluated = { value: null, quality: badWaitingForInitialData };

export const lookupIn =
  (samples: GuardScan['samples']): Lookup =>
  (tag) =>
    samples.get(tag) ?? unseen;
