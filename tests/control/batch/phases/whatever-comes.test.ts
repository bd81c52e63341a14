import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SkidReading } from '../../../../control/batch/skid-reading.ts';
import { permissiveBarG } from '../../../../plant/recipe/boiling.ts';
import { phases } from '../../../../plant/recipe/phases.ts';
import type { RecipeStep } from '../../../../plant/recipe/recipe.ts';
import { anyStory, type Scene, type Stances } from './support/any-reading.ts';
import { lastedFor, near, recently, tell, type Moment } from './support/history.ts';
import { behaviourOf, cdseZns, contextOf, valuesOf } from './support/plans.ts';

const { plan } = cdseZns;
const names = [...phases.keys()];

/** A law of one moment, with all up to it; `expect` would take longer than all the rest. */
type Law = (moment: Moment, upTo: readonly Moment[]) => void;
function must(holds: boolean, law: string): void {
  if (!holds) throw new Error(`broken: ${law}`);
}

/**
 * Holds each moment of any story of a phase against its laws.
 * @returns how many moments were of interest to `of`: where there were none nothing was shown
 */
function always(
  phase: string,
  law: Law,
  of: (moment: Moment) => boolean,
  more: Readonly<{ values?: RecipeStep['values']; collectedMl?: number }> = {},
): number {
  let met = 0;
  const check: Law = (moment, upTo) => {
    if (of(moment)) met += 1;
    law(moment, upTo);
  };
  fc.assert(
    fc.property(anyStory(hopes[phase] ?? []), (story) => {
      tell(cdseZns, phase, story, { ...more, check });
    }),
    { numRuns: 40 },
  );
  return met;
}

/** What brings each phase near its end, or to what its laws are about. */
const hopes: Readonly<Record<string, readonly Scene[]>> = {
  'leak-test': ['cold', 'at rest'],
  prime: ['fed'],
  'heat-up': ['heated by water'],
  'stage-1': ['fed'],
  'stage-2': ['fed', 'reacting'],
  shell: ['reacting'],
  'steady-state': ['reacting', 'reacting'],
  collect: ['reacting', 'reacting'],
  shutdown: ['reacting', 'water, cold', 'at rest'],
  'fouling-flush': ['water, cold', 'acid', 'acid', 'at rest'],
};

const isDone = ({ outcome }: Moment): boolean => outcome.done === true;

const feedIn = (skid: SkidReading, feed: 'ligand' | 'chalcogen' | 'cadmium' | 'shell', percent: number): boolean => {
  const target = plan[`${feed}MlPerMin`];
  return near(skid.points[feed], target, (target * percent) / 100);
};
const companions = (skid: SkidReading): boolean => feedIn(skid, 'ligand', 10) && feedIn(skid, 'chalcogen', 10);
const flows = ({ readings: { totalFlow } }: SkidReading): boolean =>
  totalFlow != null && totalFlow >= 0.9 * plan.totalMlPerMin;
const bears =
  (celsius: number) =>
  ({ readings: { reactorPressure } }: SkidReading): boolean =>
    reactorPressure != null && reactorPressure >= permissiveBarG(celsius);
const reactorIn = ({ points }: SkidReading, band: number): boolean =>
  near(points.temperatureA, plan.temperatureC, band) && near(points.temperatureB, plan.temperatureC, band);
const lineIn = (skid: SkidReading): boolean =>
  reactorIn(skid, 2) &&
  near(skid.readings.reactorPressure, plan.backPressureBarG, 1) &&
  feedIn(skid, 'ligand', 5) &&
  feedIn(skid, 'chalcogen', 5) &&
  feedIn(skid, 'cadmium', 5) &&
  (skid.setPoints.shell === 0 ||
    (feedIn(skid, 'shell', 5) && near(skid.points.shellTemperature, skid.setPoints.shellTemperature ?? 140, 2)));
const productIn = ({ readings: { conversion, diameter } }: SkidReading): boolean =>
  conversion != null && conversion >= 95 && diameter != null && diameter >= 3.31 && diameter <= 4;
const isStill = ({ points, readings: { totalFlow } }: SkidReading): boolean =>
  totalFlow != null && totalFlow <= 0.5 && feedsStand(points);
const feedsStand = ({ chalcogen, cadmium, ligand, shell }: SkidReading['points']): boolean =>
  [chalcogen, cadmium, ligand, shell].every((flow) => flow != null && flow <= 0.5);
const isCold = ({ hottestC }: SkidReading, below = 60): boolean => hottestC !== null && hottestC < below;

