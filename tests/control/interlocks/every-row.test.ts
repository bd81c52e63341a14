/** The shipped matrix, all of its rows, whatever stream of samples it sees. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admitBypass } from '../../../control/interlocks/bypass.ts';
import { admitForce } from '../../../control/interlocks/force.ts';
import { stepReset } from '../../../control/interlocks/reset.ts';
import { monotonic } from '../../../plant/clock.ts';
import { badNoCommunication, badSensorFailure, good, uncertainLastUsableValue } from '../../../plant/quality.ts';
import { demandRank } from '../../../plant/safe-state.ts';
import { localTag } from '../../../plant/sample.ts';
import { Oracle } from './support/oracle.ts';
import { cold, person, type Plant, running } from './support/plant.ts';
import { causes, coldWhole, hotWhole, shipped, twoPeople, type Values } from './support/whole.ts';

/** A temperature that jumps is row 13's: row 12 is brought about by one that rises. */
function brought(row: number, values: Values): Plant {
  const plant = hotWhole();
  if (row === 12) for (const at of [163, 166, 169]) plant.set({ 'R201/TT-202': at }).run(700);
  return plant.set(values);
}

describe.each(Object.entries(causes))('row %s of the shipped matrix', (number, [values, afterMs, demand]) => {
  const row = Number(number);
  const title = shipped.interlocks.find((one) => one.row === row)?.title;

  it('asks for its action once its cause has stood its time, as the first-out', () => {
    const plant = brought(row, values);
    if (afterMs > 0) {
      if (afterMs > 2000) plant.scanMs = 500;
      plant.run(afterMs);
      expect([plant.verdict.demand, plant.verdict.warnings?.some((one) => one.row === row && row === 3)]).toEqual([
        'none',
        plant.verdict.warnings === undefined ? undefined : false,
      ]);
    }
    plant.scanMs = 600;
    plant.run(1200);
    expect(plant.verdict.demand).toBe(demand);
    if (demand === 'none') {
      expect(plant.verdict).toMatchObject({ causes: [], warnings: [{ row, title }] });
      return;
    }
    expect(plant.verdict.causes[0]).toMatchObject({ row, title, latched: true, demand });
    expect(plant.told('interlock-tripped')[0]).toMatchObject({ row, demand });
  });

  it('says nothing more while its cause is away, and holds until a reset what it latched', () => {
    const plant = brought(row, values);
    plant.scanMs = 600;
    plant.run(afterMs + 1200);
    plant.set(running).run(12_000);
    expect(plant.verdict.demand).toBe(demand);
    expect(plant.verdict.warnings).toBeUndefined();
    if (demand === 'none') return;
    plant.fieldDemand = 'none';
    expect(plant.reset().join(' ')).toContain('to go');
    plant.scanMs = 1000;
    plant.run(62_000);
    expect(plant.reset('again')).toEqual([]);
    expect(plant.letGo().demand).toBe('none');
  });
});

const pools: Readonly<Record<string, readonly (number | boolean)[]>> = {
  'F100/FT-101': [0, 8, 24],
  'F100/FT-102': [0, 1.5, 24],
  'F100/FT-103': [0, 20, 24],
  'F100/FIC-103.SP': [0, 24, 40],
  'F100/P101.run': [false, true],
  'F100/P103.run': [false, true],
  'F100/PT-110': [0, 13, 24],
  'R201/TT-201A': [25, 89, 91, 160, 171, 196],
  'R201/TT-201B': [25, 150, 160, 196],
  'R201/TT-202': [25, 90, 160, 171, 196],
  'R201/heater.run': [false, true],
  'R201/TT-205': [25, 61, 81],
  'R201/cooling.run': [false, true],
  'R201/PT-201A': [0, 6, 12, 16.2, 17],
  'R201/PT-201B': [0, 12, 17],
  'R201/PT-201C': [0, 12, 17],
  'X300/LT-302': [10, 81, 91, 96],
  'X300/LSH-303': [false, true],
  'G900/FT-906A': [0.2, 0.35, 0.5],
  'G900/FT-906B': [0.2, 0.5],
  'G900/PDT-907A': [-25, -8, -3],
  'G900/PDT-907B': [-25, -3],
  'G900/LSH-908A': [false, true],
  'G900/ZS-909A': [false, true],
  'G900/ZS-909B': [false, true],
  'G900/HS-910': [false, true],
  'G900/PSL-911': [false, true],
  'G900/AT-901A': [0, 2, 6],
  'G900/AT-901B': [0, 2, 6],
  'G900/AT-901C': [0, 6],
  'G900/AT-902A': [0, 0.03, 0.06],
  'G900/AT-903B': [0, 15, 30],
  'G900/AT-905A': [0.01, 0.2, 2],
  'G900/AT-905B': [0.01, 2],
  'F100/AT-105A': [10.8, 9.7, 9],
  'X300/AT-305B': [10.5, 9.7, 9],
  'PLC/firstOut': [0, 1, 2],
};
const pooled = Object.keys(pools);

