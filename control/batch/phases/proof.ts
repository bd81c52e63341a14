/**
 * What counts as proven: a Good reading that says so. One noisy sample, or one that is not Good, does not take a proof away;
 * being without it for longer than the patience does.
 */
import type { Reliable } from '../../../plant/recipe/equipment.ts';
import { permissiveBarG } from '../../../plant/recipe/boiling.ts';
import type { Plan } from '../../../plant/recipe/plan.ts';
import type { SkidReading } from '../skid-reading.ts';
import type { PhaseMemory } from './phase.ts';

/**
 * For how long, in seconds, the band has held; null while it does not. What is to be kept of it is `bandSince` and
 * `bandOutSince` of the memory.
 * @param patienceS out of band for so long ends the stretch
 */
export function stepBand(
  memory: PhaseMemory,
  isIn: boolean,
  timeS: number,
  patienceS: number,
): Readonly<{ memory: PhaseMemory; heldS: number | null }> {
  const { bandSince, bandOutSince } = memory;
  if (isIn) {
    const since = bandSince ?? timeS;
    return { memory: { bandSince: since }, heldS: timeS - since };
  }
  const outSince = bandOutSince ?? timeS;
  if (bandSince === undefined || timeS - outSince >= patienceS) return { memory: {}, heldS: null };
  return { memory: { bandSince, bandOutSince: outSince }, heldS: timeS - bandSince };
}

/** Several proofs of one phase, each with the time at which it was given last. */
export class Proofs {
  readonly #before: PhaseMemory;
  readonly #timeS: number;
  readonly #now: Record<string, number> = {};

  constructor(before: PhaseMemory, timeS: number) {
    this.#before = before;
    this.#timeS = timeS;
  }

  /** Whether `name` is proven now, or was no longer than `patienceS` ago. */
  holds(name: string, isProven: boolean, patienceS: number): boolean {
    const last = isProven ? this.#timeS : this.#before[name];
    if (last === undefined || this.#timeS - last > patienceS) return false;
    this.#now[name] = last;
    return true;
  }

  /** What is to be kept of them. */
  get memory(): PhaseMemory {
    return this.#now;
  }
}

const flowProvenShare = 0.9;

/** The flow in mL/min from which the line may be heated. */
export const leastFlow = ({ totalMlPerMin }: Pick<Plan, 'totalMlPerMin'>): number => flowProvenShare * totalMlPerMin;

export const flowIsProven = ({ readings: { totalFlow } }: Pick<SkidReading, 'readings'>, plan: Plan): boolean =>
  isAtLeast(totalFlow, leastFlow(plan));

/** The start permissive of the cause-and-effect matrix at `celsius`. */
export const pressureIsProven = ({ readings }: Pick<SkidReading, 'readings'>, celsius: number): boolean =>
  isAtLeast(readings.reactorPressure, permissiveBarG(celsius));

const isAtLeast = (value: Reliable | undefined, least: number): boolean => value != null && value >= least;
