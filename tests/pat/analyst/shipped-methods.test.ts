import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../../../pat/analyse.ts';
import { judged } from '../../../pat/analysis-rules.ts';
import { createAnalyst, type Analyst } from '../../../pat/index.ts';
import type { AnalysisOutcome, AnalysisResult } from '../../../plant/analysis.ts';
import type { MethodDefinition } from '../../../plant/method/method.ts';
import { loadMethod } from '../../../plant/method/method-loader.ts';
import { utcMs } from '../../../plant/clock.ts';
import { good } from '../../../plant/quality.ts';
import { localTag, tagName } from '../../../plant/sample.ts';
import { shippedMethodFolder } from '../../../plant/skid/folders.ts';
import type { AnalysisDefinition } from '../../../plant/skid/definition.ts';
import type { SpectrumData } from '../../../plant/spectrum.ts';
import { absorbanceOf, diodeArray } from '../../../twin/spectra/absorbance.ts';
import { excitonNm } from '../../../twin/spectra/dot-optics.ts';
import { benchtop80, fidOf } from '../../../twin/spectra/fid.ts';
import { cleanOptics } from '../../../twin/spectra/optics.ts';
import { phosphorusLines } from '../../../twin/spectra/phosphorus-lines.ts';
import { raman785, ramanOf } from '../../../twin/spectra/raman.ts';
import { drawsFrom, truth } from '../../twin/spectra/support.ts';
import { analysis, log, scan, skidOf, spectrum, TestClock } from './world.ts';

const shipped = readdirSync(shippedMethodFolder).map((file) => loadMethod(join(shippedMethodFolder, file)));
const named = (name: string) => shipped.find(({ method }) => method === name)!;

type Points = Readonly<{ x: Float64Array; y: Float64Array }>;

const absorbance = ({ x, y }: Points): SpectrumData => ({
  x: { title: 'Wavelength', unit: 'nm', values: x },
  y: { title: 'Absorbance', unit: null, values: y },
  takenAt: null,
  facts: {},
});

const raman = ({ x, y }: Points): SpectrumData => ({
  x: { title: 'Raman shift', unit: '1/cm', values: x },
  y: { title: 'Intensity', unit: 'counts', values: y },
  takenAt: null,
  facts: {},
});

/** The decay of what stands in front of the first probe of a twin. */
function decay(): SpectrumData {
  const { points, spectralWidthHz, frequencyMHz, carrierPpm, scans, repetitionS, pulseDegrees } = benchtop80;
  const fid = fidOf(
    phosphorusLines(truth, 'Se', benchtop80),
    benchtop80,
    { fieldPpm: 0.1, phaseDegrees: 70 },
    drawsFrom(1),
  );
  return {
    x: { title: 'Time', unit: 's', values: Float64Array.from({ length: points }, (_, i) => i / spectralWidthHz) },
    y: { title: 'Intensity', unit: null, values: fid.real },
    imaginary: fid.imaginary,
    nmr: {
      nucleus: '31P',
      frequencyMHz,
      spectralWidthHz,
      carrierPpm,
      groupDelayPoints: 0,
      scans,
      repetitionS,
      pulseDegrees,
    },
    takenAt: null,
    facts: {},
  };
}

/** One analysis of each method on a spectrum of its own, by its name. */
const definitions = ['p31-tcep-se', 'uv-vis-cdse', 'raman-cdse'].map((name): AnalysisDefinition => ({
  ...analysis,
  name: localTag(`A401/${name}`),
  spectrum: localTag(`A401/of-${name}`),
  method: named(name),
  delay: null,
}));

describe('the shipped methods, in their thread, on spectra of a twin', () => {
  const clock = new TestClock();
  const results = new Map<string, AnalysisResult>();
  let room: Analyst;

  beforeAll(async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const consumer = {
      acceptAnalysis: (result: AnalysisResult) => {
        results.set(result.method.method, result);
        if (results.size === definitions.length) resolve(undefined);
      },
    };
    const skid = skidOf(definitions, true);
    room = createAnalyst({ skids: [skid], clock, log, consumers: [consumer] });
    await room.start();
    for (clock.now = 0; clock.now <= 5000; clock.now += 100)
      room.accept(scan(clock, { 'F100/FT-101': truth.flowMlPerMin, 'F100/AT-105': truth.pH }));
    const taken: Readonly<Record<string, SpectrumData>> = {
      'p31-tcep-se': decay(),
      'uv-vis-cdse': absorbance(absorbanceOf(truth, diodeArray, cleanOptics, drawsFrom(2))),
      'raman-cdse': raman(ramanOf(truth, 'Se', raman785, cleanOptics, drawsFrom(3))),
    };
    for (const [name, data] of Object.entries(taken)) {
      const of = tagName(skid.name, localTag(`A401/of-${name}`));
      room.acceptSpectrum({ ...spectrum(clock), name: of, data, digest: name });
    }
    await promise;
  }, 30_000);

  afterAll(() => room.stop());

  it.each(definitions.map(({ method: { method } }) => method))('%s is in domain, by a rehearsal', (name) => {
    expect(results.get(name)?.outcome).toMatchObject({ verdict: 'in domain', reasons: [] });
  });

  it('the conversion is the true one, within its uncertainty', () => {
    const { tcep, tcepX } = truth.dissolved;
    const conversion = results.get('p31-tcep-se')?.outcome.outputs['conversion'];
    expect(Math.abs(conversion!.value - (100 * tcepX) / (tcep + tcepX))).toBeLessThan(conversion!.uncertainty);
  });

  it('the first exciton is the true one, within its uncertainty', () => {
    const found = results.get('uv-vis-cdse')?.outcome.outputs['firstExciton'];
    expect(Math.abs(found!.value - excitonNm(truth.dots!))).toBeLessThan(found!.uncertainty);
  });

  it('every curve of it came whole out of the thread', () => {
    for (const { outcome } of results.values()) {
      expect(outcome.curves.map(({ name }) => name)).toContain('raw');
      for (const { x, y } of outcome.curves) expect(x.length).toBe(y.length);
    }
  });
});

