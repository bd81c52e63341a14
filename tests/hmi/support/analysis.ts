/** A skid with one analysis, and a result of it. */
import type { AnalysisOutcome, AnalysisResult } from '../../../plant/analysis.ts';
import { milliseconds, utcMs } from '../../../plant/clock.ts';
import type { MethodDefinition } from '../../../plant/method/method.ts';
import { localTag, skidName, tagName } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { start } from './fakes.ts';
import { smallSkid, smallType } from './skid.ts';

const method = {
  method: 'emission-cdse',
  version: 2,
  digest: 'd'.repeat(64),
  approvedBy: null,
  title: 'Emission of CdSe',
  source: 'Own calibration',
  calibrationSet: 'c'.repeat(64),
  outputs: [{ name: 'emissionMaximum', title: 'Emission maximum', unit: 'nm' }],
  inputs: [{ name: 'absorbanceAtExcitation', unit: null, range: [-0.1, 2], at: 'probe' }],
  suitability: {
    within: milliseconds(900_000),
    checks: [{ figure: 'noiseCounts', title: 'Noise', least: null, most: 100 }],
  },
  maintenance: [{ figure: 'backgroundCounts', title: 'Dark signal', least: null, most: 1000 }],
} as unknown as MethodDefinition;

const spectrum = localTag('A404/AT-404');
export const analysisName = localTag('A404/AY-404');

export const seeingSkid = (): Skid =>
  smallSkid('QD-1', {
    type: {
      ...smallType,
      spectra: [
        {
          name: spectrum,
          title: 'Emission',
          unitName: 'A404',
          device: 'AT-404',
          source: {} as Skid['type']['spectra'][number]['source'],
          staleAfter: milliseconds(60_000),
        },
      ],
      analyses: [
        {
          name: analysisName,
          title: 'Emission',
          unitName: 'A404',
          spectrum,
          method,
          delay: { volumeMl: 5, flow: localTag('F100/FQ-100') },
          inputs: { absorbanceAtExcitation: localTag('A404/AI-403') },
          required: false,
        },
      ],
    },
  });

const curve = (points: number): Float64Array => Float64Array.from({ length: points }, (_, i) => Math.sin(i / 50));

export const resultOf = (more: Partial<AnalysisOutcome> = {}, points = 100): AnalysisResult => {
  const x = Float64Array.from({ length: points }, (_, i) => 450 + i);
  return {
    skid: skidName('QD-1'),
    analysis: analysisName,
    spectrum: tagName(skidName('QD-1'), spectrum),
    method,
    input: 'e'.repeat(64),
    sampleTime: utcMs(start - 30_000),
    measuredAt: utcMs(start - 5000),
    analysedAt: utcMs(start - 4900),
    outcome: {
      outputs: { emissionMaximum: { value: 587.3, uncertainty: 0.4 } },
      verdict: 'in domain',
      reasons: [],
      figures: { signalToNoise: 120 },
      x: { title: 'Wavelength', unit: 'nm' },
      curves: [{ name: 'raw', x, y: curve(points) }],
      ...more,
    },
  };
};
