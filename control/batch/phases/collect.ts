/**
 * Collect: product to its vessel until the batch has its volume. What is out of band goes to waste until it has been in band
 * again for the residence times the recipe asks.
 */
import { formatValue } from '../../../plant/quantity.ts';
import { outOfBand, stepBand } from './band.ts';
import { valueOf, type PhaseContext, type PhaseDefinition, type PhaseOutcome } from './phase.ts';
import { bandArguments, bandsOf } from './steady-state.ts';

const patienceS = 3;
/** A diverter that does not follow its command within this time is not known to send product where it belongs. */
const diverterTravelS = 15;

export const collect: PhaseDefinition = {
  name: 'collect',
  title: 'Collect product',
  arguments: { resumeAfter: { unit: 'tau', least: 0.5, default: 2 }, ...bandArguments },
  begins: ['steady'],
  leaves: 'steady',
  timeLimitS: (plan) => 900 + (3 * 60 * plan.targetMl) / plan.totalMlPerMin,
  step: collectStep,
};

function collectStep(context: PhaseContext): PhaseOutcome {
  const { plan, skid, timeS, collectedMl } = context;
  const out = outOfBand(skid, plan, bandsOf(context));
  const band = stepBand(context.memory, out.length === 0, timeS, patienceS);
  const full = context.memory.full !== undefined || collectedMl >= plan.targetMl;
  const diverted = context.memory.diverted !== undefined || band.heldS === null;
  const backInS = valueOf(context, 'resumeAfter') * plan.residenceTimeS - (band.heldS ?? 0);
  const toWaste = full || (diverted && (band.heldS === null || backInS > 0));

  const { bandSince, bandOutSince } = band.memory;
  const wantedAt = toWaste ? 0 : 1;
  const isThere = skid.readings.diverter === wantedAt;
  const waitingSince = isThere
    ? undefined
    : context.memory.side === wantedAt
      ? (context.memory.mismatchSince ?? timeS)
      : timeS;
  const memory = {
    ...(bandSince === undefined ? {} : { bandSince }),
    ...(bandOutSince === undefined ? {} : { bandOutSince }),
    side: wantedAt,
    ...(full ? { full: 1 } : {}),
    ...(toWaste && !full ? { diverted: 1 } : {}),
    ...(waitingSince === undefined ? {} : { mismatchSince: waitingSince }),
  };
  const volumes = `${formatValue(collectedMl, 'mL', 0)} collected, waiting for ${formatValue(plan.targetMl, 'mL', 0)}`;
  const said = out.length > 0 ? out.join(', ') : `${Math.max(0, backInS).toFixed(0)} s in band to go`;
  const outcome = {
    wanted: {
      temperature: plan.temperatureC,
      backPressure: plan.backPressureBarG,
      ligand: plan.ligandMlPerMin,
      chalcogen: plan.chalcogenMlPerMin,
      cadmium: plan.cadmiumMlPerMin,
      flush: 0,
      diverter: wantedAt,
    },
    memory,
    waitsFor: full ? 'diverter, waiting for waste' : toWaste ? `${volumes}; to waste: ${said}` : volumes,
  };
  if (waitingSince !== undefined && timeS - waitingSince > diverterTravelS) {
    const side = wantedAt === 1 ? 'product' : 'waste';
    return {
      ...outcome,
      failure: `The diverter was sent to ${side} and does not say it is there. Check it on the spot.`,
    };
  }
  return { ...outcome, ...(full && isThere ? { done: true as const } : {}) };
}