describe('a spectrum of no sense', () => {
  const values = fc.array(
    fc.oneof(fc.double(), fc.constantFrom(0, 1e308, -1e308, NaN, Infinity), fc.double({ min: 0, max: 2, noNaN: true })),
    { maxLength: 60 },
  );
  const axis = fc.constantFrom([0, 10], [180, 1], [130, 30], [360, 7], [0, 0], [750, -7], [NaN, 1]);
  const unit = fc.constantFrom('s', 'ppm', 'nm', '1/cm', 'eV', null);
  const nmr = { ...decay().nmr! };
  const sample = {
    measuredAt: utcMs(0),
    sampleTime: utcMs(0),
    inputs: {},
    arrivedAfterMs: null,
    doubts: [],
    timeDoubts: [],
  };

  const isFinite = (outcome: AnalysisOutcome, method: MethodDefinition): boolean => {
    const told = judged(outcome, { method, sample, quality: good, twin: true, now: utcMs(0) });
    const numbers = Object.values(told.outputs).flatMap((each) =>
      each === null ? [] : [each.value, each.uncertainty],
    );
    return [...numbers, ...Object.values(told.figures)].every(Number.isFinite);
  };

  it.each(shipped.map((method) => [method.method, method] as const))(
    'is undecided with a reason by %s, which never throws',
    (_, method) => {
      fc.assert(
        fc.property(values, axis, unit, fc.boolean(), (y, [from = 0, step = 1], of, isDecay) => {
          const data: SpectrumData = {
            x: { title: 'x', unit: of, values: Float64Array.from(y, (__, i) => from + i * step) },
            y: { title: 'y', unit: null, values: Float64Array.from(y) },
            ...(isDecay ? { imaginary: Float64Array.from(y), nmr } : {}),
            takenAt: null,
            facts: {},
          };
          const outcome = analyse(data, method.parameters, { pH: NaN, flow: null });
          expect(outcome.verdict).toBe('undecided');
          expect(outcome.reasons.length).toBeGreaterThan(0);
          expect(isFinite(outcome, method)).toBe(true);
        }),
        { numRuns: 25 },
      );
    },
  );

  /** The axis is one of the kind's; the values are any, over and over. */
  const axes: Readonly<Record<MethodDefinition['parameters']['kind'], (y: readonly number[]) => SpectrumData>> = {
    'phosphorus-nmr': (y) => {
      const made = decay();
      return { ...made, y: { ...made.y, values: made.y.values.map((_, i) => y[i % y.length] ?? 0) } };
    },
    raman: (y) => raman({ x: Float64Array.from({ length: 1000 }, (_, i) => 100 + 2 * i), y: over(y, 1000) }),
    'uv-vis': (y) => absorbance({ x: Float64Array.from({ length: 501 }, (_, i) => 300 + i), y: over(y, 501) }),
    emission: (y) => {
      const made = absorbance({ x: Float64Array.from({ length: 501 }, (_, i) => 300 + i), y: over(y, 501) });
      return { ...made, y: { ...made.y, title: 'Intensity', unit: 'counts' } };
    },
  };
  const over = (y: readonly number[], length: number): Float64Array =>
    Float64Array.from({ length }, (_, i) => y[i % y.length] ?? 0);
  const repeated = fc.array(
    fc.oneof(fc.double({ min: -10, max: 10, noNaN: true }), fc.constantFrom(0, 0, 1e300, -1e300, NaN, Infinity)),
    { minLength: 1, maxLength: 300 },
  );

  it.each(shipped.map((method) => [method.method, method] as const))(
    'on a sound axis gives %s no number that is none, and does not end it',
    (_, method) => {
      fc.assert(
        fc.property(repeated, (y) => {
          const outcome = analyse(axes[method.parameters.kind](y), method.parameters, { pH: 7, flow: 10 });
          expect(isFinite(outcome, method)).toBe(true);
          expect(outcome.verdict === 'undecided').toBe(outcome.reasons.length > 0);
        }),
        { numRuns: method.parameters.kind === 'phosphorus-nmr' ? 3 : 10 },
      );
    },
  );
});
