/** What an interlock's event looks like in the record. */
import type { UtcMs } from '../../plant/clock.ts';
import type { PastEvent } from '../../plant/record-outbox.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { InterlockResponse } from '../../plant/ports/interlock-work.ts';
import { proofTestData, type ProofTest } from './proof-schedule.ts';
import { responseData } from './responses-kept.ts';
import type { GuardEvent } from './state.ts';

/** An event with the figures it may carry. */
export type ToldEvent = GuardEvent & Readonly<{ response?: InterlockResponse; proofTest?: ProofTest }>;

export const service = { kind: 'service', part: 'interlocks' } as const;

export const recordOf = (skid: SkidName, event: ToldEvent, at: UtcMs): PastEvent => ({
  scope: `skid/${skid}`,
  actor: event.actor ?? service,
  action: event.action,
  object: event.row === null ? event.title : `interlock ${event.row}`,
  reason: event.message,
  data: {
    title: event.title,
    demand: event.demand,
    row: event.row === null ? null : String(event.row),
    ...(event.commandId !== null && { command: event.commandId }),
    ...(event.response !== undefined && responseData(event.response)),
    ...(event.proofTest !== undefined && proofTestData(event.proofTest)),
  },
  happenedAt: at,
});
