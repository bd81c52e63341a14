/** Why a command is refused, and the live value that says so. */
import type { CommandOutcome, RefusedBy } from '../../plant/command.ts';
import { tagName, type LocalTag, type Sample } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';

export type Refusal = Extract<CommandOutcome, { status: 'refused' }>;
export type Samples = ReadonlyMap<LocalTag, Sample>;

export const refused = (by: RefusedBy, message: string, live: Refusal['live'] = null): Refusal => ({
  status: 'refused',
  by,
  message,
  live,
});

export const liveOf = (skid: Skid, samples: Samples | null, tag: LocalTag | undefined): Refusal['live'] =>
  tag === undefined ? null : { tag: tagName(skid.name, tag), value: samples?.get(tag)?.value ?? null };
