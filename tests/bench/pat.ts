/**
 * The table of accuracy of what is made of spectra, each row with its source: `npm run bench -- pat`. Measured data lie
 * beside the checkout; a row whose data are not there says so.
 */
import type { Run } from '../support/measured.ts';
import { accuracyTable } from './support/accuracy-table.ts';

export const run: Run = ({ say }) =>
  accuracyTable(
    {
      '³¹P NMR': async () => (await import('./pat/nmr.ts')).nmrRows(),
      Raman: async () => (await import('./pat/raman.ts')).ramanRows(),
      'UV-vis and emission': async () => (await import('./pat/optical.ts')).opticalRows(),
      PLS: async () => (await import('./pat/pls.ts')).plsRows(),
    },
    say,
  );
