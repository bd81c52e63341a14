/** What a skid bears, held against the highest that a run came to. Pure. */
import type { SkidType } from '../../plant/skid/definition.ts';
import type { DryRun } from './dry-run-result.ts';

export type SkidLimits = SkidType['limits'];

/** Flow meters and thermometers are not exact: a reading beyond a limit by less than this is noise, as a share of it. */
const noise = 0.02;

/** Each limit that was broken, as a sentence. */
export function brokenLimits({ extremes }: Pick<DryRun, 'extremes'>, limits: SkidLimits): readonly string[] {
  const highest = (reading: string): number => extremes.find((each) => each.reading === reading)?.high ?? -Infinity;
  const check = (what: string, reading: string, limit: number | null, unit: string): readonly string[] => {
    const high = highest(reading);
    return limit === null || high <= limit * (1 + noise)
      ? []
      : [`${what}: ${high.toFixed(1)} ${unit}, and the skid bears ${limit} ${unit}.`];
  };
  return [
    ...check('Total flow', 'totalFlow', limits.totalFlowMlPerMin, 'mL/min'),
    ...check('Pressure', 'reactorPressure', limits.pressureBarG, 'bar(g)'),
    ...check('Temperature', 'reactorTemperature', limits.automaticTemperatureC, '°C'),
  ];
}
