/**
 * Cool-down: heater off, water under pressure until every wetted temperature is Good and low enough, then the pressure is let
 * down, and only then the flow ends. Hot water let down to air would flash.
 */
import { formatValue } from '../../../plant/quantity.ts';
import { reactorPressure, totalFlow } from '../equipment.ts';
import { valueOf, type PhaseContext, type PhaseDefinition, type PhaseOutcome } from './phase.ts';

const letDownBarG = 1;
const noFlowMlPerMin = 0.5;

export const coolDown: PhaseDefinition = {
  name: 'cool-down',
  title: 'Cool down',
  arguments: { below: { unit: '°C', least: 30 } },
  begins: ['primed', 'hot', 'steady', 'rinsed'],
  leaves: 'ended',
  timeLimitS: () => 3600,
  step: coolDownStep,
};

function coolDownStep(context: PhaseContext): PhaseOutcome {
  const { plan, skid, memory } = context;
  const below = valueOf(context, 'below');
  const { temperatureA, temperatureB, independent, outlet } = skid.readings;
  const wetted = [temperatureA, temperatureB, independent, outlet];
  const hottest = wetted.reduce((most, one) => (most === null || one === null ? null : Math.max(most, one)));
  const water = { cadmium: 0, chalcogen: 0, ligand: 0, temperature: 0, stage1: 0, diverter: 0 };
  const stage = memory.stage ?? 0;
  if (stage === 0) {
    return {
      wanted: { ...water, flush: plan.totalMlPerMin, backPressure: plan.backPressureBarG },
      memory: hottest !== null && hottest < below ? { stage: 1 } : {},
      waitsFor: `hottest wetted temperature ${formatValue(hottest, '°C', 1)}, waiting for ${formatValue(below, '°C', 1)}`,
    };
  }
  if (stage === 1) {
    const pressure = reactorPressure(skid);
    return {
      wanted: { ...water, flush: plan.totalMlPerMin, backPressure: 0 },
      memory: pressure !== null && pressure < letDownBarG ? { stage: 2 } : { stage: 1 },
      waitsFor: `pressure ${formatValue(pressure, 'bar(g)', 2)}, waiting for ${formatValue(letDownBarG, 'bar(g)', 2)}`,
    };
  }
  const flow = totalFlow(skid);
  return {
    wanted: { ...water, flush: 0, backPressure: 0 },
    memory,
    waitsFor: `flow ${formatValue(flow, 'mL/min', 1)}, waiting for the pumps to stand`,
    ...(flow !== null && flow < noFlowMlPerMin ? { done: true as const } : {}),
  };
}
