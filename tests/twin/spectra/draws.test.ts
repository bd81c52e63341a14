import { describe, expect, it } from 'vitest';
import { benchtop80, fidOf } from '../../../twin/spectra/fid.ts';
import { phosphorusLines } from '../../../twin/spectra/phosphorus-lines.ts';
import { cleanOptics } from '../../../twin/spectra/optics.ts';
import { raman785, ramanOf } from '../../../twin/spectra/raman.ts';
import { drawsFrom, truth } from './support.ts';

describe('chance', () => {
  it('of one seed is the same to the last bit, of another is not', () => {
    const raman = (seed: number) => ramanOf(truth, 'Se', raman785, cleanOptics, drawsFrom(seed)).y;
    expect(raman(1)).toEqual(raman(1));
    expect(raman(1)).not.toEqual(raman(2));
    const lines = phosphorusLines(truth, 'Se', benchtop80);
    const decay = (seed: number) => fidOf(lines, benchtop80, { fieldPpm: 0, phaseDegrees: 0 }, drawsFrom(seed)).real;
    expect(decay(1)).toEqual(decay(1));
  });

  it('is as wide as it says', () => {
    const draws = drawsFrom(7);
    const values = Array.from({ length: 20_000 }, () => draws.normal());
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(variance).toBeGreaterThan(0.96);
    expect(variance).toBeLessThan(1.04);
    const counts = Array.from({ length: 5000 }, () => draws.count(3));
    expect(counts.reduce((sum, each) => sum + each, 0) / counts.length).toBeCloseTo(3, 0);
  });
});
