import { describe, expect, it } from 'vitest';
import { Plant, running } from './support/plant.ts';

const well = (): Plant => new Plant(running).released();

describe('a skid that runs well', () => {
  it('is permitted to run after boot and a reset', () => {
    expect(well().verdict).toEqual({ demand: 'none', causes: [], releasing: false });
  });
});

describe('row 9, pressure high-high, 2oo3', () => {
  it('de-energises when two of three read above 16.2 bar(g) for 0.5 s', () => {
    const plant = well().set({ 'R201/PT-201A': 16.3, 'R201/PT-201C': 16.3 });
    expect(plant.run(500).demand).toBe('none');
    expect(plant.step().demand).toBe('S');
    expect(plant.verdict.causes[0]).toMatchObject({ row: 9, title: 'Pressure high-high', latched: true });
    expect(plant.verdict.causes[0]?.message).toContain('R201/PT-201A 16.30 bar(g)');
  });

  it('does not trip on one of three', () => {
    expect(well().set({ 'R201/PT-201A': 24 }).run(5000).demand).toBe('none');
  });

  it('does not trip at 16.2 bar(g) itself', () => {
    expect(well().set({ 'R201/PT-201A': 16.2, 'R201/PT-201B': 16.2, 'R201/PT-201C': 16.2 }).run(5000).demand).toBe(
      'none',
    );
  });

  it('forgets an excursion shorter than its delay', () => {
    const plant = well();
    for (let i = 0; i < 5; i++) {
      plant.set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17 }).run(400);
      plant.set({ 'R201/PT-201A': 12 }).run(100);
    }
    expect(plant.verdict.demand).toBe('none');
  });

  it('trips on one of the two that are left', () => {
    const plant = well().lose('R201/PT-201C');
    expect(plant.step().demand).toBe('B');
    expect(plant.set({ 'R201/PT-201A': 17 }).run(600).demand).toBe('S');
  });

  it('trips on the last one left', () => {
    const plant = new Plant({ ...running, 'R201/PT-201A': 17 });
    plant.lose('R201/PT-201B', 'R201/PT-201C').run(1000);
    expect(plant.verdict.demand).toBe('S');
  });

  it('needs the condition at two scans when a scan is longer than the delay', () => {
    const plant = well();
    plant.scanMs = 2000;
    plant.set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17 });
    expect(plant.step().demand).toBe('none');
    expect(plant.step().demand).toBe('S');
  });

  it('is not put off by a channel that flickers between trip and Bad', () => {
    const plant = well().set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17, 'R201/PT-201C': 17 });
    for (let i = 0; i < 4; i++) {
      plant.lose('R201/PT-201A', 'R201/PT-201B').set({ 'R201/PT-201C': 12 }).step();
      plant.set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17 }).step();
    }
    expect(plant.verdict.demand).toBe('S');
  });
});

describe('row 11, pressure low while hot, 1oo2', () => {
  it('runs HOT-HOLD when one pressure is below boiling with its margin for 2 s', () => {
    // psat(165 °C) = 7.0 bar: 6.4 bar(g) is 0.4 bar of margin
    const plant = well().set({ 'R201/PT-201B': 6.4 });
    expect(plant.run(2000).demand).toBe('none');
    expect(plant.step().demand).toBe('H');
  });

  it('does not trip with more than the margin', () => {
    expect(well().set({ 'R201/PT-201A': 6.6, 'R201/PT-201B': 6.6 }).run(10_000).demand).toBe('none');
  });

  it('does not look below 90 °C', () => {
    const plant = new Plant().released();
    expect(plant.set({ 'R201/TT-201A': 90, 'R201/TT-201B': 90, 'R201/TT-202': 90 }).run(10_000).demand).toBe('none');
  });

  it('is armed by the independent thermometer alone', () => {
    const plant = new Plant().released().set({ 'R201/TT-202': 91 });
    // 0 bar(g) is more than 0.5 bar above boiling at 30 °C, so nothing but the arming has changed
    expect(plant.run(5000).demand).toBe('none');
    expect(plant.state.rows[1]?.armed).toBe(true);
    expect(plant.set({ 'R201/TT-201A': 95 }).run(2200).demand).toBe('H');
  });

  it('counts an arming in doubt as armed', () => {
    const plant = new Plant().released().lose('R201/TT-202');
    plant.step();
    expect(plant.state.rows[1]?.armed).toBe(true);
  });
});

