import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseRaman } from '../../../pat/raman/index.ts';
import { loadMethod } from '../../../plant/method/method-loader.ts';
import type { RamanParameters } from '../../../plant/method/raman.ts';
import type { SpectrumData } from '../../../plant/spectrum.ts';
import { normals, ramanSpectrum, waterArea, type Drawn } from './synthetic.ts';

const parametersOf = (name: string): RamanParameters => {
  const { parameters } = loadMethod(new URL(`../../../pat/methods/${name}.yaml`, import.meta.url).pathname);
  if (parameters.kind !== 'raman' || 'pls' in parameters) throw new Error(`${name} is no Raman method`);
  return parameters;
};
const cdse = parametersOf('raman-cdse');
const cds = parametersOf('raman-cds');
/** Dots by their LO, with their overtone, in water's area. */
const dotsOfCdSe = (share: number): readonly Drawn[] => [
  [207, 15, share * waterArea],
  [414, 26, 0.47 * share * waterArea],
];
const dotsOfCdS = (share: number): readonly Drawn[] => [
  [300, 18, share * waterArea],
  [600, 30, 0.56 * share * waterArea],
];
const within = ({ outputs }: ReturnType<typeof analyseRaman>, name: string, truth: number, times = 1): boolean => {
  const output = outputs[name];
  if (output === null || output === undefined) throw new Error(`${name} is not there`);
  return Math.abs(output.value - truth) <= times * output.uncertainty;
};

describe('a Raman spectrum of CdSe in water', () => {
  it('gives the dots against water, in domain, with the truth within the stated uncertainty in 95 of 100', () => {
    const noise = normals(11);
    let hits = 0;
    for (let k = 0; k < 40; k += 1) {
      const outcome = analyseRaman(ramanSpectrum([...dotsOfCdSe(0.18), [465, 16, 0.03 * waterArea]], { noise }), cdse);
      expect(outcome).toMatchObject({ verdict: 'in domain', reasons: [] });
      if (within(outcome, 'dotSignal', 0.18)) hits += 1;
    }
    expect(hits).toBeGreaterThanOrEqual(36);
  });

  it('tells P=Se from the sapphire and from the dots’ overtone beside it, whatever there is of each', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.4, noNaN: true }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (dots, bound, seed) => {
          const spectrum = ramanSpectrum([...dotsOfCdSe(dots), [465, 16, bound * waterArea]], { noise: normals(seed) });
          const outcome = analyseRaman(spectrum, cdse);
          expect(within(outcome, 'dotSignal', dots, 2.5)).toBe(true);
          expect(within(outcome, 'tcepX', bound, 2.5)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is the same under a luminescence that drifts', () => {
    for (const glow of [500, 5000, 60000]) {
      const outcome = analyseRaman(ramanSpectrum(dotsOfCdSe(0.18), { glow, noise: normals(glow) }), cdse);
      expect(within(outcome, 'dotSignal', 0.18, 1.5)).toBe(true);
    }
  });

  it('is the same where the laser has drifted a little, and undecided where far', () => {
    const drifted = analyseRaman(ramanSpectrum(dotsOfCdSe(0.18), { shift: 1.2 }), cdse);
    expect(drifted.verdict).toBe('in domain');
    expect(drifted.figures['shiftErrorPerCm']).toBeCloseTo(1.2, 0);
    expect(within(drifted, 'dotSignal', 0.18, 1.5)).toBe(true);
    const far = analyseRaman(ramanSpectrum(dotsOfCdSe(0.18), { shift: 4 }), cdse);
    expect(far).toMatchObject({ verdict: 'undecided', reasons: [expect.stringContaining('calibrate the axis')] });
  });

  it('is the same where cosmic rays struck it', () => {
    const spectrum = ramanSpectrum(dotsOfCdSe(0.18));
    spectrum.y.values[80]! += 8000;
    spectrum.y.values[400]! += 5000;
    const outcome = analyseRaman(spectrum, cdse);
    expect(outcome.figures['cosmicRays']).toBeGreaterThanOrEqual(2);
    expect(within(outcome, 'dotSignal', 0.18, 1.5)).toBe(true);
  });

  it('shows its fit where the processed curve lies, by the instrument’s own axis, and nothing between the windows', () => {
    const { curves } = analyseRaman(ramanSpectrum(dotsOfCdSe(0.18)), cdse);
    const named = (name: string) => curves.find((curve) => curve.name === name)!;
    const [fit, processed] = [named('fit'), named('processed')];
    const level = new Map([...processed.x].map((at, i) => [at, processed.y[i] ?? NaN]));
    const highest = Math.max(...processed.y);
    const apart = [...fit.x].flatMap((at, i) => {
      const value = level.get(at);
      return value === undefined ? [] : [Math.abs(value - (fit.y[i] ?? NaN)) / highest];
    });
    expect(apart.length).toBeGreaterThan(0.9 * fit.x.length);
    expect(Math.max(...apart)).toBeLessThan(0.1);
    expect(fit.y.filter(Number.isNaN).length).toBeGreaterThanOrEqual(1);
  });

  it('shows its curves, and what is left over is noise', () => {
    const { curves } = analyseRaman(ramanSpectrum(dotsOfCdSe(0.18)), cdse);
    expect(curves.map(({ name }) => name)).toEqual(['raw', 'processed', 'baseline', 'fit', 'residual']);
    for (const { x, y } of curves) expect(x.length).toBe(y.length);
  });
});

