/** Units of axes as instruments write them, in the house's own writing; null where it says no unit we know. */

const spellings: readonly (readonly [RegExp, string])[] = [
  [/^(1\/cm|cm-1|cm\^-1|cm⁻¹|raman ?shift|wavenumbers?)$/iu, '1/cm'],
  [/^(nm|nanometers?|nanometres?)$/iu, 'nm'],
  [/^(µm|μm|um|micrometers?|micrometres?|microns?)$/iu, 'µm'],
  [/^(ppm|parts per million)$/iu, 'ppm'],
  [/^(hz|hertz)$/iu, 'Hz'],
  [/^(s|sec|seconds?)$/iu, 's'],
  [/^(ms|msec|milliseconds?)$/iu, 'ms'],
  [/^(min|minutes?)$/iu, 'min'],
  [/^(%|percent|%\s*[tr]|[tr]\s*%)$/iu, '%'],
  [/^(mau|m\.a\.u\.|mabs|milli ?absorbance(?: units?)?)$/iu, 'mAU'],
  [/^(mod)$/iu, 'mOD'],
  [/^(v|volts?)$/iu, 'V'],
  [/^(mv|millivolts?)$/iu, 'mV'],
];

export const unitOf = (text: string): string | null =>
  spellings.find(([spelling]) => spelling.test(text.trim()))?.[1] ?? null;

/** A quantity in percent that has no brackets about it: `% Transmittance`, `Percent transmittance`, `Transmittance %`. */
const percentage = /^(?:(?:%|percent)\s*(?<after>\p{L}.*)|(?<before>.*\p{L})\s*[/,]?\s*(?:%|\bpercent))$/iu;

/** `Raman shift (cm-1)`, `Shift [1/cm]`, `Shift / nm` or `% Transmittance`: the title and its unit. */
export function titleAndUnit(text: string): Readonly<{ title: string; unit: string | null }> {
  const inPercent = unitOf(text) === null ? percentage.exec(text.trim())?.groups : undefined;
  if (inPercent !== undefined) return { title: inPercent['after'] ?? inPercent['before'] ?? '', unit: '%' };
  const match = /^(.*?)\s*(?:\(([^()]+)\)|\[([^[\]]+)\]|\s\/\s(.+))$/u.exec(text.trim());
  const unit = match === null ? null : unitOf(match[2] ?? match[3] ?? match[4] ?? '');
  return match === null || unit === null
    ? { title: text.trim(), unit: unitOf(text) }
    : { title: match[1] === undefined || match[1] === '' ? text.trim() : match[1], unit };
}
