/** Samples into columns, by the site's own list of series: so they pass to the historian's thread without being copied twice. */
import { mesolineError } from '../plant/errors.ts';
import { tagName, localTag, type Sample, type TagName } from '../plant/sample.ts';
import { emptyBatch, setValue, type PointBatch, type Series } from './point.ts';

/** A batch whose `of` points into the list that both threads have; `added` are new at its end, which makes it `known` long. */
export type PackedPoints = Omit<PointBatch, 'series'> & Readonly<{ added: readonly Series[]; known: number }>;

export class SamplePacker {
  readonly #series: Series[] = [];
  readonly #places = new Map<TagName, number>();
  #sent: number;

  /** @param series which the other thread has already */
  constructor(series: readonly Series[]) {
    for (const one of series) this.#add(one);
    this.#sent = series.length;
  }

  /** Makes a series known that no skid file names; one that is known stays as it is. */
  learn(series: Series): void {
    if (!this.#places.has(fullName(series))) this.#add(series);
  }

  /** @throws MesolineError `history-tag-unknown` */
  pack(samples: readonly Sample[]): PackedPoints {
    const texts: string[] = [];
    const batch = emptyBatch(samples.length, [], texts);
    samples.forEach(({ tag, value, quality, sourceTime, serverTime }, i) => {
      const place = this.#places.get(tag);
      if (place === undefined) throw unknownTag(tag);
      batch.of[i] = place;
      setValue(batch, texts, i, value);
      batch.qualities[i] = quality;
      batch.times[i] = sourceTime;
      batch.serverTimes[i] = serverTime;
    });
    return { ...batch, added: this.#series.slice(this.#sent), known: this.#series.length };
  }

  /** Says that the other thread has what was packed. */
  sent({ known }: PackedPoints): void {
    this.#sent = Math.max(this.#sent, known);
  }

  #add(series: Series): void {
    this.#places.set(fullName(series), this.#series.push(series) - 1);
  }
}

export const buffersOf = ({ of, kinds, numbers, qualities, times, serverTimes }: PackedPoints): ArrayBuffer[] =>
  [of, kinds, numbers, qualities, times, serverTimes].map(({ buffer }) => buffer as ArrayBuffer);

export const fullName = ({ skid, tag }: Series): TagName => tagName(skid, localTag(tag));

export function unknownTag(tag: TagName) {
  const remedy = 'Use the full name of a tag of a skid of this site, as `QD-1/R201/TT-201A`.';
  return mesolineError('history-tag-unknown', tag, 'The site has no such tag.', remedy);
}
