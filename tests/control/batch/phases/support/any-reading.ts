/**
 * Whatever instruments may say: stretches near what the plan wants, in which some are off, at rest, or not Good. A story is
 * long enough for phases to come near their end, and then to be disappointed.
 */
import fc from 'fast-check';
import type { Reliable } from '../../../../../plant/recipe/equipment.ts';
import { setPointNames, type SetPointName } from '../../../../../plant/recipe/roles.ts';
import type { SkidReading } from '../../../../../control/batch/skid-reading.ts';
import type { Run } from './plans.ts';

/** How a quantity stands to what is wanted of it: there, a little off, at rest, wild, not Good. */
const stances = ['there', 'there', 'there', 'there', 'off', 'rest', 'wild', 'bad'] as const;
export type Stance = (typeof stances)[number];

const quantities = [
  'chalcogen', 'cadmium', 'ligand', 'flush', 'shell', 'temperature', 'stage1', 'shellTemperature', 'pressure', 'hottest', 'diverter',
  'collected', 'flushLiquid', 'totalFlow', 'conversion', 'diameter', 'feedPh', 'wastePh', 'fouling', 'setPoints',
] as const; // prettier-ignore
type Quantity = (typeof quantities)[number];
export type Stances = Readonly<Record<Quantity, Stance>>;

export type Stretch = Readonly<{ seconds: number; scene: Scene; stances: Stances; doubted: boolean }>;

/** What the line is like where nothing is wrong: the phases differ in what they hope for. */
const scenes = ['cold', 'heated by water', 'fed', 'reacting', 'water, cold', 'at rest', 'acid'] as const;
export type Scene = (typeof scenes)[number];

const anyStances: fc.Arbitrary<Stances> = fc
  .record({
    good: fc.boolean(),
    each: fc.tuple(...quantities.map(() => fc.constantFrom(...stances))),
  })
  .map(
    ({ good, each }) =>
      Object.fromEntries(quantities.map((name, i) => [name, good ? 'there' : each[i]])) as Record<Quantity, Stance>,
  );

/** One or two quantities wrong in an otherwise good line: where proofs are lost. */
const fewWrong: fc.Arbitrary<Stances> = fc
  .tuple(fc.subarray([...quantities], { maxLength: 2 }), fc.constantFrom<Stance>('off', 'rest', 'wild', 'bad'))
  .map(
    ([wrong, stance]) =>
      Object.fromEntries(quantities.map((name) => [name, wrong.includes(name) ? stance : 'there'])) as Record<
        Quantity,
        Stance
      >,
  );

const allGood = Object.fromEntries(quantities.map((name) => [name, 'there'])) as Record<Quantity, Stance>;

/** @param hope scenes that bring the phase to its end: half of the stories end with them */
export const anyStory = (hope: readonly Scene[]): fc.Arbitrary<readonly Stretch[]> => {
  const stretches = fc.array(
    fc.record({
      seconds: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 10, max: 80 })),
      scene: fc.constantFrom(...scenes),
      stances: fc.oneof(anyStances, fewWrong, fewWrong),
      doubted: fc.nat(9).map((one) => one === 0),
    }),
    { minLength: 1, maxLength: 5 },
  );
  const end = fc.array(fc.integer({ min: 5, max: 60 }), { minLength: hope.length, maxLength: hope.length });
  return fc.tuple(stretches, fc.option(end)).map(([before, seconds]) => [
    ...before,
    ...(seconds ?? []).flatMap((each, i) => {
      const scene = hope[i];
      return scene === undefined ? [] : [{ seconds: each, scene, stances: allGood, doubted: false }];
    }),
  ]);
};

type Wanted = Readonly<Record<Exclude<Quantity, 'setPoints'>, number>>;

function wantedOf({ plan }: Run, scene: Scene): Wanted {
  const fed = scene === 'fed' || scene === 'reacting';
  const isHot = fed || scene === 'heated by water';
  const water = { 'cold': 20, 'heated by water': plan.totalMlPerMin, 'fed': plan.cadmiumMlPerMin, 'reacting': 0, 'water, cold': 40, 'at rest': 0, 'acid': 40 }[scene]; // prettier-ignore
  const chalcogen = fed ? plan.chalcogenMlPerMin : 0;
  const ligand = fed ? plan.ligandMlPerMin : 0;
  const cadmium = scene === 'reacting' ? plan.cadmiumMlPerMin : 0;
  return {
    chalcogen,
    ligand,
    cadmium,
    flush: water,
    shell: scene === 'reacting' ? plan.shellMlPerMin : 0,
    temperature: isHot ? plan.temperatureC : 25,
    stage1: fed ? 60 : 25,
    shellTemperature: isHot ? 140 : 25,
    pressure: isHot || scene === 'cold' ? plan.backPressureBarG : 0.1,
    hottest: isHot ? plan.temperatureC : 30,
    diverter: 0,
    collected: 500,
    flushLiquid: scene === 'acid' ? 2 : 0,
    totalFlow: chalcogen + ligand + cadmium + water,
    conversion: 97,
    diameter: 3.6,
    feedPh: 10.5,
    wastePh: 10.6,
    fouling: 110,
  };
}

function stanced(value: number, stance: Stance): Reliable {
  switch (stance) {
    case 'there':
      return value;
    case 'off':
      return value * 0.8;
    case 'rest':
      return 0;
    case 'wild':
      return value * 3 + 50;
    case 'bad':
      return null;
  }
}

/** @param standing what the phase has asked so far; the line says it back, unless its set points are not Good. */
export function readingOf(
  run: Run,
  { scene, stances: how }: Stretch,
  standing: Partial<Record<SetPointName, number>>,
): SkidReading {
  const wanted = wantedOf(run, scene);
  const say = (name: keyof Wanted): Reliable => stanced(wanted[name], how[name]);
  const hasShell = run.equipment.setPoints.shell !== undefined;
  return {
    setPoints: Object.fromEntries(
      setPointNames.flatMap((name): [string, Reliable][] => {
        if (run.equipment.setPoints[name] === undefined) return [];
        return [[name, how.setPoints === 'there' ? (standing[name] ?? 0) : stanced(standing[name] ?? 0, how.setPoints)]];
      }),
    ),
    points: {
      chalcogen: say('chalcogen'), cadmium: say('cadmium'), ligand: say('ligand'), flush: say('flush'), temperatureA: say('temperature'),
      temperatureB: say('temperature'), independent: say('temperature'), outlet: 30, pressureA: say('pressure'), pressureB: say('pressure'),
      diverter: how.diverter === 'there' ? (standing.diverter ?? 0) : say('diverter'), collected: say('collected'), stage1: say('stage1'),
      flushLiquid: how.flushLiquid === 'there' ? (standing.flushLiquid ?? 0) : say('flushLiquid'),
      ...(hasShell ? { shell: say('shell'), shellTemperature: say('shellTemperature') } : {}),
    },
    readings: {
      reactorTemperature: say('temperature'), reactorPressure: say('pressure'), totalFlow: say('totalFlow'), conversion: say('conversion'),
      diameter: say('diameter'), feedPh: say('feedPh'), wastePh: say('wastePh'), fouling: say('fouling'),
    },
    hottestC: say('hottest'),
    reactorVolumeMl: run.equipment.reactorVolumeMl,
    shellVolumeMl: run.equipment.shellVolumeMl ?? 0,
  }; // prettier-ignore
}
