import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noFaults, type Faults } from '../../twin/faults/faults.ts';
import { alkalinity, pHNearer } from '../../twin/skid/acid-base.ts';
import {
  calibrated,
  lawThrough,
  lawDiameterNm,
  publishedCorners,
  whatTwoSizesTell,
} from '../../twin/skid/calibration.ts';
import { headspaceAfter, noGas } from '../../twin/skid/gas.ts';
import { initialLiquid, stepLiquid, type LiquidInput } from '../../twin/skid/liquid.ts';
import { liquidPlanOf } from '../../twin/skid/liquid-plan.ts';
import { perPump, type TwinParameters } from '../../twin/skid/parameters.ts';
import { loadParameters } from '../../twin/skid/parameters-file.ts';
import type { Dissolved, ProbeTruth } from '../../twin/skid/probe.ts';
import { probesOf } from '../../twin/skid/probes.ts';
import { quantumYield } from '../../twin/skid/quality.ts';
import { initialProcess, stepProcess, type ProcessState } from '../../twin/skid/process.ts';
import type { ControllerOutputs } from '../../twin/skid/signals.ts';
import { at, stride } from '../../twin/skid/species.ts';
import { repository } from './skid-in-hand.ts';

const skidOf = (name: string): TwinParameters => loadParameters(repository(`twin/parameters/${name}.yaml`));
const [selenide, sulfide, telluride, shelled] = ['cdse', 'cds', 'cdte', 'cdse-zns'].map(skidOf) as [
  TwinParameters,
  TwinParameters,
  TwinParameters,
  TwinParameters,
];

/** A skid that stands at one temperature and is fed alike; what differs from that is given. */
const fed: ControllerOutputs = {
  flowMlPerMin: { chalcogen: 20, cadmium: 20, ligand: 20, flush: 0, shell: 0 },
  deEnergised: false,
  heaterEnabled: true,
  heaterW: 0,
  jacketCooling: 0,
  outletCooling: true,
  stage1C: 60,
  shellC: null,
  chalcogenRatio: 1.2,
  extractionAtMaximum: false,
  diverter: 'waste',
  wasteTo: 'tank',
  flushLiquid: 'water',
  backPressureBarG: 15,
  clearPumpLimit: false,
};

/** What it has come to after `seconds`, its reactor held at one temperature. */
function after(
  skid: TwinParameters,
  seconds: number,
  celsius: number,
  more: Partial<ControllerOutputs> = {},
  faults: Faults = noFaults,
): ProcessState {
  const dtS = 0.2;
  const outputs = { ...fed, ...more };
  let process = initialProcess(skid);
  for (let step = 0; step < seconds / dtS; step += 1) {
    const heat = { ...process.heat, wallC: celsius, fluidC: celsius };
    process = stepProcess(skid, { ...process, heat }, outputs, faults, dtS);
  }
  return process;
}

const behindStage1 = (skid: TwinParameters, more: Partial<ControllerOutputs>, faults: Faults = noFaults): Dissolved =>
  probesOf(skid, after(skid, 260, 25, more, faults)).stage1.dissolved;
const conversion = ({ tcep, oxide, tcepX }: Dissolved): number => tcepX / (tcep + oxide + tcepX);

describe('the first stage', () => {
  it('turns at least 95 % of TCEP into TCEP=X as it stands after power-up, on every skid but the telluride’s', () => {
    for (const skid of [selenide, sulfide, shelled]) expect(conversion(behindStage1(skid, {}))).toBeGreaterThan(0.95);
    const ofTelluride = conversion(behindStage1(telluride, {}));
    expect(ofTelluride).toBeGreaterThan(0.7);
    expect(ofTelluride).toBeLessThan(0.97);
  });

  it('turns less where it is cold, less where there is less chalcogen, and all that is there where there is none', () => {
    const asItStands = conversion(behindStage1(selenide, {}));
    expect(conversion(behindStage1(selenide, { stage1C: null }))).toBeLessThan(asItStands - 0.02);
    expect(conversion(behindStage1(selenide, { chalcogenRatio: 0.5 }))).toBeCloseTo(0.5, 1);
    expect(conversion(behindStage1(selenide, { chalcogenRatio: 0 }))).toBe(0);
  });

  it('stops in acid, where TCEP is protonated and none of it is free', () => {
    const acid = { ...noFaults, pH: { feed: 4, waste: null } };
    expect(conversion(behindStage1(selenide, {}, acid))).toBeLessThan(0.1);
  });

  it('makes oxide of TCEP by the oxygen that comes with it, two for each', () => {
    const airy = { ...selenide, stocks: { ...selenide.stocks, oxygenMolPerL: 2.5e-4 } };
    const [sparged, open] = [behindStage1(selenide, {}), behindStage1(airy, {})];
    expect(open.oxide).toBeGreaterThan(8 * sparged.oxide);
    expect(open.oxide).toBeCloseTo(2 * (2.5e-4 - open.oxygen), 6);
  });
});

