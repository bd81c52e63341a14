/** A line stepped by hand: what a test writes, how long it waits, with the heartbeat beating unless it stops it. */
import { fileURLToPath } from 'node:url';
import { milliseconds, monotonic } from '../../plant/clock.ts';
import { writeController } from '../../twin/controller/writes.ts';
import { cycleS, initialLine, stepLine, withFault, type LineState } from '../../twin/line/line.ts';
import { createNoise, type Noise } from '../../twin/random.ts';
import { loadParameters } from '../../twin/skid/parameters-file.ts';
import { probesOf } from '../../twin/skid/probes.ts';
import { excitonByDiameter } from '../../twin/skid/sizing.ts';
import { loadRegisterModel } from '../support/register-model.ts';

export const repository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const parameters = loadParameters(repository('twin/parameters/cdse.yaml'));
export const model = loadRegisterModel(repository('gateway/devices/generic-skid-plc.yaml'));

export type Recipe = Readonly<{ chalcogen: number; cadmium: number; ligand: number; flush: number }>;
export const equalFeeds: Recipe = { chalcogen: 24, cadmium: 24, ligand: 24, flush: 0 };

export class SkidInHand {
  line: LineState;
  beating = true;
  readonly #noise: Noise;
  #now = 0;
  #heartbeat = 0;
  readonly #timeScale: number;

  constructor(noise: Noise = createNoise(1), timeScale = 1) {
    this.#noise = noise;
    this.#timeScale = timeScale;
    this.line = initialLine(parameters, noise, milliseconds(3000));
  }

  get step(): number {
    return this.line.controller.step;
  }

  /** What stands before the last probe: size, and where it emits; NaN where there are no dots. */
  get dots(): Readonly<{ diameterNm: number; emissionNm: number }> {
    const diameterNm = probesOf(parameters, this.line.process).shell.dots?.diameterNm ?? Number.NaN;
    const { dots, growth } = parameters;
    return { diameterNm, emissionNm: excitonByDiameter(dots.material, diameterNm) + growth.stokesShiftNm };
  }

  get hottestC(): number {
    const { A, B, independent } = this.line.readings.temperatureC;
    return Math.max(A, B, independent);
  }

  /** Null where it was taken, else the exception. */
  write(changes: Readonly<Record<string, number>>): number | null {
    const at = monotonic(this.#now);
    const written = writeController(this.line.controller, new Map(Object.entries(changes)), this.line.readings, at);
    if (typeof written === 'number') return written;
    this.line = { ...this.line, controller: written };
    return null;
  }

  fault(message: object): void {
    this.line = withFault(parameters, this.line, message);
  }

  /** Lets process time pass; `watch` sees every cycle, and ends the wait where it gives true. */
  wait(seconds: number, watch: (line: LineState) => unknown = () => false): this {
    const cycles = Math.round(seconds / cycleS);
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      this.#now += (cycleS * 1000) / this.#timeScale;
      if (this.beating && cycle % 4 === 0)
        this.write({ serviceHeartbeat: (this.#heartbeat = (this.#heartbeat + 1) % 0x1_0000) });
      this.line = stepLine(parameters, this.#noise, this.line, monotonic(this.#now));
      if (watch(this.line) === true) break;
    }
    return this;
  }

  /** Lets wall time pass in which nothing is computed, as between two ticks. */
  wall(seconds: number): this {
    this.#now += seconds * 1000;
    return this;
  }

  reset(): this {
    this.write({ safeStateRequest: 0, resetPulse: 0 });
    this.write({ resetPulse: 1 });
    this.wait(cycleS);
    this.write({ resetPulse: 0 });
    return this;
  }

  copy(): SkidInHand {
    const copy = new SkidInHand(this.#noise, this.#timeScale);
    copy.line = this.line;
    copy.#now = this.#now;
    copy.#heartbeat = this.#heartbeat;
    return copy;
  }

  /** Reset, feeds on, under pressure. */
  flowing(feeds: Recipe = equalFeeds, backPressureBarG = 12): this {
    this.wait(1).reset();
    this.write({
      chalcogenFlowSetpoint: feeds.chalcogen,
      cadmiumFlowSetpoint: feeds.cadmium,
      ligandFlowSetpoint: feeds.ligand,
      flushFlowSetpoint: feeds.flush,
      backPressureSetpoint: backPressureBarG,
    });
    return this.wait(40);
  }

  /** Flowing, and heated to where it makes product. */
  hot(celsius = 160): this {
    this.flowing();
    this.write({ reactorRampRate: 30, reactorSetpoint: celsius });
    return this.wait(540);
  }
}

/** One hot line, made once a file: lines are values, so every test may go on from it. */
let kept: SkidInHand | null = null;
export function hotSkid(): SkidInHand {
  kept ??= new SkidInHand().hot();
  return kept.copy();
}
