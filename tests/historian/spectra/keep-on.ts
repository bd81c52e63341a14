/** Keeps spectra, one after the other, in the folder it is given, and says of each that it is kept, or why it is not. */
import { setTimeout as pause } from 'node:timers/promises';
import { SpectrumStore } from '../../../historian/spectra/spectrum-store.ts';
import { messageOf } from '../../../plant/errors.ts';
import { decay } from './some.ts';

const [, , folder = '', points = '256'] = process.argv;
const store = new SpectrumStore(folder, 1e9);
for (let at = 1; ; at += 1) {
  try {
    store.keep({ spectra: [decay(at, Number(points))], results: [], gaps: [] });
    process.stdout.write(`kept ${at}\n`);
  } catch (error) {
    process.stdout.write(`refused ${at} ${messageOf(error)}\n`);
    await pause(20);
  }
}
