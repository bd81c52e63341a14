/** Into changeover and out of it. */
import { describe, expect, it } from 'vitest';
import { admitChangeover } from '../../../control/interlocks/changeover.ts';
import { bad, goodLocalOverride } from '../../../plant/quality.ts';
import { person, type Plant } from './support/plant.ts';
import { coldWhole, hotWhole, type Values } from './support/whole.ts';

function ask(plant: Plant, to: 'enter' | 'leave'): readonly string[] {
  const { state, events, refusedBy } = admitChangeover(plant.skid, plant.state, plant.scan(), to, person);
  plant.state = state;
  plant.events.push(...events);
  return refusedBy;
}

describe('changeover', () => {
  it('is entered at rest by command, shown, blocks a start, and is left by command', () => {
    const plant = coldWhole();
    expect(ask(plant, 'enter')).toEqual([]);
    expect(plant.told('changeover-entered')).toMatchObject([
      { row: null, title: 'Changeover', actor: person, message: 'No batch, no feed, cold and without pressure.' },
    ]);
    expect(plant.step()).toMatchObject({
      demand: 'B',
      marks: [{ kind: 'changeover', row: null, tag: null, message: 'The skid is in changeover.', expiresAt: null }],
    });
    expect(ask(plant, 'enter')).toEqual(['The skid is in changeover already.']);
    expect(ask(plant, 'leave')).toEqual([]);
    expect(plant.told('changeover-left')).toMatchObject([
      { title: 'Changeover', actor: person, message: 'The rows of running hold again.' },
    ]);
    expect(plant.step()).toMatchObject({ demand: 'none' });
    expect(ask(plant, 'leave')).toEqual(['The skid is not in changeover.']);
  });

  it('goes on when what it was entered on no longer holds: its rows judge', () => {
    const plant = coldWhole();
    ask(plant, 'enter');
    plant.batch = true;
    plant.set({ 'F100/FT-101': 1 }).step();
    expect(plant.state.changeover).toBe(true);
  });

  it.each<[what: string, values: Values, said: string]>([
    ['a pump runs', { 'F100/P102.run': true }, 'F100/P102.run is on: the pump runs.'],
    ['a feed flows', { 'F100/FT-103': 0.5 }, 'F100/FT-103 is 0.5 mL/min.'],
    ['it is hot', { 'R201/TT-202': 90 }, 'R201/TT-202 is 90 °C.'],
    ['it is under pressure', { 'R201/PT-201B': 0.5 }, 'R201/PT-201B is 0.5 bar(g).'],
  ])('is refused while %s', (_, values, said) => {
    const plant = coldWhole().set(values);
    expect(ask(plant, 'enter')).toEqual([said]);
    expect(plant.state.changeover).toBe(false);
    expect(plant.events).toEqual([]);
  });

  it('is entered just below each limit', () => {
    const plant = coldWhole();
    plant.set({ 'F100/FT-103': 0.49, 'R201/TT-202': 89.9, 'R201/PT-201B': 0.49, 'F100/P102.run': 0 });
    expect(ask(plant, 'enter')).toEqual([]);
  });

  it.each(['F100/P101.run', 'F100/FT-104', 'R201/TT-201A', 'R201/PT-201C'])(
    'is refused while %s is not known, or is held at a value',
    (tag) => {
      const plant = coldWhole();
      const value = plant.value(tag);
      for (const quality of [bad, goodLocalOverride]) {
        const [said, ...more] = ask(plant.set({ [tag]: value }, quality), 'enter');
        expect(said).toContain(tag);
        expect(said).toContain('not known');
        expect(more).toEqual([]);
      }
    },
  );

  it('is refused on a batch, and while more is demanded than a blocked start', () => {
    const plant = coldWhole();
    plant.batch = true;
    expect(ask(plant, 'enter')).toEqual(['A batch is on the skid.']);
    const tripped = coldWhole().set({ 'G900/LSH-908A': true });
    tripped.run(2200);
    expect(ask(tripped, 'enter')).toEqual([expect.stringContaining('The interlocks demand S: percent(G900/LSH-908A)')]);
    expect(ask(hotWhole(), 'enter').length).toBeGreaterThan(9);
  });

  it('is entered while only a start is blocked', () => {
    const plant = coldWhole().lose('G900/AT-905A');
    expect(plant.step().demand).toBe('B');
    expect(ask(plant, 'enter')).toEqual([]);
  });
});
