/** What of a batch is a skid's. */
import type { BatchState, BatchView, UnitView } from './batch-view.ts';
import { moves } from './recipe/line.ts';
import type { SkidName } from './sample.ts';

const over: ReadonlySet<BatchState> = new Set(['Idle', 'Complete', 'Stopped', 'Aborted']);

/** The batch, and the skid with it, is free of each other. */
export const isOver = (state: BatchState): boolean => over.has(state);

export const unitOn = ({ units }: Pick<BatchView, 'units'>, skid: SkidName): UnitView | null =>
  units.find((unit) => unit.skid === skid) ?? null;

/** The phase that a skid is in: of several at once the one that moves the line. Null while none is. */
export function phaseOn({ steps, state }: Pick<UnitView, 'steps' | 'state'>): string | null {
  if (isOver(state)) return null;
  const active = steps.filter((step) => step.state === 'active' || step.state === 'ended');
  return (active.find(moves) ?? active[0])?.phase ?? null;
}
