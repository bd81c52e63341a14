/** The phases that procedures are made of, by name. */
import { collect } from './collect.ts';
import { coolDown } from './cool-down.ts';
import { flush } from './flush.ts';
import { heatUp } from './heat-up.ts';
import { leakTest } from './leak-test.ts';
import type { PhaseDefinition } from './phase.ts';
import { prime } from './prime.ts';
import { steadyState } from './steady-state.ts';

const all = [leakTest, prime, heatUp, steadyState, collect, flush, coolDown];

export const phases: ReadonlyMap<string, PhaseDefinition> = new Map(all.map((phase) => [phase.name, phase]));

/** A phase that the loader has checked to be known. */
export function phaseNamed(name: string): PhaseDefinition {
  const phase = phases.get(name);
  if (phase === undefined) throw new RangeError(`phase ${name} of a checked recipe is not known`);
  return phase;
}
