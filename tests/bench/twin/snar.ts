/** The twin's reactor blocks against an integration that shares nothing with them. */
import { snarCases, snarError } from '../../twin/snar.ts';
import type { AccuracyRow } from '../accuracy-row.ts';

export function snarRows(): Promise<readonly AccuracyRow[]> {
  const worst = Math.max(...snarCases.map(snarError));
  return Promise.resolve([
    {
      what: `SNAR kinetics in plug flow, ${snarCases.length} cases of 30–120 °C, 0.5–2 min, 1–5 equivalents: worst amount`,
      got: worst,
      unit: 'of what was fed',
      goal: '≤ 1e-4',
      passed: worst <= 1e-4,
      source: 'Hone et al. 2017 kinetics; scipy DOP853 at 1e-12, checked against Radau (tests/twin/blocks/vectors)',
    },
  ]);
}