const quality = fc.constantFrom(
  good,
  good,
  good,
  good,
  good,
  uncertainLastUsableValue,
  badSensorFailure,
  badNoCommunication,
);
const noise = fc.tuple(fc.constantFrom(...pooled), fc.nat(5), quality);
const moment = fc.record({
  base: fc.constantFrom<Values | null>(null, null, running, cold),
  cause: fc.option(fc.constantFrom(...Object.values(causes).map(([values]) => values)), { freq: 1 }),
  noise: fc.array(noise, { maxLength: 3 }),
  changeover: fc.option(fc.boolean(), { freq: 4 }),
  bypass: fc.option(fc.tuple(fc.integer({ min: 1, max: 25 }), fc.nat(2)), { freq: 3 }),
  force: fc.option(fc.tuple(fc.constantFrom(...pooled), fc.nat(5)), { freq: 3 }),
  scans: fc.integer({ min: 1, max: 6 }),
  held: fc.boolean(),
  reset: fc.boolean(),
});
type Moment = typeof moment extends fc.Arbitrary<infer T> ? T : never;

const valueOf = (tag: string, n: number): number | boolean => pools[tag]![n % pools[tag]!.length]!;

function bring(plant: Plant, at: Moment): void {
  if (at.base !== null) plant.set(at.base);
  if (at.cause !== null) plant.set(at.cause);
  for (const [tag, n, as] of at.noise) plant.set({ [tag]: valueOf(tag, n) }, as);
  if (at.changeover !== null) plant.state = { ...plant.state, changeover: at.changeover };
  const now = monotonic(plant.wall);
  if (at.bypass !== null) {
    const [row, channel] = at.bypass;
    const request = { row, channel, minutes: 0.02, reason: 'test', meanwhile: 'watched' };
    plant.state = admitBypass(plant.skid, plant.state, plant.scan(), request, twoPeople, now).state;
  }
  if (at.force !== null) {
    const [tag, n] = at.force;
    const request = { tag: localTag(tag), value: valueOf(tag, n), minutes: 0.02, reason: 'test' };
    plant.state = admitForce(plant.skid, plant.state, plant.scan(), request, twoPeople, now).state;
  }
}

const latching = new Set(shipped.interlocks.filter(({ latch }) => latch).map(({ row }) => row));

const endOnFailure = process.env['STRYKER_MUTATOR_WORKER'] !== undefined;

