import { describe, expect, it } from 'vitest';
import { absorbanceOf, diodeArray } from '../../../twin/spectra/absorbance.ts';
import { coreExcitonNm, emissionNm, excitonNm, lineSigmaNm } from '../../../twin/spectra/dot-optics.ts';
import { drawsOf } from '../../../twin/spectra/draws.ts';
import { emissionOf, fluorimeter } from '../../../twin/spectra/emission.ts';
import { cleanOptics } from '../../../twin/spectra/optics.ts';
import { raman785, ramanOf } from '../../../twin/spectra/raman.ts';
import { dots, drawsFrom, meanBetween, topBetween, truth, valueAt } from './support.ts';

/** No noise at all: the cosine of a quarter turn. */
const silent = drawsOf(() => 0.25);
const stillArray = { ...diodeArray, noiseAbsorbance: 0, lampSigma: 0 };
const stillRaman = { ...raman785, readNoiseCounts: 0, cosmicRays: 0 };

describe('the first exciton', () => {
  // Yu 2003, solved with numpy for the two sizes.
  it.each([
    ['CdS', 3.31, 397.7],
    ['CdS', 4, 418],
    ['CdSe', 3.31, 562.1],
    ['CdSe', 4, 585.3],
    ['CdTe', 3.31, 556.7],
    ['CdTe', 4, 630.6],
  ] as const)('of %s of %d nm is at %d nm', (material, diameter, exciton) => {
    expect(coreExcitonNm(material, diameter)).toBeCloseTo(exciton, 1);
  });

  it('is drawn to the red by a shell, and a spread of sizes widens it', () => {
    expect(excitonNm({ ...dots, material: 'CdSe/ZnS', shellNm: 1 })).toBeGreaterThan(excitonNm(dots));
    expect(lineSigmaNm({ ...dots, spread: 0.12 })).toBeGreaterThan(lineSigmaNm(dots));
  });
});

describe('absorbance', () => {
  it('rises in proportion to the dots, and shows their exciton as a shoulder', () => {
    const once = absorbanceOf(truth, stillArray, cleanOptics, silent);
    const twice = absorbanceOf(
      { ...truth, dots: { ...dots, particlesMolPerL: 6e-6 } },
      stillArray,
      cleanOptics,
      silent,
    );
    const exciton = excitonNm(dots);
    const base = valueAt(once, 790);
    expect((valueAt(twice, exciton) - base) / (valueAt(once, exciton) - base)).toBeCloseTo(2, 1);
    // The slope has a bend there: less steep than on either side.
    const slope = (nm: number): number => valueAt(once, nm) - valueAt(once, nm + 4);
    expect(slope(exciton - 4)).toBeLessThan(slope(exciton + 12));
  });

  it('is lifted by an old lamp and by a film', () => {
    const clean = meanBetween(absorbanceOf(truth, stillArray, cleanOptics, silent), 700, 790);
    const old = absorbanceOf(truth, stillArray, { ...cleanOptics, lampShare: 0.9 }, silent);
    const filmed = absorbanceOf({ ...truth, film: 0.3 }, stillArray, cleanOptics, silent);
    expect(meanBetween(old, 700, 790)).toBeGreaterThan(clean + 0.02);
    expect(meanBetween(filmed, 700, 790)).toBeGreaterThan(clean + 0.1);
  });
});

describe('emission', () => {
  it('has its maximum a Stokes shift from the exciton, and goes with the yield', () => {
    const spectrum = emissionOf(truth, 15, fluorimeter, cleanOptics, drawsFrom(2));
    const bright = emissionOf(
      { ...truth, dots: { ...dots, quantumYield: 0.6 } },
      15,
      fluorimeter,
      cleanOptics,
      drawsFrom(2),
    );
    const [one, two] = [topBetween(spectrum, 500, 700), topBetween(bright, 500, 700)];
    expect(Math.abs(two.at - emissionNm(dots, 15))).toBeLessThan(3);
    expect(two.height / one.height).toBeCloseTo(2, 0);
  });

  it('of water is dark', () => {
    const spectrum = emissionOf({ ...truth, dots: null }, 15, fluorimeter, cleanOptics, drawsFrom(3));
    expect(meanBetween(spectrum, 500, 800)).toBeLessThan(1.2 * fluorimeter.darkCounts);
  });
});

describe('a Raman spectrum', () => {
  const above = (spectrum: ReturnType<typeof ramanOf>, at: number): number =>
    topBetween(spectrum, at - 4, at + 4).height - (valueAt(spectrum, at - 30) + valueAt(spectrum, at + 30)) / 2;

  it('shows the mode of the dots more the more there are, and the window as ever', () => {
    const of = (dotsThere: typeof dots | null) =>
      ramanOf({ ...truth, dots: dotsThere }, 'Se', stillRaman, cleanOptics, silent);
    const [none, some, more] = [of(null), of(dots), of({ ...dots, particlesMolPerL: 6e-6 })];
    expect(above(some, 207)).toBeGreaterThan(above(none, 207) + 200);
    expect(above(more, 207)).toBeGreaterThan(1.5 * above(some, 207));
    expect(above(more, 750) / above(none, 750)).toBeCloseTo(1, 1);
  });

  it('loses the liquid to a film and keeps the window, and moves as a whole with the laser', () => {
    const clean = ramanOf({ ...truth, dots: null }, 'Se', stillRaman, cleanOptics, silent);
    const filmed = ramanOf({ ...truth, dots: null, film: 0.5 }, 'Se', stillRaman, cleanOptics, silent);
    expect(above(filmed, 928) / above(clean, 928)).toBeLessThan(0.7);
    expect(above(filmed, 750) / above(clean, 750)).toBeCloseTo(1, 1);
    const drifted = ramanOf({ ...truth, dots: null }, 'Se', stillRaman, { ...cleanOptics, laserShiftPerCm: 5 }, silent);
    expect(topBetween(drifted, 740, 765).at - topBetween(clean, 740, 765).at).toBeCloseTo(5, -0.5);
  });

  it('is struck by rays of the sky as often as it is said', () => {
    const draws = drawsFrom(5);
    const instrument = { ...raman785, cosmicRays: 3 };
    let struck = 0;
    for (let i = 0; i < 60; i += 1) {
      const { x, y } = ramanOf({ ...truth, dots: null }, 'Se', instrument, cleanOptics, draws);
      // Nothing else is so much higher than both pixels beside its neighbours.
      for (let at = 2; at < y.length - 2; at += 1) {
        // Below, the window's own lines are as steep.
        if (x[at]! < 1000 || y[at]! <= y[at - 2]! + 1500 || y[at]! <= y[at + 2]! + 1500) continue;
        struck += 1;
        // Its neighbour may be struck by the same ray.
        at += 2;
      }
    }
    // Three a spectrum, of which 73 % strike there and 63 % are as strong as that: 83.
    expect(struck).toBeGreaterThan(55);
    expect(struck).toBeLessThan(112);
  });
});
