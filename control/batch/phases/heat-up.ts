/**
 * Heat-up: pressure first, as the start permissive asks, then flow of water, then heat along the ramp. The water flows at
 * the rate of the feeds to come, so that swapping them changes neither cooling nor total flow.
 */
import { formatValue } from '../../../plant/quantity.ts';
import { permissiveBarG } from '../../../plant/recipe/boiling.ts';
import type { SkidReading } from '../skid-reading.ts';
import { outOf } from './bands.ts';
import { quantityOf, type PhaseBehaviour, type PhaseContext, type PhaseOutcome } from './phase.ts';
import { flowIsProven, leastFlow, pressureIsProven, Proofs, stepBand } from './proof.ts';
import { feedsOff, ofSkid, safePressure, toWaste } from './standing.ts';

const settledForS = 10;
const bandPatienceS = 5;
/** Without proof of flow and pressure for longer than this the heat goes off again. */
const heatPatienceS = 3;
const warmestFeedC = 25;

export const heatUp: PhaseBehaviour = {
  name: 'heat-up',
  timeLimitS: (context) => 600 + (2 * 60 * (quantityOf(context, 'to') - warmestFeedC)) / quantityOf(context, 'ramp'),
  step: heatUpStep,
};

function heatUpStep(context: PhaseContext): PhaseOutcome {
  const { plan, skid, timeS, values } = context;
  const memory = context.doubted ? {} : context.memory;
  const target = quantityOf(context, 'to');
  // Both are asked in one command, in which the pressure is written first: without flow it would not rise.
  const water = {
    ...feedsOff,
    ...toWaste,
    stage1: 0,
    shellTemperature: 0,
    flush: plan.totalMlPerMin,
    ...safePressure(skid, typeof values.pressure === 'number' ? values.pressure : plan.backPressureBarG),
  };

  const proofs = new Proofs(memory, timeS);
  const hasFlow = proofs.holds('flow', flowIsProven(skid, plan), heatPatienceS);
  const hasPressure = proofs.holds('pressure', pressureIsProven(skid, target), heatPatienceS);
  if (!hasFlow || !hasPressure) {
    return {
      wanted: ofSkid(skid, { ...water, temperature: keptTemperature(context, target) }),
      memory: proofs.memory,
      waitsFor: hasPressure ? sayFlow(context) : sayPressure(skid, target),
    };
  }

  const band = quantityOf(context, 'band');
  const { temperatureA, temperatureB } = skid.points;
  const out = [
    ...outOf('reactor temperature A', temperatureA, target, band, '°C'),
    ...outOf('reactor temperature B', temperatureB, target, band, '°C'),
  ];
  const held = stepBand(memory, out.length === 0, timeS, bandPatienceS);
  const outcome = {
    wanted: ofSkid(skid, { ...water, ramp: quantityOf(context, 'ramp'), temperature: target }),
    memory: {
      ...proofs.memory,
      ...held.memory,
    },
    waitsFor: out.length > 0 ? out.join(', ') : `in band for ${(held.heldS ?? 0).toFixed(0)} s of ${settledForS} s`,
  };
  const isProvenNow = flowIsProven(skid, plan) && pressureIsProven(skid, target);
  if (out.length > 0 || held.heldS === null || held.heldS < settledForS || !isProvenNow) return outcome;
  const figures = {
    temperature: formatValue(skid.readings.reactorTemperature ?? null, '°C', 1),
    pressure: formatValue(skid.readings.reactorPressure ?? null, 'bar(g)', 2),
  };
  return { ...outcome, done: true, figures };
}

/** A line that is hot already stays as hot as its flow and pressure bear it; any other is not heated. */
function keptTemperature({ skid, plan }: PhaseContext, target: number): number {
  const stands = skid.setPoints.temperature ?? 0;
  return stands > 0 && stands <= target && flowIsProven(skid, plan) && pressureIsProven(skid, stands) ? stands : 0;
}

const sayPressure = ({ readings }: SkidReading, target: number): string =>
  `pressure ${formatValue(readings.reactorPressure ?? null, 'bar(g)', 2)}, waiting for ${formatValue(permissiveBarG(target), 'bar(g)', 2)} before heating`;

const sayFlow = ({ skid: { readings }, plan }: PhaseContext): string =>
  `flow ${formatValue(readings.totalFlow ?? null, 'mL/min', 1)}, waiting for ${formatValue(leastFlow(plan), 'mL/min', 1)} before heating`;
