/**
 * Values in band, and for how long. One noisy sample, or one that is not Good, does not break a stretch in band: only being
 * out of it for the whole of `patienceS` does.
 */
import { formatValue } from '../../../plant/quantity.ts';
import { reactorPressure, type Reliable, type SkidReading } from '../equipment.ts';
import type { PhaseMemory, Plan } from './phase.ts';

export type Bands = Readonly<{ temperatureK: number; pressureBar: number; flowPercent: number }>;

/** What is out of band, in words with the live value; empty where all is in band. */
export function outOfBand(skid: SkidReading, plan: Plan, bands: Bands): readonly string[] {
  const { temperatureA, temperatureB } = skid.readings;
  return [
    beyond('reactor temperature A', temperatureA, plan.temperatureC, bands.temperatureK, '°C'),
    beyond('reactor temperature B', temperatureB, plan.temperatureC, bands.temperatureK, '°C'),
    beyond('reactor pressure', reactorPressure(skid), plan.backPressureBarG, bands.pressureBar, 'bar(g)'),
    ...flowsOutOfBand(skid, plan, bands.flowPercent, ['ligand', 'chalcogen', 'cadmium']),
  ].filter((words) => words !== null);
}

const planned = { ligand: 'ligandMlPerMin', chalcogen: 'chalcogenMlPerMin', cadmium: 'cadmiumMlPerMin' } as const;

export const flowsOutOfBand = (
  { readings }: SkidReading,
  plan: Plan,
  percent: number,
  feeds: readonly (keyof typeof planned)[],
): readonly string[] =>
  feeds
    .map((feed) => {
      const target = plan[planned[feed]];
      return beyond(`${feed} flow`, readings[feed], target, (target * percent) / 100, 'mL/min');
    })
    .filter((words) => words !== null);

function beyond(what: string, value: Reliable, target: number, band: number, unit: string): string | null {
  if (value !== null && Math.abs(value - target) <= band) return null;
  return `${what} ${formatValue(value, unit, 1)} (${formatValue(target, unit, 1)} ± ${band.toFixed(1)})`;
}

/** For how long, in seconds, the band has held; null while it does not. `since` and `outSince` are kept in the memory. */
export function stepBand(
  memory: PhaseMemory,
  isIn: boolean,
  timeS: number,
  patienceS: number,
): Readonly<{ memory: PhaseMemory; heldS: number | null }> {
  const { bandSince, bandOutSince, ...rest } = memory;
  if (isIn) {
    const since = bandSince ?? timeS;
    return { memory: { ...rest, bandSince: since }, heldS: timeS - since };
  }
  const outSince = bandOutSince ?? timeS;
  if (bandSince === undefined || timeS - outSince >= patienceS) return { memory: rest, heldS: null };
  return { memory: { ...rest, bandSince, bandOutSince: outSince }, heldS: timeS - bandSince };
}
