/** What takes no demand from a skid that asks for it: no odd number, no loss, no mode, no restart, no held input. */
import { describe, expect, it } from 'vitest';
import { adopt } from '../../../control/interlocks/state.ts';
import { admitChangeover } from '../../../control/interlocks/changeover.ts';
import { evaluate } from '../../../plant/expression/evaluate.ts';
import { badSensorFailure, good, goodLocalOverride, worstQuality } from '../../../plant/quality.ts';
import { localTag } from '../../../plant/sample.ts';
import { cold, person, Plant } from './support/plant.ts';
import { coldWhole, hotWhole, shipped } from './support/whole.ts';

describe('a doubt', () => {
  it('about a row that only alarms is HOT-HOLD too while the skid is hot, held until a reset', () => {
    const plant = hotWhole().lose('G900/AT-905A');
    expect(plant.step().demand).toBe('H');
    plant.set({ 'G900/AT-905A': 0.01 });
    expect(plant.run(70_000).demand).toBe('H');
    expect(plant.verdict.causes).toMatchObject([{ row: 3, latched: true, demand: 'H' }]);
  });

  it('about a row that only alarms is recorded once where it only blocks a start', () => {
    const plant = coldWhole().lose('G900/AT-905A');
    plant.events = [];
    expect(plant.run(2_000).demand).toBe('B');
    expect(plant.events.filter(({ row }) => row === 3)).toMatchObject([{ action: 'interlock-degraded' }]);
  });

  it.each([NaN, Infinity])('is a temperature of %s, though its quality is Good', (value) => {
    const plant = coldWhole().set({ 'R201/TT-202': value });
    plant.lose('G900/FT-906A', 'G900/FT-906B');
    expect(plant.step().demand).toBe('H');
  });

  it('of a loose wire that flickers while it jumps is a jump', () => {
    const plant = hotWhole();
    plant.run(1000);
    for (let i = 0; i < 20; i++) {
      plant.set({ 'R201/TT-202': i % 2 === 0 ? 160 : 120 });
      plant.run(500);
      plant.set({ 'R201/TT-202': 140 }, badSensorFailure).run(300);
    }
    expect(plant.state.latches.map(({ row }) => row)).toContain(13);
  });
});

describe('what a service before this one held', () => {
  it('waits until the field says its step', () => {
    const plant = new Plant(cold, shipped);
    plant.state = adopt(plant.state, [
      { source: 'row', row: 9, title: 'Pressure high-high', demand: 'S', message: 'P', at: 5, scan: 3 },
    ]);
    plant.fieldDemand = null;
    plant.step();
    plant.fieldDemand = 'S';
    plant.firstOutRow = 9;
    plant.step();
    expect(plant.state.latches.find(({ row }) => row === 9)).toMatchObject({ at: 5, message: 'P', demand: 'S' });
    expect(plant.state.latches[0]?.row).toBe(9);
  });
});

describe('changeover', () => {
  it('is not entered while stage 1 is hot', () => {
    const plant = coldWhole().set({ 'R101/TT-101': 95 });
    const { refusedBy } = admitChangeover(plant.skid, plant.state, plant.scan(), 'enter', person);
    expect(refusedBy).toEqual(['R101/TT-101 is 95 °C.']);
  });

  it.each([
    ['cold and without pressure', {}, 'B'],
    ['hot', { 'R201/TT-201A': 92, 'R201/TT-201B': 91 }, 'S'],
    ['under pressure', { 'R201/PT-201A': 0.6, 'R201/PT-201B': 0.6, 'R201/PT-201C': 0.6 }, 'S'],
  ] as const)('with a door open on a skid that is %s', (_what, values, demand) => {
    const plant = coldWhole();
    plant.state = { ...plant.state, changeover: true };
    // Slowly, or a thermometer that jumps trips row 13.
    for (const at of [40, 55, 70, 85])
      if ('R201/TT-201A' in values) plant.set({ 'R201/TT-201A': at, 'R201/TT-201B': at }).run(2500);
    plant.set(values).run(2000);
    plant.set({ 'G900/ZS-909A': true }).run(1000);
    expect(plant.verdict.demand).toBe(demand);
    expect(plant.verdict.causes.find(({ row }) => row === 20)).toMatchObject({ demand });
  });
});

describe('a value that people hold', () => {
  it('marks everything that is derived from it', () => {
    expect(worstQuality([good, goodLocalOverride, good])).toBe(goodLocalOverride);
    expect(worstQuality([goodLocalOverride, badSensorFailure])).toBe(badSensorFailure);
    const sum = {
      kind: 'binary',
      operator: '+',
      left: { kind: 'tag', tag: localTag('a') },
      right: { kind: 'tag', tag: localTag('b') },
    } as const;
    const lookup = (tag: string) => ({ value: 1, quality: tag === 'b' ? goodLocalOverride : good });
    expect(evaluate(sum, lookup).quality).toBe(goodLocalOverride);
  });
});
