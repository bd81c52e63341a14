/** A line that makes product, for measures of speed: reset, fed, under pressure and hot, with its heartbeat beating. */
import { fileURLToPath } from 'node:url';
import { milliseconds, monotonic } from '../../../plant/clock.ts';
import type { RegisterModel } from '../../../plant/device-model.ts';
import { cycleS } from '../../../twin/line/line.ts';
import { createSkidLine, type SkidLine } from '../../../twin/line/skid-line.ts';
import type { TwinParameters } from '../../../twin/skid/parameters.ts';
import { loadParameters } from '../../../twin/skid/parameters-file.ts';
import { loadRegisterModel } from '../../support/register-model.ts';

const repository = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export type Skid = Readonly<{ model: RegisterModel; parameters: TwinParameters }>;

export const loadSkid = (): Skid => ({
  model: loadRegisterModel(repository('gateway/devices/generic-skid-plc.yaml')),
  parameters: loadParameters(repository('twin/parameters/cdse.yaml')),
});

const beatEveryCycles = 4;

/** Steps it with its heartbeat; wall and process time are one. */
export function stepAlive(line: SkidLine, cycles: number): void {
  for (let each = 0; each < cycles; each += 1) {
    const { cycle } = line.state();
    const now = monotonic(Math.round(cycle * cycleS * 1000));
    if (cycle % beatEveryCycles === 0)
      line.write(new Map([['serviceHeartbeat', (cycle / beatEveryCycles) % 65_536]]), now);
    line.step(now);
  }
}

/** @param warmS how long it has run since its set points, in s of process time; nine minutes until it makes product */
export function runningLine({ model, parameters }: Skid, seed: number, warmS: number): SkidLine {
  const line = createSkidLine({ model, parameters, watchdog: milliseconds(3000), seed });
  const set = (points: Readonly<Record<string, number>>): void => {
    const at = monotonic(Math.round(line.processS() * 1000));
    const refused = line.write(new Map(Object.entries(points)), at);
    if (refused !== null) throw new Error(`${Object.keys(points).join(', ')} refused with exception ${refused}`);
  };
  stepAlive(line, 20);
  set({ resetPulse: 1 });
  stepAlive(line, 1);
  set({ resetPulse: 0, backPressureSetpoint: 12 });
  set({ chalcogenFlowSetpoint: 24, cadmiumFlowSetpoint: 24, ligandFlowSetpoint: 24 });
  stepAlive(line, 400);
  set({ reactorRampRate: 30, reactorSetpoint: 160 });
  stepAlive(line, Math.round(warmS / cycleS));
  return line;
}
