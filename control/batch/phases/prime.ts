/** Prime: ligand and chalcogen fill their lines, cold and to waste, and their pumps are proven. Cadmium waits for steady state. */
import { flowsOutOfBand, stepBand } from './band.ts';
import { valueOf, type PhaseContext, type PhaseDefinition, type PhaseOutcome } from './phase.ts';

const patienceS = 5;

export const prime: PhaseDefinition = {
  name: 'prime',
  title: 'Prime',
  arguments: { for: { unit: 's', least: 1 }, flowBand: { unit: '%', least: 0.5, default: 10 } },
  begins: ['cold', 'primed'],
  leaves: 'primed',
  timeLimitS: (_, values) => 2 * (values.for ?? 0) + 120,
  step: primeStep,
};

function primeStep(context: PhaseContext): PhaseOutcome {
  const { plan, skid, timeS } = context;
  const out = flowsOutOfBand(skid, plan, valueOf(context, 'flowBand'), ['ligand', 'chalcogen']);
  const { memory, heldS } = stepBand(context.memory, out.length === 0, timeS, patienceS);
  const leftS = valueOf(context, 'for') - (heldS ?? 0);
  return {
    wanted: {
      cadmium: 0,
      ligand: plan.ligandMlPerMin,
      chalcogen: plan.chalcogenMlPerMin,
      flush: 0,
      temperature: 0,
      backPressure: plan.backPressureBarG,
      diverter: 0,
    },
    memory,
    waitsFor: out.length > 0 ? out.join(', ') : `flows in band, ${Math.max(0, leftS).toFixed(0)} s to go`,
    ...(heldS !== null && leftS <= 0 && out.length === 0 ? { done: true as const } : {}),
  };
}
