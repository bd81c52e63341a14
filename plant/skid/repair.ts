/**
 * A file with a fault in its form is still checked further, so that all its faults are said at once: what is not known is
 * left out, and a sentence that is missing is taken as written. The faults stay noted, so nothing made of it is ever used.
 */
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { itemForm, readForm, type Form } from './form.ts';
import type { Source } from './source.ts';

/** Parts to which nothing else in a file refers, so that leaving one out makes no fault of its own. */
const referredToByNobody = ['interlocks', 'alarms'];

/** As `readForm`, but with what could be saved of a faulty file; `source.throwFaults` must follow. */
export function readRepairedForm<T extends TSchema>(source: Source, schema: T): Static<T> | null {
  const form = readForm(source, schema);
  if (form !== null) return form;
  const repaired = repair(schema, source.value, '');
  return Value.Check(schema, repaired) ? repaired : null;
}

function repair(form: Form, value: unknown, key: string): unknown {
  if (form.anyOf !== undefined) {
    const repairs = form.anyOf.map((choice) => [choice, repair(choice, value, key)] as const);
    return (repairs.find(([choice, repaired]) => Value.Check(choice as TSchema, repaired)) ?? repairs[0])?.[1];
  }
  if (Array.isArray(value)) return value.map((item, i) => repair(itemForm(form, i), item, key));
  if (typeof value !== 'object' || value === null) return value;
  const [each] = Object.values(form.patternProperties ?? {});
  if (each !== undefined) {
    const entries = Object.entries(value).map(([name, part]) => [name, repair(each, part, name)] as const);
    const lone = referredToByNobody.includes(key);
    return Object.fromEntries(entries.filter(([, part]) => !lone || Value.Check(each as TSchema, part)));
  }
  const { properties } = form;
  if (properties === undefined) return value;
  const known = Object.entries(value).flatMap(([name, part]) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return property === undefined ? [] : [[name, repair(property, part, name)] as const];
  });
  const missing = (form.required ?? []).filter(
    (name) => !Object.hasOwn(value, name) && isSentence(name, properties[name]),
  );
  return Object.fromEntries([...known, ...missing.map((name) => [name, '?'] as const)]);
}

const sentences = ['title', 'cause', 'consequence', 'response', 'why', 'meanwhile'];
const isSentence = (name: string, form: Form | undefined): boolean =>
  form?.type === 'string' && sentences.includes(name);
