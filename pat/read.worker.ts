/** The thread in which files of spectra are read. Entered by `spectrum-reader.ts` only. */
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { SpectrumReading } from '../plant/ports/spectrum-reader.ts';
import { readSpectrum } from './read/forms.ts';

export type ReadingJob = Readonly<{ id: number; name: string; bytes: Uint8Array }>;
export type ReadingResult = Readonly<{ id: number; reading: SpectrumReading }>;

parentPort?.on('message', ({ id, name, bytes }: ReadingJob) => {
  const reading = readSpectrum(name, bytes);
  if (reading.kind !== 'spectrum') {
    parentPort?.postMessage({ id, reading } satisfies ReadingResult);
    return;
  }
  const { x, y } = reading.data;
  const digest = createHash('sha256').update(bytes).digest('hex');
  const buffers = [x.values.buffer, y.values.buffer] as ArrayBuffer[];
  parentPort?.postMessage({ id, reading: { ...reading, digest } } satisfies ReadingResult, buffers);
});
