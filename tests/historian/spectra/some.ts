/** Spectra and results for the archive's tests. */
import type { AnalysisResult } from '../../../plant/analysis.ts';
import { utcMs } from '../../../plant/clock.ts';
import { good } from '../../../plant/quality.ts';
import { localTag, skidName, tagName } from '../../../plant/sample.ts';
import type { Spectrum } from '../../../plant/spectrum.ts';

const qd1 = skidName('QD-1');
export const nmr = tagName(qd1, localTag('A401/AT-401'));
export const analysis = localTag('A401/AY-401');

/** A decay as a benchtop instrument gives it: single-precision pairs at a rate. */
export function decay(at: number, points = 512, change: Partial<Spectrum['data']> = {}): Spectrum {
  const values = (phase: number) =>
    Float64Array.from({ length: points }, (_, i) =>
      Math.fround(1000 * Math.exp(-i / 90) * Math.cos(i / 7 + phase + at)),
    );
  return {
    skid: qd1,
    name: nmr,
    data: {
      x: { title: 'Time', unit: 's', values: Float64Array.from({ length: points }, (_, i) => i / 5000) },
      y: { title: 'Signal', unit: null, values: values(0) },
      imaginary: values(1),
      nmr: {
        nucleus: '31P',
        frequencyMHz: 32.4,
        spectralWidthHz: 5000,
        carrierPpm: 12.5,
        groupDelayPoints: 0,
        scans: 16,
        repetitionS: 2,
        pulseDegrees: 90,
      },
      takenAt: utcMs(at),
      facts: { Solvent: 'None', rxChannel: '31P' },
      ...change,
    },
    quality: good,
    sourceTime: utcMs(at),
    serverTime: utcMs(at + 5),
    origin: `/results/${at}/data.1d`,
    digest: at.toString(16).padStart(64, '0'),
  };
}

export const result = (at: number, conversion = 97.5): AnalysisResult => ({
  skid: qd1,
  analysis,
  spectrum: nmr,
  method: { method: 'p31-tcep-se', version: 1, digest: 'a'.repeat(64), approvedBy: null },
  input: at.toString(16).padStart(64, '0'),
  sampleTime: utcMs(at - 20_000),
  measuredAt: utcMs(at),
  analysedAt: utcMs(at + 100),
  outcome: {
    outputs: { conversion: { value: conversion, uncertainty: 1.2 }, oxide: null },
    verdict: 'in domain',
    reasons: [],
    figures: { signalToNoise: 88, lineWidthHz: Number.NaN },
    x: { title: 'Shift', unit: 'ppm' },
    curves: [{ name: 'raw', x: Float64Array.of(1, 2), y: Float64Array.of(3, 4) }],
  },
});
