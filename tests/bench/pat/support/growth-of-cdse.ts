/** Reads the measured growth of CdSe: a table of spectra a run, and the peaks that were listed with them. */
import { readFileSync } from 'node:fs';
import type { SpectrumData } from '../../../../plant/spectrum.ts';
import { measuredData } from '../../../support/measured-data.ts';

export type GrowthSpectrum = Readonly<{ seconds: number; data: SpectrumData }>;

/** Rows that are not whole numbers throughout (empty ones, notes below the table) are no part of it. */
export function spectraOf(run: number, kind: 'emission' | 'uvvis'): readonly GrowthSpectrum[] | null {
  const lines = linesOf(`run${run}-${kind}.csv`);
  if (lines === null) return null;
  const [head = '', ...rest] = lines;
  const times = head.split(',').slice(1);
  const rows = rest
    .map((line) => line.split(',').map((cell) => (cell.trim() === '' ? NaN : Number(cell))))
    .filter((row) => row.length === times.length + 1 && row.every(Number.isFinite));
  const column = (i: number): Float64Array => Float64Array.from(rows, (row) => row[i] ?? NaN);
  const title = kind === 'emission' ? 'Intensity' : 'Absorbance';
  return times.map((time, i) => ({
    seconds: Number.parseInt(time, 10),
    data: {
      x: { title: 'Wavelength', unit: 'nm', values: column(0) },
      y: { title, unit: null, values: column(i + 1) },
      takenAt: null,
      facts: {},
    },
  }));
}

/** In the order of the run's spectra, in nm. */
export function listedEmission(run: number): readonly number[] | null {
  const part = linesOf('emission-peaks.txt')
    ?.join('\n')
    .split(/^Run /mu)
    .find((text) => text.startsWith(`${run}\n`));
  const list = part === undefined ? null : /Emission: ?np\.array\( ?\[(.*?)\]/su.exec(part);
  return list?.[1]?.split(',').map(Number) ?? null;
}

/** In nm; NaN where none was listed. */
export function listedExciton(run: number, seconds: number): number {
  const row = linesOf('uvvis-peaks.csv')
    ?.map((line) => line.split(','))
    .find((cells) => cells[2] === String(seconds));
  const cell = row?.[run + 1] ?? '';
  return cell === '' ? NaN : Number(cell);
}

function linesOf(name: string): readonly string[] | null {
  const file = measuredData(`qd-cdse/${name}`);
  if (file === null) return null;
  return readFileSync(file, 'utf8')
    .replace(/^\uFEFF/u, '')
    .split(/\r\n|\n|\r/u);
}
