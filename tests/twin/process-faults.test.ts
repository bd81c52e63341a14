import { describe, expect, it } from 'vitest';
import { balancesOf } from '../../twin/skid/balances.ts';
import { initialDeposits, stepDeposits, withFlushAgent } from '../../twin/skid/deposits.ts';
import { perPump, totalOf } from '../../twin/skid/parameters.ts';
import { initialProcess } from '../../twin/skid/process.ts';
import { equalFeeds, hotSkid, parameters, SkidInHand } from './skid-in-hand.ts';

describe('what is wrong with a pump', () => {
  it('with a check valve that leaks: less flow, and more unevenly', () => {
    const skid = hotSkid();
    skid.fault({ fault: 'check-valve', pump: 'ligand', share: 0.3 });
    const flows: number[] = [];
    skid.wait(20, ({ process }) => void flows.push(process.flowMlPerMin.ligand));
    const mean = flows.reduce((sum, flow) => sum + flow, 0) / flows.length;
    expect(mean).toBeCloseTo(0.7 * 24, 0);
    expect((Math.max(...flows) - Math.min(...flows)) / mean).toBeGreaterThan(0.2);
  });

  it('that has drawn air: no flow until the bubble is through, and then as before', () => {
    const skid = hotSkid();
    skid.fault({ fault: 'air-bubble', pump: 'cadmium', ml: 2 });
    expect(skid.wait(4).line.process.flowMlPerMin.cadmium).toBe(0);
    expect(skid.wait(2).line.process.flowMlPerMin.cadmium).toBeGreaterThan(23);
  });
});

describe('water that boils', () => {
  it('pushes the liquid out in a surge, as steam and before it, and none of it is lost from the books', () => {
    const skid = hotSkid();
    skid.fault({ fault: 'pressure-loss' });
    let surge = 0;
    skid.wait(20, ({ process }) => void (surge = Math.max(surge, process.outflowMlPerMin)));
    expect(surge).toBeGreaterThan(3 * 72);
    const { heat } = skid.line.process;
    expect(heat.voidShare).toBeGreaterThan(0.3);
    expect(heat.ledger.boiledOff).toBeGreaterThan(0);
    const worst = Math.max(...balancesOf(parameters, skid.line.process).map(({ relative }) => relative));
    expect(worst).toBeLessThan(1e-9);
  });

  it('does not, where the margin holds', () => {
    const { heat } = hotSkid().wait(60).line.process;
    expect([heat.voidShare, heat.ledger.boiledOff]).toEqual([0, 0]);
  });
});

describe('a leak', () => {
  it('lets the pressure of a standing line go, and takes of a flowing one no more than it takes', () => {
    const standing = new SkidInHand().flowing();
    standing.write({ chalcogenFlowSetpoint: 0, cadmiumFlowSetpoint: 0, ligandFlowSetpoint: 0 });
    standing.wait(20);
    const before = standing.line.process.hydraulics.outletBarG;
    standing.fault({ fault: 'leak', place: 'reactor', mlPerMin: 0.5 });
    standing.wait(2);
    expect(standing.line.process.hydraulics.outletBarG).toBeLessThan(before - 2);

    const flowing = hotSkid();
    flowing.fault({ fault: 'leak', place: 'reactor', mlPerMin: 5 });
    flowing.wait(5);
    const { outflowMlPerMin, flowMlPerMin, hydraulics } = flowing.line.process;
    expect(totalOf(flowMlPerMin) - outflowMlPerMin).toBeCloseTo(5, 0);
    expect(hydraulics.outletBarG).toBeGreaterThan(11);
  });
});

describe('a cooler without its coolant', () => {
  it('lets hot liquid through to the regulator', () => {
    const skid = hotSkid();
    skid.fault({ fault: 'cooling-loss' });
    expect(skid.wait(40).line.process.heat.outletC).toBeGreaterThan(100);
  });

  it('lets nothing through that is hotter than what came in, steam neither', () => {
    const skid = hotSkid();
    skid.fault({ fault: 'cooling-loss' });
    skid.fault({ fault: 'pressure-loss' });
    let hottestC = 0;
    skid.wait(60, ({ process }) => void (hottestC = Math.max(hottestC, process.heat.outletC)));
    expect(hottestC).toBeGreaterThan(90);
    expect(hottestC).toBeLessThan(161);
  });
});

