import { describe, expect, it } from 'vitest';
import { badSensorFailure } from '../../../plant/quality.ts';
import { Plant, running } from './support/plant.ts';

const hot = (): Plant => new Plant(running).released();
const atRest = (): Plant => new Plant().released();

describe('a channel that is lost', () => {
  it('blocks a start while it lasts, is named, and goes by itself', () => {
    const plant = hot().lose('R201/PT-201C');
    plant.step();
    expect(plant.verdict.demand).toBe('B');
    const cause = plant.verdict.causes.find(({ row }) => row === 9);
    expect(cause?.message).toContain('2 of 3 channels');
    expect(cause?.message).toContain('R201/PT-201C BadNoCommunication');
    expect(cause?.latched).toBeUndefined();
    plant.set({ 'R201/PT-201C': 12 }).step();
    expect(plant.verdict.demand).toBe('none');
  });

  it('is told once, and told whole again after 10 s without a flicker', () => {
    const plant = hot();
    for (let i = 0; i < 20; i++) {
      plant.lose('R201/PT-201C').step();
      plant.set({ 'R201/PT-201C': 12 }).step();
    }
    const ofRow9 = (action: 'interlock-degraded' | 'interlock-restored'): number =>
      plant.told(action).filter(({ row }) => row === 9).length;
    expect([ofRow9('interlock-degraded'), ofRow9('interlock-restored')]).toEqual([1, 0]);
    plant.run(10_100);
    expect([ofRow9('interlock-degraded'), ofRow9('interlock-restored')]).toEqual([1, 1]);
  });

  it('says the same while the same is lost: the verdict is the very one before', () => {
    const plant = hot().lose('R201/PT-201C').set({ 'R201/PT-201A': 17 });
    const verdict = plant.step();
    expect(verdict.demand).toBe('B');
    expect(plant.set({ 'R201/PT-201B': 12.1 }).step()).toBe(verdict);
  });

  it('refuses a reset', () => {
    const plant = hot().set({ 'R201/TT-202': 171 });
    plant.run(1100);
    plant.set({ 'R201/TT-202': 160 }).run(61_000);
    plant.lose('R201/PT-201C').step();
    expect(plant.reset().join(' ')).toContain('R201/PT-201C BadNoCommunication');
  });
});

describe('a row without a Good channel', () => {
  it('runs HOT-HOLD while the skid is hot', () => {
    const plant = hot().lose('R201/PT-201A', 'R201/PT-201B', 'R201/PT-201C');
    expect(plant.step().demand).toBe('H');
    expect(plant.causes()).toEqual(['Pressure high-high', 'Pressure low while hot', 'Stale data']);
    expect(plant.verdict.causes[0]?.message).toContain('No Good channel is left');
  });

  it('blocks a start, latched, while every wetted temperature is Good and below 90 °C', () => {
    const plant = atRest().lose('R201/PT-201A', 'R201/PT-201B', 'R201/PT-201C');
    expect(plant.step().demand).toBe('B');
    plant.set({ 'R201/PT-201A': 0, 'R201/PT-201B': 0, 'R201/PT-201C': 0 }).run(5000);
    expect(plant.verdict.demand).toBe('B');
    expect(plant.verdict.causes).toMatchObject([
      { row: 9, latched: true },
      { row: 11, latched: true },
    ]);
  });

  it('runs HOT-HOLD once the skid is found hot, or a temperature is lost', () => {
    const plant = atRest().lose('R201/PT-201A', 'R201/PT-201B', 'R201/PT-201C');
    plant.step();
    expect(plant.set({ 'R201/TT-202': 89.9 }).step().demand).toBe('B');
    expect(plant.set({ 'R201/TT-202': 90 }).step().demand).toBe('H');
    const other = atRest().lose('R201/PT-201A', 'R201/PT-201B', 'R201/PT-201C', 'R201/TT-201A');
    expect(other.step().demand).toBe('H');
  });

  it('is one where what its condition compares with is lost', () => {
    const plant = hot().lose('R201/TIC-201.WSP');
    expect(plant.step().demand).toBe('H');
    expect(plant.verdict.causes).toMatchObject([{ row: 12 }]);
    expect(plant.verdict.causes[0]?.message).toContain('R201/TIC-201.WSP BadNoCommunication');
    expect(plant.state.rows[2]?.lost).toBe(0b11);
  });

  it('is one where the values are not numbers', () => {
    const plant = hot().set({ 'R201/PT-201A': null, 'R201/PT-201B': null, 'R201/PT-201C': null });
    expect(plant.step().demand).toBe('H');
  });

  it('keeps what it latched at the worst, and its own action outranks the doubt', () => {
    const plant = hot().lose('R201/PT-201A', 'R201/PT-201B', 'R201/PT-201C');
    plant.step();
    plant.set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17, 'R201/PT-201C': 17 }).run(600);
    expect(plant.verdict.demand).toBe('S');
    expect(plant.verdict.causes[0]?.message).toContain('17.00 bar(g)');
    plant.lose('R201/PT-201A', 'R201/PT-201B', 'R201/PT-201C').run(600);
    expect(plant.verdict.demand).toBe('S');
  });
});

describe('row 22, stale data', () => {
  it('names every listed tag that is not Good, blocks a start, and goes by itself', () => {
    const plant = hot().set({ 'X300/FQ-301': 0 }, badSensorFailure);
    plant.step();
    expect(plant.verdict).toMatchObject({
      demand: 'B',
      causes: [{ row: 22, title: 'Stale data', message: 'X300/FQ-301 BadSensorFailure.' }],
    });
    plant.set({ 'X300/FQ-301': 0 }).step();
    expect(plant.verdict.demand).toBe('none');
  });

  it('is silent about tags that are not listed', () => {
    expect(hot().lose('X300/LT-302', 'F100/PT-110').step().demand).toBe('none');
  });

  it('leaves a lost link to the rows, which run HOT-HOLD at once', () => {
    const plant = hot().loseAll();
    expect(plant.step().demand).toBe('H');
    const latched = plant.verdict.causes.filter((cause) => cause.latched).map(({ row }) => row);
    expect(latched).toEqual([9, 11, 12, 14, 17]);
    expect(plant.told('interlock-tripped')).toHaveLength(5);
  });
});
