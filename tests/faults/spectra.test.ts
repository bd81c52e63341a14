import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shareWithin, watchBatch, type Compared } from './support/watched-batch.ts';

/** How often the truth lies within the stated uncertainty is the campaign's to say (`spectra`): here there are too few. */
const farOff = ({ value, truth, uncertainty }: Compared): boolean => Math.abs(value - truth) > 2 * uncertainty;

describe('a batch on a twin', () => {
  it('shows conversion and size as its spectra give them, and these are what stood before the probes', async () => {
    const batch = await watchBatch({
      recipe: 'CdSe-short',
      recipes: join(process.cwd(), 'tests/e2e/recipes'),
      seed: 5,
      timeScale: 20,
      withinMs: 240_000,
      say: () => undefined,
    });
    expect(batch.errors).toEqual([]);
    expect(batch.state.toLowerCase()).toBe('complete');
    const figures = `${batch.conversions.length} conversions, ${batch.diameters.length} diameters, ${batch.emissions} emissions`;
    process.stdout.write(`${figures}\n`);
    expect(batch.conversions.length).toBeGreaterThanOrEqual(2);
    expect(batch.diameters.length).toBeGreaterThanOrEqual(8);
    expect(batch.emissions).toBeGreaterThanOrEqual(8);
    expect([...batch.conversions, ...batch.diameters].filter(farOff)).toEqual([]);
    expect(shareWithin(batch.diameters)).toBeGreaterThan(0.7);
  }, 300_000);
});
