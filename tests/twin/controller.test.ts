import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepRank, type ControllerStep } from '../../twin/controller/steps.ts';
import { totalOf } from '../../twin/skid/parameters.ts';
import { hotSkid, model, parameters, SkidInHand } from './skid-in-hand.ts';

const requests = { none: 0, H: 10, Hcd: 11, S: 20, E: 30 } as const;

/** The steps it goes through while time passes, each once. */
function stepsOf(skid: SkidInHand, seconds: number): number[] {
  const steps: number[] = [];
  skid.wait(seconds, ({ controller: { step } }) => {
    if (steps.at(-1) !== step) steps.push(step);
  });
  return steps;
}

describe('the words of the field controller', () => {
  it('are those of the device model', () => {
    expect(model.controller?.requests).toEqual(requests);
    const known: readonly ControllerStep[] = [0, 1, 10, 11, 12, 13, 14, 15, 20, 30];
    expect(model.controller?.steps.map(({ value }) => value)).toEqual(known);
    const ranks = { none: 0, B: 1, H: 2, Hcd: 2, S: 3, E: 4 } as const;
    for (const { value, demand } of model.controller!.steps) {
      expect(stepRank(value as ControllerStep), String(value)).toBe(ranks[demand]);
    }
  });
});

describe('after power-up', () => {
  it('waits for a reset with everything off and says so', () => {
    const skid = new SkidInHand().wait(10);
    expect(skid.step).toBe(1);
    expect(skid.line.controller.firstOut).toBe(4);
    expect(totalOf(skid.line.outputs.flowMlPerMin)).toBe(0);
    expect(skid.line.outputs).toMatchObject({ heaterEnabled: false, diverter: 'waste' });
  });

  it('does not mistake a service that was never there for one that fell silent', () => {
    const skid = new SkidInHand();
    skid.beating = false;
    expect(skid.wait(60).step).toBe(1);
  });

  it('is ready to run after a reset', () => {
    const skid = new SkidInHand().wait(1).reset();
    expect(skid.step).toBe(0);
    expect(skid.line.controller.firstOut).toBe(0);
  });
});