describe('a Raman spectrum of CdS in water', () => {
  it('tells P=S from the dots’ overtone upon it, as well as it says', () => {
    const noise = normals(5);
    let hits = 0;
    for (let k = 0; k < 20; k += 1) {
      const outcome = analyseRaman(ramanSpectrum([...dotsOfCdS(0.1), [595, 16, 0.15 * waterArea]], { noise }), cds);
      if (within(outcome, 'tcepX', 0.15) && within(outcome, 'dotSignal', 0.1)) hits += 1;
    }
    expect(hits).toBeGreaterThanOrEqual(17);
  });

  it('is less sure of P=S the more dots there are', () => {
    const sure = (dots: number) =>
      analyseRaman(ramanSpectrum([...dotsOfCdS(dots), [595, 16, 0.05 * waterArea]]), cds).outputs['tcepX']!.uncertainty;
    expect(sure(0.5)).toBeGreaterThan(1.5 * sure(0.01));
  });
});

describe('a spectrum that is no evidence', () => {
  const good = ramanSpectrum(dotsOfCdSe(0.18));
  const reasonsOf = (data: SpectrumData, parameters = cdse) => {
    const { verdict, reasons } = analyseRaman(data, parameters);
    expect(verdict).toBe('undecided');
    return reasons.join(' ');
  };
  const withX = (unit: string | null, values = good.x.values): SpectrumData => ({
    ...good,
    x: { ...good.x, unit, values },
  });

  it('is undecided, with the reason', () => {
    expect(reasonsOf(withX('nm'))).toContain('in nm');
    expect(reasonsOf(withX(null))).toContain('does not say');
    expect(
      reasonsOf(
        withX(
          '1/cm',
          good.x.values.map((_, i) => (i === 9 ? 0 : good.x.values[i]!)),
        ),
      ),
    ).toContain('turns');
    expect(
      reasonsOf(
        withX(
          '1/cm',
          good.x.values.map((value) => value + 200),
        ),
      ),
    ).toContain('the method needs');
    expect(reasonsOf(ramanSpectrum([], { step: 6 }))).toContain('apart');
    expect(
      reasonsOf({ ...good, y: { ...good.y, values: good.y.values.map((value, i) => (i === 3 ? NaN : value)) } }),
    ).toContain('no numbers');
    expect(reasonsOf({ ...good, y: { ...good.y, values: new Float64Array(3) } })).toContain('3 values');
    expect(
      reasonsOf(
        { ...good, y: { ...good.y, values: good.y.values.map((value) => Math.min(22000, value * 2)) } },
        { ...cdse, saturationCounts: 22000 },
      ),
    ).toContain('detector is full');
    expect(reasonsOf({ ...good, y: { ...good.y, values: new Float64Array(good.y.values.length) } })).toContain(
      'sapphire',
    );
    const blind = ramanSpectrum([[750, 9, -0.9 * 3000 * 14.1]]);
    expect(reasonsOf(blind)).toContain('not found');
    const stranger = ramanSpectrum([[560, 14, 0.8 * waterArea]]);
    expect(reasonsOf(stranger)).toContain('not as the model has it');
    const nmr = {
      nucleus: '31P',
      frequencyMHz: 32,
      spectralWidthHz: 1e4,
      carrierPpm: 0,
      groupDelayPoints: 0,
      scans: 1,
      repetitionS: 1,
      pulseDegrees: 90,
    };
    expect(reasonsOf({ ...good, nmr })).toContain('31P');
  });

  it('never makes it throw, and never gives what is not finite', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1170, maxLength: 1170 }),
        (values) => {
          const y = { ...good.y, values: Float64Array.from(good.x.values, (_, i) => values[i] ?? 0) };
          for (const output of Object.values(analyseRaman({ ...good, y }, cdse).outputs)) {
            if (output !== null)
              expect(Number.isFinite(output.value) && Number.isFinite(output.uncertainty)).toBe(true);
          }
        },
      ),
      { numRuns: 5 },
    );
  });

  it('read the other way round is the same', () => {
    const falling = {
      ...good,
      x: { ...good.x, values: good.x.values.toReversed() },
      y: { ...good.y, values: good.y.values.toReversed() },
    };
    expect(analyseRaman(falling, cdse).outputs).toEqual(analyseRaman(good, cdse).outputs);
  });
});

describe.each(['raman-cds', 'raman-cdse', 'raman-cdte', 'raman-cdse-zns'])('the shipped method %s', (name) => {
  it('decides on a spectrum of water and sapphire: there are no dots', () => {
    const { verdict, outputs } = analyseRaman(ramanSpectrum([]), parametersOf(name));
    expect(verdict).toBe('in domain');
    const { value, uncertainty } = outputs['dotSignal']!;
    expect(value).toBeLessThan(2 * uncertainty);
    expect(uncertainty).toBeGreaterThan(0);
  });

  it('gives the outputs its record declares', () => {
    const method = loadMethod(new URL(`../../../pat/methods/${name}.yaml`, import.meta.url).pathname);
    const outcome = analyseRaman(ramanSpectrum([]), parametersOf(name));
    expect(Object.keys(outcome.outputs)).toEqual(method.outputs.map((output) => output.name));
    for (const { figure } of [...method.suitability.checks, ...method.maintenance])
      expect(outcome.figures).toHaveProperty(figure);
  });
});
