/** Flush: cadmium off first, then chalcogen, then ligand, water in their place each time; then water until its volume has passed. */
import { formatValue } from '../../../plant/quantity.ts';
import { valueOf, type PhaseContext, type PhaseDefinition, type PhaseOutcome } from './phase.ts';

/** Below this a pump counts as standing. */
const noFlowMlPerMin = 0.5;

export const flush: PhaseDefinition = {
  name: 'flush',
  title: 'Flush',
  arguments: { volume: { unit: 'mL', least: 1 } },
  begins: ['primed', 'hot', 'steady', 'rinsed'],
  leaves: 'rinsed',
  timeLimitS: (plan, values) => 300 + (2 * 60 * (values.volume ?? 0)) / plan.totalMlPerMin,
  step: flushStep,
};

function flushStep(context: PhaseContext): PhaseOutcome {
  const { plan, skid, memory, dtS } = context;
  const { cadmium, chalcogen, flush: water } = skid.readings;
  const stage = memory.stage ?? 0;
  const off = { cadmium: 0, diverter: 0, backPressure: plan.backPressureBarG };
  if (stage === 0) {
    // A batch that was held here finds its feeds at zero already: then nothing but water is turned on.
    const fed =
      skid.setPoints.ligand !== 0 || skid.setPoints.chalcogen !== 0 || cadmium === null || cadmium > noFlowMlPerMin;
    if (!fed) return flushStep({ ...context, memory: { stage: 2, passedMl: 0 } });
    return {
      wanted: {
        ...off,
        ligand: plan.ligandMlPerMin,
        chalcogen: plan.chalcogenMlPerMin,
        flush: plan.cadmiumMlPerMin,
      },
      memory: cadmium !== null && cadmium <= noFlowMlPerMin ? { stage: 1 } : { stage: 0 },
      waitsFor: `cadmium flow ${formatValue(cadmium, 'mL/min', 1)}, waiting for it to stand`,
    };
  }
  if (stage === 1) {
    return {
      wanted: {
        ...off,
        chalcogen: 0,
        ligand: plan.ligandMlPerMin,
        flush: plan.chalcogenMlPerMin + plan.cadmiumMlPerMin,
      },
      memory: chalcogen !== null && chalcogen <= noFlowMlPerMin ? { stage: 2, passedMl: 0 } : { stage: 1 },
      waitsFor: `chalcogen flow ${formatValue(chalcogen, 'mL/min', 1)}, waiting for it to stand`,
    };
  }
  const volume = valueOf(context, 'volume');
  const passedMl = (memory.passedMl ?? 0) + ((water ?? 0) * dtS) / 60;
  return {
    wanted: { ...off, chalcogen: 0, ligand: 0, flush: plan.totalMlPerMin },
    memory: { stage: 2, passedMl },
    waitsFor: `${formatValue(passedMl, 'mL', 0)} of water, waiting for ${formatValue(volume, 'mL', 0)}`,
    ...(passedMl >= volume ? { done: true as const } : {}),
  };
}