const dotsOf = ({ dots }: ProbeTruth): NonNullable<ProbeTruth['dots']> => {
  if (dots === null) throw new Error('no dots before the probe');
  return dots;
};

describe('the second stage', () => {
  it('gives the TCEP its oxide, the cadmium its chalcogen, and takes two bases for each', () => {
    const process = after(selenide, 400, 160);
    const { stage1, stage2 } = probesOf(selenide, process);
    expect(stage2.dissolved.oxide).toBeCloseTo(stage1.dissolved.tcepX / 3 + stage1.dissolved.oxide / 3, 4);
    expect(stage2.dissolved.cadmium).toBeLessThan(1e-4);
    expect(process.pH.outlet).toBeLessThan(11);
    expect(process.pH.outlet).toBeGreaterThan(10);
  });

  it('makes nothing where it is cold, or without ligand to hold the cadmium', () => {
    expect(probesOf(selenide, after(selenide, 300, 25)).stage2.dots).toBeNull();
    const bare = after(selenide, 300, 160, { flowMlPerMin: { ...fed.flowMlPerMin, ligand: 0 } });
    expect(probesOf(selenide, bare).stage2.dots).toBeNull();
    // Its hydroxide stays on the walls instead.
    expect(bare.hydraulics.fouling - 1).toBeGreaterThan(20 * (after(selenide, 300, 160).hydraulics.fouling - 1));
  });

  it('never makes more of cadmium than there is: particles stop where all of it is used up', () => {
    const slow = after(selenide, 1500, 200, {
      flowMlPerMin: perPump((pump) => (pump === 'flush' || pump === 'shell' ? 0 : 2)),
    });
    const { diameterNm } = dotsOf(probesOf(selenide, slow).shell);
    expect(diameterNm).toBeLessThanOrEqual(selenide.growth.largestDiameterNm);
    expect(diameterNm).toBeGreaterThan(4.9);
  });

  it('makes particles the less even, the more they have grown for different times', () => {
    const [one, many] = [1, 20].map((cells) => {
      const skid = { ...selenide, reactor: { ...selenide.reactor, cells } };
      return dotsOf(probesOf(skid, after(skid, 500, 185)).stage2);
    });
    expect(one?.spread).toBeGreaterThan(1.3 * (many?.spread ?? 1));
  });
});

describe('the particles', () => {
  it('shine less where ligand is short, where acid takes its thiolate, and where they are uneven', () => {
    const asMade = { shellNm: 0, spread: 0.05, ligandToCadmium: 2.4, pH: 10.4 };
    expect(quantumYield(selenide, asMade)).toBeCloseTo(selenide.dots.coreYield, 9);
    for (const worse of [{ ligandToCadmium: 0.6 }, { pH: 9 }, { spread: 0.2 }]) {
      expect(quantumYield(selenide, { ...asMade, ...worse })).toBeLessThan(0.8 * selenide.dots.coreYield);
    }
    expect(quantumYield(shelled, { ...asMade, shellNm: 3, ligandToCadmium: 100 })).toBeLessThan(1);
  });
});

describe('the shell step', () => {
  it('lays ZnS on cores that shine better for it, and nothing on water', () => {
    const flows = { ...fed.flowMlPerMin, shell: 20 };
    const { stage2, shell } = probesOf(shelled, after(shelled, 500, 160, { flowMlPerMin: flows, shellC: 140 }));
    expect(dotsOf(stage2).shellNm).toBe(0);
    expect(dotsOf(shell).shellNm).toBeGreaterThan(0.3);
    expect(dotsOf(shell).quantumYield).toBeGreaterThan(1.5 * dotsOf(stage2).quantumYield);
    expect(dotsOf(shell).quantumYield).toBeLessThan(0.51);
    const cold = probesOf(shelled, after(shelled, 500, 25, { flowMlPerMin: flows, shellC: 60 })).shell;
    expect(cold.dots).toBeNull();
    expect(cold.dissolved.zinc).toBeCloseTo(0.02 / 4, 4);
  });
});

