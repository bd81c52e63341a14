/** How far each wetted part of a skid was from boiling, at the pressure of the line. Pure but for what it remembers. */
import { saturationPressureBar } from '../../plant/expression/water.ts';
import { permissiveBarG } from '../../plant/recipe/boiling.ts';

/** `smallestK`: the temperature at which its water would boil, less its own, at the moment named by `atS` and `step`. */
export type BoilingMargin = Readonly<{
  skid: string;
  /** The thermometer of the part. */
  part: string;
  smallestK: number;
  celsius: number;
  barG: number;
  atS: number;
  step: string | null;
  /** What the start permissive asks at that pressure (10 K and 1 bar of headroom); null while the part was not hot. */
  limitK: number | null;
  /** How long it lay below the limit, hot, in s, and since when first. */
  underLimitS: number;
  firstUnderS: number | null;
  isUnderLimit: boolean;
}>;

const atmosphereBar = 1.013;
/** From here on row 11 watches: below, water does not flash at the pressure of the room. */
export const hotC = 90;
const headroomBar = 1;
const headroomK = 10;

/**
 * The temperature in °C at which water boils at `bar`, absolute: IAPWS-IF97, region 4, equation 31, from the pressure of the triple
 * point to the critical one; NaN outside.
 */
export function saturationTemperatureC(bar: number): number {
  const beta = (bar / 10) ** 0.25;
  const e = beta ** 2 - 17.073_846_940_092 * beta + 14.915_108_613_53;
  const f = 1167.052_145_276_7 * beta ** 2 + 12_020.824_702_47 * beta - 4823.265_736_159_1;
  const g = -724_213.167_032_06 * beta ** 2 - 3_232_555.032_233_3 * beta + 405_113.405_420_57;
  const d = (2 * g) / (-f - Math.sqrt(f ** 2 - 4 * e * g));
  const [n9, n10] = [-0.238_555_575_678_49, 650.175_348_447_98];
  const celsius = (n10 + d - Math.sqrt((n10 + d) ** 2 - 4 * (n9 + n10 * d))) / 2 - 273.15;
  return bar >= saturationPressureBar(0.01) && celsius < 373.95 ? celsius : NaN;
}

/** What the start permissive comes to in K, at `barG`; without any headroom left in the pressure it asks for all there is. */
export function limitKAt(barG: number): number {
  const bar = barG + atmosphereBar;
  const least = saturationPressureBar(0.01);
  const hottest = saturationTemperatureC(Math.max(least, bar - headroomBar)) - headroomK;
  return saturationTemperatureC(Math.max(least, bar)) - hottest;
}

type Known = {
  smallestK: number;
  celsius: number;
  barG: number;
  atS: number;
  underLimitS: number;
  firstUnderS: number | null;
};

/** Of one skid. */
export class MarginWatch {
  readonly #parts = new Map<string, Known>();

  /** @param everyS since the look before this one */
  look(part: string, celsius: number, barG: number, atS: number, everyS: number): void {
    const smallestK = saturationTemperatureC(Math.max(barG, 0) + atmosphereBar) - celsius;
    const known = this.#parts.get(part) ?? {
      smallestK: Infinity,
      celsius,
      barG,
      atS,
      underLimitS: 0,
      firstUnderS: null,
    };
    this.#parts.set(part, known);
    if (smallestK < known.smallestK) Object.assign(known, { smallestK, celsius, barG, atS });
    if (celsius <= hotC || barG >= permissiveBarG(celsius)) return;
    known.underLimitS += everyS;
    known.firstUnderS ??= atS;
  }

  found(skid: string, stepAt: (atS: number) => string | null): readonly BoilingMargin[] {
    return [...this.#parts].map(([part, known]) => ({
      skid,
      part,
      ...known,
      step: stepAt(known.atS),
      limitK: known.celsius > hotC ? limitKAt(known.barG) : null,
      isUnderLimit: known.firstUnderS !== null,
    }));
  }
}
