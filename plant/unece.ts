/**
 * Units as OPC UA's EUInformation names them (Part 8, 5.6.4): common codes of UN/CEFACT Recommendation 20.
 *
 * Recommendation 20 has no code for gauge pressure, and none for our compounds such as bar·min/mL: these carry none, and
 * a client shows their text.
 */

export type EngineeringUnit = Readonly<{
  /** Common code of Recommendation 20, or null where it has none. */
  code: string | null;
  displayName: string;
  description: string;
}>;

const known = new Map<string, readonly [code: string | null, description: string]>([
  ['%', ['P1', 'percent']],
  ['ppm', ['59', 'part per million']],
  ['nm', ['C45', 'nanometre']],
  ['µm', ['4H', 'micrometre']],
  ['mm', ['MMT', 'millimetre']],
  ['cm', ['CMT', 'centimetre']],
  ['m', ['MTR', 'metre']],
  ['µL', ['4G', 'microlitre']],
  ['mL', ['MLT', 'millilitre']],
  ['L', ['LTR', 'litre']],
  ['m³', ['MTQ', 'cubic metre']],
  ['µg', ['MC', 'microgram']],
  ['mg', ['MGM', 'milligram']],
  ['kg', ['KGM', 'kilogram']],
  ['ms', ['C26', 'millisecond']],
  ['s', ['SEC', 'second']],
  ['min', ['MIN', 'minute']],
  ['h', ['HUR', 'hour']],
  ['d', ['DAY', 'day']],
  ['Hz', ['HTZ', 'hertz']],
  ['mA', ['4K', 'milliampere']],
  ['A', ['AMP', 'ampere']],
  ['K', ['KEL', 'kelvin']],
  ['°C', ['CEL', 'degree Celsius']],
  ['mol', ['C34', 'mole']],
  ['mmol', ['C18', 'millimole']],
  ['mM', ['C36', 'mole per cubic metre']],
  ['Pa', ['PAL', 'pascal']],
  ['kPa', ['KPA', 'kilopascal']],
  ['mbar', ['MBR', 'millibar']],
  ['bar', ['BAR', 'bar']],
  ['bar(g)', [null, 'bar, gauge: above the pressure of the atmosphere']],
  ['W', ['WTT', 'watt']],
  ['kW', ['KWT', 'kilowatt']],
  ['mV', ['2Z', 'millivolt']],
  ['V', ['VLT', 'volt']],
  ['g', ['K40', 'standard acceleration of free fall']],
  ['mL/min', ['41', 'millilitre per minute']],
  ['L/min', ['L2', 'litre per minute']],
  ['°C/min', ['H13', 'degree Celsius per minute']],
  ['m/s', ['MTS', 'metre per second']],
  ['mm/s', ['C16', 'millimetre per second']],
  ['mg/m³', ['GP', 'milligram per cubic metre']],
  ['µg/m³', ['GQ', 'microgram per cubic metre']],
  ['kg/m³', ['KMQ', 'kilogram per cubic metre']],
]);

/** @param unit as files write it; null is a pure number */
export function uneceCode(unit: string | null): EngineeringUnit {
  if (unit === null) return { code: 'C62', displayName: '1', description: 'one' };
  const [code, description] = known.get(unit) ?? [null, unit];
  return { code, displayName: unit, description };
}

/** The `unitId` that OPC UA makes of a common code: its ASCII letters as one number; -1 where there is no code. */
export const opcUaUnitId = (code: string | null): number =>
  code === null ? -1 : Buffer.from(code, 'ascii').reduce((id, letter) => id * 256 + letter, 0);
