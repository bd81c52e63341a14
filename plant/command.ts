/** A command: what someone or something asks of a skid, and what became of it (architecture.md, the way of a command). */
import type { UtcMs } from './clock.ts';
import type { Actor } from './people.ts';
import type { LocalTag, SkidName, TagName, TagValue } from './sample.ts';

export type CommandAction =
  /** Sets tags, in their engineering units, together: limits are checked on what they make as a whole. */
  | Readonly<{ kind: 'write'; writes: readonly Readonly<{ tag: LocalTag; value: number | boolean }>[] }>
  /** Asks for a safe state. Goes first and waits for nobody; its record follows. */
  | Readonly<{ kind: 'safe-state'; action: 'H' | 'S' }>
  /** Leaves a safe state that was asked for by command; refused while an interlock holds one. */
  | Readonly<{ kind: 'release' }>
  /** Resets the latched interlocks, then leaves the safe state; the person has inspected the skid on the spot. */
  | Readonly<{ kind: 'reset'; inspected: true }>;

export type Command = Readonly<{
  /** Given by the sender, and the same when it asks again: a command is carried out once. */
  id: string;
  skid: SkidName;
  action: CommandAction;
  actor: Actor;
  issuedAt: UtcMs;
  /** After this it is refused, wherever it has been in between. */
  expiresAt: UtcMs;
  reason?: string;
}>;

export type RefusedBy =
  'authority' | 'expiry' | 'limits' | 'interlock' | 'block' | 'link' | 'record' | 'state' | 'busy';

export type CommandOutcome =
  | Readonly<{ status: 'done'; message: string; readBack: TagValue }>
  /** Nothing was written. */
  | Readonly<{
      status: 'refused';
      by: RefusedBy;
      message: string;
      live: Readonly<{ tag: TagName; value: TagValue }> | null;
    }>
  /** It was, or may have been, written, and the reading back does not confirm it. */
  | Readonly<{ status: 'failed'; message: string; readBack: TagValue }>;
