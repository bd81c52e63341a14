/** What somebody may do with the locks of a place, a skid or a device. Pure; the server decides again. */
import type { Block } from '../../../../plant/block.ts';

export type Place = Readonly<{ blocks: readonly Block[]; device: string | null }>;
/** Why each may not be done by this person, or null. */
export type Denied = Readonly<{ lock: string | null; backOfOthers: string | null }>;

/** @param me id of the person. `back` is null where there is no lock to give back; each else says why not, or null. */
export function lockChoices(
  { blocks, device }: Place,
  me: string | null,
  denied: Denied,
): Readonly<{ lock: string | null; back: Readonly<{ refusedBy: string | null; others: string | null }> | null }> {
  const locks = blocks.filter(
    (block) => block.device === device && block.kind === 'locked out' && block.holder !== undefined,
  );
  const own = locks.some(({ holder }) => holder === me);
  const lock = denied.lock ?? (own ? 'You have locked it out already.' : null);
  const [first] = locks;
  if (first === undefined) return { lock, back: null };
  const back = own
    ? { refusedBy: denied.lock, others: null }
    : { refusedBy: denied.lock ?? denied.backOfOthers, others: first.by };
  return { lock, back };
}

/** Why a set point of `device` may not be written now, or null: the skid's own block, or the device's. */
export const writeRefusal = (blocks: readonly Block[], of: string | null): string | null =>
  blocks.find(({ device }) => device === null)?.message ??
  (of === null ? null : (blocks.find(({ device }) => device === of)?.message ?? null));
