import { describe, expect, it } from 'vitest';
import { readPoint } from '../../twin/line/points.ts';
import { type InstrumentPoint, instrumentPoints, readingOf } from '../../twin/skid/signals.ts';
import { saturationC } from '../../twin/skid/water.ts';
import { hotSkid, parameters, type SkidInHand } from './skid-in-hand.ts';

/** A point of the field controller, or of an instrument beside it. */
const says = (skid: SkidInHand, point: string): number =>
  instrumentPoints.some((one) => one === point)
    ? readingOf(skid.line.readings, point as InstrumentPoint)
    : readPoint(skid.line, parameters, point);

/** All of these points, which is more than any vote asks for. */
const all =
  (points: readonly string[], trips: (value: number) => boolean) =>
  (skid: SkidInHand): boolean =>
    points.every((point) => trips(says(skid, point)));
const below = (limit: number, ...points: string[]) => all(points, (value) => value < limit);
const above = (limit: number, ...points: string[]) => all(points, (value) => value > limit);

const [air, room] = [
  ['airVelocity.A', 'airVelocity.B'],
  ['enclosurePressure.A', 'enclosurePressure.B'],
];
const ratio =
  (one: string, other: string, limit: number) =>
  (skid: SkidInHand): boolean =>
    says(skid, 'cadmiumFlow') > 1 && says(skid, one) / says(skid, other) < limit;

/** Hottest wetted temperature and what is left of the boiling margin, as the start permissive reckons. */
const isNearBoiling = (skid: SkidInHand): boolean =>
  saturationC(says(skid, 'reactorPressureA') + 1.013 - 0.5) < skid.hottestC + 5;

type Cause = Readonly<{
  row: number;
  what: string;
  faults: readonly object[];
  /** Process time within which it must be reached. */
  withinS: number;
  trips: (skid: SkidInHand) => boolean;
}>;

