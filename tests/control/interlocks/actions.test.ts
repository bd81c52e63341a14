/** Rows that the shipped skid does not have, made from one that it has. */
import { describe, expect, it } from 'vitest';
import { milliseconds } from '../../../plant/clock.ts';
import type { InterlockDefinition, SkidType } from '../../../plant/skid/definition.ts';
import { cdse, Plant, running } from './support/plant.ts';

function withRow9(change: Partial<InterlockDefinition>): Plant {
  const [row9, ...others] = cdse.interlocks;
  const trip = row9!.trip.map((one) => ({ ...one, action: change.action ?? one.action }));
  const type: SkidType = { ...cdse, interlocks: [{ ...row9!, trip, ...change }, ...others] };
  return new Plant(running, type).released();
}

const highA = { 'R201/PT-201A': 17 };
const high = { ...highA, 'R201/PT-201B': 17 };
const pressures = ['R201/PT-201A', 'R201/PT-201B', 'R201/PT-201C'] as const;

describe('a row whose action is an alarm', () => {
  it('warns while its cause is present, asks for nothing and latches nothing', () => {
    const plant = withRow9({ action: 'A' }).set(high);
    expect(plant.run(600)).toMatchObject({ demand: 'none', causes: [], warnings: [{ row: 9 }] });
    expect(plant.run(5000).warnings).toHaveLength(1);
    expect(plant.told('interlock-warned')).toHaveLength(1);
    expect(plant.set(running).step()).toEqual({ demand: 'none', causes: [], releasing: false });
  });
});

describe('a row whose action is to block a start', () => {
  it('latches it', () => {
    const plant = withRow9({ action: 'B' }).set(high);
    expect(plant.run(600).demand).toBe('B');
    expect(plant.set(running).run(5000).causes).toMatchObject([{ row: 9, latched: true, demand: 'B' }]);
  });
});

describe('a row whose action is to evacuate', () => {
  it('evacuates on what it measures, and only de-energises on a doubt', () => {
    expect(withRow9({ action: 'E' }).set(high).run(600).demand).toBe('E');
    const plant = withRow9({ action: 'E' }).lose(...pressures);
    expect(plant.step().demand).toBe('S');
    expect(plant.set(high).run(600).demand).toBe('E');
  });
});

describe('a 2oo2 row', () => {
  const two = (): Plant => withRow9({ vote: '2oo2', channels: cdse.interlocks[0]!.channels.slice(0, 2) });

  it('trips on both, and not on one', () => {
    expect(two().set(highA).run(5000).demand).toBe('none');
    expect(two().set(high).run(600).demand).toBe('S');
  });

  it('trips on the one that is left', () => {
    const plant = two().set(highA).lose('R201/PT-201B');
    expect(plant.run(600).demand).toBe('S');
  });
});

describe('a delay of 0', () => {
  it('acts in the scan that sees the condition', () => {
    const [condition] = cdse.interlocks[0]!.trip;
    const plant = withRow9({ trip: [{ ...condition!, for: milliseconds(0) }] }).set(high);
    expect(plant.step().demand).toBe('S');
  });
});
