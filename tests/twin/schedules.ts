/** Random schedules for a line, for its books to be held against: flows, heat, diverter, faults, in any order a person could think of. */
import { fileURLToPath } from 'node:url';
import { noFaults, type Faults } from '../../twin/faults/faults.ts';
import { balancesOf, type Balance } from '../../twin/skid/balances.ts';
import { flushAgents } from '../../twin/skid/deposits.ts';
import { perPump, type TwinParameters } from '../../twin/skid/parameters.ts';
import { loadParameters } from '../../twin/skid/parameters-file.ts';
import { initialProcess, stepProcess, withAirBubble, type ProcessState } from '../../twin/skid/process.ts';
import type { ControllerOutputs } from '../../twin/skid/signals.ts';

const file = (name: string): string => fileURLToPath(new URL(`../../twin/parameters/${name}.yaml`, import.meta.url));

/** The shipped skids, with a light wall: a minute is enough to be cold, hot, boiling and cold again. */
export const lightSkids: readonly TwinParameters[] = ['cdse', 'cds', 'cdte', 'cdse-zns']
  .map((name) => loadParameters(file(name)))
  .map((skid) => ({
    ...skid,
    reactor: { ...skid.reactor, wallHeatCapacityJPerK: 20 },
    heater: { ...skid.heater, deadTimeS: 0.3, lagS: 1 },
  }));

/** Numbers in [0, 1) by a seed: the schedule of a seed is always the same (mulberry32). */
function drawsOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

type Part = Readonly<{ outputs: ControllerOutputs; faults: Faults; steps: number; airMl: number }>;

/** @param beside draws what shall not shift the rest of a schedule */
function partOf(draw: () => number, beside: () => number, seconds: number): Part {
  const sometimes = (share: number): boolean => draw() < share;
  const outputs: ControllerOutputs = {
    flowMlPerMin: perPump(() => (sometimes(0.6) ? 30 * draw() : 0)),
    deEnergised: sometimes(0.05),
    heaterEnabled: sometimes(0.9),
    heaterW: 1800 * Math.sqrt(draw()),
    jacketCooling: sometimes(0.2) ? draw() : 0,
    outletCooling: sometimes(0.8),
    stage1C: sometimes(0.7) ? 20 + 70 * draw() : null,
    shellC: sometimes(0.7) ? 20 + 170 * draw() : null,
    chalcogenRatio: sometimes(0.9) ? 5 * draw() : 0,
    extractionAtMaximum: false,
    diverter: sometimes(0.5) ? 'product' : 'waste',
    wasteTo: beside() < 0.3 ? 'standby' : 'tank',
    flushLiquid: flushAgents[Math.floor(6 * beside())] ?? 'water',
    backPressureBarG: sometimes(0.8) ? 18 * draw() : 0,
    clearPumpLimit: sometimes(0.3),
  };
  const faults: Faults = {
    ...noFaults,
    pressureLoss: sometimes(0.1),
    blockedOutlet: sometimes(0.03),
    heaterStuckOn: sometimes(0.05),
    coolingLost: sometimes(0.1),
    checkValveLoss: perPump(() => (sometimes(0.05) ? draw() : 0)),
    leakMlPerMin: {
      feed: sometimes(0.1) ? 10 * draw() : 0,
      reactor: sometimes(0.1) ? 10 * draw() : 0,
      outlet: sometimes(0.1) ? 100 * draw() : 0,
    },
    pH: { feed: sometimes(0.1) ? 14 * draw() : null, waste: null },
  };
  const airMl = sometimes(0.05) ? draw() : 0;
  return { outputs, faults, steps: 1 + Math.floor((seconds / 0.05) * draw()), airMl };
}

/** The hard-wired cut-out: no wall that a heater can reach is hotter. */
const cutOutC = 260;

export type Outcome = Readonly<{ worst: Balance; hottestC: number; steps: number }>;

/** Runs the schedule of a seed: four parts of up to `seconds` each. */
export function runSchedule(seed: number, seconds: number): Outcome {
  const [draw, beside] = [drawsOf(seed), drawsOf(seed ^ 0x5bd1e995)];
  const [skid] = lightSkids.slice(seed % lightSkids.length);
  if (skid === undefined) throw new RangeError('no skid to run');
  let process: ProcessState = initialProcess(skid, seed);
  let [hottestC, steps] = [0, 0];
  for (let part = 0; part < 4; part += 1) {
    const { outputs, faults, steps: count, airMl } = partOf(draw, beside, seconds);
    if (airMl > 0) process = withAirBubble(process, 'ligand', airMl);
    for (let step = 0; step < count; step += 1) {
      const heaterEnabled = outputs.heaterEnabled && process.heat.wallC < cutOutC;
      process = stepProcess(skid, process, { ...outputs, heaterEnabled }, faults, 0.05);
    }
    steps += count;
    hottestC = Math.max(hottestC, process.heat.fluidC);
  }
  const worst = balancesOf(skid, process).reduce((one, other) => (other.relative > one.relative ? other : one));
  if (!process.liquid.every((amount) => Number.isFinite(amount))) throw new RangeError(`seed ${seed}: no number`);
  return { worst, hottestC, steps };
}
