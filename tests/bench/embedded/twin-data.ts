/**
 * What the sensors of a line say: resolution as their devices send it (temperatures, flows and pressures in hundredths, pH in hundredths), noise
 * of the size that the twin gives them, values that wander, set points and states that stand.
 */
import { emptyBatch, valueKinds, type PointBatch, type Series } from '../../../historian/point.ts';
import { skidName } from '../../../plant/sample.ts';

type Signal = Readonly<{ decimals: number; noise: number; swing: number; centre: number }>;

/** As often as a skid has them, of a hundred: 25 temperatures, 25 flows, 20 pressures, 10 pH and levels, 20 that stand. */
const signals: readonly Signal[] = [
  ...Array.from({ length: 25 }, () => ({ decimals: 2, noise: 0.05, swing: 8, centre: 160 })),
  ...Array.from({ length: 25 }, () => ({ decimals: 2, noise: 0.03, swing: 3, centre: 25 })),
  ...Array.from({ length: 20 }, () => ({ decimals: 2, noise: 0.02, swing: 0.5, centre: 11 })),
  ...Array.from({ length: 10 }, () => ({ decimals: 2, noise: 0.01, swing: 0.4, centre: 10.5 })),
  ...Array.from({ length: 20 }, () => ({ decimals: 1, noise: 0, swing: 0, centre: 60 })),
];

export const seriesOf = (tags: number): readonly Series[] =>
  Array.from({ length: tags }, (_, i) => ({
    measurement: 'generic-skid-plc',
    skid: skidName(`QD-${1 + Math.floor(i / 100)}`),
    device: 'PLC-1',
    tag: `R201/T-${i % 100}`,
    valueType: 'number',
  }));

/** Every tag in each second, a batch a second, drawn by `random` (0 to 1). */
export class TwinData {
  readonly series: readonly Series[];
  readonly #random: () => number;

  constructor(tags: number, random: () => number) {
    this.series = seriesOf(tags);
    this.#random = random;
  }

  second(t0: number, second: number): PointBatch {
    const { series } = this;
    const batch = emptyBatch(series.length, series);
    const time = t0 + 1_000 * second;
    for (let i = 0; i < series.length; i += 1) {
      batch.of[i] = i;
      batch.kinds[i] = valueKinds.number;
      batch.numbers[i] = this.#valueAt(i, second);
      batch.times[i] = time;
      batch.serverTimes[i] = time;
    }
    return batch;
  }

  #valueAt(tag: number, second: number): number {
    const { decimals, noise, swing, centre } = signals[tag % signals.length] ?? {
      decimals: 2,
      noise: 0,
      swing: 0,
      centre: 0,
    };
    const wanders = centre + swing * Math.sin((second + 97 * tag) / 613);
    // The sum of three draws is near enough to a normal one; its standard deviation is half.
    const drawn = noise === 0 ? 0 : 2 * noise * (this.#random() + this.#random() + this.#random() - 1.5);
    const scale = 10 ** decimals;
    // Controllers say their readings in words of four bytes.
    return Math.fround(Math.round((wanders + drawn) * scale) / scale);
  }
}
