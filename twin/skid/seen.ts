/** What the instruments see of the process that no single state holds: one place, so that they need not know its parts. */
import type { Faults, Gas, PHPlace } from '../faults.ts';
import type { TwinParameters } from './parameters.ts';

/** The temperatures of the liquid in the first stage and in the shell step, in °C. */
export const stepTemperaturesOf = (parameters: TwinParameters): Readonly<{ stage1C: number; shellC: number }> => ({
  stage1C: parameters.reactor.ambientC,
  shellC: parameters.reactor.ambientC,
});

/** The pH of what is fed and of what goes to waste, measured cold. */
export const coldPHOf = (faults: Faults): Readonly<Record<PHPlace, number>> => ({
  feed: faults.pH.feed ?? 11,
  waste: faults.pH.waste ?? 11,
});

/** What stands over the line's liquid in equilibrium, in ppm. */
export const headspacePpmOf = (): Readonly<Record<Gas, number>> => ({
  h2s: 0,
  h2se: 0,
  h2: 0,
});