describe('a safe state', () => {
  const reach: Readonly<Record<number, (skid: SkidInHand) => void>> = {
    0: (skid) => skid.wait(1).reset(),
    1: (skid) => skid.wait(1),
    10: (skid) => (skid.reset(), skid.write({ safeStateRequest: 10 }), skid.wait(0.1)),
    11: (skid) => (skid.reset(), skid.write({ safeStateRequest: 11 }), skid.wait(0.4)),
    12: (skid) => (skid.reset(), skid.write({ safeStateRequest: 10 }), skid.wait(0.5)),
    13: (skid) => (skid.reset(), skid.write({ safeStateRequest: 10 }), skid.wait(10)),
    14: (skid) => (
      skid.fault({ fault: 'pump-stop', pump: 'flush' }),
      skid.reset(),
      skid.write({ safeStateRequest: 10 }),
      skid.wait(12)
    ),
    15: (skid) => (skid.write({ safeStateRequest: 10 }), skid.wait(5)),
    20: (skid) => (skid.write({ safeStateRequest: 20 }), skid.wait(1)),
    30: (skid) => (skid.write({ safeStateRequest: 30 }), skid.wait(1)),
  };
  const needsHeat = new Set([11, 12, 13, 14]);
  const inStep = (step: number): SkidInHand => {
    const skid = needsHeat.has(step) ? hotSkid() : new SkidInHand().wait(1);
    reach[step]!(skid);
    // A step of a moment must be caught in it.
    expect(skid.step).toBe(step);
    return skid;
  };

  for (const from of [0, 1, 10, 11, 12, 13, 14, 15, 20, 30]) {
    for (const [asked, word] of Object.entries(requests)) {
      const wanted: ControllerStep | null = word === 0 ? null : word === 11 ? 10 : word;
      const higher = wanted !== null && stepRank(wanted) > stepRank(from as ControllerStep);
      it(`in step ${from}, a request for ${asked} ${higher ? 'is followed' : 'changes nothing of its rank'}`, () => {
        const skid = inStep(from);
        skid.write({ safeStateRequest: word });
        skid.wait(0.05);
        const expected = higher ? stepRank(wanted) : stepRank(from as ControllerStep);
        expect(stepRank(skid.step as ControllerStep)).toBe(expected);
        expect(stepRank(skid.wait(2).step as ControllerStep)).toBe(expected);
      });
    }
  }

  it('clears every run set point, the heater and the diverter, and keeps the back pressure', () => {
    const skid = hotSkid();
    skid.write({ diverterCommand: 1 });
    skid.wait(3);
    expect(skid.line.readings.diverter).toBe('product');
    skid.write({ safeStateRequest: requests.H });
    skid.wait(0.05);
    const { setpoints, backPressureBarG } = skid.line.controller;
    expect(setpoints).toEqual({
      flowMlPerMin: { chalcogen: 0, cadmium: 0, ligand: 0, flush: 0, shell: 0 },
      reactorC: 0,
      stage1C: null,
      shellC: 0,
      chalcogenRatio: 1.2,
      diverter: 'waste',
      flushLiquid: 'water',
    });
    expect(backPressureBarG).toBe(12);
    expect(skid.line.outputs.heaterEnabled).toBe(false);
    skid.wait(2);
    expect(skid.line.readings.diverter).toBe('waste');
  });

  it('refuses what would run the skid with exception 4, all of a request or nothing, and takes zeros', () => {
    const skid = new SkidInHand().wait(1);
    for (const run of [{ flushFlowSetpoint: 1 }, { reactorSetpoint: 30 }, { diverterCommand: 1 }]) {
      expect(skid.write(run)).toBe(4);
    }
    expect(skid.write({ reactorRampRate: 7, flushFlowSetpoint: 1 })).toBe(4);
    expect(skid.line.controller.rampCPerMin).toBe(parameters.fieldController.defaultRampCPerMin);
    expect(skid.write({ flushFlowSetpoint: 0, reactorSetpoint: 0, diverterCommand: 0 })).toBeNull();
  });

  it('lets the pressure down only when every temperature is known and cold', () => {
    const skid = hotSkid();
    skid.write({ safeStateRequest: requests.H });
    skid.wait(10);
    expect(skid.write({ backPressureSetpoint: 2 })).toBe(4);
    expect(skid.write({ backPressureSetpoint: 13 })).toBeNull();
    skid.wait(900);
    expect(skid.step).toBe(15);
    skid.fault({ fault: 'sensor-nan', point: 'reactorTemperatureIndependent' });
    skid.wait(1);
    expect(skid.write({ backPressureSetpoint: 2 })).toBe(4);
    skid.fault({ fault: 'clear' });
    skid.wait(1);
    expect(skid.write({ backPressureSetpoint: 2 })).toBeNull();
  });

  it('takes the other set points of a run with it: shell feed, thermostats, and the ratio of the chalcogen', () => {
    const skid = hotSkid();
    skid.write({ shellFlowSetpoint: 5, shellSetpoint: 150, stage1Setpoint: 70, chalcogenRatioSetpoint: 1.5 });
    skid.wait(5);
    expect(skid.line.outputs).toMatchObject({ stage1C: 70, shellC: 150, chalcogenRatio: 1.5 });
    expect(skid.line.outputs.flowMlPerMin.shell).toBe(5);
    skid.write({ safeStateRequest: requests.H });
    skid.wait(0.05);
    expect(skid.line.outputs).toMatchObject({ stage1C: null, shellC: null, chalcogenRatio: 1.2 });
    expect(skid.line.outputs.flowMlPerMin.shell).toBe(0);
    for (const run of [{ shellFlowSetpoint: 1 }, { shellSetpoint: 30 }, { stage1Setpoint: 30 }]) {
      expect(skid.write(run)).toBe(4);
    }
    expect(skid.write({ chalcogenRatioSetpoint: 2 })).toBe(4);
    const zeros = { shellFlowSetpoint: 0, shellSetpoint: 0, stage1Setpoint: 0, chalcogenRatioSetpoint: 0 };
    expect(skid.write(zeros)).toBeNull();
  });

  it('is cold only where the first stage and the shell step are known and cold as well', () => {
    const skid = new SkidInHand().flowing();
    skid.fault({ fault: 'sensor-nan', point: 'shellTemperature' });
    skid.write({ safeStateRequest: requests.H });
    expect(skid.wait(30).step).toBe(13);
    skid.fault({ fault: 'clear' });
    expect(skid.wait(1).step).toBe(15);
    skid.fault({ fault: 'sensor-offset', point: 'stage1Temperature', by: 80 });
    expect(skid.wait(1).step).toBe(14);
  });

  it('takes no request number it does not know', () => {
    expect(new SkidInHand().write({ safeStateRequest: 12 })).toBe(3);
  });
});

