import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultNames, readFault } from '../../twin/faults/fault-messages.ts';
import { noFaults } from '../../twin/faults/faults.ts';
import { readPoint } from '../../twin/line/points.ts';
import { analogPoints, contactPoints, readingOf } from '../../twin/skid/signals.ts';
import { probesOf } from '../../twin/skid/probes.ts';
import { hotSkid, parameters, SkidInHand } from './skid-in-hand.ts';

const says = (skid: SkidInHand, point: string): number => readPoint(skid.line, parameters, point);

describe('a fault', () => {
  it('stands until it is taken away, and only it is', () => {
    const skid = new SkidInHand();
    skid.fault({ fault: 'pump-stop', pump: 'ligand' });
    skid.fault({ fault: 'air-loss' });
    skid.fault({ fault: 'clear', only: { fault: 'air-loss' } });
    expect(skid.line.faults.airLost).toBe(false);
    expect([...skid.line.faults.stoppedPumps]).toEqual(['ligand']);
    skid.fault({ fault: 'clear' });
    expect(skid.line.faults).toEqual(noFaults);
    expect(skid.line.standing).toEqual([]);
  });

  it('of the same thing counts as it came last', () => {
    const skid = new SkidInHand();
    skid.fault({ fault: 'pressure-bias', sensor: 'A', bar: 2 });
    skid.fault({ fault: 'pressure-bias', sensor: 'A', bar: 3 });
    skid.fault({ fault: 'pressure-bias', sensor: 'B', bar: 1 });
    skid.wait(0.1);
    expect(skid.line.standing).toHaveLength(2);
    expect(says(skid, 'reactorPressureA')).toBeCloseTo(3, 0);
    expect(says(skid, 'reactorPressureB')).toBeCloseTo(1, 0);
  });

  it('may be one of several on the same instrument', () => {
    const skid = new SkidInHand();
    skid.fault({ fault: 'sensor-offset', point: 'reactorPressureA', by: 4 });
    skid.fault({ fault: 'pressure-bias', sensor: 'A', bar: 2 });
    expect(says(skid.wait(0.1), 'reactorPressureA')).toBeCloseTo(6, 0);
    skid.fault({ fault: 'clear', only: { fault: 'sensor-offset', point: 'reactorPressureA' } });
    expect(says(skid.wait(0.1), 'reactorPressureA')).toBeCloseTo(2, 0);
  });

  it('that is not known, or not whole, is refused by name, whatever it is', () => {
    for (const message of [null, 5, 'x', [], {}, { fault: 'clear', only: {} }, { fault: 'pump-stop' }])
      expect(() => readFault(message)).toThrow(expect.objectContaining({ code: 'fault-refused' }));
    expect(() => readFault({ fault: 'leak', place: 'roof', mlPerMin: 1 })).toThrow(/feed, reactor, outlet/u);
    expect(() => readFault({ fault: 'fouling', factor: '3' })).toThrow(/number from 1/u);
    expect(() => readFault({ fault: 'air-loss', now: true })).toThrow(/now/u);
    // A slip of the pen must not take all away.
    expect(() => readFault({ fault: 'clear', onyl: { fault: 'air-loss' } })).toThrow(/onyl/u);
    expect(() => readFault({ fault: 'clear', only: null })).toThrow(/fault-refused|fault/u);
  });

  it('message of any kind is read or refused, never anything else', () => {
    const field = fc.constantFrom('pump', 'place', 'point', 'to', 'share', 'value', 'gas', 'ppm', 'switch', 'only');
    const content = fc.oneof(
      fc.constantFrom('ligand', 'feed', 'open', 'h2s', 'A', '__proto__', 'constructor', { toString: 1, valueOf: 1 }),
      fc.double(),
      fc.anything(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...faultNames, 'x'), fc.dictionary(field, content), (fault, fields) => {
        try {
          expect(['stands', 'clear', 'action']).toContain(readFault({ ...fields, fault }).kind);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'fault-refused' });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a transmitter', () => {
  it.each([...analogPoints])('can break, stick, be off, drift and be noisy: %s', (point) => {
    const skid = new SkidInHand();
    const said = (): number => readingOf(skid.line.readings, point);
    const alone = (fault: object): void => {
      skid.fault({ fault: 'clear' });
      skid.wait(0.1);
      skid.fault(fault);
    };
    skid.wait(1);
    alone({ fault: 'sensor-nan', point });
    skid.wait(0.1);
    expect(said()).toBeNaN();
    alone({ fault: 'sensor-stuck', point });
    const before = said();
    skid.wait(5, () => expect(said()).toBe(before));
    alone({ fault: 'sensor-offset', point, by: 3 });
    skid.wait(0.1);
    expect(said()).toBeCloseTo(before + 3, -0.3);
    alone({ fault: 'sensor-drift', point, perMin: 30 });
    skid.wait(12);
    expect(said()).toBeCloseTo(before + 6, -0.3);
    alone({ fault: 'sensor-noise', point, factor: 0 });
    skid.wait(0.1);
    expect(said()).not.toBeNaN();
  });

  it('that drifted starts anew when it has been mended', () => {
    const skid = new SkidInHand();
    skid.fault({ fault: 'sensor-drift', point: 'reactorPressureA', perMin: 60 });
    skid.wait(10);
    skid.fault({ fault: 'clear' });
    expect(says(skid.wait(0.1), 'reactorPressureA')).toBeLessThan(0.5);
    skid.fault({ fault: 'sensor-drift', point: 'reactorPressureA', perMin: 60 });
    expect(says(skid.wait(0.1), 'reactorPressureA')).toBeLessThan(0.5);
  });

  it.each(contactPoints)('and a contact can stick: %s', (point) => {
    const skid = new SkidInHand();
    skid.wait(0.1);
    skid.fault({ fault: 'sensor-stuck', point });
    for (const fault of [
      { fault: 'emergency-stop' },
      { fault: 'air-loss' },
      { fault: 'drip-tray', ml: 100 },
      { fault: 'waste-level', percent: 99 },
      { fault: 'door', switch: 'A', to: 'open' },
      { fault: 'door', switch: 'B', to: 'open' },
    ])
      skid.fault(fault);
    skid.wait(1);
    for (const other of contactPoints)
      expect(readingOf(skid.line.readings, other), other).toBe(other === point ? 0 : 1);
  });
});

describe('the surroundings', () => {
  it('are in order on a sound skid: air drawn, enclosure below the room, trays dry, doors shut', () => {
    const { readings } = new SkidInHand().wait(60).line;
    expect(readings.airVelocityMPerS.A).toBeGreaterThan(0.45);
    expect(readings.enclosurePa.B).toBeLessThan(-20);
    expect(contactPoints.map((point) => readingOf(readings, point))).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(readings.gas.h2sPpm.every((ppm) => ppm < 0.2)).toBe(true);
    expect(readings.gas.h2sePpm.every((ppm) => ppm < 0.01)).toBe(true);
    expect(readings.aerosolMgPerM3[0]).toBeLessThan(0.03);
    expect(readings.pH.feed[0]).toBeGreaterThan(10);
    expect(readings.pH.waste[1]).toBeGreaterThan(9.9);
  });

  it('lose their draught when the ventilation fails, within half a minute', () => {
    const skid = new SkidInHand().wait(1);
    skid.fault({ fault: 'ventilation-failure' });
    skid.wait(30);
    expect(skid.line.readings.airVelocityMPerS.A).toBeLessThan(0.3);
    expect(skid.line.readings.enclosurePa.A).toBeGreaterThan(-5);
  });

  it('lose their pressure through an open door, and most of their velocity', () => {
    const skid = new SkidInHand().wait(1);
    skid.fault({ fault: 'door', switch: 'A', to: 'open' });
    skid.wait(10);
    expect([says(skid, 'doorOpen.A'), says(skid, 'doorOpen.B')]).toEqual([1, 0]);
    expect(skid.line.readings.enclosurePa.A).toBeGreaterThan(-5);
    expect(skid.line.readings.airVelocityMPerS.B).toBeLessThan(0.3);
    skid.fault({ fault: 'door', switch: 'A', to: 'closed' });
    expect(says(skid.wait(10), 'doorOpen.A')).toBe(0);
  });

  it('are drawn harder in E than in S', () => {
    const skid = new SkidInHand().wait(1);
    const before = skid.line.readings.airVelocityMPerS.A;
    skid.write({ safeStateRequest: 30 });
    skid.wait(20);
    expect(says(skid, 'extractionAtMaximum')).toBe(1);
    expect(skid.line.readings.airVelocityMPerS.A).toBeGreaterThan(before * 1.3);
  });

  it('get wet by a leak, A before B, and dry again when the tray is emptied', () => {
    const skid = new SkidInHand().wait(1);
    skid.fault({ fault: 'leak', place: 'outlet', mlPerMin: 10 });
    skid.wait(36);
    expect([says(skid, 'dripTrayWet.A'), says(skid, 'dripTrayWet.B')]).toEqual([1, 0]);
    skid.wait(24);
    expect(says(skid, 'dripTrayWet.B')).toBe(1);
    skid.fault({ fault: 'clear' });
    expect(says(skid.wait(1), 'dripTrayWet.A')).toBe(0);
  });

  it('hold the gas that acid makes of a leak, and much more of it without air', () => {
    const leaking = (...more: object[]): number => {
      const skid = hotSkid();
      for (const fault of [
        { fault: 'ph', place: 'waste', value: 5 },
        { fault: 'leak', place: 'outlet', mlPerMin: 20 },
        ...more,
      ])
        skid.fault(fault);
      return skid.wait(150).line.enclosure.gasPpm.h2se;
    };
    const drawn = leaking();
    expect(drawn).toBeGreaterThan(0);
    expect(leaking({ fault: 'ventilation-failure' })).toBeGreaterThan(10 * drawn);
  });

  it('hold the gas of a fault only as long as it stands', () => {
    const skid = new SkidInHand().wait(1);
    skid.fault({ fault: 'gas', gas: 'h2se', ppm: 0.1 });
    skid.wait(60);
    expect(skid.line.readings.gas.h2sePpm[0]).toBeGreaterThan(0.05);
    skid.fault({ fault: 'clear' });
    skid.wait(60);
    expect(skid.line.readings.gas.h2sePpm[0]).toBeLessThan(0.02);
  });
});

describe('what is wrong with the skid', () => {
  type Look = (skid: SkidInHand) => number;
  const flow =
    (pump: 'cadmium' | 'ligand'): Look =>
    ({ line }) =>
      line.readings.flowMlPerMin[pump];
  const drop: Look = ({ line: { readings } }) => readings.pressureBarG.feed - readings.pressureBarG.A;
  /** How far the pressure swings in 20 s. */
  const swing: Look = (skid) => {
    const said: number[] = [];
    skid.wait(20, ({ process }) => void said.push(process.hydraulics.outletBarG));
    return Math.max(...said) - Math.min(...said);
  };
  const film: Look = ({ line }) => probesOf(parameters, line.process).stage2.film;

  it.each<[string, object, number, Look, (before: number) => [number, number]]>([
    ['pump-stop', { pump: 'ligand' }, 5, flow('ligand'), () => [-0.1, 0.1]],
    ['check-valve', { pump: 'cadmium', share: 0.3 }, 5, flow('cadmium'), () => [15, 19]],
    ['air-bubble', { pump: 'ligand', ml: 4 }, 5, flow('ligand'), () => [-0.1, 0.1]],
    ['air-bubble', { pump: 'ligand', ml: 4 }, 15, flow('ligand'), () => [23, 25]],
    ['pressure-loss', {}, 10, ({ line }) => line.readings.pressureBarG.A, () => [-0.5, 3]],
    ['bpr-hunting', { bar: 0.5 }, 5, swing, () => [0.7, 1.5]],
    ['fouling', { factor: 3 }, 1, drop, (before) => [2.2 * before, 4 * before]],
    ['clog-step', { factor: 3 }, 1, drop, (before) => [2.2 * before, 4 * before]],
    ['heater-weak', { share: 0.3 }, 120, (skid) => skid.hottestC, (before) => [50, before - 15]],
    ['cooling-loss', {}, 120, ({ line }) => line.readings.temperatureC.outlet, () => [60, 165]],
    ['ph', { place: 'feed', value: 9 }, 30, ({ line }) => line.readings.pH.feed[0], () => [8.9, 9.1]],
    ['window-film', { place: 'stage2', share: 0.4 }, 1, film, () => [0.35, 0.5]],
    ['flush-agent', { agent: 'oil slug', ml: 50 }, 1, ({ line }) => line.process.deposits.agentMl, () => [50, 50]],
  ])('shows in the line: %s %j after %d s', (fault, more, seconds, look, wanted) => {
    const skid = hotSkid();
    const before = look(skid);
    skid.fault({ fault, ...more });
    skid.wait(seconds);
    const [low, high] = wanted(before);
    const after = look(skid);
    expect(after).toBeGreaterThanOrEqual(low);
    expect(after).toBeLessThanOrEqual(high);
  });
});

describe('the emergency stop, and the loss of air', () => {
  it.each([
    ['emergency-stop', 'emergencyStop', 5],
    ['air-loss', 'airLost', 6],
  ])('de-energise in the field, with their own first-out: %s', (fault, point, firstOut) => {
    const skid = hotSkid();
    skid.fault({ fault });
    skid.wait(0.1);
    expect(skid.step).toBe(20);
    expect(says(skid, point)).toBe(1);
    expect(says(skid, 'firstOut')).toBe(firstOut);
    expect(skid.line.outputs).toMatchObject({ deEnergised: true, heaterEnabled: false, stage1C: null, shellC: null });
  });

  it('cannot be reset while they last', () => {
    const skid = new SkidInHand().wait(1);
    skid.fault({ fault: 'emergency-stop' });
    skid.wait(1).reset();
    expect(skid.step).toBe(20);
    skid.fault({ fault: 'clear', only: { fault: 'emergency-stop' } });
    skid.wait(1).reset();
    expect(skid.step).toBe(0);
  });
});
