/** What the pages need to know of a batch's states. */
import type { BatchView } from '../../../../plant/batch-view.ts';

const ended: ReadonlySet<BatchView['state']> = new Set(['Complete', 'Stopped', 'Aborted']);

/** The batch has its outcome, archived or not; its record may be signed. */
export const hasEnded = ({ state }: Pick<BatchView, 'state'>): boolean => ended.has(state);

/** Its equipment is taken by it. */
export const isOpen = (batch: Pick<BatchView, 'state' | 'archived'>): boolean =>
  batch.archived !== true && batch.state !== 'Idle' && !hasEnded(batch);

const stands: ReadonlySet<BatchView['state']> = new Set(['Paused', 'Holding', 'Held', 'Stopping', 'Aborting']);

/** What the procedure says of a phase: one that a batch stands at is not active. */
export const phaseWord = (
  { state }: Pick<BatchView, 'state'>,
  phase: Pick<BatchView['phases'][number], 'state'>,
): string => (phase.state === 'active' && stands.has(state) ? state.toLowerCase() : phase.state);

/** What a skid runs: its open batch, or the newest that has ended there and is not archived yet. */
export function batchOn(skid: string, all: Iterable<BatchView>): BatchView | undefined {
  const own = [...all]
    .filter((one) => one.skid === skid && one.archived !== true && one.state !== 'Idle')
    .sort((one, other) => (other.startedAt ?? 0) - (one.startedAt ?? 0));
  return own.find(isOpen) ?? own[0];
}
