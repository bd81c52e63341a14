/**
 * Units of measure: how files write them, what they measure, and how one converts into another.
 *
 * A unit is atoms with exponents: `mL/min`, `bar·min/mL`, `kg/m³`. Factors are those of the SI brochure (9th ed., 2019);
 * `g` is the standard acceleration of free fall, as vibration sensors use it.
 */
import { mesolineError } from './errors.ts';
import { nearest } from './suggest.ts';

/** Exponents of m, kg, s, A, K and mol. */
export type Dimension = readonly [number, number, number, number, number, number];

type Atom = Readonly<{ dimension: Dimension; factor: number; offset?: number }>;

const none: Dimension = [0, 0, 0, 0, 0, 0];
const length: Dimension = [1, 0, 0, 0, 0, 0];
const volume: Dimension = [3, 0, 0, 0, 0, 0];
const mass: Dimension = [0, 1, 0, 0, 0, 0];
const time: Dimension = [0, 0, 1, 0, 0, 0];
const frequency: Dimension = [0, 0, -1, 0, 0, 0];
const current: Dimension = [0, 0, 0, 1, 0, 0];
const temperature: Dimension = [0, 0, 0, 0, 1, 0];
const amount: Dimension = [0, 0, 0, 0, 0, 1];
const concentration: Dimension = [-3, 0, 0, 0, 0, 1];
const pressure: Dimension = [-1, 1, -2, 0, 0, 0];
const power: Dimension = [2, 1, -3, 0, 0, 0];
const voltage: Dimension = [2, 1, -3, -1, 0, 0];

const atmosphere = 101_325;

const atoms = new Map<string, Atom>([
  ['%', { dimension: none, factor: 0.01 }],
  ['ppm', { dimension: none, factor: 1e-6 }],
  ['nm', { dimension: length, factor: 1e-9 }],
  ['µm', { dimension: length, factor: 1e-6 }],
  ['mm', { dimension: length, factor: 1e-3 }],
  ['cm', { dimension: length, factor: 1e-2 }],
  ['m', { dimension: length, factor: 1 }],
  ['µL', { dimension: volume, factor: 1e-9 }],
  ['mL', { dimension: volume, factor: 1e-6 }],
  ['L', { dimension: volume, factor: 1e-3 }],
  ['m³', { dimension: volume, factor: 1 }],
  ['µg', { dimension: mass, factor: 1e-9 }],
  ['mg', { dimension: mass, factor: 1e-6 }],
  ['kg', { dimension: mass, factor: 1 }],
  ['ms', { dimension: time, factor: 1e-3 }],
  ['s', { dimension: time, factor: 1 }],
  ['min', { dimension: time, factor: 60 }],
  ['h', { dimension: time, factor: 3600 }],
  ['d', { dimension: time, factor: 86_400 }],
  ['Hz', { dimension: frequency, factor: 1 }],
  ['mA', { dimension: current, factor: 1e-3 }],
  ['A', { dimension: current, factor: 1 }],
  ['K', { dimension: temperature, factor: 1 }],
  ['°C', { dimension: temperature, factor: 1, offset: 273.15 }],
  ['mol', { dimension: amount, factor: 1 }],
  ['mmol', { dimension: amount, factor: 1e-3 }],
  ['mM', { dimension: concentration, factor: 1 }],
  ['Pa', { dimension: pressure, factor: 1 }],
  ['kPa', { dimension: pressure, factor: 1e3 }],
  ['mbar', { dimension: pressure, factor: 1e2 }],
  ['bar', { dimension: pressure, factor: 1e5 }],
  ['bar(g)', { dimension: pressure, factor: 1e5, offset: atmosphere }],
  ['W', { dimension: power, factor: 1 }],
  ['kW', { dimension: power, factor: 1e3 }],
  ['mV', { dimension: voltage, factor: 1e-3 }],
  ['V', { dimension: voltage, factor: 1 }],
  ['g', { dimension: [1, 0, -2, 0, 0, 0], factor: 9.80665 }],
]);

/** Atoms with their exponents, in the order they were written; empty for a pure number. */
export type Unit = ReadonlyMap<string, number>;

export const pureNumber: Unit = new Map();

