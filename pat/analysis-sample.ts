/** Of which liquid a spectrum tells: when it was taken, when its sample left, and what else was known then. */
import { utcMs, type UtcMs } from '../plant/clock.ts';
import { isGood } from '../plant/quality.ts';
import { tagName, type LocalTag, type Sample, type ScanBatch, type TagName } from '../plant/sample.ts';
import type { AnalysisDefinition, Skid } from '../plant/skid/definition.ts';
import type { Spectrum } from '../plant/spectrum.ts';
import { Transit } from './transit.ts';
import { ValueHistory } from './value-history.ts';

export type AnalysisSample = Readonly<{
  measuredAt: UtcMs;
  /** That of the measurement where the dead time is not known. */
  sampleTime: UtcMs;
  /** By the method's names; null where not known or not Good. */
  inputs: Readonly<Record<string, number | null>>;
  /** How long after it was taken, by the instrument's clock, it came; null where the instrument does not say. */
  arrivedAfterMs: number | null;
  /** Why nothing can be gone by that is made of it. */
  doubts: readonly string[];
  /** Those of the doubts that are of the spectrum's time, whatever the liquid. */
  timeDoubts: readonly string[];
}>;

/** An instrument's clock may be ahead of ours by as much. */
const mostAheadMs = 60_000;

/** Watches the tags of one skid that its analyses ask for. */
export class SampleWatch {
  readonly #skid: Skid;
  readonly #flows = new Map<TagName, Transit>();
  readonly #values = new Map<TagName, ValueHistory>();

  constructor(skid: Skid) {
    this.#skid = skid;
    for (const { delay, inputs } of skid.type.analyses) {
      if (delay !== null) this.#flows.set(tagName(skid.name, delay.flow), new Transit());
      for (const tag of Object.values(inputs)) this.#values.set(tagName(skid.name, tag), new ValueHistory());
    }
  }

  take({ utc, process, samples }: ScanBatch): void {
    if (this.#flows.size === 0 && this.#values.size === 0) return;
    for (const sample of samples) {
      this.#flows.get(sample.tag)?.take(utc, process, numberOf(sample));
      this.#values.get(sample.tag)?.take(utc, numberOf(sample));
    }
  }

  /** @param definition of an analysis of this skid on this spectrum */
  sampleOf(spectrum: Spectrum, definition: AnalysisDefinition): AnalysisSample {
    const { measuredAt, arrivedAfterMs, doubt } = takenAt(spectrum, this.#staleAfter(definition.spectrum));
    const timeDoubts = doubt === null ? [] : [doubt];
    const doubts = [...timeDoubts];
    let sampleTime = measuredAt;
    if (definition.delay !== null) {
      const { flow, volumeMl } = definition.delay;
      const departure = this.#flows.get(tagName(this.#skid.name, flow))?.departure(measuredAt, volumeMl);
      if (departure === undefined) doubts.push(`Nobody watches ${flow}.`);
      else if ('leftAt' in departure) sampleTime = departure.leftAt;
      else doubts.push(`The dead time from the sample to the probe is unknown: ${departure.unknown} (${flow}).`);
    }
    const inputs = definition.method.inputs.map(({ name, at }) => {
      const tag = definition.inputs[name];
      const history = tag === undefined ? undefined : this.#values.get(tagName(this.#skid.name, tag));
      return [name, history?.at(at === 'probe' ? measuredAt : sampleTime) ?? null] as const;
    });
    return { measuredAt, sampleTime, inputs: Object.fromEntries(inputs), arrivedAfterMs, doubts, timeDoubts };
  }

  #staleAfter(spectrum: LocalTag): number {
    return this.#skid.type.spectra.find(({ name }) => name === spectrum)?.staleAfter ?? 0;
  }
}

const numberOf = ({ value, quality }: Sample): number | null =>
  typeof value === 'number' && Number.isFinite(value) && isGood(quality) ? value : null;

/**
 * An instrument's clock is believed as far as it can be right: not ahead of ours, and not further back than a spectrum may be
 * old. Beyond that either the clock is wrong or the spectrum came too late to tell of now; both are said, neither is a pass.
 */
function takenAt(
  { data, serverTime }: Spectrum,
  staleAfterMs: number,
): Readonly<{ measuredAt: UtcMs; arrivedAfterMs: number | null; doubt: string | null }> {
  if (data.takenAt === null) return { measuredAt: serverTime, arrivedAfterMs: null, doubt: null };
  const after = serverTime - data.takenAt;
  if (after < -mostAheadMs) {
    const doubt = `The instrument says it was taken ${inSeconds(-after)} after it came: its clock is wrong.`;
    return { measuredAt: serverTime, arrivedAfterMs: after, doubt };
  }
  const doubt =
    after > staleAfterMs
      ? `It was taken ${inSeconds(after)} before it came, longer ago than a spectrum may be (${inSeconds(staleAfterMs)}); or the instrument's clock is wrong.`
      : null;
  return { measuredAt: utcMs(Math.min(data.takenAt, serverTime)), arrivedAfterMs: after, doubt };
}

const inSeconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
