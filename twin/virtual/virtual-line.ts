/**
 * A twin without links: its line is stepped by whoever holds it, its devices are the register banks that it would serve over
 * Modbus, and what no instrument tells can be looked at.
 */
import { monotonic } from '../../plant/clock.ts';
import { createFieldDevice } from '../field-devices/field-device.ts';
import { cycleS } from '../line/line.ts';
import { readPoint } from '../line/points.ts';
import { createSkidLine } from '../line/skid-line.ts';
import type { RegisterBank } from '../modbus/bank.ts';
import { createPointBank } from '../modbus/point-bank.ts';
import { liquidPlanOf } from '../skid/liquid-plan.ts';
import type { TwinParameters } from '../skid/parameters.ts';
import { probesOf } from '../skid/probes.ts';
import { emissionNm, excitonNm, lineSigmaNm } from '../spectra/dot-optics.ts';
import { booksOf, HeadCounters, type LineBooks } from './books.ts';
import type { TwinOf } from './twin-of.ts';

export type VirtualBank = RegisterBank;

/** Behind stage 1, as shares of all phosphorus in %; null where there is none to speak of. */
export type PhosphorusTruth = Readonly<{ tcep: number; oxide: number; tcepX: number }>;
/** Before the last probe; null where there are no dots. */
export type DotsTruth = Readonly<{
  diameterNm: number;
  excitonNm: number;
  emissionNm: number;
  widthNm: number;
  quantumYieldPercent: number;
  particlesMm: number;
}>;

export interface VirtualLine {
  /** Process time of one step, in s. */
  readonly cycleS: number;
  /** One cycle on. @param nowMs of the clock by which the field controller watches the heartbeat */
  step(nowMs: number): void;
  /** By the devices' names: the field controller, and every field device that has registers. */
  readonly banks: ReadonlyMap<string, VirtualBank>;
  /** What was fed since power-up, and where it is. */
  books(): LineBooks;
  phosphorus(): PhosphorusTruth | null;
  dots(): DotsTruth | null;
}

/** Of phosphorus, in mol/L: below that an NMR sees nothing. */
const leastPhosphorus = 5e-4;
/** The width at half height of a normal line, by its standard deviation. */
const fwhmOfSigma = 2 * Math.sqrt(2 * Math.LN2);

/** @throws MesolineError `twin-cannot-serve` where a device of the type is none that the twin knows */
export function createVirtualLine(
  { controller, model, others, watchdog }: TwinOf,
  parameters: TwinParameters,
  seed: number,
): VirtualLine {
  const line = createSkidLine({ model, parameters, watchdog, seed });
  let now = monotonic(0);
  const counters = new HeadCounters(parameters);
  const banks = new Map<string, RegisterBank>([
    [
      controller,
      createPointBank(model, {
        read: (name) => readPoint(line.state(), parameters, name),
        write: (changes) => line.write(changes, now),
      }),
    ],
  ]);
  for (const { device, model: its, place } of others)
    if (its.protocol === 'modbus')
      banks.set(
        device,
        createFieldDevice(its, place, parameters, () => line.state().readings),
      );

  const count = (): void => {
    const { process, outputs } = line.state();
    counters.count(process.flowMlPerMin, outputs.chalcogenRatio, outputs.flushLiquid, cycleS);
  };

  return {
    cycleS,
    banks,
    step: (nowMs) => {
      now = monotonic(nowMs);
      line.step(now);
      count();
    },
    books: () => booksOf(parameters, liquidPlanOf(parameters), line.state().process.liquid, counters.ml),
    phosphorus: () => {
      const { dissolved } = probesOf(parameters, line.state().process).stage1;
      const { tcep, oxide, tcepX } = dissolved;
      const all = tcep + oxide + tcepX;
      if (all < leastPhosphorus) return null;
      return { tcep: (100 * tcep) / all, oxide: (100 * oxide) / all, tcepX: (100 * tcepX) / all };
    },
    dots: () => {
      const probes = probesOf(parameters, line.state().process);
      const dots = (parameters.shell === undefined ? probes.stage2 : probes.shell).dots;
      if (dots === null) return null;
      return {
        diameterNm: dots.diameterNm,
        excitonNm: excitonNm(dots),
        emissionNm: emissionNm(dots, parameters.growth.stokesShiftNm),
        widthNm: fwhmOfSigma * lineSigmaNm(dots),
        quantumYieldPercent: 100 * dots.quantumYield,
        particlesMm: 1000 * dots.particlesMolPerL,
      };
    },
  };
}
