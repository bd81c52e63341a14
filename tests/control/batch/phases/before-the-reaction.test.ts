import { describe, expect, it } from 'vitest';
import { permissiveBarG } from '../../../../plant/recipe/boiling.ts';
import { drive } from './support/drive.ts';
import { coldLine, heldLine, type Line } from './support/line.ts';
import { cdse, valuesOf } from './support/plans.ts';

const { plan } = cdse;
const hot = drive(cdse, 'heat-up', coldLine).line;
const fed = drive(cdse, 'stage-1', hot).line;

describe('the leak test', () => {
  it('builds pressure with water, stops the pumps and lets the line stand', () => {
    const { ended, stood, timeS } = drive(cdse, 'leak-test', coldLine);
    expect(ended).toBe('done');
    expect(stood[0]).toMatchObject({ flush: 20, backPressure: 12, diverter: 0 });
    expect(stood.at(-1)).toMatchObject({ flush: 0, backPressure: 12 });
    expect(timeS).toBeGreaterThan(65);
  });

  it('of a low pressure has to come to it too', () => {
    const values = valuesOf('leak-test', { pressure: 0.5 });
    const aside = (): object => ({ readings: { reactorPressure: 0.3 } });
    expect(drive(cdse, 'leak-test', coldLine, { values, aside }).stood.every(({ flush }) => flush === 20)).toBe(true);
  });

  it('fails where the pressure falls by more than the recipe bears', () => {
    const leaking = (timeS: number, line: Line): object =>
      timeS < 40 ? {} : { readings: { reactorPressure: line.pressure - (timeS - 40) * 0.1 } };
    const { ended, last } = drive(cdse, 'leak-test', coldLine, { aside: leaking });
    expect(ended).toBe('failed');
    expect(last.failure).toContain('Find the leak');
  });

  it('does not take a pump that runs on for a line that is tight', () => {
    const running = (timeS: number, line: Line): object =>
      timeS > 40 ? { readings: { totalFlow: 2 } } : { readings: { totalFlow: line.flush } };
    expect(drive(cdse, 'leak-test', coldLine, { aside: running }).ended).toBe('time');
  });

  it('begins anew where a pump ran during the test', () => {
    const plain = drive(cdse, 'leak-test', coldLine).timeS;
    const aside = (timeS: number): object => (timeS > 45 && timeS < 55 ? { readings: { totalFlow: 2 } } : {});
    const { ended, timeS } = drive(cdse, 'leak-test', coldLine, { aside });
    expect(ended).toBe('done');
    expect(timeS).toBeGreaterThan(plain + 15);
  });

  it('keeps the pumps on, and the pressure, while the line is hot or nobody knows', () => {
    for (const hottestC of [80, null]) {
      const { ended, stood } = drive(
        cdse,
        'leak-test',
        { ...hot, set: { ...hot.set, backPressure: 14 } },
        { aside: () => ({ hottestC }) },
      );
      expect(ended).toBe('time');
      expect(new Set(stood.map(({ flush }) => flush))).toEqual(new Set([20]));
      if (hottestC === null) expect(stood.at(-1)?.backPressure).toBe(14);
    }
  });
});

describe('prime', () => {
  it('is done when both feeds have been in band for its time, with nothing heated', () => {
    const { ended, timeS, stood } = drive(cdse, 'prime', coldLine);
    expect(ended).toBe('done');
    expect(timeS).toBeGreaterThanOrEqual(60);
    expect(stood.at(-1)).toMatchObject({
      cadmium: 0,
      shell: 0,
      flush: 0,
      temperature: 0,
      chalcogen: plan.chalcogenMlPerMin,
    });
  });

  it('is not done by a feed whose meter says nothing', () => {
    expect(drive(cdse, 'prime', coldLine, { aside: () => ({ points: { ligand: null } }) }).ended).toBe('time');
  });
});

