/** One thing that a fault script does: a message of `fault-messages.ts` at a time of the process. */
export type ScriptEntry = Readonly<{
  /** Process time in s since the script began. */
  atS: number;
  message: Readonly<Record<string, unknown>>;
}>;
