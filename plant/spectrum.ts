/** A spectrum as an instrument gave it: one axis, one curve, with the quality and times of any other value. */
import type { UtcMs } from './clock.ts';
import type { Quality } from './quality.ts';
import type { SkidName, TagName } from './sample.ts';

/** How a nuclear magnetic resonance was taken, as its file says; what the file does not say is null. */
export type NmrAcquisition = Readonly<{
  /** `31P` */
  nucleus: string;
  frequencyMHz: number;
  spectralWidthHz: number;
  /** Chemical shift of the carrier, by the instrument's own referencing: the middle of the spectrum. */
  carrierPpm: number;
  /** Points by which a digital filter delays the signal; 0 where it does not. */
  groupDelayPoints: number;
  scans: number | null;
  repetitionS: number | null;
  pulseDegrees: number | null;
}>;

export type SpectrumAxis = Readonly<{ title: string; unit: string | null }>;

/** What a file or a message of an instrument holds, before it is known of which skid. */
export type SpectrumData = Readonly<{
  x: SpectrumAxis & Readonly<{ values: Float64Array }>;
  /** As long as `x`. */
  y: SpectrumAxis & Readonly<{ values: Float64Array }>;
  /** The other channel of a complex signal, as long as `x`: precession is counted as exp(+iωt), the axis of shifts runs with it. */
  imaginary?: Float64Array;
  /** Only of a nuclear magnetic resonance. A free induction decay has its `x` in s, from 0; a spectrum in ppm. */
  nmr?: NmrAcquisition;
  /** When it was taken, by the instrument's clock; null where it does not say. */
  takenAt: UtcMs | null;
  /** What else the instrument says of it, by its own names: integration time, laser, number of scans. */
  facts: Readonly<Record<string, string>>;
}>;

export type Spectrum = Readonly<{
  skid: SkidName;
  /** `QD-1/A401/AT-401.spectrum` */
  name: TagName;
  data: SpectrumData;
  quality: Quality;
  sourceTime: UtcMs;
  serverTime: UtcMs;
  /** Where it came from: a file's name, a measurement's id. */
  origin: string;
  /** SHA-256 of the bytes it was read from, in hexadecimal. */
  digest: string;
}>;

/** A spectrum that is no longer, or not yet, to be had: the last one stays, and is Bad. */
export type SpectrumLost = Readonly<{ skid: SkidName; name: TagName; quality: Quality; serverTime: UtcMs }>;
