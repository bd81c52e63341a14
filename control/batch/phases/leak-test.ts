/** Leak test: the cold line is brought to pressure with water, the pumps stop, and the pressure has to stay. */
import { formatValue } from '../../../plant/quantity.ts';
import type { SkidReading } from '../skid-reading.ts';
import { quantityOf, type PhaseBehaviour, type PhaseContext, type PhaseOutcome } from './phase.ts';
import { Proofs } from './proof.ts';
import { coldBelowC, feedsOff, heatOff, isCold, noFlowMlPerMin, ofSkid, safePressure, toWaste } from './standing.ts';

/** Back pressure regulators hold within some tenths of a bar; nearer than this to the set point, in bar, counts as reached. */
const reachedWithin = (target: number): number => Math.min(0.5, target / 10);
/** After the pumps have stopped the regulator closes; the drop is counted from then on. */
const closingS = 5;
/** A meter that says nothing for longer does not say that the pumps stand. */
const patienceS = 5;

export const leakTest: PhaseBehaviour = {
  name: 'leak-test',
  timeLimitS: (context) => quantityOf(context, 'for') + 600,
  step: leakTestStep,
};

function leakTestStep(context: PhaseContext): PhaseOutcome {
  const { skid, timeS } = context;
  const memory = context.doubted ? {} : context.memory;
  const pressure = skid.readings.reactorPressure ?? null;
  const said = formatValue(pressure, 'bar(g)', 2);
  const target = quantityOf(context, 'pressure');
  const still = { ...feedsOff, ...heatOff, ...toWaste, ...safePressure(skid, target) };

  if (memory.stoppedAt === undefined) {
    const enoughBarG = target - reachedWithin(target);
    const isReached = pressure !== null && pressure >= enoughBarG;
    // Hot liquid does not stand still, and its pressure would fall as it cools.
    const ready = isCold(skid) && isReached;
    return {
      wanted: ofSkid(skid, { ...still, flush: quantityOf(context, 'flow') }),
      memory: ready ? { stoppedAt: timeS } : {},
      waitsFor: isCold(skid)
        ? `pressure ${said}, waiting for ${formatValue(enoughBarG, 'bar(g)', 2)}`
        : `hottest wetted part ${formatValue(skid.hottestC, '°C', 1)}, waiting for ${formatValue(coldBelowC, '°C', 0)}`,
    };
  }

  const wanted = ofSkid(skid, { ...still, flush: 0 });
  if (memory.fromBarG === undefined || memory.startedAt === undefined) {
    const isClosed = pumpsStand(skid) && timeS - memory.stoppedAt >= closingS;
    return {
      wanted,
      memory:
        isClosed && pressure !== null ? { ...memory, fromBarG: pressure, startedAt: timeS, standing: timeS } : memory,
      waitsFor: `flow ${formatValue(skid.readings.totalFlow ?? null, 'mL/min', 1)}, waiting for the pumps to stand`,
    };
  }

  const drop = quantityOf(context, 'drop');
  const proofs = new Proofs(memory, timeS);
  // A pump that runs keeps up what a leak lets down.
  if (!proofs.holds('standing', pumpsStand(skid), patienceS))
    return { wanted, memory: {}, waitsFor: `flow during the test, pressure ${said}: it begins anew` };
  const fallen = pressure === null ? null : memory.fromBarG - pressure;
  const leftS = quantityOf(context, 'for') - (timeS - memory.startedAt);
  const lost = `pressure ${said}, ${formatValue(memory.fromBarG, 'bar(g)', 2)} at the start`;
  const next = { ...memory, ...proofs.memory };
  if (fallen !== null && fallen > drop) {
    const failure = `The line does not hold pressure: ${lost}, more than ${formatValue(drop, 'bar', 2)} lost. Find the leak.`;
    return { wanted, memory: next, waitsFor: lost, failure };
  }
  const outcome = { wanted, memory: next, waitsFor: `${lost}, ${Math.max(0, leftS).toFixed(0)} s to go` };
  if (leftS > 0 || fallen === null || !pumpsStand(skid)) return outcome;
  const figures = { 'pressure at the start': formatValue(memory.fromBarG, 'bar(g)', 2), 'pressure at the end': said };
  return { ...outcome, done: true, figures };
}

const pumpsStand = ({ readings: { totalFlow } }: SkidReading): boolean =>
  totalFlow != null && totalFlow <= noFlowMlPerMin;
