/**
 * Heat-up: pressure first, as the start permissive asks, then flow of water, then heat along the ramp. The water flows at
 * the rate of the feeds to come, so that swapping them changes neither cooling nor total flow.
 */
import { formatValue } from '../../../plant/quantity.ts';
import { permissiveBarG } from '../boiling.ts';
import { reactorPressure, reactorTemperature, totalFlow } from '../equipment.ts';
import { stepBand } from './band.ts';
import { valueOf, type PhaseContext, type PhaseDefinition, type PhaseOutcome } from './phase.ts';

const flowProvenShare = 0.9;
const settledForS = 10;
const patienceS = 5;
const warmestFeedC = 25;

export const heatUp: PhaseDefinition = {
  name: 'heat-up',
  title: 'Heat up',
  arguments: {
    to: { unit: '°C', least: 30 },
    ramp: { unit: '°C/min', least: 0.5 },
    band: { unit: 'K', difference: true, least: 0.2, default: 2 },
    stage1: { unit: '°C', least: 0, default: 0 },
  },
  begins: ['primed'],
  leaves: 'hot',
  timeLimitS: (plan, values) =>
    600 + (2 * 60 * ((values.to ?? plan.temperatureC) - warmestFeedC)) / Math.max(0.5, values.ramp ?? 0.5),
  step: heatUpStep,
};

function heatUpStep(context: PhaseContext): PhaseOutcome {
  const { plan, skid, timeS, memory } = context;
  const target = valueOf(context, 'to');
  const pressure = reactorPressure(skid);
  const flow = totalFlow(skid);
  const flowing = {
    cadmium: 0,
    chalcogen: 0,
    ligand: 0,
    flush: plan.totalMlPerMin,
    backPressure: plan.backPressureBarG,
    diverter: 0,
  };

  const permissive = permissiveBarG(target);
  const enough = flow !== null && flow >= flowProvenShare * plan.totalMlPerMin;
  if (memory.heating === undefined && (pressure === null || pressure < permissive || !enough)) {
    return {
      wanted: flowing,
      memory: {},
      waitsFor:
        pressure === null || pressure < permissive
          ? `pressure ${formatValue(pressure, 'bar(g)', 2)}, waiting for ${formatValue(permissive, 'bar(g)', 2)} before heating`
          : `flow ${formatValue(flow, 'mL/min', 1)}, waiting for ${formatValue(flowProvenShare * plan.totalMlPerMin, 'mL/min', 1)} before heating`,
    };
  }

  const temperature = reactorTemperature(skid);
  const reached = temperature !== null && Math.abs(temperature - target) <= valueOf(context, 'band');
  const { memory: next, heldS } = stepBand({ ...memory, heating: 1 }, reached, timeS, patienceS);
  return {
    wanted: { ...flowing, ramp: valueOf(context, 'ramp'), temperature: target, stage1: context.values.stage1 ?? 0 },
    memory: next,
    waitsFor: `reactor temperature ${formatValue(temperature, '°C', 1)}, waiting for ${formatValue(target, '°C', 1)}`,
    ...(reached && heldS !== null && heldS >= settledForS ? { done: true as const } : {}),
  };
}
