/**
 * Bruker's `fid` with its `acqus`: a list of labels in the manner of JCAMP-DX, and whole numbers or floating-point values in
 * pairs. Precession is counted as exp(+iωt) there, so that nothing is turned round. Layout: TopSpin's parameter files, as
 * nmrglue (BSD-3-Clause) reads them.
 */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import { fidOf } from './fid.ts';
import { incomplete, Lie, malformed, mostPoints, type FormReading } from './reading.ts';

/** Kinds of values: whole numbers of four bytes, floating-point of eight. */
const widths: Readonly<Record<number, 4 | 8>> = { 0: 4, 2: 8 };
/** How the channels were taken: both at once, by either kind of detection. */
const atOnce = [1, 3];
const told = ['SOLVENT', 'PULPROG', 'PROBHD', 'INSTRUM', 'TE', 'RG', 'DE', 'SW_h', 'EXP'];

export function readBruker(fid: Uint8Array, acqus: string): FormReading {
  const labels = labelsOf(acqus);
  if (labels === null) return incomplete('acqus has no ##END=.');
  const number = (name: string): number => {
    const value = labels.get(name);
    if (value === undefined || value === '' || !Number.isFinite(Number(value)))
      throw new Lie(`acqus says ${name} "${value ?? ''}"`);
    return Number(value);
  };
  const width = widths[number('DTYPA')];
  if (width === undefined) return malformed(`Its values are of kind ${number('DTYPA')}.`);
  if (!atOnce.includes(number('AQ_mod'))) return malformed(`Its channels were taken by AQ_mod ${number('AQ_mod')}.`);
  const points = number('TD') / 2;
  if (!Number.isInteger(points) || points < 2 || points > mostPoints) return malformed(`acqus says TD ${2 * points}.`);
  const needed = 2 * points * width;
  if (fid.length < needed) return incomplete(`fid has ${fid.length} of ${needed} bytes.`);
  if (fid.length > needed) return malformed(`fid has ${fid.length} bytes, and acqus says ${needed}.`);
  const view = new DataView(fid.buffer, fid.byteOffset, fid.byteLength);
  const [little, scale] = [number('BYTORDA') === 0, 2 ** number('NC')];
  const value = (i: number): number =>
    scale * (width === 8 ? view.getFloat64(8 * i, little) : view.getInt32(4 * i, little));
  return fidOf({
    real: Float64Array.from({ length: points }, (_, i) => value(2 * i)),
    imaginary: Float64Array.from({ length: points }, (_, i) => value(2 * i + 1)),
    nmr: {
      nucleus: labels.get('NUC1') ?? '',
      frequencyMHz: number('SFO1'),
      spectralWidthHz: number('SW_h'),
      carrierPpm: ((number('SFO1') - number('BF1')) / number('BF1')) * 1e6,
      groupDelayPoints: groupDelayOf(labels),
      scans: number('NS'),
      repetitionS: null,
      pulseDegrees: null,
    },
    takenAt: labels.has('DATE') ? secondsOf(number('DATE')) : null,
    facts: Object.fromEntries(told.flatMap((name) => (labels.has(name) ? [[name, labels.get(name) ?? '']] : []))),
  });
}

/** Seconds since 1970. @throws Lie where no calendar has that time */
function secondsOf(seconds: number): UtcMs {
  const time = Math.round(seconds * 1000);
  if (Math.abs(time) > 8.64e15) throw new Lie(`acqus says DATE ${seconds}, which is no time`);
  return utcMs(time);
}

/** @throws Lie where a digital filter was used and the file, of a program before TopSpin, does not say its delay */
function groupDelayOf(labels: ReadonlyMap<string, string>): number {
  if (labels.get('DIGMOD') === '0') return 0;
  const delay = Number(labels.get('GRPDLY') ?? '-1');
  if (!(delay >= 0)) throw new Lie('It was filtered, and acqus does not say by how much that delays (GRPDLY)');
  return delay;
}

/** Single values by their names without `$`; null where the end is missing. Lists, `(0..31)`, are left out. */
function labelsOf(text: string): ReadonlyMap<string, string> | null {
  if (!/^##END=/mu.test(text)) return null;
  const labels = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/^##\$([A-Za-z0-9_]{1,30})= ?(.*)$/gmu))
    if (!value.startsWith('('))
      labels.set(
        name,
        value
          .trim()
          .replace(/^<(.*)>$/u, '$1')
          .slice(0, 500),
      );
  return labels;
}
