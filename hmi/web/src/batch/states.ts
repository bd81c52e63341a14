/** What the pages need to know of the states of batches, units and steps. Pure. */
import type { BatchView, StepView, UnitView } from '../../../../plant/batch-view.ts';

const ended: ReadonlySet<BatchView['state']> = new Set(['Complete', 'Stopped', 'Aborted']);

/** The batch, or a unit of it, has its outcome, archived or not; a batch's record may be signed then. */
export const hasEnded = ({ state }: Pick<BatchView, 'state'>): boolean => ended.has(state);

/** Its equipment is taken by it. */
export const isOpen = (batch: Pick<BatchView, 'state' | 'archived'>): boolean =>
  !batch.archived && batch.state !== 'Idle' && !hasEnded(batch);

export type UnitOfBatch = Readonly<{ batch: BatchView; unit: UnitView }>;

/** What a skid runs: its unit of an open batch, or of the newest that has ended there and is not archived yet. */
export function unitOn(skid: string, all: Iterable<BatchView>): UnitOfBatch | undefined {
  const own = [...all]
    .filter(({ archived, state }) => !archived && state !== 'Idle')
    .flatMap((batch) => batch.units.filter((unit) => unit.skid === skid).map((unit) => ({ batch, unit })))
    .sort((one, other) => (other.batch.startedAt ?? 0) - (one.batch.startedAt ?? 0));
  return own.find(({ batch, unit }) => isOpen(batch) && !unit.givenUp) ?? own[0];
}

/** Steps at which a unit stands now: more than one where branches run beside one another. */
export const currentSteps = ({ steps }: Pick<UnitView, 'steps'>): readonly StepView[] =>
  steps.filter(({ state }) => state === 'active' || state === 'ended');

/** `collect and sample`: where a unit stands, in the words of its steps; empty where it stands nowhere. */
export const currentText = (unit: Pick<UnitView, 'steps'>): string =>
  currentSteps(unit)
    .map(({ title }) => title)
    .join(' and ');

const stands: ReadonlySet<UnitView['state']> = new Set(['Paused', 'Holding', 'Held', 'Stopping', 'Aborting']);

/** What the procedure says of a step: one that its unit stands at is not active. */
export function stepWord({ state }: Pick<UnitView, 'state'>, step: Pick<StepView, 'state'>): string {
  if (step.state === 'active' && stands.has(state)) return state.toLowerCase();
  return step.state === 'ended' ? 'has ended, waits for a person' : step.state;
}

export const stateClass = (state: BatchView['state']): string => `batch-state ${state.toLowerCase()}`;

/** `QD-1, QD-2 and QD-3`. */
export function named(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
