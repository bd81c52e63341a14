import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decayOf, spectrumOf } from '../../../pat/nmr/decay.ts';
import { analysePhosphorus } from '../../../pat/nmr/index.ts';
import { turned } from '../../../pat/nmr/phase.ts';
import { preparedDecay } from '../../../pat/nmr/prepare.ts';
import { readSpectrum } from '../../../pat/read/forms.ts';
import type { AnalysisOutcome } from '../../../plant/analysis.ts';
import type { PhosphorusNmrParameters } from '../../../plant/method/phosphorus-nmr.ts';
import type { NmrAcquisition, SpectrumData } from '../../../plant/spectrum.ts';
import { randomOf } from '../../bench/pat/support/random.ts';
import { cell, phosphorusParameters, relaxation } from '../../bench/pat/support/phosphorus-parameters.ts';
import {
  decayOf as soundOf,
  syntheticFid,
  type Chalcogen,
  type SyntheticFid,
  type TrueLine,
} from '../../bench/pat/support/synthetic-fid.ts';
import { measuredData } from '../../support/measured-data.ts';

const decay = (seed: number, chalcogen: Chalcogen = 'se', signalToNoise = 120): SyntheticFid =>
  syntheticFid(seed, { signalToNoise, chalcogen, relaxation, cell, points: 8192 });
const judged = (
  { data, inputs, chalcogen }: SyntheticFid,
  changed: Partial<SpectrumData> = {},
  parameters: Partial<PhosphorusNmrParameters> = {},
): AnalysisOutcome =>
  analysePhosphorus({ ...data, ...changed }, { ...phosphorusParameters(chalcogen), ...parameters }, inputs);
const nmrOf = ({ data }: SyntheticFid): NmrAcquisition => data.nmr!;

/** The same decay of other lines, without drift and dead time, with noise of its own. */
function ofLines(fid: SyntheticFid, lines: readonly TrueLine[], seed = 1): SpectrumData {
  const { frequencyMHz, spectralWidthHz, carrierPpm } = nmrOf(fid);
  const taking = { points: 8192, spectralWidthHz, frequencyMHz, carrierPpm, deadTimeS: 0, phaseRad: 1, driftHz: 0 };
  const { re, im } = soundOf(lines, taking);
  const random = randomOf(seed);
  const noisy = (values: Float64Array): Float64Array => values.map((value) => value + fid.noise * random.normal());
  return { ...fid.data, y: { ...fid.data.y, values: noisy(re) }, imaginary: noisy(im) };
}

/** The real part over ppm, phased by what the synthesis knows, as an instrument's own program gives it. */
function processed(fid: SyntheticFid): SpectrumData {
  const { frequencyMHz, spectralWidthHz, carrierPpm } = nmrOf(fid);
  const spectrum = spectrumOf(decayOf(fid.data, nmrOf(fid), fid.data.imaginary!), 1);
  const { re } = turned(spectrum, { zeroth: fid.phaseRad, first: 2 * Math.PI * spectralWidthHz * fid.deadTimeS });
  const x = { title: 'Shift', unit: 'ppm', values: spectrum.hz.map((hz) => carrierPpm + hz / frequencyMHz) };
  return { ...fid.data, x, y: { title: 'Real', unit: null, values: re } };
}