describe('HOT-HOLD', () => {
  it('goes from acceptance to cold under flush, its pressure held, cooling no faster than it may', () => {
    const skid = hotSkid();
    skid.write({ safeStateRequest: requests.H });
    let lowestBar = Number.POSITIVE_INFINITY;
    let fastestFall = 0;
    const ten: number[] = [];
    const steps: number[] = [];
    skid.wait(900, ({ controller, process }) => {
      if (steps.at(-1) !== controller.step) steps.push(controller.step);
      lowestBar = Math.min(lowestBar, process.hydraulics.outletBarG);
      ten.push(process.heat.fluidC);
      // Fall over the last minute, in °C/min.
      if (ten.length > 1200) fastestFall = Math.max(fastestFall, ten[ten.length - 1201]! - ten.at(-1)!);
    });
    expect(steps).toEqual([10, 12, 13, 15]);
    expect(lowestBar).toBeGreaterThan(11.5);
    expect(fastestFall).toBeGreaterThan(10);
    expect(fastestFall).toBeLessThan(parameters.fieldController.coolingLimitCPerMin * 1.1);
    expect(skid.hottestC).toBeLessThan(90);
    expect(skid.line.readings.flowMlPerMin.flush).toBeLessThan(0.1);
  });

  it('takes cadmium off in a step of its own, while chalcogen and ligand still flow', () => {
    const skid = hotSkid();
    skid.write({ safeStateRequest: requests.Hcd });
    skid.wait(10, ({ controller }) => controller.step === 12);
    const { cadmium, chalcogen, ligand } = skid.line.readings.flowMlPerMin;
    expect(skid.step).toBe(12);
    expect(cadmium).toBeLessThan(2);
    expect(chalcogen).toBeGreaterThan(20);
    expect(ligand).toBeGreaterThan(20);
    skid.wait(8);
    expect(skid.line.readings.flowMlPerMin.chalcogen).toBeLessThan(0.5);
  });

  it('passes through the step that takes cadmium off first', () => {
    const skid = hotSkid();
    skid.write({ safeStateRequest: requests.Hcd });
    expect(stepsOf(skid, 20)).toEqual([10, 11, 12, 13]);
  });

  it('cools without flow where the flush is not proven within 5 s', () => {
    const skid = hotSkid();
    skid.fault({ fault: 'pump-stop', pump: 'flush' });
    skid.write({ safeStateRequest: requests.H });
    expect(stepsOf(skid, 15)).toEqual([10, 12, 13, 14]);
    expect(totalOf(skid.line.outputs.flowMlPerMin)).toBe(0);
    skid.wait(1500, ({ controller }) => controller.step === 15);
    expect(skid.hottestC).toBeLessThan(90.5);
    expect(skid.line.readings.pressureBarG.A).toBeGreaterThan(11);
  });

  it('is never cold while a thermometer is broken', () => {
    const skid = hotSkid();
    skid.fault({ fault: 'sensor-nan', point: 'reactorTemperatureB' });
    skid.write({ safeStateRequest: requests.H });
    expect(skid.wait(1200).step).toBe(13);
    skid.fault({ fault: 'clear' });
    expect(skid.wait(1).step).toBe(15);
  });

  it('has nothing to flush where the skid is cold', () => {
    const skid = new SkidInHand().flowing();
    skid.write({ safeStateRequest: requests.H });
    expect(stepsOf(skid, 20)).toEqual([10, 12, 15]);
  });

  it('gives way to S when the waste tank is full', () => {
    const skid = hotSkid();
    skid.write({ safeStateRequest: requests.H });
    skid.wait(10);
    skid.fault({ fault: 'waste-level', percent: 95 });
    skid.wait(0.2);
    expect(skid.step).toBe(20);
    expect(totalOf(skid.wait(2).line.readings.flowMlPerMin)).toBeLessThan(0.1);
  });
});

