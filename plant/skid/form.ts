/**
 * Holds a file against its schema, and says every fault in a control engineer's words at its line.
 *
 * TypeBox's own check decides; this walk only explains, since its list of errors is cut short and speaks of schemas.
 */
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { didYouMean, isUndecided, nearest } from '../suggest.ts';
import type { Path, Source } from './source.ts';

/** The part of JSON Schema that our schemas use. */
export type Form = Readonly<{
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Form[];
  properties?: Readonly<Record<string, Form>>;
  required?: readonly string[];
  patternProperties?: Readonly<Record<string, Form>>;
  /** A list of forms for a list of so many. */
  items?: Form | readonly Form[];
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
}>;

/** What a missing key costs, where its name does not say it. */
const missingRemedies: Readonly<Record<string, string>> = {
  cause: 'Say what usually makes it happen.',
  consequence: 'Say what happens if nobody acts.',
  response: 'Say what the operator does; an alarm without a response is none.',
  respondWithin: 'Say how long the operator has, such as "10 min".',
  bypass: 'Write "never", or who may bypass it, for how long and with what instead.',
  why: 'Say what it protects against.',
};

/**
 * The value as its schema's type where it fits; null, with the faults noted, where it does not.
 * @param where of which part of the file `value` is
 */
export function readForm<T extends TSchema>(
  source: Source,
  schema: T,
  where: Path = [],
  value: unknown = source.value,
): Static<T> | null {
  if (Value.Check(schema, value)) return value;
  const before = source.faults.length;
  explain(source, schema, value, where);
  if (source.faults.length === before) explainUnforeseen(source, schema, value, where);
  return null;
}

/** What this walk does not know how to say, in the words of the check itself. */
function explainUnforeseen(source: Source, schema: TSchema, value: unknown, where: Path): void {
  const errors = Value.Errors(schema, value);
  const deepest = errors.reduce<(typeof errors)[number] | null>(
    (found, error) =>
      found === null || error.instancePath.split('/').length > found.instancePath.split('/').length ? error : found,
    null,
  );
  const keys = (deepest?.instancePath ?? '').split('/').slice(1);
  const path = [...where, ...keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))];
  const problem = deepest === null ? 'has not the form it should have' : deepest.message;
  source.fault(path, `${label(path)} ${problem}.`, 'Compare it with the shipped ones.');
}

/** Whoever notes faults; a choice is tried on a list of its own first. */
type Notes = Pick<Source, 'fault'>;

function explain(source: Notes, form: Form, value: unknown, path: Path): void {
  if (form.anyOf !== undefined) {
    explainChoice(source, form.anyOf, value, path);
    return;
  }
  if (form.properties !== undefined || form.patternProperties !== undefined) {
    explainKeys(source, form, value, path);
    return;
  }
  if (form.items !== undefined) {
    explainList(source, form, value, path);
    return;
  }
  const problem = plainProblem(form, value);
  if (problem !== null) source.fault(path, `${label(path)} is ${show(value)}.`, problem);
}

function explainKeys(source: Notes, form: Form, value: unknown, path: Path): void {
  if (!isRecord(value)) {
    source.fault(path, `${label(path)} is ${show(value)}.`, 'Write keys with their values there.');
    return;
  }
  const [each] = Object.values(form.patternProperties ?? {});
  if (each !== undefined) {
    for (const [key, part] of Object.entries(value)) explain(source, each, part, [...path, key]);
    return;
  }
  const properties = form.properties ?? {};
  const meant = new Set<string>();
  for (const [key, part] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (known !== undefined) {
      explain(source, known, part, [...path, key]);
      continue;
    }
    const free = Object.keys(properties).filter((name) => !Object.hasOwn(value, name));
    meant.add(nearest(key, free) ?? key);
    source.fault(
      [...path, key],
      `The key "${key}" is not known here.`,
      part === null
        ? 'A text with a comma in it stands in quotes.'
        : didYouMean(key, free, `Known keys: ${Object.keys(properties).join(', ')}.`),
    );
  }
  for (const key of form.required ?? []) {
    if (Object.hasOwn(value, key) || meant.has(key)) continue;
    const remedy = (path[0] === 'alarms' || path[0] === 'interlocks') && missingRemedies[key];
    source.fault(path, `${label(path)} has no "${key}".`, typeof remedy === 'string' ? remedy : `Add "${key}".`);
  }
}

function explainList(source: Notes, form: Form, value: unknown, path: Path): void {
  if (!Array.isArray(value)) {
    source.fault(path, `${label(path)} is ${show(value)}.`, 'Write a list, such as [a, b].');
    return;
  }
  const { minItems = 0, maxItems = Array.isArray(form.items) ? form.items.length : Infinity } = form;
  if (value.length === 0 && minItems > 0) source.fault(path, `${label(path)} is an empty list.`, 'Write at least one.');
  else if (value.length < minItems || value.length > maxItems) {
    const asked =
      minItems === maxItems
        ? `${minItems}`
        : maxItems === Infinity
          ? `at least ${minItems}`
          : `${minItems} to ${maxItems}`;
    source.fault(path, `${label(path)} is a list of ${value.length}.`, `Write ${asked}.`);
  }
  value.forEach((item, i) => explain(source, itemForm(form, i), item, [...path, i]));
}