describe('the shipped matrix, whatever it sees', () => {
  it('leaves no tripped cause without its action, its measures and its first-out', () => {
    const tripped = new Set<number>();
    fc.assert(
      fc.property(
        fc.array(moment, { minLength: 3, maxLength: 14 }),
        fc.constantFrom(100, 1000, 6000),
        (moments, scanMs) => {
          const plant = hotWhole();
          // So that rates begin at this scan for whoever looks.
          plant.now += 1000;
          const oracle = new Oracle(shipped);
          plant.scanMs = scanMs;
          const scanned = (): void => {
            const { now } = plant;
            const samples = plant.samples();
            const sourceTime: number = plant.utc();
            const { wall } = plant;
            const bypassed = new Map(
              plant.state.bypasses.filter(({ until }) => until > wall).map(({ row, channel }) => [row, channel]),
            );
            const { changeover } = plant.state;
            const first = plant.state.latches[0];
            const { demand, causes: said, measures = [], warnings = [] } = plant.step();
            for (const cause of oracle.at({ now, sourceTime, samples, changeover, bypassed })) {
              const what = `row ${cause.row} at ${now} ms`;
              expect(demandRank(demand), what).toBeGreaterThanOrEqual(demandRank(cause.demand));
              expect(measures, what).toEqual(expect.arrayContaining([...cause.measures]));
              if (cause.warns)
                expect(
                  warnings.map(({ row }) => row),
                  what,
                ).toContain(cause.row);
              if (cause.demand === 'none' || !latching.has(cause.row)) continue;
              tripped.add(cause.row);
              const held = said.find(({ row, latched }) => row === cause.row && latched === true);
              expect(demandRank(held?.demand ?? 'none'), what).toBeGreaterThanOrEqual(demandRank(cause.demand));
            }
            if (first !== undefined && plant.told('interlock-reset').length === 0) {
              expect(plant.state.latches[0]).toMatchObject({ row: first.row, source: first.source, at: first.at });
            }
            plant.events = [];
          };
          scanned();
          for (const at of moments) {
            bring(plant, at);
            for (let i = at.held ? -12 : 0; i < at.scans; i++) scanned();
            if (at.reset) {
              plant.state = stepReset(plant.skid, plant.state, plant.scan(), person, `reset-${plant.wall}`).state;
              plant.leaving = plant.state.releasing !== null;
              // A field that is let go of forgets its first-out.
              if (plant.leaving) plant.set({ 'PLC/firstOut': 0 });
            }
          }
        },
      ),
      { numRuns: 60, endOnFailure },
    );
    // Row 24 needs changeover and row 3 only warns; every other row is seldom missed by so many streams.
    expect(tripped.size).toBeGreaterThan(15);
  });
});

describe('changeover', () => {
  const inChangeover = (): Plant => {
    const plant = coldWhole();
    plant.state = { ...plant.state, changeover: true };
    plant.step();
    return plant;
  };

  it('blocks a start as a mode that people chose, and is no cause that is latched', () => {
    const plant = inChangeover();
    expect(plant.verdict).toMatchObject({ demand: 'B', causes: [{ title: 'Changeover', mode: true }] });
    plant.state = { ...plant.state, changeover: false };
    expect(plant.step()).toMatchObject({ demand: 'none', causes: [] });
  });

  it('makes an open door a blocked start, which is de-energised anywhere else', () => {
    const open = { 'G900/ZS-909A': true };
    expect(inChangeover().set(open).run(700).causes[0]).toMatchObject({ row: 20, demand: 'B', latched: true });
    expect(coldWhole().set(open).run(700).causes[0]).toMatchObject({ row: 20, demand: 'S' });
  });

  it('evacuates when the ventilation fails', () => {
    const plant = inChangeover().set({ 'G900/PDT-907A': -4 });
    expect(plant.run(5000).demand).toBe('B');
    expect(plant.step()).toMatchObject({ demand: 'E' });
    expect(plant.verdict.causes).toMatchObject([{ row: 2 }, { row: 24, demand: 'E' }, { title: 'Changeover' }]);
  });

  it('is what alone makes a doubt of its ventilation matter', () => {
    const lost = ['G900/FT-906A', 'G900/FT-906B'] as const;
    expect(
      coldWhole()
        .lose(...lost)
        .step()
        .causes.some(({ row }) => row === 24),
    ).toBe(false);
    expect(
      inChangeover()
        .lose(...lost)
        .step().causes,
    ).toContainEqual(expect.objectContaining({ row: 24, demand: 'S', latched: true }));
  });
});
