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
import type { PerPump, TwinParameters } from '../skid/parameters.ts';
import { probesOf } from '../skid/probes.ts';
import { at } from '../skid/species.ts';
import { emissionNm, excitonNm, lineSigmaNm } from '../spectra/dot-optics.ts';
import type { FlushAgent } from '../skid/deposits.ts';
import type { TwinOf } from './twin-of.ts';

export type VirtualBank = RegisterBank;

/** What pumps have given since power-up, by the liquid. Volumes are at 25 °C, as pumps count them. */
export type Drawn = Readonly<{ ml: PerPump; flushMl: Readonly<Record<FlushAgent, number>> }>;

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
  drawn(): Drawn;
  /** What was collected of CdX in particles, in mmol, and volumes in mL. */
  passed(): Readonly<{ collectedMl: number; wasteMl: number; coreMmol: number; wasteTankPercent: number }>;
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
  const ml = { chalcogen: 0, cadmium: 0, ligand: 0, flush: 0, shell: 0 };
  const flushMl: Record<FlushAgent, number> = { water: 0, 'oil slug': 0, 'dilute acid': 0 };
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
    const minutes = cycleS / 60;
    const flow = process.flowMlPerMin;
    ml.chalcogen += flow.chalcogen * minutes;
    ml.cadmium += flow.cadmium * minutes;
    ml.ligand += flow.ligand * minutes;
    ml.flush += flow.flush * minutes;
    ml.shell += flow.shell * minutes;
    flushMl[outputs.flushLiquid] += flow.flush * minutes;
  };

  return {
    cycleS,
    banks,
    step: (nowMs) => {
      now = monotonic(nowMs);
      line.step(now);
      count();
    },
    drawn: () => ({ ml: { ...ml }, flushMl: { ...flushMl } }),
    passed: () => {
      const { process } = line.state();
      const { outlet, liquid } = process;
      const { rows } = liquidPlanOf(parameters);
      return {
        collectedMl: outlet.collectedMl,
        wasteMl: outlet.wasteMl,
        coreMmol: 1000 * (liquid[rows.collected + at.core] ?? 0),
        wasteTankPercent: outlet.tankMl / (parameters.outlet.wasteTankL * 10),
      };
    },
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
