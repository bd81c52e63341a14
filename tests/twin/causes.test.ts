import { describe, expect, it } from 'vitest';
import { readPoint } from '../../twin/line/points.ts';
import { type InstrumentPoint, instrumentPoints, readingOf } from '../../twin/skid/signals.ts';
import { saturationC } from '../../twin/skid/water.ts';
import { rowCauses, type RowCause } from './row-causes.ts';
import { hotSkid, parameters, SkidInHand } from './skid-in-hand.ts';

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

type Trips = (skid: SkidInHand) => boolean;

const openDoor = all(['doorOpen.A', 'doorOpen.B'], (value) => value === 1);
const isFull = (percent: number): Trips => above(percent, 'wasteLevel');

/** The reading that passes the trip of each row, and of each cause where one has several. */
const trips: Readonly<Record<string, Trips>> = {
  'air velocity': below(0.3, ...air),
  enclosure: above(-5, ...room),
  aerosol: above(0.1, 'aerosol.1'),
  'aerosol, much of it': above(1, 'aerosol.1', 'aerosol.2'),
  H2S: above(5, 'h2s.1', 'h2s.2', 'h2s.3'),
  H2Se: above(0.05, 'h2se.1', 'h2se.2'),
  H2: above(25, 'h2.1', 'h2.2'),
  'drip tray': all(['dripTrayWet.A', 'dripTrayWet.B'], (value) => value === 1),
  pressure: above(16.2, 'reactorPressureA', 'reactorPressureB', 'reactorPressureC'),
  // 1.3 bar of drop when clean.
  'flow resistance': (skid) => says(skid, 'feedPressure') - says(skid, 'reactorPressureA') > 2.5 * 1.2,
  'boiling margin': isNearBoiling,
  temperature: (skid) => says(skid, 'reactorTemperatureIndependent') > says(skid, 'reactorWorkingSetpoint') + 10,
  'sensor break': all(['reactorTemperatureB'], Number.isNaN),
  'no flow': (skid) =>
    below(0.7 * 24, 'chalcogenFlow', 'cadmiumFlow', 'ligandFlow')(skid) &&
    says(skid, 'pumpRunning.ligand') === 0 &&
    skid.hottestC > 90,
  cooling: above(80, 'outletTemperature'),
  'waste tank, to be diverted': (skid) => isFull(90)(skid) && says(skid, 'wasteLevelHigh') === 0,
  'waste tank, full': (skid) => isFull(95)(skid) && says(skid, 'wasteLevelHigh') === 1,
  'ligand to cadmium': ratio('ligandFlow', 'cadmiumFlow', 0.85),
  'chalcogen to cadmium': ratio('chalcogenFlow', 'cadmiumFlow', 0.85),
  'pH of the feed': below(9.5, 'feedPH.1', 'feedPH.2'),
  'pH of the waste': below(9.5, 'wastePH.1', 'wastePH.2'),
  door: openDoor,
  'door in changeover': openDoor,
  'emergency stop': (skid) => says(skid, 'emergencyStop') === 1 && says(skid, 'safeStateStep') === 20,
  'air in changeover': (skid) => below(0.3, ...air)(skid) && skid.hottestC < 90,
  'air or power': (skid) => says(skid, 'airLost') === 1 && says(skid, 'safeStateStep') === 20,
};
/** Rows of their own tests below. */
const withoutReading = [22, 23];

const lineFor = ({ from }: RowCause): SkidInHand => (from === 'hot' ? hotSkid() : new SkidInHand().wait(1).reset());

describe('every cause that the interlocks look for can be brought about', () => {
  const readable = rowCauses.filter(({ row }) => !withoutReading.includes(row));

  it('and every row has one', () => {
    expect([...new Set(rowCauses.map(({ row }) => row))]).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    expect(Object.keys(trips).sort()).toEqual(readable.map(({ what }) => what).sort());
  });

  it.each(readable)('row $row: $what', (cause) => {
    const skid = lineFor(cause);
    const isTripped = trips[cause.what]!;
    expect(isTripped(skid)).toBe(false);
    for (const fault of cause.faults) skid.fault(fault);
    let reached = false;
    skid.wait(cause.withinS, () => (reached = isTripped(skid)));
    expect(reached).toBe(true);
  });

  it.each(rowCauses.filter(({ alone }) => alone !== undefined))('row $row alone: $what', (cause) => {
    const skid = lineFor(cause);
    for (const fault of cause.alone ?? []) skid.fault(fault);
    skid.wait(cause.withinS);
    // The line itself goes on: what is wrong is one reading.
    expect(skid.step).toBe(0);
    expect(skid.line.process.flowMlPerMin.cadmium).toBeGreaterThan(20);
    expect(skid.line.process.heat.fluidC).toBeGreaterThan(155);
  });

  it.each(rowCauses)('row $row, $what, goes with its fault', ({ faults, mend }) => {
    const skid = hotSkid();
    for (const fault of faults) skid.fault(fault);
    skid.fault({ fault: 'clear' });
    for (const fault of mend ?? []) skid.fault(fault);
    expect(skid.line.standing).toEqual([]);
    expect(says(skid.wait(0.05), 'wasteLevelHigh')).toBe(0);
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
