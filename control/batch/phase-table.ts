/**
 * The ISA-88 state table: 12 states by 8 commands, 96 cells, of which 25 are legal. A command that a state does not take
 * is refused with a reason for a person, and nothing changes. What the equipment brings about by itself is apart, in
 * `internalTransitions`.
 */
import { batchCommands, batchStates, type BatchCommand, type BatchState } from '../../plant/batch-view.ts';

export type Cell = Readonly<{ legal: true; to: BatchState } | { legal: false; reason: string }>;

type Rule = Readonly<{ from: readonly BatchState[]; to: BatchState }>;

const holdable: readonly BatchState[] = ['Running', 'Pausing', 'Paused', 'Restarting'];

const rules: Readonly<Record<BatchCommand, Rule>> = {
  Start: { from: ['Idle'], to: 'Running' },
  Pause: { from: ['Running'], to: 'Pausing' },
  Resume: { from: ['Paused'], to: 'Running' },
  Hold: { from: holdable, to: 'Holding' },
  Restart: { from: ['Held'], to: 'Restarting' },
  Stop: { from: [...holdable, 'Holding', 'Held'], to: 'Stopping' },
  Abort: { from: [...holdable, 'Holding', 'Held', 'Stopping', 'Stopped'], to: 'Aborting' },
  Reset: { from: ['Complete', 'Stopped', 'Aborted'], to: 'Idle' },
};

const words: Readonly<Record<BatchState, string>> = {
  Idle: 'is idle: nothing of it runs',
  Running: 'is running',
  Complete: 'is complete',
  Pausing: 'is pausing',
  Paused: 'is paused',
  Holding: 'is going to HOT-HOLD',
  Held: 'is held in HOT-HOLD',
  Restarting: 'is restarting',
  Stopping: 'is stopping',
  Stopped: 'was stopped',
  Aborting: 'is aborting',
  Aborted: 'was aborted',
};

const cellOf = (state: BatchState, command: BatchCommand): Cell => {
  const { from, to } = rules[command];
  if (from.includes(state)) return { legal: true, to };
  return { legal: false, reason: `The batch ${words[state]}; ${command} is for one that is ${oneOf(from)}.` };
};

const table: Readonly<Record<BatchState, Readonly<Record<BatchCommand, Cell>>>> = byKey(batchStates, (state) =>
  byKey(batchCommands, (command) => cellOf(state, command)),
);

/** What `command` does in `state`, or why it does nothing. */
export const cell = (state: BatchState, command: BatchCommand): Cell => table[state][command];

/** What happens without a command, and on what. */
export const internalTransitions: readonly Readonly<{ from: BatchState; to: BatchState; when: string }>[] = [
  { from: 'Running', to: 'Complete', when: 'the last phase has ended' },
  { from: 'Pausing', to: 'Paused', when: 'no set point is on its way' },
  { from: 'Holding', to: 'Held', when: 'the field confirms HOT-HOLD or higher' },
  { from: 'Restarting', to: 'Running', when: 'permissive, heat-up and steady state have been proven anew' },
  { from: 'Stopping', to: 'Stopped', when: 'the field confirms HOT-HOLD or higher' },
  { from: 'Aborting', to: 'Aborted', when: 'the field confirms HOT-HOLD or higher' },
  ...holdable.map((from) => ({ from, to: 'Holding' as const, when: 'an interlock, the field or a fault holds it' })),
  ...([...holdable, 'Holding', 'Stopping', 'Aborting'] as const).map((from) => ({
    from,
    to: 'Held' as const,
    when: 'the service was started again',
  })),
];

/** The phases advance, and an interlock or a fault holds the batch. */
export const isActive = (state: BatchState): boolean => holdable.includes(state);

/** The batch has ended; its record may be signed. */
export const isFinal = (state: BatchState): boolean =>
  state === 'Complete' || state === 'Stopped' || state === 'Aborted';

/** The skid is taken. */
export const occupiesSkid = (state: BatchState): boolean => state !== 'Idle' && !isFinal(state);

function oneOf(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${last}` : last;
}

function byKey<K extends string, V>(keys: readonly K[], valueOf: (key: K) => V): Readonly<Record<K, V>> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, V>;
}
