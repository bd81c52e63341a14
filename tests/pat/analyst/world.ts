/** A skid with one analysis, its scans and spectra, and a clock that stands where it is put. */
import type { AnalysisOutcome, AnalysisResult } from '../../../plant/analysis.ts';
import { milliseconds, monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import type { Log } from '../../../plant/log.ts';
import type { MethodDefinition } from '../../../plant/method/method.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { good, type Quality } from '../../../plant/quality.ts';
import { localTag, skidName, tagName, type TagValue } from '../../../plant/sample.ts';
import type { AnalysisDefinition, Skid } from '../../../plant/skid/definition.ts';
import type { Spectrum } from '../../../plant/spectrum.ts';

export const log: Log = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0, child: () => log };

export const begin = Date.UTC(2026, 10, 22, 12);

export class TestClock implements Clock {
  /** ms since `begin`. */
  now = 0;
  readonly timeScale = 1;
  utc = () => utcMs(begin + this.now);
  monotonic = () => monotonic(this.now);
  process = () => processTime(this.now);
}

export const method: MethodDefinition = {
  method: 'dots',
  version: 3,
  digest: 'a'.repeat(64),
  approvedBy: 'Ada Checker',
  approvedAt: '2026-11-01',
  title: 'Size of the dots',
  source: 'A paper',
  calibrationSet: null,
  reviewBy: '2027-01-31',
  parameters: { kind: 'raman' } as unknown as MethodDefinition['parameters'],
  outputs: [
    { name: 'diameter', title: 'Diameter', unit: 'nm' },
    { name: 'share', title: 'Share', unit: '%' },
  ],
  inputs: [
    { name: 'pH', unit: null, range: [3, 12], at: 'sample' },
    { name: 'flow', unit: 'mL/min', range: [1, 50], at: 'probe' },
  ],
  suitability: {
    within: milliseconds(600_000),
    checks: [{ figure: 'signalToNoise', title: 'Signal to noise', least: 20, most: null }],
  },
  maintenance: [{ figure: 'lampDrift', title: 'Drift of the lamp', least: null, most: 0.05 }],
};

export const analysis: AnalysisDefinition = {
  name: localTag('A401/AY-401'),
  title: 'Size',
  unitName: 'A401',
  spectrum: localTag('A401/AT-401'),
  method,
  delay: { volumeMl: 3, flow: localTag('F100/FT-101') },
  inputs: { pH: localTag('F100/AT-105'), flow: localTag('F100/FT-101') },
  required: true,
};

export function skidOf(analyses: readonly AnalysisDefinition[] = [analysis], twin = false): Skid {
  const type = {
    analyses,
    spectra: [{ name: localTag('A401/AT-401'), staleAfter: milliseconds(600_000) }],
    tags: [],
  } as unknown as Skid['type'];
  return { name: skidName('QD-1'), title: 'Line', type, links: [], twin };
}

/** One scan at the clock's time. */
export function scan(
  clock: Clock,
  values: Readonly<Record<string, TagValue>>,
  quality: Quality = good,
  process = clock.process(),
): ScanNews {
  const utc = clock.utc();
  const samples = Object.entries(values).map(([local, value]) => ({
    tag: tagName(skidName('QD-1'), localTag(local)),
    value,
    quality,
    sourceTime: utc,
    serverTime: utc,
  }));
  return {
    batch: { skid: skidName('QD-1'), scan: 1, utc, monotonic: clock.monotonic(), process, samples },
    verdict: { demand: 'none', causes: [], releasing: false },
    fieldDemand: 'none',
    blocks: [],
  };
}

/** Taken just now, unless something else is said. */
export function spectrum(
  clock: Clock,
  more: Partial<Omit<Spectrum, 'data'>> & { takenAt?: number | null } = {},
): Spectrum {
  const { takenAt = clock.utc(), ...rest } = more;
  return {
    skid: skidName('QD-1'),
    name: tagName(skidName('QD-1'), localTag('A401/AT-401')),
    data: {
      x: { title: 'Wavelength', unit: 'nm', values: Float64Array.of(400, 500) },
      y: { title: 'Absorbance', unit: null, values: Float64Array.of(0.1, 0.2) },
      takenAt: takenAt === null ? null : utcMs(takenAt),
      facts: {},
    },
    quality: good,
    sourceTime: clock.utc(),
    serverTime: clock.utc(),
    origin: 'a.csv',
    digest: 'b'.repeat(64),
    ...rest,
  };
}

export const outcome: AnalysisOutcome = {
  outputs: { diameter: { value: 3.5, uncertainty: 0.1 }, share: { value: 40, uncertainty: 2 } },
  verdict: 'in domain',
  reasons: [],
  figures: { signalToNoise: 50, lampDrift: 0.01 },
  x: { title: 'Wavelength', unit: 'nm' },
  curves: [],
};

export const resultOf = (clock: Clock, more: Partial<AnalysisOutcome> = {}): AnalysisResult => ({
  skid: skidName('QD-1'),
  analysis: analysis.name,
  spectrum: tagName(skidName('QD-1'), localTag('A401/AT-401')),
  method: { method: 'dots', version: 3, digest: method.digest, approvedBy: method.approvedBy },
  input: 'b'.repeat(64),
  sampleTime: utcMs(clock.utc() - 18_000),
  measuredAt: clock.utc(),
  analysedAt: clock.utc(),
  outcome: { ...outcome, ...more },
});
