/**
 * The result of a measurement as a Spinsolve's program leaves it in a folder of its own: `acqu.par` with the parameters, `data.1d`
 * with the decay, `spectrum.csv` with what the program made of it. Layouts as nmrglue (BSD-3-Clause) reads them; the program
 * counts precession the other way round, so that the decay is stored conjugated.
 */
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UtcMs } from '../../plant/clock.ts';
import type { Fid, NmrInstrument, NmrState } from '../spectra/fid.ts';
import { spectrumOf } from '../spectra/nmr-spectrum.ts';
import { columnsOf } from './spectrum-files.ts';

export type Measurement = Readonly<{
  instrument: NmrInstrument;
  state: NmrState;
  fid: Fid;
  protocol: string;
  takenAt: UtcMs | null;
}>;

/** What is needed to read another stands before it. */
export const resultFiles = ['acqu.par', 'data.1d', 'spectrum.csv'] as const;
export type ResultFile = (typeof resultFiles)[number];

/** How a program writes: which files, all at once or each in pieces with a pause between, whole or only half of each. */
export type WritingManners = Readonly<{ files: readonly ResultFile[]; pieceMs: number; cut: boolean }>;

export async function writeResult(folder: string, measurement: Measurement, manners: WritingManners): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of manners.files) {
    const bytes = bytesOf(file, measurement);
    const whole = manners.cut ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
    await writePieces(join(folder, file), whole, manners.pieceMs);
  }
}

async function writePieces(path: string, bytes: Uint8Array, pieceMs: number): Promise<void> {
  if (pieceMs === 0) {
    await writeFile(path, bytes);
    return;
  }
  const length = Math.ceil(bytes.length / 4);
  await writeFile(path, '');
  for (let at = 0; at < bytes.length; at += length) {
    await appendFile(path, bytes.subarray(at, at + length));
    await sleep(pieceMs);
  }
}

function bytesOf(file: ResultFile, measurement: Measurement): Uint8Array {
  switch (file) {
    case 'acqu.par':
      return Buffer.from(parametersOf(measurement));
    case 'data.1d':
      return decayOf(measurement.fid);
    case 'spectrum.csv': {
      const { fid, instrument, state } = measurement;
      const curve = spectrumOf(fid, instrument, state);
      return Buffer.from(columnsOf(curve, instrument.nucleus, 'Chemical shift (ppm),Intensity'));
    }
  }
}

function parametersOf({ instrument, protocol, takenAt }: Measurement): string {
  const { frequencyMHz, spectralWidthHz, carrierPpm, nucleus, points } = instrument;
  const text = (value: string): string => `"${value}"`;
  const parameters: Readonly<Record<string, string | number>> = {
    Protocol: text(protocol),
    Sample: text('Flow cell'),
    Solvent: text('H2O'),
    SerialNumber: text('SPA-0815'),
    b1Freq: frequencyMHz,
    bandwidth: spectralWidthHz / 1000,
    dwellTime: 1e6 / spectralWidthHz,
    lowestFrequency: carrierPpm * frequencyMHz - spectralWidthHz / 2,
    nrPnts: points,
    nrScans: instrument.scans,
    pulseAngle: instrument.pulseDegrees,
    repTime: instrument.repetitionS * 1000,
    rxChannel: text(nucleus),
    ...(takenAt === null ? {} : { startTime: text(new Date(takenAt).toISOString()) }),
  };
  return Object.entries(parameters)
    .map(([name, value]) => `${name.padEnd(26)}= ${value}\r\n`)
    .join('');
}

const headerBytes = 32;
/** Complex values without an axis, in one row. */
const header = [501, 0, 1, 1, 1];

function decayOf({ real, imaginary }: Fid): Uint8Array {
  const bytes = Buffer.alloc(headerBytes + 8 * real.length);
  bytes.write('SORPATAD1.1V', 'latin1');
  header.forEach((word, i) => bytes.writeUInt32LE(i === 1 ? real.length : word, 12 + 4 * i));
  real.forEach((value, i) => {
    bytes.writeFloatLE(value, headerBytes + 8 * i);
    bytes.writeFloatLE(-(imaginary[i] ?? 0), headerBytes + 8 * i + 4);
  });
  return bytes;
}
