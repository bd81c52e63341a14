/** Units of axes as analysers' servers name them, in the house's writing; null where it is none we know, and says nothing. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['1/cm', '1/cm'],
  ['cm-1', '1/cm'],
  ['cm^-1', '1/cm'],
  ['cm⁻¹', '1/cm'],
  ['nm', 'nm'],
  ['µm', 'µm'],
  ['um', 'µm'],
  ['ppm', 'ppm'],
  ['hz', 'Hz'],
]);

export const houseUnit = (text: string | null): string | null =>
  text === null ? null : (spellings.get(text.trim().toLowerCase()) ?? null);
