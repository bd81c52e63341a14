/** Marks whose meaning does not hang on colour alone: shape, text and colour together. */
import type { AlarmPriority } from '../../../../plant/skid/definition.ts';
import type { Block } from '../../../../plant/block.ts';
import type { Demand } from '../../../../plant/safe-state.ts';
import { skidState } from './skid-state.ts';

const shapes: Readonly<Record<AlarmPriority, string>> = {
  1: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z',
  2: 'M8 1l7 14H1z',
  3: 'M8 1l7 7-7 7-7-7z',
};

/** Priority 1 a red octagon, 2 an amber triangle, 3 a violet diamond, each with its number. */
export function PriorityMark({ priority, quiet }: Readonly<{ priority: AlarmPriority; quiet?: boolean }>) {
  return (
    <svg
      class={`priority p${priority}${quiet === true ? ' quiet' : ''}`}
      viewBox="0 0 16 16"
      role="img"
      aria-label={`Priority ${priority}`}
    >
      <path d={shapes[priority]} />
      <text x="8" y={priority === 2 ? 13.4 : 11.6} text-anchor="middle">
        {priority}
      </text>
    </svg>
  );
}

type DemandProps = Readonly<{
  demand: Demand;
  /** Whether a batch runs there, which only shows where nothing is demanded. */
  running?: boolean;
  /** What keeps it from being started. */
  blocks?: readonly Block[];
  testid?: string;
}>;

export function DemandMark({ demand, running, blocks, testid }: DemandProps) {
  const { level, sign, text } = skidState(demand, running === true, blocks ?? []);
  return (
    <span class={`demand ${level}`} data-testid={testid} data-demand={demand}>
      <span aria-hidden="true">{sign}</span> {text}
    </span>
  );
}

export const Rehearsal = () => <span class="tag-mark rehearsal">REHEARSAL</span>;
export const Twin = () => (
  <span class="tag-mark" title="The field of this skid is a digital twin">
    TWIN
  </span>
);
export const Scale = ({ times }: Readonly<{ times: number }>) =>
  times === 1 ? null : (
    <span class="tag-mark" title="The process runs faster than the wall clock">
      TIME ×{times}
    </span>
  );
