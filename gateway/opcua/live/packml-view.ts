/**
 * Our ISA-88 states by the numbers of PackML's StateType (OPC 30050, ANSI/ISA-TR88.00.02), for displays that know these. Only
 * a view: no command is taken by it, and what PackML tells apart and we do not, never appears.
 */
import type { BatchState } from '../../../plant/batch-view.ts';

export const packMlStates = {
  Stopped: 2,
  Idle: 4,
  Suspended: 5,
  Execute: 6,
  Stopping: 7,
  Aborting: 8,
  Aborted: 9,
  Holding: 10,
  Held: 11,
  Unholding: 12,
  Suspending: 13,
  Complete: 17,
} as const;

/** A pause waits for the next point at which the recipe may stand, from outside the equipment: PackML's suspension. */
export const packMlOf: Readonly<Record<BatchState, keyof typeof packMlStates>> = {
  Idle: 'Idle',
  Running: 'Execute',
  Complete: 'Complete',
  Pausing: 'Suspending',
  Paused: 'Suspended',
  Holding: 'Holding',
  Held: 'Held',
  Restarting: 'Unholding',
  Stopping: 'Stopping',
  Stopped: 'Stopped',
  Aborting: 'Aborting',
  Aborted: 'Aborted',
};
