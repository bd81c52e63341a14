import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benchtop80, fidOf, noiseUnits, type NmrInstrument } from '../../../twin/spectra/fid.ts';
import { spectrumOf } from '../../../twin/spectra/nmr-spectrum.ts';
import { phosphorusLines, relaxationS, seenShare } from '../../../twin/spectra/phosphorus-lines.ts';
import { drawsFrom, topBetween, truth } from './support.ts';

const quiet: NmrInstrument = { ...benchtop80, signalToNoise: 1e9 };
const steady = { fieldPpm: 0, phaseDegrees: 0 };
const seen = (of = truth, instrument = quiet, state = steady) =>
  spectrumOf(fidOf(phosphorusLines(of, 'Se', instrument), instrument, state, drawsFrom(1)), instrument, state);

describe('a phosphorus spectrum of the twin', () => {
  it('shows each species where it stands, the reference at 0 ppm', () => {
    const spectrum = seen();
    expect(topBetween(spectrum, 55, 61).at).toBeCloseTo(58, 1);
    expect(topBetween(spectrum, 40, 45).at).toBeCloseTo(42.5, 1);
    expect(topBetween(spectrum, -2, 2).at).toBeCloseTo(0, 1);
    expect(topBetween(spectrum, -18, -12).at).toBeLessThan(-15);
  });

  it('moves TCEP with the pH: the mean of free and protonated at pKa', () => {
    const at = (pH: number): number => phosphorusLines({ ...truth, pH }, 'Se', quiet)[0]!.ppm;
    expect(at(7.66)).toBeCloseTo(0, 6);
    expect(at(3)).toBeCloseTo(16, 2);
    expect(at(12)).toBeCloseTo(-16, 2);
  });

  it('puts 7.6 % of TCEP=Se into two satellites, and none of TCEP=S', () => {
    const lines = phosphorusLines(truth, 'Se', quiet).filter(({ ppm }) => ppm > 25 && ppm < 57);
    const whole = lines.reduce((sum, { amount }) => sum + amount, 0);
    const main = lines.find(({ ppm }) => ppm === 42.5)!;
    expect(lines).toHaveLength(3);
    expect(1 - main.amount / whole).toBeCloseTo(0.076, 6);
    expect(phosphorusLines(truth, 'S', quiet).filter(({ ppm }) => ppm > 30 && ppm < 56)).toHaveLength(1);
  });

  it('has the noise that its signal to noise says', () => {
    const [line] = phosphorusLines(truth, 'S', benchtop80).filter(({ ppm }) => ppm === 52);
    // Matched by hand: each point weighted by the line's own decay, on resonance.
    const { spectralWidthHz, points, shimHz, scans, signalToNoise } = benchtop80;
    const decay = (i: number): number => Math.exp((-Math.PI * shimHz * i) / spectralWidthHz);
    const power = Array.from({ length: points }, (_, i) => decay(i) ** 2).reduce((sum, each) => sum + each, 0);
    const height = 10_000 * scans * line!.amount * Math.sqrt(power);
    const expected = signalToNoise * line!.amount * Math.sqrt(scans);
    expect(height / noiseUnits(benchtop80)).toBeGreaterThan(0.98 * expected);
    expect(height / noiseUnits(benchtop80)).toBeLessThan(1.02 * expected);
  });

  it('sees less of what relaxes slowly where the liquid stands, and of what hurries through the field', () => {
    const fast = { ...benchtop80, repetitionS: 2 };
    expect(seenShare(6, fast, 0)).toBeLessThan(seenShare(1, fast, 0));
    expect(seenShare(relaxationS.capillary, benchtop80, 0)).toBeGreaterThan(0.99);
    expect(seenShare(6, benchtop80, 400)).toBeLessThan(0.2);
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 200, noNaN: true }),
        (t1S, flow) => {
          const share = seenShare(t1S, benchtop80, flow);
          expect(share).toBeGreaterThan(0);
          expect(share).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('moves as a whole with the field, and is phased whatever the receiver did', () => {
    const moved = seen(truth, quiet, { fieldPpm: 0.2, phaseDegrees: 70 });
    expect(topBetween(moved, -2, 2).at).toBeCloseTo(0.2, 1);
    expect(topBetween(moved, 40, 45).height).toBeCloseTo(topBetween(seen(), 40, 45).height, -1);
  });

  it('widens both lines of TCEP and TCEP=Te, which lean to each other', () => {
    const [tcep, , tellurium] = phosphorusLines({ ...truth, pH: 7.66 }, 'Te', quiet);
    expect(tcep!.ppm).toBeLessThan(0);
    expect(tellurium!.ppm).toBeGreaterThan(-12);
    expect(tellurium!.widthHz).toBeGreaterThan(10);
  });
});
