/** What the record says of a command: its intent, its outcome, its refusal. Pure. */
import { isoUtc } from '../../plant/clock.ts';
import type { Command, CommandOutcome } from '../../plant/command.ts';
import { recordNumber, type RecordEvent, type RecordValue } from '../../plant/record-event.ts';
import { tagName, type SkidName, type TagValue } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { Samples } from './refusal.ts';

export const commandScope = (skid: SkidName): string => `skid/${skid}`;

export const recordValue = (value: TagValue): RecordValue => (typeof value === 'number' ? recordNumber(value) : value);

/** What every event of a command carries. */
function about(command: Command, skid: Skid | null): Pick<RecordEvent, 'scope' | 'actor' | 'object' | 'reason'> {
  const { action, actor, reason } = command;
  const only = action.kind === 'write' && action.writes.length === 1 ? action.writes[0] : undefined;
  return {
    // What names no skid of the site opens no scope of its own.
    scope: skid === null ? 'service' : commandScope(command.skid),
    actor,
    object: skid === null || only === undefined ? command.skid : tagName(skid.name, only.tag),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** What the command would change: one value with its unit, or several by tag. */
function change(
  command: Command,
  skid: Skid | null,
  samples: Samples | null,
): Pick<RecordEvent, 'old' | 'new' | 'unit'> {
  const { action } = command;
  if (action.kind === 'safe-state') return { new: action.action };
  if (action.kind !== 'write') return {};
  const [first, ...more] = action.writes;
  if (first === undefined) return {};
  const unit = skid?.type.tags.find(({ name }) => name === first.tag)?.unit ?? null;
  const old = (tag: typeof first.tag): RecordValue => recordValue(samples?.get(tag)?.value ?? null);
  if (more.length === 0) {
    return { old: old(first.tag), new: recordValue(first.value), ...(unit === null ? {} : { unit }) };
  }
  return {
    old: Object.fromEntries(action.writes.map(({ tag }) => [tag, old(tag)])),
    new: Object.fromEntries(action.writes.map(({ tag, value }) => [tag, recordValue(value)])),
  };
}

/** Of several values each has its own; of one it stands in the event's own field. */
function unitsOf({ action }: Command, skid: Skid): Readonly<Record<string, RecordValue>> {
  if (action.kind !== 'write' || action.writes.length < 2) return {};
  const unit = (tag: string): RecordValue => skid.type.tags.find(({ name }) => name === tag)?.unit ?? null;
  return { units: Object.fromEntries(action.writes.map(({ tag }) => [tag, unit(tag)])) };
}

export const intended = (command: Command, skid: Skid, samples: Samples | null): RecordEvent => ({
  ...about(command, skid),
  ...change(command, skid, samples),
  action: 'command-intended',
  data: {
    command: command.id,
    kind: command.action.kind,
    ...(command.action.kind === 'reset' ? { inspected: command.action.inspected } : {}),
    expiresAt: isoUtc(command.expiresAt),
    ...unitsOf(command, skid),
  },
});

/** @param skid null for one that the site does not have */
export function concluded(command: Command, skid: Skid | null, outcome: CommandOutcome): RecordEvent {
  const common = { command: command.id, kind: command.action.kind, message: outcome.message };
  switch (outcome.status) {
    case 'done':
    case 'failed':
      return {
        ...about(command, skid),
        ...(outcome.readBack === null ? {} : { new: recordValue(outcome.readBack) }),
        action: `command-${outcome.status}`,
        data: common,
      };
    case 'refused': {
      const live = outcome.live === null ? {} : { live: outcome.live.tag, value: recordValue(outcome.live.value) };
      return {
        ...about(command, skid),
        ...change(command, skid, null),
        action: 'command-refused',
        data: { ...common, by: outcome.by, ...live },
      };
    }
  }
}

/** An intent whose outcome nobody can know any more. */
export const unknownOutcome = (intent: RecordEvent): RecordEvent => ({
  scope: intent.scope,
  actor: intent.actor,
  object: intent.object,
  action: 'command-failed',
  data: {
    command: intent.data?.command ?? null,
    kind: intent.data?.kind ?? null,
    outcome: 'unknown: the service ended in between',
  },
});
