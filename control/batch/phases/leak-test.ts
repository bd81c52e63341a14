/** Leak test: the cold line is brought to pressure with water, the pumps stop, and the pressure has to stay. */
import { formatValue } from '../../../plant/quantity.ts';
import { reactorPressure, totalFlow } from '../equipment.ts';
import { valueOf, type PhaseContext, type PhaseDefinition, type PhaseOutcome } from './phase.ts';

/** Back pressure regulators hold within some tenths of a bar; nearer than this to the set point counts as reached. */
const reachedWithinBar = 0.5;
/** After the pumps have stopped the regulator closes; the drop is counted from then on. */
const closingS = 5;
const noFlowMlPerMin = 0.5;

export const leakTest: PhaseDefinition = {
  name: 'leak-test',
  title: 'Leak test',
  arguments: {
    pressure: { unit: 'bar(g)', least: 0.5 },
    for: { unit: 's', least: 1 },
    drop: { unit: 'bar', difference: true, least: 0.01 },
    flow: { unit: 'mL/min', least: 1, default: 20 },
  },
  begins: ['cold'],
  leaves: 'cold',
  timeLimitS: (_, values) => (values.for ?? 0) + 300,
  step: leakTestStep,
};

function leakTestStep(context: PhaseContext): PhaseOutcome {
  const { memory, skid, timeS } = context;
  const pressure = reactorPressure(skid);
  const said = formatValue(pressure, 'bar(g)', 2);
  const target = valueOf(context, 'pressure');
  const still = { chalcogen: 0, cadmium: 0, ligand: 0, temperature: 0, diverter: 0, backPressure: target };

  if (memory.stoppedAt === undefined) {
    const reached = pressure !== null && pressure >= target - reachedWithinBar;
    return {
      wanted: { ...still, flush: valueOf(context, 'flow') },
      memory: reached ? { stoppedAt: timeS } : {},
      waitsFor: `pressure ${said}, waiting for ${formatValue(target - reachedWithinBar, 'bar(g)', 2)}`,
    };
  }

  const wanted = { ...still, flush: 0 };
  if (memory.from === undefined || memory.startedAt === undefined) {
    const flow = totalFlow(skid);
    const closed = flow !== null && flow < noFlowMlPerMin && timeS - memory.stoppedAt >= closingS;
    return {
      wanted,
      memory: closed && pressure !== null ? { ...memory, from: pressure, startedAt: timeS } : memory,
      waitsFor: `flow ${formatValue(flow, 'mL/min', 1)}, waiting for the pumps to stand`,
    };
  }

  const drop = valueOf(context, 'drop');
  const fallen = pressure === null ? null : memory.from - pressure;
  const leftS = valueOf(context, 'for') - (timeS - memory.startedAt);
  const lost = `pressure ${said}, ${formatValue(memory.from, 'bar(g)', 2)} at the start`;
  if (fallen !== null && fallen > drop) {
    const failure = `The line does not hold pressure: ${lost}, more than ${formatValue(drop, 'bar', 2)} lost. Find the leak.`;
    return { wanted, memory, waitsFor: lost, failure };
  }
  const waitsFor = `${lost}, ${Math.max(0, leftS).toFixed(0)} s to go`;
  return { wanted, memory, waitsFor, ...(leftS <= 0 && pressure !== null ? { done: true as const } : {}) };
}
