/** Whole skids on random days: what is set, asked and broken comes in any order, and all that is stays such as a skid can be. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { milliseconds, monotonic } from '../../plant/clock.ts';
import { faultNames } from '../../twin/faults/fault-messages.ts';
import type { LineState } from '../../twin/line/line.ts';
import { createSkidLine, type SkidLine } from '../../twin/line/skid-line.ts';
import { balancesOf } from '../../twin/skid/balances.ts';
import { pumpNames, totalOf, type TwinParameters } from '../../twin/skid/parameters.ts';
import { loadParameters } from '../../twin/skid/parameters-file.ts';
import { probesOf } from '../../twin/skid/probes.ts';
import { analogPoints, contactPoints, instrumentPoints } from '../../twin/skid/signals.ts';
import { model, repository } from './skid-in-hand.ts';

/** With walls that are hot within seconds. */
const skids: readonly TwinParameters[] = ['cdse', 'cds', 'cdte', 'cdse-zns']
  .map((name) => loadParameters(repository(`twin/parameters/${name}.yaml`)))
  .map((skid) => ({
    ...skid,
    reactor: { ...skid.reactor, wallHeatCapacityJPerK: 20 },
    heater: { ...skid.heater, deadTimeS: 0.3, lagS: 1 },
  }));

const upTo = (most: number): fc.Arbitrary<number> => fc.double({ min: 0, max: most, noNaN: true });
const around = (most: number): fc.Arbitrary<number> => fc.double({ min: -most, max: most, noNaN: true });

const faults: Readonly<Record<string, fc.Arbitrary<Readonly<Record<string, unknown>>>>> = {
  'pump-stop': fc.record({ pump: fc.constantFrom(...pumpNames) }),
  'check-valve': fc.record({ pump: fc.constantFrom(...pumpNames), share: upTo(1) }),
  leak: fc.record({ place: fc.constantFrom('feed', 'reactor', 'outlet'), mlPerMin: upTo(80) }),
  'pressure-loss': fc.constant({}),
  'blocked-outlet': fc.constant({}),
  'bpr-hunting': fc.record({ bar: upTo(5) }),
  fouling: fc.record({ factor: fc.double({ min: 1, max: 1000, noNaN: true }) }),
  'heater-stuck-on': fc.constant({}),
  'heater-weak': fc.record({ share: upTo(1) }),
  'cooling-loss': fc.constant({}),
  ph: fc.record({ place: fc.constantFrom('feed', 'waste'), value: upTo(14) }),
  'window-film': fc.record({ place: fc.constantFrom('stage1', 'stage2', 'shell'), share: upTo(1) }),
  'lamp-drift': fc.record({ share: upTo(2) }),
  'laser-drift': fc.record({ perCm: around(50) }),
  gas: fc.record({ gas: fc.constantFrom('h2s', 'h2se', 'h2'), ppm: upTo(100_000) }),
  'ventilation-failure': fc.constant({}),
  door: fc.record({ switch: fc.constantFrom('A', 'B'), to: fc.constantFrom('open', 'closed') }),
  'emergency-stop': fc.constant({}),
  'air-loss': fc.constant({}),
  'controller-halt': fc.constant({}),
  'pressure-bias': fc.record({ sensor: fc.constantFrom('A', 'B', 'C'), bar: around(25) }),
  'temperature-bias': fc.record({ sensor: fc.constantFrom('A', 'B', 'independent'), kelvin: around(200) }),
  'sensor-nan': fc.record({ point: fc.constantFrom(...analogPoints) }),
  'contact-break': fc.record({ point: fc.constantFrom(...contactPoints) }),
  'sensor-stuck': fc.record({ point: fc.constantFrom(...instrumentPoints) }),
  'sensor-drift': fc.record({ point: fc.constantFrom(...analogPoints), perMin: around(1000) }),
  'sensor-offset': fc.record({ point: fc.constantFrom(...analogPoints), by: around(10_000) }),
  'sensor-noise': fc.record({ point: fc.constantFrom(...analogPoints), factor: upTo(1000) }),
  'waste-level': fc.record({ percent: upTo(100) }),
  'drip-tray': fc.record({ ml: upTo(10_000) }),
  'air-bubble': fc.record({ pump: fc.constantFrom(...pumpNames), ml: upTo(20) }),
  'flush-agent': fc.record({ agent: fc.constantFrom('water', 'oil slug', 'dilute acid'), ml: upTo(1000) }),
  'clog-step': fc.record({ factor: fc.double({ min: 1, max: 1000, noNaN: true }) }),
  'key-switch': fc.record({ to: fc.constantFrom('local', 'remote') }),
  'loop-mode': fc.record({ mode: fc.constant('manual'), percent: upTo(100) }),
  clear: fc.constant({}),
};
const fault = fc.oneof(
  ...Object.entries(faults).map(([name, with_]) => with_.map((more) => ({ fault: name, ...more }))),
);

const setPoints = fc.record({
  reactorSetpoint: upTo(250),
  reactorRampRate: upTo(60),
  backPressureSetpoint: upTo(18),
  stage1Setpoint: upTo(95),
  shellSetpoint: upTo(200),
  chalcogenRatioSetpoint: upTo(5),
  diverterCommand: fc.constantFrom(0, 1),
  measureRequest: fc.constantFrom(0, 1, 2, 3),
  requestRow: fc.constantFrom(0, 9, 16),
  flushLiquid: fc.constantFrom(0, 1, 2),
  ...Object.fromEntries(pumpNames.map((pump) => [`${pump}FlowSetpoint`, fc.oneof(fc.constant(0), upTo(50))])),
});