/** The rows of the interlock matrix, each with what brings it about and the reading that passes its trip. */
const causes: readonly Cause[] = [
  { row: 1, what: 'air velocity', faults: [{ fault: 'ventilation-failure' }], withinS: 20, trips: below(0.3, ...air) },
  { row: 2, what: 'enclosure', faults: [{ fault: 'ventilation-failure' }], withinS: 20, trips: above(-5, ...room) },
  {
    row: 3,
    what: 'aerosol',
    faults: [{ fault: 'leak', place: 'reactor', mlPerMin: 0.5 }],
    withinS: 60,
    trips: above(0.1, 'aerosol.1'),
  },
  {
    row: 4,
    what: 'aerosol, much of it',
    faults: [{ fault: 'leak', place: 'reactor', mlPerMin: 20 }],
    withinS: 60,
    trips: above(1, 'aerosol.1', 'aerosol.2'),
  },
  {
    row: 5,
    what: 'H2S',
    faults: [{ fault: 'gas', gas: 'h2s', ppm: 8 }],
    withinS: 60,
    trips: above(5, 'h2s.1', 'h2s.2', 'h2s.3'),
  },
  {
    row: 6,
    what: 'H2Se',
    faults: [{ fault: 'gas', gas: 'h2se', ppm: 0.1 }],
    withinS: 60,
    trips: above(0.05, 'h2se.1', 'h2se.2'),
  },
  {
    row: 7,
    what: 'H2',
    faults: [{ fault: 'gas', gas: 'h2', ppm: 14_000 }],
    withinS: 60,
    trips: above(25, 'h2.1', 'h2.2'),
  },
  {
    row: 8,
    what: 'drip tray',
    faults: [{ fault: 'leak', place: 'outlet', mlPerMin: 30 }],
    withinS: 60,
    trips: all(['dripTrayWet.A', 'dripTrayWet.B'], (value) => value === 1),
  },
  {
    row: 9,
    what: 'pressure',
    faults: [{ fault: 'blocked-outlet' }],
    withinS: 2,
    trips: above(16.2, 'reactorPressureA', 'reactorPressureB', 'reactorPressureC'),
  },
  {
    row: 10,
    what: 'flow resistance',
    faults: [{ fault: 'clog-step', factor: 3 }],
    withinS: 5,
    // 1.3 bar of drop when clean.
    trips: (skid) => says(skid, 'feedPressure') - says(skid, 'reactorPressureA') > 2.5 * 1.2,
  },
  { row: 11, what: 'boiling margin', faults: [{ fault: 'pressure-loss' }], withinS: 10, trips: isNearBoiling },
  {
    row: 12,
    what: 'temperature',
    faults: [{ fault: 'heater-stuck-on' }, { fault: 'pump-stop', pump: 'cadmium' }],
    withinS: 120,
    trips: (skid) => says(skid, 'reactorTemperatureIndependent') > says(skid, 'reactorWorkingSetpoint') + 10,
  },
  {
    row: 13,
    what: 'sensor break',
    faults: [{ fault: 'sensor-nan', point: 'reactorTemperatureB' }],
    withinS: 1,
    trips: all(['reactorTemperatureB'], Number.isNaN),
  },
  {
    row: 14,
    what: 'no flow',
    faults: ['chalcogen', 'cadmium', 'ligand'].map((pump) => ({ fault: 'pump-stop', pump })),
    withinS: 10,
    trips: (skid) =>
      below(0.7 * 24, 'chalcogenFlow', 'cadmiumFlow', 'ligandFlow')(skid) &&
      says(skid, 'pumpRunning.ligand') === 0 &&
      skid.hottestC > 90,
  },
  { row: 15, what: 'cooling', faults: [{ fault: 'cooling-loss' }], withinS: 40, trips: above(80, 'outletTemperature') },
  {
    row: 16,
    what: 'waste tank',
    faults: [{ fault: 'waste-level', percent: 96 }],
    withinS: 1,
    trips: (skid) => above(95, 'wasteLevel')(skid) && says(skid, 'wasteLevelHigh') === 1,
  },
  {
    row: 17,
    what: 'ligand to cadmium',
    faults: [{ fault: 'pump-stop', pump: 'ligand' }],
    withinS: 10,
    trips: ratio('ligandFlow', 'cadmiumFlow', 0.85),
  },
  {
    row: 17,
    what: 'chalcogen to cadmium',
    faults: [{ fault: 'check-valve', pump: 'chalcogen', share: 0.4 }],
    withinS: 10,
    trips: ratio('chalcogenFlow', 'cadmiumFlow', 0.85),
  },
  {
    row: 18,
    what: 'pH of the feed',
    faults: [{ fault: 'ph', place: 'feed', value: 9.2 }],
    withinS: 60,
    trips: below(9.5, 'feedPH.1', 'feedPH.2'),
  },
  {
    row: 19,
    what: 'pH of the waste',
    faults: [{ fault: 'ph', place: 'waste', value: 9 }],
    withinS: 60,
    trips: below(9.5, 'wastePH.1', 'wastePH.2'),
  },
  {
    row: 20,
    what: 'door',
    faults: ['A', 'B'].map((which) => ({ fault: 'door', switch: which, to: 'open' })),
    withinS: 1,
    trips: all(['doorOpen.A', 'doorOpen.B'], (value) => value === 1),
  },
  {
    row: 21,
    what: 'emergency stop',
    faults: [{ fault: 'emergency-stop' }],
    withinS: 1,
    trips: (skid) => says(skid, 'emergencyStop') === 1 && says(skid, 'safeStateStep') === 20,
  },
  {
    row: 24,
    what: 'air in changeover',
    faults: [{ fault: 'ventilation-failure' }, { fault: 'door', switch: 'A', to: 'open' }],
    withinS: 20,
    trips: (skid) => below(0.3, ...air)(skid) && says(skid, 'doorOpen.A') === 1,
  },
  {
    row: 25,
    what: 'air or power',
    faults: [{ fault: 'air-loss' }],
    withinS: 1,
    trips: (skid) => says(skid, 'airLost') === 1 && says(skid, 'safeStateStep') === 20,
  },
];

describe('every cause that the interlocks look for can be brought about', () => {
  it.each(causes)('row $row: $what', ({ faults, withinS, trips }) => {
    const skid = hotSkid();
    expect(trips(skid)).toBe(false);
    for (const fault of faults) skid.fault(fault);
    let reached = false;
    skid.wait(withinS, () => (reached = trips(skid)));
    expect(reached).toBe(true);
  });

  it('row 22: stale data, where the controller stands and what it says with it; what it is told meanwhile it does then', () => {
    const skid = hotSkid();
    const points = ['controllerHeartbeat', 'sampleCounter', 'reactorTemperatureA', 'feedPressure', 'ligandFlow'];
    skid.fault({ fault: 'controller-halt' });
    const before = points.map((point) => says(skid, point));
    skid.write({ safeStateRequest: 10 });
    skid.wait(5);
    expect(points.map((point) => readPoint(skid.line, parameters, point))).toEqual(before);
    expect(skid.step).toBe(0);
    expect(skid.line.process.flowMlPerMin.cadmium).toBeGreaterThan(20);
    // The wiring does not ask it.
    skid.fault({ fault: 'emergency-stop' });
    expect(skid.wait(1).line.process.flowMlPerMin.cadmium).toBe(0);
    skid.fault({ fault: 'clear' });
    skid.wait(1);
    expect([12, 13]).toContain(skid.step);
    expect(says(skid, 'controllerHeartbeat')).not.toBe(before[0]);
  });

  it('row 23: the service falls silent, and the controller goes its way alone', () => {
    const skid = hotSkid();
    skid.beating = false;
    skid.wait(4);
    expect([10, 12, 13]).toContain(skid.step);
    expect(says(skid, 'firstOut')).toBe(2);
    expect(says(skid, 'heaterEnabled')).toBe(0);
  });
});
