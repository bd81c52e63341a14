/** What each scan changed since the line before, of one skid. */
import type { ScanBatch, TagName } from '../../plant/sample.ts';
import { sampleOf, type ScanLine } from './format.ts';

type Last = { value: unknown; quality: number };

export class Changes {
  readonly #indexes: ReadonlyMap<TagName, number>;
  readonly #last: (Last | undefined)[] = [];

  constructor(tags: readonly TagName[]) {
    this.#indexes = new Map(tags.map((tag, index) => [tag, index]));
  }

  /** The next line has every tag again. */
  forget(): void {
    this.#last.length = 0;
  }

  /** The scan's line, or null where it changed nothing. */
  lineOf({ scan, utc, samples }: ScanBatch): ScanLine | null {
    const changed: ScanLine['samples'] = [];
    for (const { tag, value, quality, sourceTime } of samples) {
      const index = this.#indexes.get(tag);
      if (index === undefined) continue;
      const last = this.#last[index];
      if (last !== undefined && Object.is(last.value, value) && last.quality === quality) continue;
      if (last === undefined) this.#last[index] = { value, quality };
      else {
        last.value = value;
        last.quality = quality;
      }
      changed.push(sampleOf(index, value, quality, sourceTime));
    }
    return changed.length === 0 ? null : { scan, utc, samples: changed };
  }
}
