/**
 * Steady state: ligand and chalcogen take the place of water and are proven, then cadmium does; all goes to waste until
 * temperature, pressure and flows have been in band for the residence times the recipe asks.
 */
import { flowsOutOfBand, outOfBand, stepBand } from './band.ts';
import { valueOf, type ArgumentForm, type PhaseContext, type PhaseDefinition, type PhaseOutcome } from './phase.ts';

const patienceS = 5;
/** How long ligand and chalcogen are in band before cadmium may follow. */
const provenForS = 5;

export const bandArguments: Readonly<Record<string, ArgumentForm>> = {
  temperatureBand: { unit: 'K', difference: true, least: 0.2, default: 2 },
  pressureBand: { unit: 'bar', difference: true, least: 0.1, default: 1 },
  flowBand: { unit: '%', least: 0.5, default: 5 },
};

export const bandsOf = (context: PhaseContext): Parameters<typeof outOfBand>[2] => ({
  temperatureK: valueOf(context, 'temperatureBand'),
  pressureBar: valueOf(context, 'pressureBand'),
  flowPercent: valueOf(context, 'flowBand'),
});

export const steadyState: PhaseDefinition = {
  name: 'steady-state',
  title: 'Reach steady state',
  arguments: { hold: { unit: 'tau', least: 1 }, ...bandArguments },
  begins: ['hot'],
  leaves: 'steady',
  timeLimitS: (plan, values) => 600 + 3 * (values.hold ?? 0) * plan.residenceTimeS,
  step: steadyStateStep,
};

function steadyStateStep(context: PhaseContext): PhaseOutcome {
  const { plan, skid, timeS } = context;
  const bands = bandsOf(context);
  const wanted = {
    temperature: plan.temperatureC,
    backPressure: plan.backPressureBarG,
    ligand: plan.ligandMlPerMin,
    chalcogen: plan.chalcogenMlPerMin,
    diverter: 0,
  };
  if (context.memory.cadmium === undefined) {
    const out = flowsOutOfBand(skid, plan, bands.flowPercent, ['ligand', 'chalcogen']);
    const { memory, heldS } = stepBand(context.memory, out.length === 0, timeS, patienceS);
    const proven = out.length === 0 && heldS !== null && heldS >= provenForS;
    return {
      wanted: { ...wanted, cadmium: 0, flush: plan.cadmiumMlPerMin },
      memory: proven ? { cadmium: 1 } : memory,
      waitsFor: `${out.length > 0 ? out.join(', ') : `ligand and chalcogen in band for ${(heldS ?? 0).toFixed(0)} s`}, before cadmium`,
    };
  }
  const out = outOfBand(skid, plan, bands);
  const { memory, heldS } = stepBand(context.memory, out.length === 0, timeS, patienceS);
  const asked = valueOf(context, 'hold');
  const held = (heldS ?? 0) / plan.residenceTimeS;
  return {
    wanted: { ...wanted, cadmium: plan.cadmiumMlPerMin, flush: 0 },
    memory,
    waitsFor:
      out.length > 0 ? out.join(', ') : `all in band for ${held.toFixed(1)} τ, waiting for ${asked.toFixed(1)} τ`,
    ...(out.length === 0 && held >= asked ? { done: true as const } : {}),
  };
}