describe('the conversion by ³¹P NMR', () => {
  it.each(['s', 'se', 'te'] as const)('is what it is, within what is said of it, for X = %s', (chalcogen) => {
    let within = 0;
    for (let seed = 0; seed < 6; seed += 1) {
      const fid = decay(seed, chalcogen);
      const { outputs, verdict, reasons } = judged(fid);
      expect([verdict, reasons]).toEqual(['in domain', []]);
      const { value, uncertainty } = outputs['conversion']!;
      expect(Math.abs(value - fid.conversion)).toBeLessThan(2 * uncertainty);
      within += Number(Math.abs(value - fid.conversion) < uncertainty);
      const sum = ['tcep', 'oxide', 'tcepX'].reduce((total, name) => total + outputs[name]!.value, 0);
      expect(sum).toBeCloseTo(100, 8);
    }
    expect(within).toBeGreaterThanOrEqual(5);
  });

  it('is not zero with certainty where nothing is to be seen of the product, nor anything but nearly zero', () => {
    const fid = decay(2);
    const lines = fid.lines.filter(({ name }) => name !== 'tcepX');
    for (let seed = 0; seed < 5; seed += 1) {
      const { value, uncertainty } = judged(fid, ofLines(fid, lines, seed)).outputs['conversion']!;
      expect(value).toBeLessThan(2 * uncertainty);
      expect(uncertainty).toBeGreaterThan(0.2);
      expect(uncertainty).toBeLessThan(10);
    }
  });

  it('counts the satellites with their line', () => {
    const fid = decay(4, 'se', 2000);
    const lines = fid.lines.map((line) => (line.name === 'oxide' ? line : { ...line, amplitude: 1 }));
    const data = ofLines(fid, lines);
    const { species } = phosphorusParameters('se');
    const withThem = judged(fid, data).outputs;
    const without = judged(fid, data, { species: species.map((each) => ({ ...each, satellites: null })) });
    const ratio = (outputs: AnalysisOutcome['outputs']): number => outputs['tcepX']!.value / outputs['tcep']!.value;
    expect(ratio(without.outputs) / ratio(withThem)).toBeCloseTo(1 - 0.0763, 2);
    expect(without.reasons.join()).toContain('line of no species');
  });

  it('is lower by the oxide where that counts as unconverted', () => {
    const fid = decay(5);
    const { conversion, tcep, oxide, tcepX } = judged(fid).outputs;
    const counted = judged(fid, {}, { oxide: 'counts as unconverted' }).outputs['conversion']!;
    expect(conversion!.value).toBeCloseTo((100 * tcepX!.value) / (tcepX!.value + tcep!.value), 8);
    expect(counted.value).toBeCloseTo(tcepX!.value, 8);
    expect(oxide!.value).toBeGreaterThan(0);
  });

  it('is found in a spectrum that came already processed, whichever way its axis runs', () => {
    const fid = decay(6, 's');
    const data = processed(fid);
    const up = judged(fid, data);
    const down = judged(fid, {
      x: { ...data.x, values: data.x.values.toReversed() },
      y: { ...data.y, values: data.y.values.toReversed() },
    });
    expect(up.reasons).toEqual([]);
    expect(Math.abs(up.outputs['conversion']!.value - fid.conversion)).toBeLessThan(
      up.outputs['conversion']!.uncertainty,
    );
    expect(down.outputs['conversion']!.value).toBeCloseTo(up.outputs['conversion']!.value, 6);
  });

  it('asks for no pH where it is not known, at no worse than its word', () => {
    const fid = decay(7, 's');
    const { outputs, verdict } = analysePhosphorus(fid.data, phosphorusParameters('s'), { ...fid.inputs, pH: null });
    expect(verdict).toBe('in domain');
    expect(Math.abs(outputs['conversion']!.value - fid.conversion)).toBeLessThan(outputs['conversion']!.uncertainty);
  });

  it('is the same again for the same decay, and whatever the phase the receiver had', () => {
    const fid = decay(8);
    const once = judged(fid);
    expect(judged(fid).outputs).toEqual(once.outputs);
    const [cos, sin] = [Math.cos(2), Math.sin(2)];
    const [re, im] = [fid.data.y.values, fid.data.imaginary!];
    const turned = judged(fid, {
      y: { ...fid.data.y, values: re.map((value, i) => value * cos - im[i]! * sin) },
      imaginary: im.map((value, i) => value * cos + re[i]! * sin),
    });
    expect(Math.abs(turned.outputs['conversion']!.value - once.outputs['conversion']!.value)).toBeLessThan(0.2);
  });

  it('is the same in whatever unit the receiver counts', () => {
    const fid = decay(9);
    const louder = judged(fid, {
      y: { ...fid.data.y, values: fid.data.y.values.map((value) => 1e7 * value) },
      imaginary: fid.data.imaginary!.map((value) => 1e7 * value),
    });
    expect(louder.outputs['conversion']!.value).toBeCloseTo(judged(fid).outputs['conversion']!.value, 4);
  });

  it('shows its curves over one axis: what was fitted and what is left make what was processed', () => {
    const { curves } = judged(decay(10));
    const of = (name: string) => curves.find((curve) => curve.name === name)!;
    expect(curves.map(({ name }) => name)).toEqual(['raw', 'processed', 'baseline', 'fit', 'residual']);
    of('processed').y.forEach((value, i) => expect(of('fit').y[i]! + of('residual').y[i]!).toBeCloseTo(value, 6));
  });
});

