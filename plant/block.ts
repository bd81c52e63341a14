/** What keeps a skid, or one of its devices, from being commanded from here: somebody works on it, or it was switched to Local. */
import type { UtcMs } from './clock.ts';

export type Block = Readonly<{
  /** Null: the whole skid. */
  device: string | null;
  kind: 'local' | 'locked out';
  /** In words: who, why, since when, and what ends it. */
  message: string;
  /** Who locked it out; null where a switch in the field did, or its switch cannot be read. */
  by: string | null;
  /** Whose lock it is, by the id that is never reused: names may be alike. Missing where nobody's. */
  holder?: string;
  since: UtcMs | null;
  /**
   * Set where it is only not known that nothing blocks: the switch, or what is locked out, cannot be read. Nothing is begun
   * then; what runs goes on.
   */
  doubtful?: true;
}>;

/** The block that stands in the way of a command to `device`: the skid's first, then the device's own. */
export const blockOf = (blocks: readonly Block[], device: string): Block | null =>
  blocks.find((block) => block.device === null) ?? blocks.find((block) => block.device === device) ?? null;

/** The first block that is known to stand, not only feared to. */
export const standingBlock = (blocks: readonly Block[]): Block | null =>
  blocks.find(({ doubtful }) => doubtful !== true) ?? null;
