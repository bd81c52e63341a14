/** The thread in which files of spectra are read. Entered by `spectrum-reader.ts` only. */
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { SpectrumReading } from '../plant/ports/spectrum-reader.ts';
import { readSpectrum } from './read/forms.ts';

export type ReadingJob = Readonly<{
  id: number;
  name: string;
  bytes: Uint8Array;
  companions: ReadonlyMap<string, Uint8Array>;
  column: string | null;
}>;
export type ReadingResult = Readonly<{ id: number; reading: SpectrumReading }>;

parentPort?.on('message', ({ id, name, bytes, companions, column }: ReadingJob) => {
  const reading = readSpectrum(name, bytes, { companions, column });
  if (reading.kind !== 'spectrum') {
    parentPort?.postMessage({ id, reading } satisfies ReadingResult);
    return;
  }
  const { x, y, imaginary } = reading.data;
  const hash = createHash('sha256').update(bytes);
  for (const [, companion] of [...companions].sort(([one], [other]) => (one < other ? -1 : 1))) hash.update(companion);
  const curves = [x.values, y.values, ...(imaginary === undefined ? [] : [imaginary])];
  parentPort?.postMessage(
    { id, reading: { ...reading, digest: hash.digest('hex') } } satisfies ReadingResult,
    curves.map(({ buffer }) => buffer as ArrayBuffer),
  );
});