describe('undecided is', () => {
  const fid = decay(11);
  const { data } = fid;
  const nan = Float64Array.from(data.y.values);
  nan[77] = NaN;
  const uneven = data.x.values.map((value, i) => (i > 4000 ? value * 1.5 : value));
  const stranger = { name: '', ppm: 25, widthHz: 4, amplitude: 0.5, satellites: 0, couplingHz: 0 };
  const without = (name: string): readonly TrueLine[] => fid.lines.filter((line) => line.name !== name);
  const one = data.y;
  const cases: readonly (readonly [string, SpectrumData, string])[] = [
    ['no nuclear magnetic resonance', { x: data.x, y: one, takenAt: null, facts: {} }, 'no nuclear magnetic resonance'],
    ['another nucleus', { ...data, nmr: { ...nmrOf(fid), nucleus: '1H' } }, 'It is of 1H'],
    ['another instrument', { ...data, nmr: { ...nmrOf(fid), frequencyMHz: 202 } }, '202 MHz'],
    ['another axis', { ...data, x: { ...data.x, unit: '1/cm' } }, '1/cm'],
    ['one channel', { x: data.x, y: one, nmr: nmrOf(fid), takenAt: null, facts: {} }, 'one channel'],
    ['channels of two lengths', { ...data, imaginary: data.imaginary!.slice(1) }, '8191'],
    [
      'a few points',
      { ...data, x: { ...data.x, values: data.x.values.slice(0, 9) }, y: { ...one, values: nan.slice(0, 9) } },
      '9 points',
    ],
    ['values that are no numbers', { ...data, y: { ...one, values: nan } }, 'no numbers'],
    ['an axis that is not even', { ...data, x: { ...data.x, values: uneven } }, 'evenly'],
    ['a spectral width that its times deny', { ...data, nmr: { ...nmrOf(fid), spectralWidthHz: 99 } }, '99 Hz'],
    [
      'a flat line',
      { ...data, y: { ...one, values: new Float64Array(8192) }, imaginary: new Float64Array(8192) },
      'no noise',
    ],
    ['no reference', ofLines(fid, without('reference')), 'H3PO4'],
    ['a line of nobody', ofLines(fid, [...fid.lines, stranger]), 'line of no species at'],
  ];
  it.each(cases)('%s', (_, given, reason) => {
    const outcome = analysePhosphorus(given, phosphorusParameters('se'), fid.inputs);
    expect(outcome.verdict).toBe('undecided');
    expect(outcome.reasons.join(' ')).toContain(reason);
  });

  it.each([
    ['a delay of its filter that is no number', { groupDelayPoints: NaN }],
    ['a delay of its filter below none', { groupDelayPoints: -5 }],
    ['a carrier that is no number', { carrierPpm: NaN }],
    ['a repetition in no time', { repetitionS: 0 }],
    ['a repetition that is no number', { repetitionS: NaN }],
    ['a pulse that turns nothing', { pulseDegrees: 0 }],
    ['a pulse that is no number', { pulseDegrees: NaN }],
    ['no spectral width', { spectralWidthHz: NaN }],
  ])('%s', (_, changed) => {
    const fid = decay(1);
    const { verdict, reasons } = judged(fid, { nmr: { ...nmrOf(fid), ...changed } });
    expect([verdict, reasons.join(' ')]).toEqual(['undecided', expect.stringContaining('cannot be') as string]);
  });

  it('a decay with one value beyond all instruments', () => {
    const fid = decay(1);
    const { values } = fid.data.y;
    const { verdict, reasons } = judged(fid, { y: { ...fid.data.y, values: values.with(100, 1e300) } });
    expect([verdict, reasons]).toEqual(['undecided', ['It holds values that no instrument gives.']]);
  });

  it('a decay whose filter delays it by fewer points than it says', () => {
    for (const groupDelayPoints of [5, 20, 76]) {
      const fid = decay(1);
      const { verdict, reasons } = judged(fid, { nmr: { ...nmrOf(fid), groupDelayPoints } });
      expect([verdict, reasons.join(' ')]).toEqual(['undecided', expect.stringContaining('begins before') as string]);
    }
  });

  it('a decay whose filter delays it and that does not say so', () => {
    for (const points of [20, 76, 200]) {
      const fid = decay(1);
      const random = randomOf(points);
      const late = (channel: Float64Array): Float64Array =>
        channel.map((_, i) => (i < points ? fid.noise * random.normal() : (channel[i - points] ?? 0)));
      const [values, imaginary] = [late(fid.data.y.values), late(fid.data.imaginary!)];
      const told = judged(fid, { y: { ...fid.data.y, values }, imaginary });
      expect([told.verdict, told.reasons.join(' ')]).toEqual([
        'undecided',
        expect.stringContaining('begins late') as string,
      ]);
      const said = judged(fid, {
        y: { ...fid.data.y, values },
        imaginary,
        nmr: { ...nmrOf(fid), groupDelayPoints: points },
      });
      expect([said.verdict, said.reasons]).toEqual(['in domain', []]);
    }
  });

  it('noise alone, and what is too weak', () => {
    expect(judged(decay(12, 's', 0.01)).verdict).toBe('undecided');
    const { limits } = phosphorusParameters('s');
    const weak = judged(decay(12, 's', 12), {}, { limits: { ...limits, leastSignalToNoise: 40 } });
    expect(weak.reasons.join()).toContain('40 is the least');
  });

  it('a pH beyond the method, and a flow that is not known', () => {
    const parameters = phosphorusParameters('se');
    expect(analysePhosphorus(data, parameters, { pH: 2, flow: 3 }).reasons.join()).toContain('The pH is 2');
    expect(analysePhosphorus(data, parameters, { pH: 9, flow: null }).reasons.join()).toContain('flow');
  });

  it('phosphine that may stand on the reference', () => {
    const opened = phosphorusParameters('se');
    const parameters = { ...opened, limits: { ...opened.limits, pH: [3, 12] as [number, number] } };
    expect(analysePhosphorus(data, parameters, { pH: 7.66, flow: 3 }).reasons.join()).toContain(
      'tcep may stand on the reference',
    );
  });
});

