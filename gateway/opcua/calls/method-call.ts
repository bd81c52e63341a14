/** The methods of a skid, and how the arguments of a call become a command. Pure: the worker hands over plain values. */
import { batchCommands, type BatchCommand } from '../../../plant/batch-view.ts';
import type { CommandAction } from '../../../plant/command.ts';
import type { Permission } from '../../../plant/ports/access.ts';
import { localTag } from '../../../plant/sample.ts';
import { answerOf, unreadable, type CallAnswer } from './outcome-status.ts';
import type { SkidPlan } from '../plan/space-plan.ts';

export const methodNames = [
  'Write',
  'HotHold',
  'Release',
  'Reset',
  'BatchCommand',
  'StartBatch',
  'SignRecord',
] as const;
export type MethodName = (typeof methodNames)[number];

export type ArgumentPlan = Readonly<{
  name: string;
  /** `BaseDataType` takes a number or a Boolean, as the tag asks. */
  dataType: 'String' | 'Boolean' | 'BaseDataType';
  description: string;
}>;

export type MethodPlan = Readonly<{
  /** What the service's table asks of whoever calls it. */
  permission: Permission;
  description: string;
  takes: readonly ArgumentPlan[];
  /** Who signs it: it takes a signature, which is given at a page and nowhere else. */
  signed?: string;
}>;

const reason: ArgumentPlan = {
  name: 'Reason',
  dataType: 'String',
  description: 'Why, in words for the record. May be empty.',
};

export const methods: Readonly<Record<MethodName, MethodPlan>> = {
  Write: {
    permission: 'write set point',
    description: 'Sets a tag within its limits, reads it back and records it. Refused while an interlock forbids it.',
    takes: [
      { name: 'Tag', dataType: 'String', description: 'The tag within the skid, such as R201/TIC-201.SP.' },
      { name: 'Value', dataType: 'BaseDataType', description: "A number in the tag's unit, or a Boolean." },
    ],
  },
  HotHold: {
    permission: 'ask safe state',
    description: 'Asks the field controller for HOT-HOLD. Goes first and waits for nothing; its record follows.',
    takes: [reason],
  },
  Release: {
    permission: 'release safe state',
    description: 'Leaves a safe state that was asked for by command. Refused while an interlock holds one.',
    takes: [reason],
  },
  Reset: {
    permission: 'reset interlocks',
    description: 'Resets the latched interlocks, once their causes are gone, and leaves the safe state.',
    takes: [
      { name: 'Inspected', dataType: 'Boolean', description: 'True: the skid was inspected on the spot.' },
      reason,
    ],
  },
  BatchCommand: {
    permission: 'command batch',
    description: `Commands the newest batch of the skid: ${batchCommands.join(', ')}. ISA-88's states decide whether it may be now.`,
    takes: [
      { name: 'Command', dataType: 'String', description: 'The command, such as Hold.' },
      { name: 'Reason', dataType: 'String', description: 'Why, in words for the record.' },
    ],
  },
  StartBatch: {
    permission: 'view',
    description: 'Always refused here: a start is signed at a page.',
    takes: [{ name: 'Recipe', dataType: 'String', description: 'The master recipe.' }],
    signed: 'A start is signed by everybody whom the recipe asks, each with their password',
  },
  SignRecord: {
    permission: 'view',
    description: 'Always refused here: a record is signed at a page.',
    takes: [
      { name: 'Batch', dataType: 'String', description: 'The batch.' },
      { name: 'Meaning', dataType: 'String', description: 'What the signature means, such as reviewed.' },
    ],
    signed: 'A record is signed by the person who has read it, with their password',
  },
};

/** What each method answers, after its StatusCode. */
export const methodGives: readonly ArgumentPlan[] = [
  { name: 'Result', dataType: 'String', description: 'done, failed, or refused and by what.' },
  { name: 'Message', dataType: 'String', description: 'In words: what was done, or what refused it.' },
  { name: 'LiveTag', dataType: 'String', description: 'The tag whose value refused it; empty where none did.' },
  { name: 'LiveValue', dataType: 'String', description: 'Its live value.' },
  { name: 'ReadBack', dataType: 'String', description: 'What the device says after a write.' },
];

/** An argument as the stack decoded it; `undefined` where it is neither a finite number, a Boolean nor a text. */
export type PlainValue = number | boolean | string | undefined;

export type ReadCall =
  | Readonly<{ action: CommandAction; reason: string | null }>
  | Readonly<{ batch: BatchCommand; reason: string }>
  | Readonly<{ refused: CallAnswer }>;

const longestReason = 500;

export function readCall(skid: SkidPlan, method: MethodName, given: readonly PlainValue[]): ReadCall {
  switch (method) {
    case 'Write':
      return readWrite(skid, given);
    case 'HotHold':
      return withReason({ kind: 'safe-state', action: 'H' }, given[0]);
    case 'Release':
      return withReason({ kind: 'release' }, given[0]);
    case 'Reset':
      return given[0] === true
        ? withReason({ kind: 'reset', inspected: true }, given[1])
        : { refused: unreadable('BadInvalidArgument', 'Inspect the skid on the spot first, then say so: Inspected.') };
    case 'BatchCommand':
      return readBatchCommand(given);
    case 'StartBatch':
    case 'SignRecord': {
      const message = `${methods[method].signed ?? ''}: do it at a page of the service.`;
      return { refused: answerOf({ status: 'refused', by: 'authority', message, live: null }) };
    }
  }
}

function readBatchCommand([given, words]: readonly PlainValue[]): ReadCall {
  const batch = batchCommands.find((one) => one === given);
  if (batch === undefined) {
    const named = String(given).slice(0, 100);
    const message = `${named} is no command of a batch; there are ${batchCommands.join(', ')}.`;
    return { refused: unreadable('BadInvalidArgument', message) };
  }
  const safe = batch === 'Hold' || batch === 'Stop' || batch === 'Abort';
  const reason = typeof words === 'string' ? words.trim() : '';
  // What goes in the safe direction is never refused for its words.
  if (!safe && (reason === '' || reason.length > longestReason)) {
    return { refused: unreadable('BadInvalidArgument', `A reason has 1 to ${longestReason} characters.`) };
  }
  return { batch, reason: reason === '' ? 'asked over OPC UA, without a reason' : reason.slice(0, longestReason) };
}

function readWrite(skid: SkidPlan, [tag, value]: readonly PlainValue[]): ReadCall {
  // The node id, as a client sees it while it browses, names the tag as well.
  const plan = skid.tags.find(({ local, nodeId }) => tag === local || tag === nodeId);
  if (plan === undefined) {
    const named = String(tag).slice(0, 100);
    return { refused: unreadable('BadNodeIdUnknown', `${skid.name} has no tag ${named}.`) };
  }
  const asked = plan.form.kind === 'two-state' ? 'boolean' : 'number';
  if (typeof value !== asked || typeof value === 'string' || value === undefined) {
    const takes = asked === 'boolean' ? 'true or false' : 'a finite number';
    return { refused: unreadable('BadTypeMismatch', `${plan.nodeId} takes ${takes}.`) };
  }
  return { action: { kind: 'write', writes: [{ tag: localTag(plan.local), value }] }, reason: null };
}

function withReason(action: CommandAction, given: PlainValue): ReadCall {
  const text = typeof given === 'string' ? given.trim() : '';
  // What goes in the safe direction is never refused for its words.
  if (text.length > longestReason && action.kind !== 'safe-state') {
    return { refused: unreadable('BadInvalidArgument', `A reason has at most ${longestReason} characters.`) };
  }
  return { action, reason: text === '' ? null : text.slice(0, longestReason) };
}
