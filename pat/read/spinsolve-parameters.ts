/** A Spinsolve's `acqu.par`: lines of `name = value`, texts in quotes. Units as the program has them: MHz, kHz, Hz, µs, ms. */
import type { UtcMs } from '../../plant/clock.ts';
import type { NmrAcquisition } from '../../plant/spectrum.ts';
import { takenAtOf } from './taken-at.ts';

export type SpinsolveParameters = Readonly<{
  nmr: NmrAcquisition;
  points: number | null;
  takenAt: UtcMs | null;
  facts: Readonly<Record<string, string>>;
}>;

const mostLines = 1000;

/** Null where it does not say all that is needed, as one that is still being written; else why it is none of ours. */
export function readSpinsolveParameters(text: string): SpinsolveParameters | string | null {
  const facts: Record<string, string> = {};
  const lines = text.split(/\r\n|\n|\r/u).filter((line) => line.trim() !== '');
  if (lines.length > mostLines) return `acqu.par has ${lines.length} lines.`;
  for (const line of lines) {
    const [, name, value = ''] = /^\s*"?([^="]{1,80}?)"?\s*=\s*(.*?)\s*$/u.exec(line) ?? [];
    if (name === undefined) return `"${line.slice(0, 40)}" is no line of acqu.par.`;
    facts[name] = value.replace(/^"(.*)"$/u, '$1').slice(0, 500);
  }
  const numberOf = (name: string): number | null => {
    const value = facts[name];
    return value === undefined || value === '' || !Number.isFinite(Number(value)) ? null : Number(value);
  };
  const [frequencyMHz, bandwidth, lowestHz] = [numberOf('b1Freq'), numberOf('bandwidth'), numberOf('lowestFrequency')];
  const nucleus = facts['rxChannel'];
  if (frequencyMHz === null || bandwidth === null || lowestHz === null || nucleus === undefined) return null;
  const dwellUs = numberOf('dwellTime');
  const spectralWidthHz = widthOf(bandwidth, dwellUs);
  if (spectralWidthHz === null) return `acqu.par says bandwidth ${bandwidth} and dwellTime ${dwellUs}: no two of one.`;
  return {
    nmr: {
      nucleus,
      frequencyMHz,
      spectralWidthHz,
      carrierPpm: (lowestHz + spectralWidthHz / 2) / frequencyMHz,
      groupDelayPoints: 0,
      scans: numberOf('nrScans'),
      repetitionS: (numberOf('repTime') ?? Number.NaN) / 1000 || null,
      pulseDegrees: numberOf('pulseAngle'),
    },
    points: numberOf('nrPnts'),
    takenAt: takenAtOf({ 'taken at': facts['startTime'] ?? '' }),
    facts,
  };
}

/** kHz, and Hz in some programs' files: the dwell time tells which. */
function widthOf(bandwidth: number, dwellUs: number | null): number | null {
  if (dwellUs === null) return bandwidth * 1000;
  const width = [bandwidth * 1000, bandwidth].find((hz) => Math.abs((hz * dwellUs) / 1e6 - 1) < 0.01);
  return width ?? null;
}
