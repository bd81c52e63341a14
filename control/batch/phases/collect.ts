/**
 * Collect: product to its vessel until the batch has its volume. What is out of band or of a limit goes to waste until all has
 * been in range again for the residence times the recipe asks, or holds the unit, as the recipe says.
 */
import { formatValue } from '../../../plant/quantity.ts';
import { bandsOf, limitFigures, limitsOutOfRange, lineOutOfBand } from './bands.ts';
import {
  quantityOf,
  wordOf,
  type PhaseBehaviour,
  type PhaseContext,
  type PhaseMemory,
  type PhaseOutcome,
} from './phase.ts';
import { stepBand } from './proof.ts';
import { ofSkid } from './standing.ts';

const patienceS = 3;
/** A diverter that does not follow its command within this time is not known to send product where it belongs. */
const diverterTravelS = 15;

export const collect: PhaseBehaviour = {
  name: 'collect',
  timeLimitS: (context) => {
    const { targetMl, outletMlPerMin, residenceTimeS } = context.plan;
    return 900 + quantityOf(context, 'resumeAfter') * residenceTimeS + (3 * 60 * targetMl) / outletMlPerMin;
  },
  step: collectStep,
};

/** `full`: the batch has its volume. `diverted`: a stretch of waste goes on. */
function collectStep(context: PhaseContext): PhaseOutcome {
  const { plan, skid, timeS, collectedMl, doubted } = context;
  const memory = doubted ? withoutBand(context.memory) : context.memory;
  const out = outOfRange(context);
  const band = stepBand(memory, out.length === 0, timeS, patienceS);
  const isFull = memory.full !== undefined || collectedMl >= plan.targetMl;
  const backInS = quantityOf(context, 'resumeAfter') * plan.residenceTimeS - (band.heldS ?? 0);
  const wasDiverted = memory.diverted !== undefined || doubted;
  const isDiverted = band.heldS === null || (wasDiverted && backInS > 0);
  const wantedAt = isFull || isDiverted ? 0 : 1;
  const isThere = skid.points.diverter === wantedAt;
  // How long it has not been there: a command that has changed gives it its time anew.
  const missingSince = isThere ? undefined : memory.side === wantedAt ? (memory.missingSince ?? timeS) : timeS;

  const volumes = `${formatValue(collectedMl, 'mL', 0)} collected, waiting for ${formatValue(plan.targetMl, 'mL', 0)}`;
  const said = out.length > 0 ? out.join(', ') : `in range, ${Math.max(0, backInS).toFixed(0)} s to go`;
  const outcome: PhaseOutcome = {
    wanted: ofSkid(skid, { diverter: wantedAt }),
    memory: {
      ...band.memory,
      side: wantedAt,
      ...(isFull ? { full: 1 } : {}),
      ...(isDiverted && !isFull ? { diverted: 1 } : {}),
      ...(missingSince === undefined ? {} : { missingSince }),
    },
    waitsFor: isFull
      ? `${volumes}: the diverter on its way to waste`
      : isDiverted
        ? `${volumes}; to waste: ${said}`
        : volumes,
  };
  if (missingSince !== undefined && timeS - missingSince > diverterTravelS) {
    const side = wantedAt === 1 ? 'product' : 'waste';
    const failure = `The diverter was sent to ${side} and does not say it is there. Check it on the spot.`;
    return { ...outcome, failure };
  }
  if (isFull) return isThere ? { ...outcome, done: true, figures: figuresOf(context) } : outcome;
  if (!isDiverted) return outcome;
  const reason = doubted && out.length === 0 ? 'the unit was withheld, and nobody knows what went on meanwhile' : said;
  if (out.length > 0 && wordOf(context, 'when out of range') === 'hold')
    return { ...outcome, failure: `Out of range: ${reason}. Find out why before it goes on.` };
  return { ...outcome, exceptions: [{ what: 'product to waste', reason }] };
}

/** Product that nobody can count is none either. */
function outOfRange(context: PhaseContext): readonly string[] {
  const { skid, plan } = context;
  return [
    ...lineOutOfBand(skid, plan, bandsOf(context)),
    ...limitsOutOfRange(context, 'while'),
    ...((skid.points.collected ?? null) === null
      ? [`totaliser of collected volume ${formatValue(null, 'mL', 0)}`]
      : []),
  ];
}

const withoutBand = (memory: PhaseMemory): PhaseMemory =>
  Object.fromEntries(Object.entries(memory).filter(([key]) => key !== 'bandSince' && key !== 'bandOutSince'));

const figuresOf = (context: PhaseContext): Readonly<Record<string, string>> => ({
  'collected by the batch': formatValue(context.collectedMl, 'mL', 1),
  'collected here': formatValue(context.unitCollectedMl, 'mL', 1),
  ...limitFigures(context, 'while'),
});
