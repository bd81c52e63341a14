/** Files of a calibration: read whole or refused by their size, and written only where none is. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { MesolineError, mesolineError, messageOf } from '../../plant/errors.ts';
import type { SpectrumData } from '../../plant/spectrum.ts';
import { companionsOf, readSpectrum } from '../read/forms.ts';

/** As of spectra that instruments give; a calibration's table of so many bytes holds some million values. */
export const largestBytes = 64 * 1024 * 1024;

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** @throws MesolineError `calibration-file` where there is none, it is no plain file, or it is too large */
export function readBytes(file: string): Uint8Array {
  try {
    const facts = statSync(file);
    if (!facts.isFile()) throw refused(file, 'It is no file.', 'Name a file.');
    if (facts.size > largestBytes)
      throw refused(file, `It has ${facts.size} bytes, more than ${largestBytes}.`, 'Give fewer spectra, or coarser.');
    return readFileSync(file);
  } catch (thrown) {
    if (thrown instanceof MesolineError) throw thrown;
    throw refused(file, `It cannot be read: ${messageOf(thrown)}.`, 'Check the path and the rights.', thrown);
  }
}

export type SpectrumFile = Readonly<{ data: SpectrumData; digest: string; file: string }>;

/** @throws MesolineError `calibration-file` */
export function readSpectrumFile(file: string): SpectrumFile {
  const bytes = readBytes(file);
  if (companionsOf(file).length > 0)
    throw refused(file, 'It is a form that has other files beside it.', 'Export the spectrum as a file of its own.');
  const reading = readSpectrum(basename(file), bytes);
  if (reading.kind !== 'spectrum')
    throw refused(file, `It is no whole spectrum: ${reading.reason}`, 'Export it again from the instrument.');
  return { data: reading.data, digest: digestOf(bytes), file };
}

/** When the file was written last, in ms since 1970 UTC. */
export const writtenAt = (file: string): number => statSync(file).mtimeMs;

/**
 * A record is never written over another.
 * @throws MesolineError `calibration-file` where the file is already there, or cannot be written
 */
export function writeNew(file: string, text: string): void {
  let made = false;
  try {
    writeFileSync(file, '', { flag: 'wx' });
    made = true;
    writeFileSync(file, text, { flush: true });
  } catch (thrown) {
    // What is half written is no record.
    if (made) rmSync(file, { force: true });
    const problem = isThere(thrown) ? 'It is already there.' : `It cannot be written: ${messageOf(thrown)}.`;
    throw refused(file, problem, 'Give a name that no file has, in a folder that can be written.', thrown);
  }
}

const isThere = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST';

export const refused = (where: string, problem: string, remedy: string, cause?: unknown): MesolineError =>
  mesolineError('calibration-file', where, problem, remedy, cause);
