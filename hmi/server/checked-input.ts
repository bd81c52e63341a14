/** Input from outside, checked against its schema, or refused with every field that is wrong. */
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { MesolineError, type Fault } from '../../plant/errors.ts';

/** @throws MesolineError `bad-request` naming the fields. */
export function checkedInput<const S extends TSchema>(schema: S): (input: unknown) => Static<S> {
  const compiled = Compile(schema);
  return (input) => {
    if (compiled.Check(input)) return input;
    throw new MesolineError('bad-request', faultsOf(schema, input));
  };
}

/** A query string, whose numbers come as text. */
export function checkedQuery<const S extends TSchema>(schema: S): (input: unknown) => Static<S> {
  const check = checkedInput(schema);
  return (input) => check(Value.Convert(schema, Value.Clone(input)));
}

function faultsOf(schema: TSchema, input: unknown): readonly Fault[] {
  const faults = new Map<string, Fault>();
  for (const error of Value.Errors(schema, input)) {
    if (error.keyword === 'boolean') continue;
    for (const { field, problem } of problemsOf(error)) {
      if (!faults.has(field)) faults.set(field, { where: field, problem, remedy: 'Correct it and send it again.' });
    }
  }
  return [...faults.values()].slice(0, 20);
}

type SchemaError = ReturnType<typeof Value.Errors>[number];

function problemsOf(error: SchemaError): readonly Readonly<{ field: string; problem: string }>[] {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (error.keyword === 'required') {
    return error.params.requiredProperties.map((name) => ({
      field: below(name),
      problem: `${below(name)} is missing.`,
    }));
  }
  if (error.keyword === 'additionalProperties') {
    return error.params.additionalProperties.map((name) => ({
      field: below(name),
      problem: `${below(name)} is not known here.`,
    }));
  }
  const field = path === '' ? 'body' : path;
  return [{ field, problem: `${field} ${error.message}.` }];
}
