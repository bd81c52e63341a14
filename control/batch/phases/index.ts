/** What every phase does, by the name under which plant/recipe/phases.ts has its form. */
import { collect } from './collect.ts';
import { foulingFlush } from './fouling-flush.ts';
import { heatUp } from './heat-up.ts';
import { leakTest } from './leak-test.ts';
import type { PhaseBehaviour } from './phase.ts';
import { prime } from './prime.ts';
import { instruct, lineClearance, sample } from './prompts.ts';
import { shell } from './shell.ts';
import { shutdown } from './shutdown.ts';
import { stage1 } from './stage-1.ts';
import { stage2 } from './stage-2.ts';
import { steadyState } from './steady-state.ts';

const all: readonly PhaseBehaviour[] = [
  lineClearance,
  leakTest,
  prime,
  heatUp,
  stage1,
  stage2,
  shell,
  steadyState,
  collect,
  sample,
  instruct,
  shutdown,
  foulingFlush,
];

export const behaviours: ReadonlyMap<string, PhaseBehaviour> = new Map(all.map((phase) => [phase.name, phase]));
