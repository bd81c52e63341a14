/** A spectrum in its canonical form, over which the digest of what is kept is made, and the two ways between it and a row. Pure. */
import canonicalize from 'canonicalize';
import { createHash } from 'node:crypto';
import type { Spectrum, SpectrumData } from '../../plant/spectrum.ts';
import { pack, unpack, type Packing } from './packing.ts';

/** What is kept of a spectrum: texts, and the curves in few bytes. */
export type KeptSpectrum = Readonly<{
  /** Canonical JSON (RFC 8785) of everything but the curves. */
  head: string;
  /** SHA-256 of the head and of the curves as double-precision values: x, y, and the imaginary channel where there is one. */
  kept: string;
  packings: string;
  curves: Uint8Array;
}>;

type Head = Readonly<{
  spectrum: string;
  sourceTime: number;
  origin: string;
  digest: string;
  quality: number;
  x: SpectrumData['x'] extends infer X ? Omit<X, 'values'> : never;
  y: SpectrumData['y'] extends infer Y ? Omit<Y, 'values'> : never;
  nmr: SpectrumData['nmr'] | null;
  takenAt: SpectrumData['takenAt'];
  facts: SpectrumData['facts'];
}>;

export function keptOf({ name, sourceTime, origin, digest, quality, data }: Spectrum): KeptSpectrum {
  const { x, y, imaginary, nmr = null, takenAt, facts } = data;
  const [xAxis, yAxis] = [x, y].map(({ title, unit }) => ({ title, unit }));
  const head =
    canonicalize({ spectrum: name, sourceTime, origin, digest, quality, x: xAxis, y: yAxis, nmr, takenAt, facts }) ??
    '';
  const curves = [x.values, y.values, ...(imaginary === undefined ? [] : [imaginary])];
  const { packings, bytes } = pack(curves);
  return { head, kept: digestOf(head, curves), packings: JSON.stringify(packings), curves: bytes };
}

/** Null where it is not what was kept. */
export function dataOf({ head, kept, packings, curves }: KeptSpectrum): SpectrumData | null {
  let unpacked: readonly Float64Array[];
  let words: Head;
  try {
    unpacked = unpack({ packings: JSON.parse(packings) as readonly Packing[], bytes: curves });
    words = JSON.parse(head) as Head;
  } catch {
    return null;
  }
  if (digestOf(head, unpacked) !== kept) return null;
  const [x, y, imaginary] = unpacked;
  if (x === undefined || y === undefined) return null;
  return {
    x: { ...words.x, values: x },
    y: { ...words.y, values: y },
    ...(imaginary === undefined ? {} : { imaginary }),
    ...(words.nmr == null ? {} : { nmr: words.nmr }),
    takenAt: words.takenAt,
    facts: words.facts,
  };
}

function digestOf(head: string, curves: readonly Float64Array[]): string {
  const hash = createHash('sha256').update(head).update('\n');
  for (const { buffer, byteOffset, byteLength } of curves) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}
