/** What a person does at the skid's own panel: the key switch, and the mode of the reactor's controller. Pure. */
import { mesolineError } from '../../plant/errors.ts';
import type { ControllerState, LoopMode } from './state.ts';

/** Turned to Local, the set points stand, and are the panel's from then on. */
export const turnedTo = (state: ControllerState, local: boolean): ControllerState => ({
  ...state,
  local,
  mode: local && state.mode === 'remote' ? 'auto' : state.mode,
});

/**
 * @param percent the heater's output, for `manual`
 * @throws MesolineError `fault-refused` in a safe state, which holds the heater off; `remote` in Local as well
 */
export function withMode(state: ControllerState, mode: LoopMode, percent: number): ControllerState {
  if (mode !== 'auto' && state.step !== 0) {
    throw mesolineError(
      'fault-refused',
      'loop-mode',
      `The controller is in step ${state.step}, which holds the heater off.`,
      'Leave the safe state first.',
    );
  }
  if (mode === 'remote' && state.local) {
    throw mesolineError('fault-refused', 'loop-mode', 'The key switch stands in Local.', 'Turn it to Remote first.');
  }
  return { ...state, mode, manualPercent: mode === 'manual' ? percent : 0 };
}