describe('the pH', () => {
  it('is found from what was put in, wherever it is', () => {
    const conc = fc.double({ min: 0, max: 0.05, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 2, max: 13.5, noNaN: true }), conc, conc, (pH, tcep, ligand) => {
        const cell = new Float64Array(stride);
        cell[at.tcep] = tcep;
        cell[at.ligand] = ligand;
        cell[at.base] = alkalinity(pH, tcep, ligand);
        cell[at.kg] = 0.997;
        let guess = 7;
        for (let step = 0; step < 60; step += 1) guess = pHNearer(guess, cell, 0);
        expect(guess).toBeCloseTo(pH, 3);
      }),
    );
  });
});

describe('gas over the line', () => {
  const over = (skid: TwinParameters, pH: number) => {
    const cell = new Float64Array(stride);
    cell[at.source] = 1e-3 / skid.gas.chalcogenideShare;
    cell[at.kg] = 0.997;
    let gas = noGas;
    for (let second = 0; second < 400; second += 1) gas = headspaceAfter(skid, gas, cell, 0, pH, 1);
    return gas;
  };

  it('is what 1 mM of free chalcogenide stands in equilibrium with, by the pH', () => {
    for (const [pH, h2s, h2se] of [
      [9, 99, 0.09],
      [8, 909, 0.9],
      [7, 5000, 9],
    ] as const) {
      expect(over(sulfide, pH).h2s / h2s).toBeCloseTo(1, 1);
      expect(Math.abs(over(selenide, pH).h2se / h2se - 1)).toBeLessThan(0.05);
    }
    expect(over(selenide, 9).h2s).toBe(0);
    expect(over(selenide, 5).h2).toBeGreaterThan(100 * over(selenide, 11).h2);
  });

  it('rises on the line where its pH falls, and is none where there is only water', () => {
    const safe = after(selenide, 300, 25).headspacePpm.h2se;
    const sour = after(selenide, 300, 25, {}, { ...noFaults, pH: { feed: null, waste: 5 } }).headspacePpm.h2se;
    expect(sour).toBeGreaterThan(1000 * safe);
    const flush = perPump((pump) => (pump === 'flush' ? 60 : 0));
    expect(after(selenide, 60, 25, { flowMlPerMin: flush }).headspacePpm).toEqual(noGas);
  });
});

describe('the calibration', () => {
  it('meets both published sizes with any activation energy, which is why they do not tell it', () => {
    const told = whatTwoSizesTell(publishedCorners, [15, 25, 40], { celsius: 160, residenceS: 50 });
    expect(told.ridge).toHaveLength(3);
    for (const law of told.ridge) {
      for (const corner of publishedCorners) expect(lawDiameterNm(law, corner)).toBeCloseTo(corner.diameterNm, 9);
    }
    expect(told.between.mostNm - told.between.leastNm).toBeGreaterThan(0.05);
    expect(told.cannotTell).toMatch(/Activation energy.*15 to 40 kJ\/mol/u);
    const [milder, harsher] = publishedCorners;
    expect(lawThrough([{ ...milder, diameterNm: 1 }, harsher], 5)).toBeNull();
  });

  it('gives the law that the shipped parameters hold', () => {
    const law = calibrated(selenide, publishedCorners, selenide.growth.activationEnergyKJPerMol, 0.25);
    expect(Math.abs((law?.factorNm3PerS ?? 0) / selenide.growth.factorNm3PerS - 1)).toBeLessThan(0.01);
    expect(law?.seedDiameterNm).toBeCloseTo(selenide.growth.seedDiameterNm, 2);
  });
});

describe('the liquid', () => {
  it('that a leak takes is no more than what passes', () => {
    const liquid = initialLiquid(selenide, 1);
    const input: LiquidInput = {
      flowMlPerMin: perPump((pump) => (pump === 'flush' ? 6 : 0)),
      chalcogenRatio: 1,
      celsius: { stage1: 22, reactor: 22, shell: 22, outlet: 22 },
      pH: { stage1: 10, reactor: 10 },
      voidShare: 0,
      steamKg: 0,
      leakMlPerMin: { feed: 1000, reactor: 0, outlet: 0 },
      opening: 0,
      standbyOpening: 0,
      flushAgent: 'water',
    };
    const moved = stepLiquid(selenide, liquid, input, 0.05);
    expect(moved.outOfLineKg).toBe(0);
    expect(liquid[liquidPlanOf(selenide).rows.leaked + at.kg]).toBeCloseTo(0.005 * 0.997e-3, 9);
  });
});
