/** What the twin is worth, each row with its source: `npm run bench -- twin`. */
import type { Run } from '../support/measured.ts';
import { accuracyTable } from './support/accuracy-table.ts';

export const run: Run = ({ say }) =>
  accuracyTable(
    {
      growth: async () => (await import('./twin/growth.ts')).growthRows(),
      'SNAR by the same blocks': async () => (await import('./twin/snar.ts')).snarRows(),
      balances: async () => (await import('./twin/balances.ts')).balancesRows(),
      'a step of the process': async () => (await import('./twin/process.ts')).processRows(),
      speed: async () => (await import('./twin/speed.ts')).speedRows(),
      'spectra of known truth': async () => (await import('./twin/spectra.ts')).spectraRows(),
    },
    say,
  );
