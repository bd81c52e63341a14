/**
 * Shutdown: heat off; cadmium and shell off first, then chalcogen, then ligand, water in their place each time; water through the
 * whole wetted volume; cold under pressure; let down; pumps off. A line that HOT-HOLD has emptied of feeds begins at the water.
 */
import type { SetPoints } from '../../../plant/recipe/roles.ts';
import { formatValue } from '../../../plant/quantity.ts';
import { quantityOf, type PhaseBehaviour, type PhaseContext, type PhaseMemory, type PhaseOutcome } from './phase.ts';
import {
  feedsOff,
  feedsStand,
  heatOff,
  isCold,
  noFlowMlPerMin,
  ofSkid,
  safePressure,
  stands,
  toWaste,
  waterBeside,
} from './standing.ts';

/** Cooling after the last heat, letting down, and feeds running out: water has to bring the line below `below` within this. */
const coolingS = 3600;
/** Warm walls give back this much without the line being hot again. */
const backHeatK = 4;

export const shutdown: PhaseBehaviour = {
  name: 'shutdown',
  timeLimitS: (context) => coolingS + (2 * 60 * flushMl(context)) / context.plan.totalMlPerMin,
  step: shutdownStep,
};

/** `flush` residence times of the cold, whole wetted volume, in mL: a residence time carries one volume. */
const flushMl = (context: Pick<PhaseContext, 'values' | 'skid'>): number =>
  quantityOf(context, 'flush') * (context.skid.reactorVolumeMl + context.skid.shellVolumeMl);

/** The regulator open: only of a line that is cold. */
const letGo = { backPressure: 0 } as const satisfies SetPoints;

/** Where it stands; after a restart of the service it begins at the first, and nothing that is off is turned on by that. */
const stages = { cadmium: 0, chalcogen: 1, water: 2, letDown: 3, pumps: 4 } as const;

function shutdownStep(context: PhaseContext): PhaseOutcome {
  const stage = context.memory.stage ?? stages.cadmium;
  if (stage < stages.water) return feedsRunOut(context, stage);
  if (stage === stages.water) return rinseAndCool(context);
  return letDown(context, stage);
}

/** Where the line was fed a feed goes on as long as the cadmium needs it; what is off stays off. */
const kept = ({ skid: { setPoints } }: PhaseContext, feed: 'chalcogen' | 'ligand', planned: number): number =>
  (setPoints[feed] ?? 0) > 0 ? planned : 0;

function feedsRunOut(context: PhaseContext, stage: number): PhaseOutcome {
  const { plan, skid } = context;
  const cadmiumStands = stands(skid, 'cadmium') && stands(skid, 'shell');
  const isPast = stage >= stages.chalcogen || cadmiumStands;
  const chalcogen = isPast ? 0 : kept(context, 'chalcogen', plan.chalcogenMlPerMin);
  const ligand = isPast && stands(skid, 'chalcogen') ? 0 : kept(context, 'ligand', plan.ligandMlPerMin);
  const next = !isPast ? stages.cadmium : ligand > 0 || !stands(skid, 'chalcogen') ? stages.chalcogen : stages.water;
  const [feed, value] = isPast
    ? ['chalcogen', skid.points.chalcogen]
    : ['cadmium', stands(skid, 'cadmium') ? skid.points.shell : skid.points.cadmium];
  return {
    wanted: ofSkid(skid, {
      ...heatOff,
      ...toWaste,
      cadmium: 0,
      shell: 0,
      chalcogen,
      ligand,
      flush: waterBeside(plan, chalcogen, ligand),
      ...safePressure(skid, plan.backPressureBarG),
    }),
    memory: { stage: next },
    waitsFor: `${feed} flow ${formatValue(value ?? null, 'mL/min', 1)}, waiting for it to stand`,
  };
}

/** All at 0 but water. */
const onlyWater = ({ plan, skid }: PhaseContext, pressure: SetPoints, flush = plan.totalMlPerMin): SetPoints =>
  ofSkid(skid, { ...feedsOff, ...heatOff, ...toWaste, flush, ...pressure });

function rinseAndCool(context: PhaseContext): PhaseOutcome {
  const { plan, skid, memory, dtS, doubted } = context;
  const asked = flushMl(context);
  const below = quantityOf(context, 'below');
  // Of a while in which nobody looked no water is known to have passed.
  const passedMl = (memory.passedMl ?? 0) + (doubted ? 0 : waterMl(context, dtS));
  const isRinsed = passedMl >= asked;
  const isDown = isRinsed && isCold(skid, below);
  return {
    wanted: onlyWater(context, safePressure(skid, plan.backPressureBarG)),
    memory: { stage: isDown ? stages.letDown : stages.water, passedMl },
    waitsFor: isRinsed
      ? `hottest wetted part ${formatValue(skid.hottestC, '°C', 1)}, waiting for ${formatValue(below, '°C', 1)}`
      : `${formatValue(passedMl, 'mL', 0)} of water, waiting for ${formatValue(asked, 'mL', 0)}`,
  };
}

/** Water that has passed with every feed known to stand, in mL. */
const waterMl = ({ skid }: PhaseContext, dtS: number): number =>
  feedsStand(skid) ? ((skid.points.flush ?? 0) * dtS) / 60 : 0;

function letDown(context: PhaseContext, stage: number): PhaseOutcome {
  const { skid, memory } = context;
  const below = quantityOf(context, 'below');
  const { hottestC } = skid;
  // A thermometer that is lost, or a line that is hot again: back under pressure.
  if (hottestC === null || hottestC >= below + backHeatK) return rinseAndCool({ ...context, doubted: true });
  const most = quantityOf(context, 'pressure');
  const pressure = skid.readings.reactorPressure ?? null;
  const isDown = pressure !== null && pressure < most;
  const kept: PhaseMemory = { passedMl: memory.passedMl ?? 0 };
  const said = `pressure ${formatValue(pressure, 'bar(g)', 2)}, waiting for ${formatValue(most, 'bar(g)', 2)}`;
  if (stage === stages.letDown) {
    const next = isDown ? stages.pumps : stages.letDown;
    return { wanted: onlyWater(context, letGo), memory: { ...kept, stage: next }, waitsFor: said };
  }
  const flow = skid.readings.totalFlow ?? null;
  const isStill = flow !== null && flow <= noFlowMlPerMin && feedsStand(skid);
  const waitsFor = isStill ? said : `flow ${formatValue(flow, 'mL/min', 1)}, waiting for the pumps to stand`;
  const outcome = { wanted: onlyWater(context, letGo, 0), memory: { ...kept, stage }, waitsFor };
  if (!isStill || !isDown || hottestC >= below) return outcome;
  const figures = {
    flushed: formatValue(memory.passedMl ?? null, 'mL', 0),
    'hottest wetted part': formatValue(hottestC, '°C', 1),
    pressure: formatValue(pressure, 'bar(g)', 2),
  };
  return { ...outcome, done: true, figures };
}