describe('S', () => {
  it('de-energises feeds and heater, keeps cooling on and the pressure held', () => {
    const skid = hotSkid();
    skid.write({ safeStateRequest: requests.S });
    skid.wait(5);
    expect(skid.line.outputs).toMatchObject({
      deEnergised: true,
      heaterEnabled: false,
      outletCooling: true,
      diverter: 'waste',
      flushLiquid: 'water',
    });
    expect(totalOf(skid.line.process.flowMlPerMin)).toBe(0);
    const before = skid.hottestC;
    skid.wait(300);
    expect(skid.hottestC).toBeLessThan(before - 20);
    expect(skid.line.readings.pressureBarG.A).toBeGreaterThan(11.5);
  });

  it('is entered by itself when the pumps meet their own limit', () => {
    const skid = new SkidInHand().flowing();
    skid.fault({ fault: 'blocked-outlet' });
    skid.wait(1);
    expect(skid.step).toBe(20);
    expect(skid.line.controller.firstOut).toBe(3);
    expect(skid.line.readings.pressureBarG.feed).toBeLessThan(parameters.feeds.pressureLimitBarG + 0.5);
  });

  it('can be left after the blockage is gone, and the limit is cleared with it', () => {
    const skid = new SkidInHand().flowing();
    skid.fault({ fault: 'blocked-outlet' });
    skid.wait(1);
    skid.fault({ fault: 'clear' });
    skid.wait(5).reset();
    expect(skid.step).toBe(0);
    skid.write({ flushFlowSetpoint: 20 });
    skid.wait(5);
    expect(skid.line.readings.flowMlPerMin.flush).toBeGreaterThan(19);
  });
});

describe('the first stage', () => {
  it('is kept warm while chalcogen is fed and nobody says otherwise, and at what is set then', () => {
    const skid = new SkidInHand().wait(1).reset();
    expect(skid.wait(1).line.outputs.stage1C).toBeNull();
    skid.write({ chalcogenFlowSetpoint: 10 });
    expect(skid.wait(1).line.outputs.stage1C).toBe(60);
    skid.write({ stage1Setpoint: 0 });
    expect(skid.wait(1).line.outputs.stage1C).toBeNull();
    skid.write({ stage1Setpoint: 45 });
    expect(skid.wait(300).line.readings.stage1C).toBeCloseTo(45, 0);
  });
});

