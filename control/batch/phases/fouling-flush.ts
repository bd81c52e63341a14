/**
 * Fouling flush of a cold line: water, an oil slug, or dilute acid, by the volume that has passed and by the flow resistance.
 * Acid sets sulfide and selenide free as gas: it comes only after water, while no feed runs, and while the waste is alkaline.
 */
import { formatValue } from '../../../plant/quantity.ts';
import { flushLiquids } from '../../../plant/recipe/operating-points.ts';
import type { SkidReading } from '../skid-reading.ts';
import { quantityOf, wordOf, type PhaseBehaviour, type PhaseContext, type PhaseOutcome } from './phase.ts';
import { stepBand } from './proof.ts';
import {
  coldBelowC,
  feedsOff,
  feedsStand,
  heatOff,
  isCold,
  noFlowMlPerMin,
  ofSkid,
  safePressure,
  toWaste,
} from './standing.ts';

/** From where row 19 of the cause-and-effect matrix blocks acid: below it its gas comes out of the waste. */
export const alkalineFromPh = 10;
/** Below this a line that stands counts as let down, in bar(g). */
const letDownBarG = 1;
/** For how long the resistance has to read clean. */
const cleanForS = 5;
const cleanPatienceS = 2;
/** Cooling a line that was left hot, and letting it down. */
const coolingS = 3600;
/** Without a `most` somebody has to look after so many times the volume. */
const mostVolumes = 4;

export const foulingFlush: PhaseBehaviour = {
  name: 'fouling-flush',
  timeLimitS: (context) =>
    coolingS + (2 * 60 * (mostMl(context) + context.skid.reactorVolumeMl)) / quantityOf(context, 'flow'),
  step: foulingFlushStep,
};

const optional = ({ values }: Pick<PhaseContext, 'values'>, name: string): number | null => {
  const value = values[name];
  return typeof value === 'number' ? value : null;
};

const mostMl = (context: Pick<PhaseContext, 'values'>): number => {
  const volume = quantityOf(context, 'volume');
  if (optional(context, 'until') === null) return volume;
  return Math.max(volume, optional(context, 'most') ?? mostVolumes * volume);
};

const stages = { water: 0, liquid: 1, pumps: 2 } as const;

function foulingFlushStep(context: PhaseContext): PhaseOutcome {
  const stage = context.memory.stage ?? stages.water;
  if (stage === stages.pumps) return pumpsOff(context);
  const missing = missingFor(context);
  return stage === stages.liquid && missing.length === 0 ? flushWith(context) : waterFirst(context, missing);
}

const still = (context: PhaseContext): PhaseOutcome['wanted'] => ({
  ...feedsOff,
  ...heatOff,
  ...toWaste,
  ...safePressure(context.skid, 0),
});

/** What is not proven and has to be before the liquid may come; water may come to any line. */
function missingFor(context: PhaseContext): readonly string[] {
  const { skid } = context;
  const liquid = wordOf(context, 'with');
  if (liquid === 'water') return [];
  const hot = `hottest wetted part ${formatValue(skid.hottestC, '°C', 1)}, waiting for ${formatValue(coldBelowC, '°C', 0)}`;
  const cold = isCold(skid) ? [] : [hot];
  if (liquid === 'oil') return cold;
  const ph = skid.readings.wastePh ?? null;
  const sour = `waste pH ${formatValue(ph, null, 2)}, waiting for ${formatValue(alkalineFromPh, null, 1)} before acid`;
  return [
    ...cold,
    ...(ph !== null && ph >= alkalineFromPh ? [] : [sour]),
    ...(feedsStand(skid) ? [] : ['a feed that runs, or is not known to stand (0 mL/min), before acid']),
  ];
}

/** Before acid the whole wetted volume is water's, whatever the line was left with; the others need none of it. */
const rinseMl = (context: PhaseContext): number =>
  wordOf(context, 'with') === 'dilute acid' ? context.skid.reactorVolumeMl + context.skid.shellVolumeMl : 0;

function waterFirst(context: PhaseContext, missing: readonly string[]): PhaseOutcome {
  const { skid, memory } = context;
  const rinsedMl = (memory.rinsedMl ?? 0) + passed(context, 'water');
  const asked = rinseMl(context);
  const isRinsed = rinsedMl >= asked;
  const isReady = missing.length === 0 && isRinsed;
  return {
    wanted: ofSkid(skid, { ...still(context), flush: quantityOf(context, 'flow'), flushLiquid: 0 }),
    memory: { stage: isReady ? stages.liquid : stages.water, rinsedMl, passedMl: memory.passedMl ?? 0 },
    waitsFor: [
      ...missing,
      ...(isRinsed
        ? []
        : [`${formatValue(rinsedMl, 'mL', 0)} of water, waiting for ${formatValue(asked, 'mL', 0)} before acid`]),
      ...(isReady
        ? [`${wordOf(context, 'with')}, 0 mL of ${formatValue(quantityOf(context, 'volume'), 'mL', 0)}`]
        : []),
    ].join(', '),
  };
}

