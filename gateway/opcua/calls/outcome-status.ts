/** What became of a command, as an OPC UA client is told it: a StatusCode (Part 4, 7.39) and words. Pure. */
import type { CommandOutcome, RefusedBy } from '../../../plant/command.ts';
import type { TagValue } from '../../../plant/sample.ts';

/** Names of StatusCodes as the OPC Foundation's StatusCode.csv has them. */
export type StatusName =
  | 'Good'
  | 'BadUserAccessDenied'
  | 'BadTimeout'
  | 'BadOutOfRange'
  | 'BadTypeMismatch'
  | 'BadInvalidState'
  | 'BadInvalidArgument'
  | 'BadNoCommunication'
  | 'BadResourceUnavailable'
  | 'BadServerTooBusy'
  | 'BadDeviceFailure'
  | 'BadNodeIdUnknown'
  | 'BadNotWritable'
  | 'BadWriteNotSupported';

export type CallAnswer = Readonly<{
  status: StatusName;
  /** `done`, `refused by interlock`, `failed`. */
  result: string;
  message: string;
  /** The tag that refused it and its live value; empty where none did. */
  liveTag: string;
  liveValue: TagValue;
  readBack: TagValue;
}>;

const refusals: Readonly<Record<RefusedBy, StatusName>> = {
  authority: 'BadUserAccessDenied',
  expiry: 'BadTimeout',
  limits: 'BadOutOfRange',
  interlock: 'BadInvalidState',
  block: 'BadInvalidState',
  state: 'BadInvalidState',
  link: 'BadNoCommunication',
  record: 'BadResourceUnavailable',
  busy: 'BadServerTooBusy',
};

export function answerOf(outcome: CommandOutcome): CallAnswer {
  const { message } = outcome;
  switch (outcome.status) {
    case 'done':
      return { ...nothing, status: 'Good', result: 'done', message, readBack: outcome.readBack };
    case 'failed':
      return { ...nothing, status: 'BadDeviceFailure', result: 'failed', message, readBack: outcome.readBack };
    case 'refused': {
      const live = outcome.live === null ? {} : { liveTag: outcome.live.tag, liveValue: outcome.live.value };
      return { ...nothing, ...live, status: refusals[outcome.by], result: `refused by ${outcome.by}`, message };
    }
  }
}

/** A call that never was a command, because it could not be read. */
export const unreadable = (status: StatusName, message: string): CallAnswer => ({
  ...nothing,
  status,
  result: 'refused by its arguments',
  message,
});

const nothing = { liveTag: '', liveValue: null, readBack: null } as const;
