import { describe, expect, it } from 'vitest';
import type { Aside, Line } from './support/line.ts';
import { drive, type Driven } from './support/drive.ts';
import { coldLine } from './support/line.ts';
import { cdse, cdseZns, valuesOf, type Run } from './support/plans.ts';

const reactingOn = (run: Run): Line =>
  ['heat-up', 'stage-1', 'stage-2'].reduce((line, phase) => drive(run, phase, line).line, coldLine);
const reacting = reactingOn(cdse);
const core = reactingOn(cdseZns);
const { plan } = cdse;
const tau = plan.residenceTimeS;

const during =
  (from: number, to: number, aside: Aside) =>
  (timeS: number): Aside =>
    timeS >= from && timeS < to ? aside : {};

describe('steady state', () => {
  const hold = valuesOf('steady-state', { hold: 5 });

  it('is done after its residence times in band, to waste', () => {
    const { ended, timeS, stood } = drive(cdse, 'steady-state', reacting, { values: hold });
    expect(ended).toBe('done');
    expect(timeS).toBeGreaterThanOrEqual(5 * tau);
    expect(timeS).toBeLessThan(5 * tau + 20);
    expect(stood.every(({ diverter }) => diverter === 0)).toBe(true);
  });

  it('is not put back by one noisy sample, and is by a real excursion', () => {
    const off: Aside = { points: { temperatureA: 165 } };
    const plain = drive(cdse, 'steady-state', reacting, { values: hold }).timeS;
    expect(drive(cdse, 'steady-state', reacting, { values: hold, aside: during(150, 151, off) }).timeS).toBe(plain);
    expect(drive(cdse, 'steady-state', reacting, { values: hold, aside: during(150, 160, off) }).timeS).toBeGreaterThan(
      plain + 140,
    );
  });

  it('proves all anew when the unit was withheld', () => {
    const { timeS } = drive(cdse, 'steady-state', reacting, { values: hold, doubted: (at) => at === 200 });
    expect(timeS).toBeGreaterThanOrEqual(200 + 5 * tau);
  });

  it('waits for a limit that is out of range or not known, and says so', () => {
    for (const diameter of [3.2, null]) {
      const { ended, last } = drive(cdse, 'steady-state', reacting, { aside: () => ({ readings: { diameter } }) });
      expect(ended).toBe('time');
      expect(last.waitsFor).toContain('diameter');
    }
  });

  it('is not done while the diverter does not stand on waste', () => {
    expect(drive(cdse, 'steady-state', reacting, { aside: () => ({ points: { diverter: 1 } }) }).ended).toBe('time');
  });

  it('asks the shell’s feed and heat only where they are on', () => {
    expect(drive(cdseZns, 'steady-state', core).ended).toBe('done');
    const shelled = drive(cdseZns, 'shell', core).line;
    expect(drive(cdseZns, 'steady-state', shelled).ended).toBe('done');
    expect(drive(cdseZns, 'steady-state', shelled, { aside: () => ({ points: { shell: 0 } }) }).ended).toBe('time');
  });
});

describe('the shell', () => {
  it('is heated first, and fed then', () => {
    const { ended, stood } = drive(cdseZns, 'shell', core);
    expect(ended).toBe('done');
    expect(stood[0]).toMatchObject({ shellTemperature: 140, shell: 0 });
    expect(stood.at(-1)).toMatchObject({ shellTemperature: 140, shell: cdseZns.plan.shellMlPerMin });
  });

  it('is not fed without a core', () => {
    for (const points of [{ cadmium: 0 }, { cadmium: null }, { temperatureB: 120 }]) {
      const { ended, stood } = drive(cdseZns, 'shell', core, { aside: () => ({ points }) });
      expect(ended).toBe('time');
      expect(Math.max(...stood.map(({ shell }) => shell))).toBe(0);
    }
  });

  it('is not heated without flow and pressure', () => {
    for (const readings of [{ totalFlow: 10 }, { reactorPressure: 3 }, { reactorPressure: null }]) {
      const { stood } = drive(cdseZns, 'shell', core, { aside: () => ({ readings }) });
      expect(Math.max(...stood.map(({ shellTemperature }) => shellTemperature))).toBe(0);
    }
  });
});

describe('collecting', () => {
  const side = ({ stood }: Driven, timeS: number): number | undefined => stood[timeS]?.diverter;

  it('sends product to its vessel, and to waste again at the target', () => {
    const { ended, line, stood, last, exceptions } = drive(cdse, 'collect', reacting);
    expect(ended).toBe('done');
    expect(stood[0]?.diverter).toBe(1);
    expect(line.collectedMl).toBeGreaterThanOrEqual(plan.targetMl);
    expect(stood.at(-1)?.diverter).toBe(0);
    expect(exceptions).toEqual([]);
    expect(last.figures?.conversion).toBe('97.00 %');
  });

  it.each<[string, Aside]>([
    ['pressure', { readings: { reactorPressure: 9 } }],
    ['conversion', { readings: { conversion: 90 } }],
    ['conversion not known', { readings: { conversion: null } }],
    ['feedPh', { readings: { feedPh: 9.8 } }],
    ['cadmium flow', { points: { cadmium: null } }],
    ['totaliser', { points: { collected: null } }],
  ])('diverts for %s, says it once, and takes product again after two residence times in range', (reason, off) => {
    const driven = drive(cdse, 'collect', reacting, { aside: during(50, 60, off) });
    expect(side(driven, 51)).toBe(1);
    expect(side(driven, 54)).toBe(0);
    expect(side(driven, Math.floor(60 + 2 * tau) - 2)).toBe(0);
    expect(side(driven, Math.ceil(60 + 2 * tau) + 1)).toBe(1);
    expect(driven.exceptions).toHaveLength(1);
    expect(driven.exceptions[0]).toContain(reason);
    expect(driven.ended).toBe('done');
  });

  it('tells each stretch that went to waste', () => {
    const off: Aside = { readings: { reactorPressure: 9 } };
    const aside = (timeS: number): Aside => ((timeS > 50 && timeS < 60) || (timeS > 300 && timeS < 310) ? off : {});
    expect(drive(cdse, 'collect', reacting, { aside }).exceptions).toHaveLength(2);
  });

  it('holds where the recipe says so', () => {
    const values = valuesOf('collect', { 'when out of range': 'hold' });
    const { ended, timeS, last } = drive(cdse, 'collect', reacting, {
      values,
      aside: during(50, 99, { readings: { diameter: 4.2 } }),
    });
    expect([ended, timeS]).toEqual(['failed', 53]);
    expect(last.failure).toContain('diameter 4.20 nm');
    expect(last.wanted.diverter).toBe(0);
  });

  it('keeps product of a while in which nobody looked out of the vessel', () => {
    const driven = drive(cdse, 'collect', reacting, { doubted: (timeS) => timeS === 100 });
    expect(side(driven, 100)).toBe(0);
    expect(side(driven, 150)).toBe(0);
    expect(side(driven, Math.ceil(100 + 2 * tau) + 1)).toBe(1);
    expect(driven.exceptions[0]).toContain('withheld');
  });

  it('fails where the diverter does not say that it is where it was sent', () => {
    for (const diverter of [0, null]) {
      const { ended, timeS, last } = drive(cdse, 'collect', reacting, { aside: () => ({ points: { diverter } }) });
      expect([ended, timeS]).toEqual(['failed', 16]);
      expect(last.failure).toContain('product');
    }
  });
});