function flushWith(context: PhaseContext): PhaseOutcome {
  const { skid, memory, timeS } = context;
  const liquid = wordOf(context, 'with');
  const volume = quantityOf(context, 'volume');
  const passedMl = (memory.passedMl ?? 0) + passed(context, liquid);
  const until = optional(context, 'until');
  const fouling = skid.readings.fouling ?? null;
  const isClean = until === null || (fouling !== null && fouling <= until && draws(skid, liquid));
  const clean = stepBand(context.doubted ? {} : memory, isClean, timeS, cleanPatienceS);
  const isProven = until === null || (isClean && clean.heldS !== null && clean.heldS >= cleanForS);
  const isDone = passedMl >= volume && isProven;
  const resistance =
    until === null
      ? ''
      : `, flow resistance ${formatValue(fouling, '%', 0)}, waiting for ${formatValue(until, '%', 0)}`;
  const drawn = draws(skid, liquid) ? '' : `, the flush pump draws ${drawnNow(skid)}`;
  const said = `${formatValue(passedMl, 'mL', 0)} of ${liquid}, waiting for ${formatValue(volume, 'mL', 0)}${resistance}${drawn}`;
  const outcome: PhaseOutcome = {
    wanted: ofSkid(skid, {
      ...still(context),
      flush: quantityOf(context, 'flow'),
      flushLiquid: flushLiquids.findIndex((each) => each === liquid),
    }),
    memory: {
      ...clean.memory,
      stage: isDone ? stages.pumps : stages.liquid,
      passedMl,
      rinsedMl: memory.rinsedMl ?? 0,
      ...(isDone && fouling !== null ? { foulingPercent: fouling } : {}),
    },
    waitsFor: said,
  };
  if (isDone || passedMl < mostMl(context) || until === null) return outcome;
  return {
    ...outcome,
    failure: `The line is not clean after all that it may be flushed with: ${said}. Look what is in it.`,
  };
}

/** The pump says that it draws it. A skid without a choice draws water. */
const draws = ({ setPoints, points }: SkidReading, liquid: string): boolean =>
  setPoints.flushLiquid === undefined && points.flushLiquid === undefined
    ? liquid === 'water'
    : points.flushLiquid != null && flushLiquids[points.flushLiquid] === liquid;

/** As people read it; a dash where nobody knows. */
const drawnNow = ({ points: { flushLiquid } }: SkidReading): string =>
  (flushLiquid == null ? undefined : flushLiquids[flushLiquid]) ?? '–';

/** In mL, in the last step: what the flush pump says it drew and moved, with every feed known to stand. */
const passed = (context: PhaseContext, liquid: string): number => {
  const { skid, dtS, doubted } = context;
  return doubted || !draws(skid, liquid) || !feedsStand(skid) ? 0 : ((skid.points.flush ?? 0) * dtS) / 60;
};

/** The line is left cold, let down and still, its flush at water again. */
function pumpsOff(context: PhaseContext): PhaseOutcome {
  const { skid, memory } = context;
  const flow = skid.readings.totalFlow ?? null;
  const pressure = skid.readings.reactorPressure ?? null;
  // A line that is hot, or may be, is not left without flow.
  const flush = isCold(skid) ? 0 : quantityOf(context, 'flow');
  const missing = [
    ...(isCold(skid) ? [] : [`hottest wetted part ${formatValue(skid.hottestC, '°C', 1)}`]),
    ...(flow !== null && flow <= noFlowMlPerMin && feedsStand(skid) ? [] : [`flow ${formatValue(flow, 'mL/min', 1)}`]),
    ...(pressure !== null && pressure < letDownBarG ? [] : [`pressure ${formatValue(pressure, 'bar(g)', 2)}`]),
    ...(draws(skid, 'water') ? [] : [`the flush pump draws ${drawnNow(skid)}`]),
  ];
  const outcome = {
    wanted: ofSkid(skid, { ...still(context), flush, flushLiquid: 0 }),
    memory,
    waitsFor:
      missing.length === 0
        ? `flow ${formatValue(flow, 'mL/min', 1)}`
        : `waiting for the line at rest: ${missing.join(', ')}`,
  };
  if (missing.length > 0) return outcome;
  const figures = {
    with: wordOf(context, 'with'),
    flushed: formatValue(memory.passedMl ?? null, 'mL', 0),
    ...(memory.foulingPercent === undefined ? {} : { 'flow resistance': formatValue(memory.foulingPercent, '%', 0) }),
  };
  return { ...outcome, done: true, figures };
}
