/**
 * Stage 1: ligand, then chalcogen take the place of water, and the first stage is heated once something flows through it. It
 * ends when flows and temperature have been in band for `hold` residence times of the reactor (τ of the formula), and the limits
 * that `until` names are in range.
 */
import { formatValue } from '../../../plant/quantity.ts';
import { flowsOutOfBand, limitFigures, limitsOutOfRange, outOf } from './bands.ts';
import { quantityOf, type PhaseBehaviour, type PhaseContext, type PhaseOutcome } from './phase.ts';
import { pressureIsProven, Proofs, stepBand } from './proof.ts';
import { ofSkid, toWaste, waterBeside } from './standing.ts';

const patienceS = 5;

export const stage1: PhaseBehaviour = {
  name: 'stage-1',
  timeLimitS: (context) => quantityOf(context, 'within'),
  step: stage1Step,
};

function stage1Step(context: PhaseContext): PhaseOutcome {
  const { plan, skid, timeS } = context;
  const memory = context.doubted ? {} : context.memory;
  const percent = quantityOf(context, 'flowBand');
  const target = quantityOf(context, 'temperature');
  const ligandOut = flowsOutOfBand(skid, plan, percent, ['ligand']);
  const chalcogenOut = flowsOutOfBand(skid, plan, percent, ['chalcogen']);
  const proofs = new Proofs(memory, timeS);
  const hasLigand = proofs.holds('ligand', ligandOut.length === 0, patienceS);
  const hasChalcogen = hasLigand && proofs.holds('chalcogen', chalcogenOut.length === 0, patienceS);
  const hasPressure = proofs.holds('pressure', pressureIsProven(skid, target), patienceS);
  // What does not flow is not heated: nothing but the chalcogen's feed passes the first stage.
  const isHeated = hasChalcogen && hasPressure;
  const chalcogen = hasLigand ? plan.chalcogenMlPerMin : 0;
  const wanted = ofSkid(skid, {
    ...toWaste,
    cadmium: 0,
    ligand: plan.ligandMlPerMin,
    chalcogen,
    flush: waterBeside(plan, plan.ligandMlPerMin, chalcogen),
    stage1: isHeated ? target : 0,
    ...(plan.chalcogenRatio === null ? {} : { chalcogenRatio: plan.chalcogenRatio }),
  });

  const out = [
    ...ligandOut,
    ...chalcogenOut,
    ...outOf('stage 1 temperature', skid.points.stage1, target, quantityOf(context, 'band'), '°C'),
  ];
  const held = stepBand(memory, isHeated && out.length === 0, timeS, patienceS);
  const askedTau = quantityOf(context, 'hold');
  const heldTau = (held.heldS ?? 0) / plan.residenceTimeS;
  const limitsOut = limitsOutOfRange(context, 'until');
  const outcome = {
    wanted,
    memory: {
      ...proofs.memory,
      ...held.memory,
    },
    waitsFor: hasPressure
      ? [...out, ...limitsOut, `in band for ${heldTau.toFixed(1)} τ of ${askedTau.toFixed(1)} τ`].join(', ')
      : `pressure ${formatValue(skid.readings.reactorPressure ?? null, 'bar(g)', 2)}, too low or not known, before stage 1 is heated`,
  };
  if (out.length > 0 || limitsOut.length > 0 || held.heldS === null || heldTau < askedTau) return outcome;
  const temperature = formatValue(skid.points.stage1 ?? null, '°C', 1);
  return { ...outcome, done: true, figures: { temperature, ...limitFigures(context, 'until') } };
}
