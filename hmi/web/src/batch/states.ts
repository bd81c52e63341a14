/** What the pages need to know of a batch's states. */
import type { BatchView } from '../../../../plant/batch-view.ts';

const ended: ReadonlySet<BatchView['state']> = new Set(['Complete', 'Stopped', 'Aborted']);

export const hasEnded = ({ state }: Pick<BatchView, 'state'>): boolean => ended.has(state);
export const isOpen = (batch: Pick<BatchView, 'state'>): boolean => !hasEnded(batch);