describe('the watchdog', () => {
  it('runs HOT-HOLD alone after 3 s of wall time without a change of the heartbeat', () => {
    const skid = hotSkid();
    skid.beating = false;
    expect(skid.wait(2.7).step).toBe(0);
    expect(stepRank(skid.wait(0.5).step as ControllerStep)).toBe(2);
    expect(skid.line.controller.firstOut).toBe(2);
  });

  it('is not fed by a heartbeat that is written again unchanged', () => {
    const skid = hotSkid();
    skid.beating = false;
    const heartbeat = skid.line.controller.heartbeat;
    skid.wait(4, () => void skid.write({ serviceHeartbeat: heartbeat }));
    expect(stepRank(skid.step as ControllerStep)).toBe(2);
  });

  it('counts wall time: at twenty times the pace it stands for a minute of process time', () => {
    const skid = new SkidInHand(undefined, 20).wait(20).reset();
    skid.beating = false;
    expect(skid.wait(50).step).toBe(0);
    expect(stepRank(skid.wait(12).step as ControllerStep)).toBe(2);
  });
});

describe('a reset', () => {
  const tripped = (): SkidInHand => {
    const skid = new SkidInHand().wait(1).reset();
    skid.write({ safeStateRequest: requests.S });
    return skid.wait(1);
  };

  it('needs the request at 0', () => {
    const skid = tripped();
    skid.write({ resetPulse: 1 });
    expect(skid.wait(1).step).toBe(20);
  });

  it('needs a rising edge: a pulse that has stood since before is none', () => {
    const skid = tripped();
    skid.write({ resetPulse: 1 });
    skid.wait(1);
    skid.write({ safeStateRequest: 0, resetPulse: 1 });
    expect(skid.wait(1).step).toBe(20);
    skid.write({ resetPulse: 2 });
    expect(skid.wait(1).step).toBe(20);
    skid.write({ resetPulse: 0 });
    skid.write({ resetPulse: 1 });
    expect(skid.wait(1).step).toBe(0);
  });

  it('needs a living heartbeat, and an edge that came without one is lost', () => {
    const skid = tripped();
    skid.beating = false;
    skid.wait(4);
    skid.write({ safeStateRequest: 0, resetPulse: 1 });
    expect(skid.wait(1).step).toBe(20);
    skid.beating = true;
    expect(skid.wait(5).step).toBe(20);
    expect(skid.reset().step).toBe(0);
  });

  it('starts nothing by itself', () => {
    const skid = hotSkid();
    skid.write({ safeStateRequest: requests.S });
    skid.wait(5).reset();
    expect(skid.step).toBe(0);
    expect(totalOf(skid.wait(5).line.readings.flowMlPerMin)).toBeLessThan(0.1);
    expect(skid.line.outputs.heaterEnabled).toBe(false);
  });

  it('alone ever takes it down: no sequence of requests, pauses and faults does', () => {
    const word = fc.constantFrom(0, 10, 11, 20, 30);
    const action = fc.oneof(
      fc.record({ kind: fc.constant('request' as const), word }),
      fc.record({ kind: fc.constant('wait' as const), seconds: fc.double({ min: 0.05, max: 6, noNaN: true }) }),
      fc.record({ kind: fc.constant('silent' as const), seconds: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('flow' as const), value: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ kind: fc.constant('blocked' as const) }),
      // A pulse that stands high brings no edge.
      fc.record({ kind: fc.constant('standing pulse' as const), word: fc.integer({ min: 1, max: 9 }) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 12 }), (actions) => {
        const skid = new SkidInHand().wait(1).reset();
        skid.write({ resetPulse: 1 });
        skid.wait(0.1);
        let rank = stepRank(skid.step as ControllerStep);
        for (const act of actions) {
          if (act.kind === 'request') skid.write({ safeStateRequest: act.word });
          if (act.kind === 'flow') skid.write({ flushFlowSetpoint: act.value });
          if (act.kind === 'blocked') skid.fault({ fault: 'blocked-outlet' });
          if (act.kind === 'standing pulse') skid.write({ resetPulse: act.word });
          if (act.kind === 'silent') skid.wall(act.seconds);
          skid.wait(act.kind === 'wait' ? act.seconds : 0.05, ({ controller }) => {
            const next = stepRank(controller.step);
            expect(next).toBeGreaterThanOrEqual(rank);
            rank = next;
          });
        }
      }),
      { numRuns: 40 },
    );
  });
});