/** What holds for every phase at every moment. */
const common =
  (phase: string): Law =>
  ({ skid, outcome: { wanted, waitsFor } }, upTo) => {
    const sets: readonly string[] = phases.get(phase)?.sets ?? [];
    must(
      Object.keys(wanted).every((name) => sets.includes(name)),
      'nothing is set beside the form',
    );
    must(/\d|–/u.test(waitsFor), `it says what it waits for, with a value: ${waitsFor}`);
    const {
      chalcogen = 0,
      cadmium = 0,
      ligand = 0,
      flush = 0,
      temperature = 0,
      stage1 = 0,
      shellTemperature = 0,
    } = wanted;
    must(chalcogen + cadmium + ligand + flush <= plan.totalMlPerMin + 0.02, 'no more flow than the plan');
    if (phase !== 'collect') must((wanted.diverter ?? 0) === 0, 'no product outside collect');
    if (phase !== 'stage-2') must(cadmium === 0, 'no cadmium outside stage 2');
    if (['heat-up', 'stage-1', 'stage-2'].includes(phase))
      must(Math.abs(chalcogen + cadmium + ligand + flush - plan.totalMlPerMin) < 0.02, 'the total flow stays');
    const { setPoints } = skid;
    if (temperature > (setPoints.temperature ?? 0))
      must(recently(upTo, 3, flows) && recently(upTo, 3, bears(temperature)), 'no heat without flow and pressure');
    if (shellTemperature > (setPoints.shellTemperature ?? 0))
      must(recently(upTo, 5, flows) && recently(upTo, 5, bears(shellTemperature)), 'no heat of the shell without');
    if (stage1 > (setPoints.stage1 ?? 0)) {
      must(recently(upTo, 5, bears(stage1)), 'no heat of stage 1 without pressure');
      must(
        recently(upTo, 5, (one) => feedIn(one, 'chalcogen', 10)),
        'no heat of stage 1 without flow through it',
      );
    }
    const { backPressure } = wanted;
    if (backPressure !== undefined && backPressure < (setPoints.backPressure ?? Infinity))
      must(
        isCold(skid, 64) || (skid.hottestC !== null && backPressure >= permissiveBarG(skid.hottestC)),
        'no letting down while hot',
      );
    if (wanted.flush === 0 && ['shutdown', 'fouling-flush'].includes(phase))
      must(isCold(skid, 64), 'no water is stopped on a hot line');
  };

const stage1In = (skid: SkidReading): boolean => companions(skid) && near(skid.points.stage1, 60, 3);
const stage2In = (skid: SkidReading): boolean =>
  companions(skid) && feedIn(skid, 'cadmium', 10) && skid.points.flush != null && skid.points.flush <= 0.5;
const hotIn = ({ points }: SkidReading): boolean =>
  near(points.temperatureA, 160, 2) && near(points.temperatureB, 160, 2);
const atRest = (skid: SkidReading): boolean => {
  const { reactorPressure } = skid.readings;
  return isStill(skid) && isCold(skid) && reactorPressure != null && reactorPressure < 1;
};
const pumpsStand = ({ readings: { totalFlow } }: SkidReading): boolean => totalFlow != null && totalFlow <= 0.5;
const collectable = (skid: SkidReading): boolean =>
  lineIn(skid) && productIn(skid) && near(skid.readings.feedPh, 10.5, 0.5) && skid.points.collected !== null;

/** Where a phase may be done: with arguments by which it can be within a story, and laws of its own. */
const ends: Readonly<
  Record<string, Readonly<{ values?: RecipeStep['values']; collectedMl?: number; end: Law; law?: Law }>>
> = {
  'leak-test': {
    values: { for: 10, pressure: 0.5 },
    end: ({ skid }, upTo) => {
      must(pumpsStand(skid) && skid.readings.reactorPressure != null, 'the pumps stand, the pressure is known');
      must(lastedFor(upTo, 6, pumpsStand) >= 10, 'they stood all the test');
    },
  },
  prime: {
    values: { for: 20 },
    end: ({ skid }, upTo) => {
      must(companions(skid) && lastedFor(upTo, 5, companions) >= 20, 'both feeds in band for their time');
    },
  },
  'heat-up': {
    end: ({ skid }, upTo) => {
      must(hotIn(skid) && flows(skid) && bears(160)(skid) && lastedFor(upTo, 5, hotIn) >= 10, 'hot, flowing, pressed');
    },
    law: ({ outcome: { wanted } }, upTo) => {
      if ((wanted.temperature ?? 0) > 0) must(recently(upTo, 3, flows), 'no heat stays on without flow');
    },
  },
  'stage-1': {
    values: { hold: 0.5 },
    end: ({ skid }, upTo) => {
      must(stage1In(skid) && (skid.readings.conversion ?? 0) >= 95, 'in band, converted');
      must(lastedFor(upTo, 5, stage1In) >= 0.5 * plan.residenceTimeS, 'for its residence times');
    },
  },
  'stage-2': {
    end: ({ skid, outcome: { wanted } }, upTo) => {
      must(stage2In(skid) && lastedFor(upTo, 5, stage2In) >= 10, 'all feeds in band, water out');
      must(wanted.cadmium === plan.cadmiumMlPerMin, 'cadmium is on');
    },
    law: ({ outcome: { wanted } }, upTo) => {
      if ((wanted.cadmium ?? 0) === 0) return;
      must(recently(upTo, 2, companions), 'no cadmium long without its companions');
      must(lastedFor(upTo, 3, companions) >= 5, 'no cadmium before its companions were proven');
    },
  },
  shell: {
    end: ({ skid, outcome: { wanted } }) => {
      must(feedIn(skid, 'shell', 10) && near(skid.points.shellTemperature, 140, 3), 'the shell in band');
      must(companions(skid) && feedIn(skid, 'cadmium', 10) && reactorIn(skid, 3), 'behind a reacting core');
      must(wanted.shell === plan.shellMlPerMin, 'its feed is on');
    },
    law: ({ outcome: { wanted } }, upTo) => {
      if ((wanted.shell ?? 0) === 0) return;
      const reacts = (one: SkidReading): boolean => companions(one) && feedIn(one, 'cadmium', 10) && reactorIn(one, 3);
      must(recently(upTo, 5, reacts), 'no shell feed without a core');
    },
  },
  'steady-state': {
    values: { hold: 1 },
    end: ({ skid }, upTo) => {
      must(lineIn(skid) && productIn(skid) && skid.points.diverter === 0, 'in band, in range, at waste');
      must(lastedFor(upTo, 5, lineIn) >= plan.residenceTimeS, 'for its residence times');
    },
  },
  collect: {
    collectedMl: 1000,
    end: ({ skid }) => {
      must(skid.points.diverter === 0, 'the diverter says waste');
    },
    law: ({ outcome: { wanted } }) => {
      must(wanted.diverter === 0, 'no product to a full batch');
    },
  },
  shutdown: {
    values: { flush: 0.2 },
    end: ({ skid }) => {
      must(atRest(skid), 'cold, let down, still');
    },
    law: ({ skid: { setPoints }, outcome: { wanted } }) => {
      for (const feed of ['chalcogen', 'ligand'] as const)
        must((wanted[feed] ?? 0) === 0 || (setPoints[feed] ?? 0) > 0, 'nothing that is off is turned on');
      must(wanted.shell === 0 && wanted.temperature === 0 && wanted.stage1 === 0, 'shell and heat are off');
    },
  },
  'fouling-flush': {
    values: { volume: 5, until: 250 },
    end: ({ skid }) => {
      must(atRest(skid) && skid.points.flushLiquid === 0, 'cold, let down, still, at water');
    },
  },
};

