/** A site of 2,000 numbers, all with unit and range, in skids of 100; and scans in which every one of them changes. */
import type { Clock } from '../../../plant/clock.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { good } from '../../../plant/quality.ts';
import { localTag, skidName, tagName, type Sample, type TagName } from '../../../plant/sample.ts';
import type { Skid, SkidType, TagDefinition } from '../../../plant/skid/definition.ts';
import { shippedSkidFolder } from '../../../plant/skid/folders.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';

export const tagsOfSkid = 100;
export const unit = '°C';
export const range = { low: -20, high: 300 };

const shipped = loadSkidType(`${shippedSkidFolder}/cdse.yaml`);

function proto(): TagDefinition {
  const found = shipped.tags.find(({ source, unit: of }) => source.kind === 'point' && of === unit);
  if (found === undefined) throw new Error(`The shipped skid has no tag in ${unit}.`);
  return { ...found, range };
}

const type: SkidType = {
  ...shipped,
  units: [{ name: 'U1', title: 'Unit', modules: [] }],
  devices: [],
  loops: [],
  spectra: [],
  local: null,
  interlocks: [],
  alarms: [],
  tags: Array.from({ length: tagsOfSkid }, (_, i) => ({ ...proto(), name: localTag(`U1/TT-${i}`), unitName: 'U1' })),
};

export const siteOf = (skids: number): readonly Skid[] =>
  Array.from({ length: skids }, (_, i) => ({
    name: skidName(`QD-${i + 1}`),
    title: `Line ${i + 1}`,
    type,
    links: [],
    twin: true,
  }));

export class Scans {
  readonly #clock: Clock;
  readonly #skid: Skid;
  readonly #tags: readonly TagName[];
  #scan = 0;

  constructor(skid: Skid, clock: Clock) {
    this.#clock = clock;
    this.#skid = skid;
    this.#tags = skid.type.tags.map(({ name }) => tagName(skid.name, name));
  }

  /** The next scan: every value is another. */
  next(): ScanNews {
    this.#scan += 1;
    const [utc, monotonic, process] = [this.#clock.utc(), this.#clock.monotonic(), this.#clock.process()];
    const samples: readonly Sample[] = this.#tags.map((tag, i) => ({
      tag,
      value: 150 + Math.sin(this.#scan + i) * 20,
      quality: good,
      sourceTime: utc,
      serverTime: utc,
    }));
    return {
      batch: { skid: this.#skid.name, scan: this.#scan, utc, monotonic, process, samples },
      verdict: { demand: 'none', causes: [], releasing: false },
      fieldDemand: 'none',
      blocks: [],
    };
  }
}
