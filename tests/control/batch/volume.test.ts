import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeStretch, collectedMl, emptyVolume, openStretch, readTotaliser } from '../../../control/batch/volume.ts';

describe('the volume that a batch has collected', () => {
  it('is what the totaliser has grown by since the diverter went to product, stretch by stretch', () => {
    let volume = openStretch(emptyVolume, 500);
    ({ volume } = readTotaliser(volume, 620));
    volume = closeStretch(volume);
    expect(readTotaliser(volume, 900).volume).toEqual(volume);
    ({ volume } = readTotaliser(openStretch(volume, 900), 930));
    expect(collectedMl(volume)).toBe(150);
  });

  it('stays as it is while the totaliser says nothing, and bears its noise', () => {
    const { volume } = readTotaliser(openStretch(emptyVolume, 10), 60);
    expect(readTotaliser(volume, null)).toEqual({ volume, restarted: false });
    const noisy = readTotaliser(volume, 59.8);
    expect([collectedMl(noisy.volume), noisy.restarted]).toEqual([50, false]);
  });

  it('loses nothing that was read, and never shrinks, when the field starts anew', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.double({ min: 0, max: 1e4, noNaN: true })), { maxLength: 40 }), (readings) => {
        let volume = openStretch(emptyVolume, 100);
        for (const reading of readings) {
          const before = collectedMl(volume);
          const last = volume.open?.lastMl ?? 0;
          const news = readTotaliser(volume, reading);
          ({ volume } = news);
          expect(news.restarted).toBe(reading !== null && reading < last - 0.5);
          const grown = reading === null || news.restarted ? 0 : Math.max(0, reading - last);
          expect(collectedMl(volume)).toBeCloseTo(before + grown, 6);
        }
      }),
    );
  });
});
