/**
 * What the analysers of a skid would say: the truth before their probes with the uncertainty that their methods state, as often as
 * they measure. No spectrum is made of it and none is evaluated.
 */
import type { AnalysisResult, Estimate } from '../../plant/analysis.ts';
import type { Clock } from '../../plant/clock.ts';
import { tagName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { VirtualLine } from '../../twin/virtual/index.ts';
import { normal } from './random.ts';

/** `u`: expanded uncertainty (k = 2), in the output's unit. */
type Output = Readonly<{ u: number; truth: (line: VirtualLine) => number | null }>;

const dots =
  (of: (truth: NonNullable<ReturnType<VirtualLine['dots']>>) => number) =>
  (line: VirtualLine): number | null => {
    const truth = line.dots();
    return truth === null ? null : of(truth);
  };
const phosphorus =
  (of: (truth: NonNullable<ReturnType<VirtualLine['phosphorus']>>) => number) =>
  (line: VirtualLine): number | null => {
    const truth = line.phosphorus();
    return truth === null ? null : of(truth);
  };

/** Uncertainties as `npm run bench -- methods` finds them on spectra of the twin: about these, rounded up. */
const outputs: Readonly<Record<string, Output>> = {
  conversion: { u: 1.5, truth: phosphorus((truth) => truth.tcepX) },
  tcep: { u: 1.5, truth: phosphorus((truth) => truth.tcep) },
  oxide: { u: 1.5, truth: phosphorus((truth) => truth.oxide) },
  firstExciton: { u: 1, truth: dots((truth) => truth.excitonNm) },
  diameter: { u: 0.1, truth: dots((truth) => truth.diameterNm) },
  absorbanceAtExcitation: { u: 0.01, truth: dots((truth) => truth.particlesMm) },
  dotSignal: { u: 0.05, truth: dots((truth) => truth.particlesMm) },
  emissionMaximum: { u: 1, truth: dots((truth) => truth.emissionNm) },
  fwhm: { u: 1.5, truth: dots((truth) => truth.widthNm) },
  plqy: { u: 2, truth: dots((truth) => truth.quantumYieldPercent) },
};

/** A decay of phosphorus is added up for half a minute; a spectrum of light is there in seconds. In ms. */
const everyMs = (names: readonly string[]): number => (names.includes('conversion') ? 30_000 : 5_000);

type Analyser = { readonly analysis: Skid['type']['analyses'][number]; readonly names: readonly string[]; due: number };

export class Analysers {
  readonly #skid: Skid;
  readonly #line: VirtualLine;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #all: Analyser[];

  constructor(skid: Skid, line: VirtualLine, clock: Clock, random: () => number) {
    this.#skid = skid;
    this.#line = line;
    this.#clock = clock;
    this.#random = random;
    this.#all = skid.type.analyses.map((analysis) => {
      const names = skid.type.tags.flatMap(({ source }) =>
        source.kind === 'analysis' && source.analysis === analysis.name && source.part !== 'verdict'
          ? [source.output]
          : [],
      );
      return { analysis, names: [...new Set(names)], due: 0 };
    });
  }

  /** Results that are there now. */
  take(): readonly AnalysisResult[] {
    const now = this.#clock.process();
    return this.#all.flatMap((analyser) => {
      if (now < analyser.due) return [];
      analyser.due = now + everyMs(analyser.names);
      return [this.#measure(analyser)];
    });
  }

  #measure({ analysis, names }: Analyser): AnalysisResult {
    const at = this.#clock.utc();
    const found: Record<string, Estimate | null> = {};
    for (const name of names) {
      const { u, truth } = outputs[name] ?? { u: 0, truth: () => null };
      const value = truth(this.#line);
      found[name] = value === null ? null : { value: value + (normal(this.#random) * u) / 2, uncertainty: u };
    }
    const isThere = names.length > 0 && names.every((name) => found[name] !== null);
    return {
      skid: this.#skid.name,
      analysis: analysis.name,
      spectrum: tagName(this.#skid.name, analysis.spectrum),
      method: { method: 'truth of the twin', version: 0, digest: '', approvedBy: null },
      input: '',
      sampleTime: at,
      measuredAt: at,
      analysedAt: at,
      outcome: {
        outputs: found,
        verdict: isThere ? 'in domain' : 'undecided',
        reasons: isThere ? [] : ['There is nothing to measure.'],
        figures: {},
        x: { title: '', unit: '' },
        curves: [],
      },
    };
  }
}