/**
 * Reads a unit such as `bar·min/mL`; each stroke divides by the one atom after it.
 * @throws MesolineError `unit-unknown`
 */
export function parseUnit(text: string, where = 'unit'): Unit {
  const unit = new Map<string, number>();
  for (const [part, sign] of partsOf(text)) {
    if (!atoms.has(part)) {
      const near = nearest(part, [...atoms.keys()]);
      throw mesolineError(
        'unit-unknown',
        where,
        `The unit "${text}" is not known.`,
        near === null ? `Use one of: ${[...atoms.keys()].join(', ')}.` : `Did you mean "${text.replace(part, near)}"?`,
      );
    }
    unit.set(part, (unit.get(part) ?? 0) + sign);
  }
  return withoutZeros(unit);
}

function* partsOf(text: string): Generator<readonly [string, 1 | -1]> {
  const [first = '', ...rest] = text.split(/([·/])/u);
  if (first !== '1') yield [first, 1];
  for (let i = 0; i + 1 < rest.length; i += 2) yield [rest[i + 1] ?? '', rest[i] === '/' ? -1 : 1];
}

/** The unit as files write it, or null for a pure number. */
export function unitText(unit: Unit): string | null {
  const over = [...unit].flatMap(([atom, exponent]) => Array.from({ length: Math.max(0, exponent) }, () => atom));
  const under = [...unit].flatMap(([atom, exponent]) => Array.from({ length: Math.max(0, -exponent) }, () => atom));
  if (over.length === 0 && under.length === 0) return null;
  return [over.length === 0 ? '1' : over.join('·'), ...under].join('/');
}

export const dimensionOf = (unit: Unit): Dimension => {
  const sum = [...none] as [number, number, number, number, number, number];
  for (const [name, exponent] of unit) {
    atoms.get(name)?.dimension.forEach((of, i) => (sum[i] = (sum[i] ?? 0) + of * exponent));
  }
  return sum;
};

export const sameDimension = (one: Unit, other: Unit): boolean =>
  dimensionOf(one).every((exponent, i) => exponent === dimensionOf(other)[i]);

/** What one of `unit` is in SI base units, leaving out the zero point of °C and bar(g). */
export const factorOf = (unit: Unit): number =>
  [...unit].reduce((factor, [name, exponent]) => factor * (atoms.get(name)?.factor ?? NaN) ** exponent, 1);

/** By what a difference in `from` is multiplied to be one in `to`; rounded to the digits that a factor can carry. */
export const scaleBetween = (from: Unit, to: Unit): number => Number((factorOf(from) / factorOf(to)).toPrecision(15));

/** °C and bar(g) count from a zero point of their own: only alone, not in a product such as °C/min. */
export function zeroPointOf(unit: Unit): number {
  const [only, ...more] = unit;
  return only !== undefined && more.length === 0 && only[1] === 1 ? (atoms.get(only[0])?.offset ?? 0) : 0;
}

export function multiplyUnits(one: Unit, other: Unit, sign: 1 | -1 = 1): Unit {
  const product = new Map(one);
  for (const [atom, exponent] of other) product.set(atom, (product.get(atom) ?? 0) + sign * exponent);
  return withoutZeros(product);
}

const withoutZeros = (unit: Unit): Unit => new Map([...unit].filter(([, exponent]) => exponent !== 0));

/**
 * A value in `from` as one in `to`, zero points included: 0 °C is 273.15 K, 0 bar(g) is 1.01325 bar.
 * @throws MesolineError `unit-mismatch`, `unit-unknown`
 */
export function convert(value: number, from: string | null, to: string | null, where = 'value'): number {
  if (from === to) return value;
  const source = from === null ? pureNumber : parseUnit(from, where);
  const target = to === null ? pureNumber : parseUnit(to, where);
  if (!sameDimension(source, target)) {
    throw mesolineError(
      'unit-mismatch',
      where,
      `${from ?? 'A pure number'} does not measure what ${to ?? 'a pure number'} does.`,
      `Write it in ${to ?? 'no unit'}.`,
    );
  }
  const zeros = zeroPointOf(source) - zeroPointOf(target);
  return Number((value * scaleBetween(source, target) + zeros / factorOf(target)).toPrecision(15));
}