/** The form of the item at `i`; any where there is none. */
export const itemForm = ({ items = {} }: Form, i: number): Form =>
  (Array.isArray(items) ? (items[i] ?? {}) : items) as Form;

/** Of several forms, explains the one that the value was likeliest meant to be; nothing where one fits. */
function explainChoice(source: Notes, forms: readonly Form[], value: unknown, path: Path): void {
  const choices = forms.flatMap(choicesIn);
  const wanted = Array.isArray(value) ? 'list' : isRecord(value) ? 'keys' : 'plain';
  const likely = choices.filter((form) => shape(form) === wanted);
  if (likely.length > 0 && wanted !== 'plain') {
    for (const fault of fewestFaults(likely, value, path)) source.fault(...fault);
    return;
  }
  if (likely.some((form) => plainProblem(form, value) === null)) return;
  const remedies = choices.map(
    (form) => plainProblem(form, value) ?? (shape(form) === 'list' ? 'Write a list.' : 'Write keys with their values.'),
  );
  source.fault(path, `${label(path)} is ${show(value)}.`, [...new Set(remedies)].join(' Or: '));
}

const choicesIn = (form: Form): readonly Form[] => (form.anyOf === undefined ? [form] : form.anyOf.flatMap(choicesIn));

const shape = (form: Form): 'list' | 'keys' | 'plain' =>
  form.items !== undefined
    ? 'list'
    : form.properties !== undefined || form.patternProperties !== undefined
      ? 'keys'
      : 'plain';

/** Of the form that leaves the fewest, the first of equals; one that calls itself otherwise than the value does comes last. */
function fewestFaults(forms: readonly Form[], value: unknown, path: Path): readonly Parameters<Notes['fault']>[] {
  const tried = forms.map((form) => {
    const faults: Parameters<Notes['fault']>[] = [];
    explain({ fault: (...fault) => void faults.push(fault) }, form, value, path);
    return {
      faults,
      isOther: Object.entries(form.properties ?? {}).some((property) => isNamedOtherwise(property, value)),
    };
  });
  const best = tried.toSorted(
    (one, other) => Number(one.isOther) - Number(other.isOther) || one.faults.length - other.faults.length,
  );
  return best[0]?.faults ?? [];
}

const isNamedOtherwise = ([key, { const: name }]: [string, Form], value: unknown): boolean =>
  name !== undefined && isRecord(value) && Object.hasOwn(value, key) && value[key] !== name;

/** What to write instead of a plain value, or null where it fits. */
function plainProblem(form: Form, value: unknown): string | null {
  if (form.enum !== undefined || form.const !== undefined) {
    const allowed = form.enum ?? [form.const];
    if (allowed.includes(value)) return null;
    const named = allowed.map(String);
    const all = `Use ${named.map((name) => `"${name}"`).join(', ')}.`;
    return isUndecided(String(value), named) ? all : didYouMean(String(value), named, all);
  }
  switch (form.type) {
    case 'string':
      if (typeof value === 'string')
        return value.replace(/^ +$/u, '').length >= (form.minLength ?? 0) ? null : 'Write something there.';
      return typeof value === 'number' ? `Write it with its unit, or in quotes.` : 'Write a text.';
    case 'boolean':
      return typeof value === 'boolean' ? null : 'Write true or false.';
    case 'integer':
    case 'number': {
      const { minimum = -Infinity, maximum = Infinity } = form;
      const { exclusiveMinimum: above = -Infinity, exclusiveMaximum: below = Infinity } = form;
      const fits =
        typeof value === 'number' && Number.isFinite(value) && (form.type === 'number' || Number.isInteger(value));
      if (fits && value >= minimum && value <= maximum && value > above && value < below) return null;
      const bounds = [
        ...(minimum === -Infinity ? [] : [`from ${minimum}`]),
        ...(above === -Infinity ? [] : [`above ${above}`]),
        ...(maximum === Infinity ? [] : [`to ${maximum}`]),
        ...(below === Infinity ? [] : [`below ${below}`]),
      ];
      return `Write a ${[form.type === 'integer' ? 'whole number' : 'number', ...bounds].join(' ')}.`;
    }
    case 'null':
      return value === null ? null : 'Write null.';
    default:
      return null;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const label = (path: Path): string => (path.length === 0 ? 'The file' : path.join(' > '));

function show(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'a group of keys';
  return JSON.stringify(value);
}