type Hour = Readonly<{
  reset: boolean;
  set: Readonly<Record<string, number>>;
  request: number;
  faults: readonly Readonly<Record<string, unknown>>[];
  beats: boolean;
  cycles: number;
}>;
const hour: fc.Arbitrary<Hour> = fc.record({
  reset: fc.boolean(),
  set: setPoints,
  request: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.constantFrom(10, 11, 20, 30)),
  faults: fc.array(fault, { maxLength: 3 }),
  beats: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  cycles: fc.integer({ min: 1, max: 200 }),
});

function live(skid: SkidLine, hours: readonly Hour[], look: (line: LineState) => void): void {
  let wall = 0;
  const write = (changes: Readonly<Record<string, number>>): void =>
    void skid.write(new Map(Object.entries(changes)), monotonic(wall));
  const step = (beats: boolean): void => {
    wall += 50;
    if (beats) write({ serviceHeartbeat: skid.state().cycle % 0x1_0000 });
    skid.step(monotonic(wall));
  };
  for (const { reset, set, request, faults: wrong, beats, cycles } of hours) {
    if (reset) {
      write({ safeStateRequest: 0, resetPulse: 0 });
      write({ resetPulse: 1 });
      step(true);
      write({ resetPulse: 0 });
    }
    for (const [point, value] of Object.entries(set)) write({ [point]: value });
    write({ safeStateRequest: request });
    for (const each of wrong) {
      // A mode is refused in a safe state.
      if (each['fault'] !== 'loop-mode' || skid.state().controller.step === 0) skid.fault(each);
    }
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      step(beats);
      if (cycle % 10 === 0 || cycle === cycles - 1) look(skid.state());
    }
  }
}

/** What cannot be, by name; empty where all of it can. */
function impossible(parameters: TwinParameters, line: LineState): readonly string[] {
  const { process, enclosure } = line;
  const { heat, hydraulics, pH } = process;
  const wrong: string[] = [];
  const within = (what: string, value: number, low: number, high: number): void => {
    if (!(value >= low && value <= high)) wrong.push(`${what} is ${value}`);
  };
  const coldest = Math.min(parameters.cooler.coolantC, parameters.feeds.temperatureC, 0) - 0.01;
  const hottest = parameters.heater.cutOutC + 60;
  within('the wall', heat.wallC, coldest, hottest);
  within('the liquid', heat.fluidC, coldest, hottest);
  within('the outlet', heat.outletC, coldest, hottest);
  within('the first stage', process.stage1C, coldest, 96);
  within('the shell step', process.shellC, coldest, hottest);
  within('steam', heat.voidShare, 0, 1);
  within('pressure', hydraulics.outletBarG, 0, parameters.feeds.pressureLimitBarG);
  within('feed pressure', process.feedBarG, 0, parameters.feeds.pressureLimitBarG);
  within('resistance', hydraulics.fouling, 1, 1e6);
  for (const [place, value] of Object.entries(pH)) within(`pH of ${place}`, value, 0, 14);
  for (const ppm of Object.values(process.headspacePpm)) within('gas', ppm, 0, 1e6);
  within('flow', totalOf(process.flowMlPerMin), 0, 2 * parameters.feeds.totalLimitMlPerMin);
  within('spray', enclosure.aerosolMgPerM3, 0, 1e6);
  within('the tray', enclosure.trayMl, 0, 1e5);
  for (const amount of process.liquid) if (!Number.isFinite(amount)) wrong.push('an amount is no number');
  for (const [place, probe] of Object.entries(probesOf(parameters, process))) {
    for (const [name, molPerL] of Object.entries(probe.dissolved)) within(`${name} at ${place}`, molPerL, 0, 10);
    within(`film at ${place}`, probe.film, 0, 1);
    if (probe.dots === null) continue;
    const { diameterNm, spread, quantumYield, particlesMolPerL } = probe.dots;
    within(`size at ${place}`, diameterNm, 1, parameters.growth.largestDiameterNm + 0.01);
    within(`spread at ${place}`, spread, 0, 1);
    within(`yield at ${place}`, quantumYield, 0, 1);
    within(`particles at ${place}`, particlesMolPerL, 0, 1e-3);
  }
  // Nothing runs past the wiring, and nothing heats or feeds cadmium in a safe state.
  const { outputs, controller, faults: standing } = line;
  if ((standing.emergencyStop || standing.airLost) && totalOf(process.flowMlPerMin) > 0)
    wrong.push('pumps run unpowered');
  if (controller.step !== 0 && (outputs.heaterEnabled || outputs.flowMlPerMin.cadmium > 0 || outputs.shellC !== null))
    wrong.push(`step ${controller.step} heats or feeds`);
  return wrong;
}

describe('a skid on a random day', () => {
  it('knows every fault there is', () => {
    expect(Object.keys(faults).sort()).toEqual([...faultNames].sort());
  });

  it('stays such as a skid can be, and its books close', () => {
    fc.assert(
      fc.property(
        fc.nat(skids.length - 1),
        fc.nat(1000),
        fc.array(hour, { minLength: 1, maxLength: 5 }),
        (which, seed, hours) => {
          const parameters = skids[which]!;
          const skid = createSkidLine({ model, parameters, watchdog: milliseconds(3000), seed });
          live(skid, hours, (line) => expect(impossible(parameters, line)).toEqual([]));
          for (const { what, relative } of balancesOf(parameters, skid.state().process))
            expect(relative, what).toBeLessThan(1e-6);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is the same day again for the same seed', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.array(hour, { minLength: 1, maxLength: 3 }), (seed, hours) => {
        const [one, other] = [0, 1].map(() => {
          const skid = createSkidLine({ model, parameters: skids[0]!, watchdog: milliseconds(3000), seed });
          live(skid, hours, () => undefined);
          return skid.save(monotonic(0));
        });
        expect(one).toBe(other);
      }),
      { numRuns: 15 },
    );
  });
});
