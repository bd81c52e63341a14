/** Ranges among the parameters of a method run upward: a window the wrong way round would hold nothing, and nothing would say so. */
import { Value } from 'typebox/value';
import type { TSchema } from 'typebox';
import { itemForm, type Form } from '../skid/form.ts';
import type { Path, Source } from '../skid/source.ts';

/** Of these two equal ends hold something fast; every other range would be empty. */
const mayBeOneValue = ['extraWidthHz', 'couplingHz', 'widthHz', 'widthPerCm', 'ratio'];

/** How two keys of one group are called that are the ends of a range, before what both are of. */
const endNames = [
  ['least', 'most'],
  ['from', 'to'],
] as const;

/** Notes every range of `value` that does not run upward: pairs of numbers, and the likes of `leastWidthNm` with `mostWidthNm`. */
export function checkRanges(source: Source, form: Form, value: unknown, path: Path): void {
  const choice = form.anyOf?.find((one) => Value.Check(one as TSchema, value));
  if (choice !== undefined) {
    checkRanges(source, choice, value, path);
    return;
  }
  if (Array.isArray(value)) {
    checkPair(source, form, value, path);
    value.forEach((item, i) => checkRanges(source, itemForm(form, i), item, [...path, i]));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      checkEnds(source, value, key, path);
      const known = form.properties?.[key];
      if (known !== undefined) checkRanges(source, known, part, [...path, key]);
    }
  }
}

/** A list of two that is no pair by its form, such as of coefficients, may fall. */
function checkPair(source: Source, { items }: Form, [low, high]: readonly unknown[], path: Path): void {
  if (!Array.isArray(items) || items.length !== 2 || typeof low !== 'number' || typeof high !== 'number') return;
  if (low < high || (low === high && mayBeOneValue.includes(String(path.at(-1))))) return;
  const remedy = low > high ? `Write [${high}, ${low}].` : 'Write its lower end, and a higher one.';
  source.fault(path, `${path.join(' > ')} runs from ${low} to ${high}.`, remedy);
}

function checkEnds(source: Source, group: object, key: string, path: Path): void {
  for (const [lower, upper] of endNames) {
    if (!key.startsWith(lower)) continue;
    const other = `${upper}${key.slice(lower.length)}`;
    const [low, high] = [key, other].map((name) => new Map<string, unknown>(Object.entries(group)).get(name));
    if (typeof low !== 'number' || typeof high !== 'number' || low < high) continue;
    source.fault([...path, key], `${key} is ${low}, and ${other} ${high}.`, `Write ${key} below ${other}.`);
  }
}