describe('whatever instruments say', () => {
  it.each(Object.entries(ends))(
    '%s keeps its laws, and is done only where its end is true',
    (phase, { end, law, values, collectedMl = 0 }) => {
      const everywhere = common(phase);
      const met = always(
        phase,
        (moment, upTo) => {
          everywhere(moment, upTo);
          law?.(moment, upTo);
          if (isDone(moment)) end(moment, upTo);
        },
        isDone,
        { values: valuesOf(phase, values), collectedMl },
      );
      expect(met).toBeGreaterThan(0);
    },
  );

  it.each(names.filter((name) => !Object.hasOwn(ends, name)))('%s moves nothing, and waits for people', (phase) => {
    const met = always(
      phase,
      ({ outcome: { wanted, done } }) => {
        must(Object.keys(wanted).length === 0 && done === undefined, 'nothing is moved, nothing is done unanswered');
      },
      () => true,
    );
    expect(met).toBeGreaterThan(0);
  });

  it('the flush draws acid only with alkaline waste, no feed, a cold line, and after its water', () => {
    const law: Law = ({ skid, outcome: { wanted } }, upTo) => {
      if (wanted.flushLiquid !== 2) return;
      const { wastePh } = skid.readings;
      must(wastePh != null && wastePh >= 10, 'alkaline waste');
      must(isCold(skid) && feedsStand(skid.points), 'a cold line, no feed');
      const ml = ({ points }: SkidReading): number => (points.flushLiquid === 0 ? (points.flush ?? 0) / 60 : 0);
      const passed = upTo.reduce((sum, { skid: one }) => sum + ml(one), 0);
      must(passed >= cdseZns.equipment.reactorVolumeMl, 'after its water');
    };
    const values = valuesOf('fouling-flush', { with: 'dilute acid', volume: 5, until: 250 });
    expect(
      always('fouling-flush', law, ({ outcome: { wanted } }) => wanted.flushLiquid === 2, { values }),
    ).toBeGreaterThan(0);
  });

  it('product flows only in range, and never in doubt', () => {
    const isProduct = ({ outcome: { wanted } }: Moment): boolean => wanted.diverter === 1;
    const law: Law = (moment, upTo) => {
      if (isProduct(moment)) must(!moment.doubted && recently(upTo, 3, collectable), 'in range, and looked at');
    };
    expect(always('collect', law, isProduct)).toBeGreaterThan(0);
  });

  it.each(names)('%s is never done where no instrument is Good, and its time is bounded', (phase) => {
    const bad = new Proxy({}, { get: () => 'bad' }) as Stances;
    const story = [{ seconds: 1500, scene: 'reacting', stances: bad, doubted: false }] as const;
    const moments = tell(cdseZns, phase, story, { collectedMl: plan.targetMl });
    expect(moments.some(isDone)).toBe(false);
    const limitS = behaviourOf(phase).timeLimitS(contextOf(cdseZns, phase, moments[0]!.skid));
    expect(limitS).toBeGreaterThan(0);
    expect(limitS).toBeLessThan(86_400);
  });
});