describe('what lodges in the reactor', () => {
  it('again and again closes it, and it opens as a number again', () => {
    const skid = new SkidInHand().flowing();
    for (let times = 0; times < 150; times += 1) skid.fault({ fault: 'clog-step', factor: 1000 });
    const { hydraulics, feedBarG, pumps } = skid.wait(5).line.process;
    expect(pumps.limitTripped).toBe(true);
    expect(feedBarG).toBeLessThanOrEqual(parameters.feeds.pressureLimitBarG);
    expect(Number.isFinite(hydraulics.fouling) && Number.isFinite(hydraulics.outletBarG)).toBe(true);
  });
});

describe('deposits', () => {
  const running = {
    flowMlPerMin: { ...equalFeeds, shell: 0 },
    totalMlPerMin: 72,
    reactorC: 160,
    ligandToCadmium: 2.4,
    linedUp: 'water',
  } as const;
  const flushed = {
    flowMlPerMin: perPump((pump) => (pump === 'flush' ? 60 : 0)),
    totalMlPerMin: 60,
    reactorC: 25,
    ligandToCadmium: Number.MAX_VALUE,
    linedUp: 'water',
  } as const;
  /** When pieces lodge within `hours`, in h. */
  const bridgesOf = (seed: number, hours: number): readonly number[] => {
    let state = initialDeposits(parameters, seed);
    const at: number[] = [];
    for (let hour = 0; hour < hours; hour += 1) {
      const { deposits, step } = stepDeposits(parameters, state, running, 3600);
      if (step > 1) at.push(hour);
      state = deposits;
    }
    return at;
  };

  it('lodge now and then by chance, but by the same chance for the same seed', () => {
    expect(bridgesOf(7, 3000)).toEqual(bridgesOf(7, 3000));
    expect(bridgesOf(7, 3000)).not.toEqual(bridgesOf(8, 3000));
    const count = [1, 2, 3, 4, 5].flatMap((seed) => bridgesOf(seed, 4000)).length;
    // 0.01 an hour over 20 000 h: 200, give or take three times its root.
    expect(Math.abs(count - 200)).toBeLessThan(43);
  });

  it('make a step of the resistance where they lodge', () => {
    const skid = hotSkid();
    const { process } = skid.line;
    const deposits = { ...process.deposits, nextBridgeH: process.deposits.exposureH };
    skid.line = { ...skid.line, process: { ...process, deposits } };
    const grown = skid.wait(0.05).line.process;
    expect(grown.hydraulics.fouling / process.hydraulics.fouling).toBeCloseTo(parameters.fouling.bridgeTimes, 3);
    expect(grown.deposits.bridges).toBe(1);
  });

  it('go with water, faster with an oil slug, fastest with dilute acid, while there is any of it', () => {
    const clean = initialDeposits(parameters, 1);
    const dirty = { ...clean, film: { stage1: 0, stage2: 0.3, shell: 0.3 } };
    const rinsed = (['water', 'oil slug', 'dilute acid'] as const).map((agent) =>
      stepDeposits(parameters, withFlushAgent(dirty, agent, 100), flushed, 1),
    );
    const [water, oil, acid] = rinsed.map(({ foulingPerHour }) => foulingPerHour);
    expect([water, oil, acid]).toEqual([-1, -parameters.fouling.oilSlugTimes, -parameters.fouling.acidTimes]);
    for (const { deposits } of rinsed) expect(deposits.film.stage2).toBeLessThan(0.3);
    const usedUp = stepDeposits(parameters, withFlushAgent(dirty, 'dilute acid', 0.5), flushed, 1);
    expect([usedUp.deposits.agent, usedUp.foulingPerHour]).toEqual(['water', -1]);
  });

  it('cloud the windows behind the reactor while particles pass', () => {
    const { windowFilm } = hotSkid().wait(60).line.process;
    expect(windowFilm.stage2).toBeGreaterThan(0);
    expect(windowFilm.stage1).toBe(0);
    expect(initialProcess(parameters).windowFilm).toEqual({ stage1: 0, stage2: 0, shell: 0 });
  });
});