it('whatever is in a decay, it is judged, and nothing is thrown', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(256, 1000, 2048),
      fc.integer(),
      fc.constantFrom(0, 1, 1e-300, 1e150),
      fc.boolean(),
      (points, seed, size, inPpm) => {
        const { inputs } = decay(1);
        const values = Float64Array.from({ length: points }, (_, i) => size * Math.sin(seed + i * i));
        const axis = values.map((_, i) => (inPpm ? -100 + i * 0.2 : i / 8000));
        const nmr = { ...nmrOf(decay(1)), spectralWidthHz: 8000, groupDelayPoints: points / 8 };
        const given: SpectrumData = {
          x: { title: '', unit: inPpm ? 'ppm' : 's', values: axis },
          y: { title: '', unit: null, values },
          imaginary: values.toReversed(),
          nmr,
          takenAt: null,
          facts: {},
        };
        const { outputs, figures } = analysePhosphorus(given, phosphorusParameters('te'), inputs);
        for (const output of Object.values(outputs)) {
          if (output !== null) expect(Number.isFinite(output.value) && Number.isFinite(output.uncertainty)).toBe(true);
        }
        for (const figure of Object.values(figures)) expect(figure).not.toBeNaN();
      },
    ),
    { numRuns: 12 },
  );
});

describe('a measured decay', () => {
  it('is phased by nobody: its five lines stand upright where they are listed', ({ skip }) => {
    const path = measuredData('nmr/phosphorus.jdf');
    if (path === null) return skip();
    const reading = readSpectrum('phosphorus.jdf', readFileSync(path));
    if (reading.kind !== 'spectrum') throw new Error(reading.reason);
    const { data } = reading;
    const {
      lines,
      processed: upright,
      noise,
    } = preparedDecay(decayOf(data, data.nmr!, data.imaginary!), {
      lineBroadeningHz: null,
      firstOrder: { expected: 0, tolerance: 6 * Math.PI },
      baselineOrder: 3,
      widthHz: [1, 60],
    });
    for (const listed of [32.59, 6.72, -12.53, -13.15, -25.15]) {
      const nearest = lines.map(({ hz }) => data.nmr!.carrierPpm + hz / data.nmr!.frequencyMHz - listed).map(Math.abs);
      expect(Math.min(...nearest)).toBeLessThan(0.02);
    }
    const [lowest, highest] = [Math.min(...upright), Math.max(...upright)];
    expect(highest).toBeGreaterThan(500 * noise);
    expect(-lowest / highest).toBeLessThan(0.02);
  });
});