describe('heat-up', () => {
  it('asks no heat before pressure and flow are there', () => {
    expect(permissiveBarG(160)).toBeCloseTo(7.91, 1);
    for (const readings of [
      { reactorPressure: 7.8 },
      { reactorPressure: null },
      { totalFlow: 0.85 * plan.totalMlPerMin },
      { totalFlow: null },
    ]) {
      const { ended, stood } = drive(cdse, 'heat-up', coldLine, { aside: () => ({ readings }) });
      expect(ended).toBe('time');
      expect(Math.max(...stood.map(({ temperature }) => temperature))).toBe(0);
    }
  });

  it('heats along the ramp once both are proven, with water at the flow of the feeds to come', () => {
    const { ended, stood, timeS } = drive(cdse, 'heat-up', coldLine);
    expect(ended).toBe('done');
    expect(stood[0]).toMatchObject({ temperature: 0, flush: plan.totalMlPerMin, backPressure: 12 });
    expect(stood.at(-1)).toMatchObject({ temperature: 160, ramp: 10, cadmium: 0, chalcogen: 0, diverter: 0 });
    expect(timeS).toBeGreaterThan(((160 - 22) / 10) * 60);
  });

  it('takes the heat off where flow or pressure is not known for more than a moment', () => {
    const lost = (from: number, to: number) => (timeS: number) =>
      timeS >= from && timeS < to ? { readings: { totalFlow: null } } : {};
    const blink = drive(cdse, 'heat-up', coldLine, { aside: lost(100, 102), mostS: 200 });
    expect(blink.stood.slice(60).every(({ temperature }) => temperature === 160)).toBe(true);
    const gone = drive(cdse, 'heat-up', coldLine, { aside: lost(100, 110), mostS: 200 });
    expect(gone.stood[108]?.temperature).toBe(0);
    expect(gone.stood[120]?.temperature).toBe(160);
  });

  it('is not done in a moment in which pressure or flow is not known', () => {
    const { timeS: end } = drive(cdse, 'heat-up', coldLine);
    for (const readings of [{ reactorPressure: null }, { totalFlow: null }]) {
      const aside = (timeS: number): object => (timeS === end ? { readings } : {});
      expect(drive(cdse, 'heat-up', coldLine, { aside }).timeS).toBe(end + 1);
    }
  });

  it('does not let a hot line’s heater go for a service that was started anew', () => {
    expect(drive(cdse, 'heat-up', hot, { mostS: 0 }).stood[0]?.temperature).toBe(160);
  });

  it('never lets the pressure down below what the hottest part needs', () => {
    const tight = { ...hot, set: { ...hot.set, backPressure: 13 } };
    const values = valuesOf('heat-up', { to: 100, pressure: 5 });
    const { stood } = drive(cdse, 'heat-up', tight, { values });
    expect(stood[0]?.backPressure).toBe(13);
    expect(stood.at(-1)?.backPressure).toBe(5);
  });
});

describe('stage 1', () => {
  it('turns on ligand, then chalcogen, then the heat of the first stage; cadmium not at all', () => {
    const { ended, stood, last } = drive(cdse, 'stage-1', hot);
    expect(ended).toBe('done');
    expect(stood[0]).toMatchObject({ ligand: plan.ligandMlPerMin, chalcogen: 0, stage1: 0 });
    const chalcogenOn = stood.findIndex(({ chalcogen }) => chalcogen > 0);
    const heatOn = stood.findIndex(({ stage1 }) => stage1 > 0);
    expect(chalcogenOn).toBeGreaterThan(0);
    expect(heatOn).toBeGreaterThan(chalcogenOn);
    expect(stood.every(({ cadmium }) => cadmium === 0)).toBe(true);
    expect(stood.at(-1)?.chalcogenRatio).toBe(plan.chalcogenRatio);
    expect(last.figures?.conversion).toBe('97.00 %');
  });

  it('holds for two residence times before it is done', () => {
    expect(drive(cdse, 'stage-1', hot).timeS).toBeGreaterThan(2 * plan.residenceTimeS);
  });

  it('is not done by a conversion that is too low, nor by one that nobody knows', () => {
    for (const conversion of [94.9, null]) {
      const { ended, last } = drive(cdse, 'stage-1', hot, { aside: () => ({ readings: { conversion } }) });
      expect(ended).toBe('time');
      expect(last.waitsFor).toContain(conversion === null ? 'conversion not known' : 'conversion 94.90 %');
    }
  });

  it('takes the heat off a first stage through which nothing is known to flow', () => {
    const aside = (timeS: number): object => (timeS > 100 ? { points: { chalcogen: null } } : {});
    const { stood } = drive(cdse, 'stage-1', hot, { aside, mostS: 120 });
    expect(stood[100]?.stage1).toBe(60);
    expect(stood.at(-1)?.stage1).toBe(0);
  });
});

describe('stage 2', () => {
  it('turns cadmium on last, and water off', () => {
    const { ended, stood } = drive(cdse, 'stage-2', fed);
    expect(ended).toBe('done');
    expect(stood[0]).toMatchObject({ cadmium: 0, flush: plan.cadmiumMlPerMin });
    expect(stood.findIndex(({ cadmium }) => cadmium > 0)).toBe(5);
    expect(stood.at(-1)).toMatchObject({ cadmium: plan.cadmiumMlPerMin, flush: 0 });
  });

  it('gives no cadmium to a ligand that is weak or not known', () => {
    for (const ligand of [0.8 * plan.ligandMlPerMin, null]) {
      const { ended, stood } = drive(cdse, 'stage-2', fed, { aside: () => ({ points: { ligand } }) });
      expect(ended).toBe('time');
      expect(Math.max(...stood.map(({ cadmium }) => cadmium))).toBe(0);
    }
  });

  it('takes cadmium away again when chalcogen is lost, and water comes back', () => {
    const aside = (timeS: number): object => (timeS > 8 ? { points: { chalcogen: 0 } } : {});
    const { stood } = drive(cdse, 'stage-2', fed, { aside, mostS: 20 });
    expect(stood[8]?.cadmium).toBeGreaterThan(0);
    expect(stood[12]).toMatchObject({ cadmium: 0, flush: plan.cadmiumMlPerMin });
  });

  it('on a line that was held gives nothing at once', () => {
    expect(drive(cdse, 'stage-2', heldLine(fed), { mostS: 4 }).stood.every(({ cadmium }) => cadmium === 0)).toBe(true);
  });
});
