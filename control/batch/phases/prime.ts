/** Prime: ligand and chalcogen fill their lines, unheated and to waste, and their pumps are proven. Cadmium waits for stage 2. */
import { formatValue } from '../../../plant/quantity.ts';
import { flowsOutOfBand } from './bands.ts';
import { quantityOf, type PhaseBehaviour, type PhaseContext, type PhaseOutcome } from './phase.ts';
import { stepBand } from './proof.ts';
import { heatOff, ofSkid, safePressure, toWaste } from './standing.ts';

const patienceS = 5;

export const prime: PhaseBehaviour = {
  name: 'prime',
  timeLimitS: (context) => 2 * quantityOf(context, 'for') + 120,
  step: primeStep,
};

function primeStep(context: PhaseContext): PhaseOutcome {
  const { plan, skid, timeS } = context;
  const out = flowsOutOfBand(skid, plan, quantityOf(context, 'flowBand'), ['ligand', 'chalcogen']);
  const before = context.doubted ? {} : context.memory;
  const { memory, heldS } = stepBand(before, out.length === 0, timeS, patienceS);
  const leftS = quantityOf(context, 'for') - (heldS ?? 0);
  const outcome = {
    wanted: ofSkid(skid, {
      ...heatOff,
      ...toWaste,
      cadmium: 0,
      shell: 0,
      flush: 0,
      ligand: plan.ligandMlPerMin,
      chalcogen: plan.chalcogenMlPerMin,
      ...safePressure(skid, plan.backPressureBarG),
    }),
    memory,
    waitsFor: out.length > 0 ? out.join(', ') : `flows in band, ${Math.max(0, leftS).toFixed(0)} s to go`,
  };
  if (heldS === null || leftS > 0 || out.length > 0) return outcome;
  const figures = {
    ligand: formatValue(skid.points.ligand ?? null, 'mL/min', 2),
    chalcogen: formatValue(skid.points.chalcogen ?? null, 'mL/min', 2),
  };
  return { ...outcome, done: true, figures };
}
