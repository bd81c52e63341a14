/**
 * Steady-state proof: all goes to waste until temperature, pressure and flows have been in band for the residence times that
 * the recipe asks, and every limit that `until` names is in range.
 */
import { formatValue } from '../../../plant/quantity.ts';
import { bandsOf, limitFigures, limitsOutOfRange, lineOutOfBand } from './bands.ts';
import { quantityOf, type PhaseBehaviour, type PhaseContext, type PhaseOutcome } from './phase.ts';
import { stepBand } from './proof.ts';
import { ofSkid, toWaste } from './standing.ts';

const patienceS = 5;

export const steadyState: PhaseBehaviour = {
  name: 'steady-state',
  timeLimitS: (context) => quantityOf(context, 'within'),
  step: steadyStateStep,
};

function steadyStateStep(context: PhaseContext): PhaseOutcome {
  const { plan, skid, timeS } = context;
  const out = [...lineOutOfBand(skid, plan, bandsOf(context)), ...divertedElsewhere(context)];
  const { memory, heldS } = stepBand(context.doubted ? {} : context.memory, out.length === 0, timeS, patienceS);
  const limitsOut = limitsOutOfRange(context, 'until');
  const asked = quantityOf(context, 'hold');
  const held = (heldS ?? 0) / plan.residenceTimeS;
  const said = `${out.length > 0 ? 'to be in band' : 'all in band'} for ${held.toFixed(1)} τ of ${asked.toFixed(1)} τ`;
  const outcome = { wanted: ofSkid(skid, toWaste), memory, waitsFor: [...out, ...limitsOut, said].join(', ') };
  if (out.length > 0 || limitsOut.length > 0 || heldS === null || held < asked) return outcome;
  const figures = {
    'in band for': `${held.toFixed(1)} τ`,
    temperature: formatValue(skid.readings.reactorTemperature ?? null, '°C', 1),
    pressure: formatValue(skid.readings.reactorPressure ?? null, 'bar(g)', 2),
    'total flow': formatValue(skid.readings.totalFlow ?? null, 'mL/min', 2),
    ...limitFigures(context, 'until'),
  };
  return { ...outcome, done: true, figures };
}

/** Until it is proven all of it is waste. */
const divertedElsewhere = ({ skid: { points } }: PhaseContext): readonly string[] =>
  points.diverter === 0 ? [] : ['the diverter does not say that it stands on waste (0)'];
