/** A command on its way through the steps of the command path. */
import type { Command } from '../../plant/command.ts';
import type { CommandField } from './command-field.ts';
import type { Refusal } from './refusal.ts';

/** What a command under way is looked at with; `check` says whether it may still go on. */
export type Course = Readonly<{
  command: Command;
  field: CommandField;
  expired: () => Refusal | null;
  /** How often a safe state had been asked when the command was given. */
  askings: number;
  /** Makes the intent durable. Null: it is; else nothing may be written. */
  intend: () => Promise<Refusal | null>;
}>;
