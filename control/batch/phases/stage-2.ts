/**
 * Stage 2: cadmium comes in last and water goes out, with the total flow as it was. Without ligand or chalcogen cadmium falls
 * out as hydroxide and plugs the reactor: it comes only when both are proven, and goes again when they are not.
 */
import { formatValue } from '../../../plant/quantity.ts';
import { flowsOutOfBand } from './bands.ts';
import { quantityOf, type PhaseBehaviour, type PhaseContext, type PhaseOutcome } from './phase.ts';
import { Proofs, stepBand } from './proof.ts';
import { ofSkid, stands, toWaste, waterBeside } from './standing.ts';

/** How long ligand and chalcogen are in band before cadmium may follow. */
export const provenForS = 5;
/** As long as row 17 of the cause-and-effect matrix lets them be missing. */
export const companionPatienceS = 2;
const bandPatienceS = 5;

export const stage2: PhaseBehaviour = {
  name: 'stage-2',
  timeLimitS: (context) => quantityOf(context, 'for') + 300,
  step: stage2Step,
};

function stage2Step(context: PhaseContext): PhaseOutcome {
  const { plan, skid, timeS } = context;
  const memory = context.doubted ? {} : context.memory;
  const percent = quantityOf(context, 'flowBand');
  const companionsOut = flowsOutOfBand(skid, plan, percent, ['ligand', 'chalcogen']);
  const proofs = new Proofs(memory, timeS);
  const areProven = proofs.holds('companions', companionsOut.length === 0, companionPatienceS);
  const since = areProven ? (memory.since ?? timeS) : undefined;
  const isFed = memory.fed !== undefined && areProven;
  const mayFeed = isFed || (since !== undefined && companionsOut.length === 0 && timeS - since >= provenForS);
  const cadmium = mayFeed ? plan.cadmiumMlPerMin : 0;
  const wanted = ofSkid(skid, {
    ...toWaste,
    ligand: plan.ligandMlPerMin,
    chalcogen: plan.chalcogenMlPerMin,
    cadmium,
    flush: waterBeside(plan, plan.ligandMlPerMin, plan.chalcogenMlPerMin, cadmium),
  });
  const kept = { ...proofs.memory, ...(since === undefined ? {} : { since }) };
  if (!mayFeed) {
    const provenS = since === undefined ? 0 : timeS - since;
    const waitsFor =
      companionsOut.length > 0
        ? companionsOut.join(', ')
        : `ligand and chalcogen in band for ${provenS.toFixed(0)} s of ${provenForS} s`;
    return { wanted, memory: kept, waitsFor: `${waitsFor}, before cadmium` };
  }

  const flush = skid.points.flush ?? null;
  const out = [
    ...companionsOut,
    ...flowsOutOfBand(skid, plan, percent, ['cadmium']),
    ...(stands(skid, 'flush') ? [] : [`water still flows: ${formatValue(flush, 'mL/min', 1)}`]),
  ];
  const held = stepBand(memory, out.length === 0, timeS, bandPatienceS);
  const leftS = quantityOf(context, 'for') - (held.heldS ?? 0);
  const outcome = {
    wanted,
    memory: {
      ...kept,
      fed: 1,
      ...held.memory,
    },
    waitsFor: out.length > 0 ? out.join(', ') : `all feeds in band, ${Math.max(0, leftS).toFixed(0)} s to go`,
  };
  if (out.length > 0 || held.heldS === null || leftS > 0) return outcome;
  const figures = {
    cadmium: formatValue(skid.points.cadmium ?? null, 'mL/min', 2),
    'total flow': formatValue(skid.readings.totalFlow ?? null, 'mL/min', 2),
  };
  return { ...outcome, done: true, figures };
}