describe('row 12, temperature high against the ramped set point, 1oo2', () => {
  it('warns 5 °C above the ramped set point for 5 s, and asks for nothing', () => {
    const plant = well().set({ 'R201/TT-202': 166 });
    plant.run(5100);
    expect(plant.verdict.demand).toBe('none');
    expect(plant.verdict.warnings).toMatchObject([{ row: 12 }]);
    expect(plant.told('interlock-warned')).toHaveLength(1);
  });

  it('de-energises 10 °C above it for 1 s, by the independent thermometer', () => {
    const plant = well().set({ 'R201/TT-202': 170.5 });
    expect(plant.run(1000).demand).toBe('none');
    expect(plant.step().demand).toBe('S');
  });

  it('de-energises above 195 °C wherever the set point is', () => {
    const plant = new Plant(running).released();
    plant.set({ 'R201/TIC-201.WSP': 194, 'R201/TIC-201.SP': 194, 'R201/TT-201A': 192, 'R201/TT-201B': 192 });
    plant.set({ 'R201/PT-201A': 16, 'R201/PT-201B': 16, 'R201/PT-201C': 16 });
    expect(plant.run(3000).demand).toBe('none');
    expect(plant.set({ 'R201/TT-201A': 195.1 }).run(1100).demand).toBe('S');
  });

  it('is not armed before the value has reached the ramped set point', () => {
    const plant = new Plant({ ...running, 'R201/TIC-201.WSP': 100 });
    plant.released();
    expect(plant.run(5000).demand).toBe('none');
    plant.set({ 'R201/TIC-201.WSP': 158 }).step();
    plant.set({ 'R201/TT-202': 168.5 });
    expect(plant.run(1100).demand).toBe('S');
  });

  it('follows the ramp upwards', () => {
    const plant = well();
    for (let target = 160; target <= 185; target++) {
      plant.set({
        'R201/TIC-201.SP': 185,
        'R201/TIC-201.WSP': target,
        'R201/TT-201A': target - 2,
        'R201/TT-202': target,
      });
      plant.set({ 'R201/PT-201A': 14, 'R201/PT-201B': 14, 'R201/PT-201C': 14 });
      expect(plant.run(1000).demand).toBe('none');
    }
    expect(plant.state.rows[2]?.reference).toEqual({ value: 185, following: true });
  });

  it('holds the previous set point while cooling, until the value is near the new one', () => {
    const plant = well().set({ 'R201/TIC-201.SP': 120, 'R201/TIC-201.WSP': 120 });
    expect(plant.run(10_000).demand).toBe('none');
    const at = (t: number): Plant => plant.set({ 'R201/TT-201A': t, 'R201/TT-201B': t, 'R201/TT-202': t });
    at(122).step();
    expect(plant.state.rows[2]?.reference.value).toBe(120);
    plant.set({ 'R201/TT-202': 131 });
    expect(plant.run(1100).demand).toBe('S');
  });

  it('takes no switched-off heater and zeroed set point for a deviation', () => {
    const plant = well().set({ 'R201/TIC-201.WSP': 0 });
    plant.step();
    plant.set({ 'R201/TIC-201.SP': 0, 'R201/heater.run': false });
    expect(plant.run(10_000).demand).toBe('none');
  });
});

describe('row 14, no flow while heating, 1oo2', () => {
  it('runs HOT-HOLD when the flow is below 70 % of its set point for 3 s', () => {
    const plant = well().set({ 'F100/FT-101': 8, 'F100/FT-102': 8, 'F100/FT-103': 24 });
    plant.set({ 'F100/FIC-103.SP': 34 });
    expect(plant.run(3000).demand).toBe('none');
    expect(plant.step().demand).toBe('H');
    expect(plant.causes()).toEqual(['No flow while heating']);
  });

  it('runs HOT-HOLD when no pump runs, whatever the flow meters read', () => {
    const plant = well().set({ 'F100/P101.run': false, 'F100/P102.run': false, 'F100/P103.run': false });
    expect(plant.run(3100).demand).toBe('H');
  });

  it('does not trip at 70 % of the set point', () => {
    const plant = well().set({ 'F100/FT-101': 16.8, 'F100/FT-102': 16.8, 'F100/FT-103': 16.8 });
    expect(plant.run(10_000).demand).toBe('none');
  });

  it('does not look while the heater is off, or the reactor below 90 °C', () => {
    const none = { 'F100/FT-101': 0, 'F100/FT-102': 0, 'F100/FT-103': 0 };
    const stopped = { 'F100/P101.run': false, 'F100/P102.run': false, 'F100/P103.run': false };
    expect(
      well()
        .set({ ...none, ...stopped, 'R201/heater.run': false })
        .run(10_000).demand,
    ).toBe('none');
    const cool = new Plant().released().set({ 'R201/heater.run': true });
    expect(cool.run(10_000).demand).toBe('none');
  });
});

describe('row 17, cadmium without ligand or chalcogen, 1oo2', () => {
  it.each(['F100/FT-103', 'F100/FT-101'])(
    'takes cadmium off first when %s falls below 85 percent of it for 2 s',
    (tag) => {
      const plant = well().set({ [tag]: 20.3 });
      expect(plant.run(2000).demand).toBe('none');
      expect(plant.step().demand).toBe('Hcd');
    },
  );

  it('does not trip above 85 %', () => {
    expect(well().set({ 'F100/FT-103': 20.5, 'F100/FT-101': 20.5 }).run(10_000).demand).toBe('none');
  });

  it('does not look while no cadmium flows', () => {
    const plant = well().set({ 'F100/FT-102': 1, 'F100/FT-101': 0, 'F100/FT-103': 0, 'F100/FT-104': 60 });
    expect(plant.run(10_000).demand).toBe('none');
  });

  it('outranks HOT-HOLD, and S outranks it', () => {
    const plant = well().set({ 'R201/PT-201A': 5 });
    expect(plant.run(2100).demand).toBe('H');
    expect(plant.set({ 'F100/FT-103': 5 }).run(2100).demand).toBe('Hcd');
    expect(plant.set({ 'R201/PT-201B': 17, 'R201/PT-201C': 17 }).run(600).demand).toBe('S');
  });
});
