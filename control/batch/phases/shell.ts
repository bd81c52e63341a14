/**
 * Shell: the shell reactor is heated by what flows through it, then its feed comes in, and only behind a core that reacts: the
 * shell's feed without cores makes particles of its own.
 */
import { formatValue } from '../../../plant/quantity.ts';
import { coreOutOfBand, outOf, shellOutOfBand } from './bands.ts';
import { quantityOf, type PhaseBehaviour, type PhaseContext, type PhaseOutcome } from './phase.ts';
import { flowIsProven, pressureIsProven, Proofs, stepBand } from './proof.ts';
import { ofSkid, toWaste } from './standing.ts';

const patienceS = 5;
/** Beside the time for which it has to stand: heating the shell reactor, on no ramp. */
const heatingS = 1800;

export const shell: PhaseBehaviour = {
  name: 'shell',
  timeLimitS: (context) => quantityOf(context, 'for') + heatingS,
  step: shellStep,
};

function shellStep(context: PhaseContext): PhaseOutcome {
  const { plan, skid, timeS } = context;
  const memory = context.doubted ? {} : context.memory;
  const target = quantityOf(context, 'temperature');
  const bands = { temperatureK: quantityOf(context, 'band'), flowPercent: quantityOf(context, 'flowBand') };
  const proofs = new Proofs(memory, timeS);
  const hasFlow = proofs.holds('flow', flowIsProven(skid, plan), patienceS);
  const hasPressure = proofs.holds('pressure', pressureIsProven(skid, target), patienceS);
  const isHeated = hasFlow && hasPressure;
  const coreOut = coreOutOfBand(skid, plan, bands);
  const isReacting = proofs.holds('core', coreOut.length === 0, patienceS);
  const coldOut = outOf('shell temperature', skid.points.shellTemperature, target, bands.temperatureK, '°C');
  // Its feed is cold and takes some heat away when it comes: hot once is enough for it to come.
  const isHot = memory.hot !== undefined || coldOut.length === 0;
  const isFed = isHeated && isReacting && isHot;
  const wanted = ofSkid(skid, {
    ...toWaste,
    shellTemperature: isHeated ? target : 0,
    shell: isFed ? plan.shellMlPerMin : 0,
  });

  const out = [...coreOut, ...(isFed ? shellOutOfBand(skid, plan, target, bands) : coldOut)];
  const held = stepBand(memory, isFed && out.length === 0, timeS, patienceS);
  const leftS = quantityOf(context, 'for') - (held.heldS ?? 0);
  const missing = [
    ...(hasFlow ? [] : [`flow ${formatValue(skid.readings.totalFlow ?? null, 'mL/min', 1)} is too low or not known`]),
    ...(hasPressure
      ? []
      : [`pressure ${formatValue(skid.readings.reactorPressure ?? null, 'bar(g)', 2)} is too low or not known`]),
    ...out,
  ];
  const outcome = {
    wanted,
    memory: { ...proofs.memory, ...held.memory, ...(isHeated && isHot ? { hot: 1 } : {}) },
    waitsFor: missing.length > 0 ? missing.join(', ') : `shell in band, ${Math.max(0, leftS).toFixed(0)} s to go`,
  };
  if (missing.length > 0 || held.heldS === null || leftS > 0) return outcome;
  const figures = {
    temperature: formatValue(skid.points.shellTemperature ?? null, '°C', 1),
    flow: formatValue(skid.points.shell ?? null, 'mL/min', 2),
  };
  return { ...outcome, done: true, figures };
}
