/** The list of what is on record of every request that changes something: reading it, and holding it against the product. Pure. */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { mesolineError } from '../../plant/errors.ts';
import type { NamedTest } from './named-tests.ts';

const words = Type.String({ minLength: 1 });
const Row = Type.Object(
  {
    /** The schema of the request, by the name it has in `hmi/api`. */
    request: words,
    /** What it leaves on record, where everything goes well: actions of events. */
    leaves: Type.Array(words, { minItems: 1 }),
    /** Field of the request → where in the event it stands: `object`, `reason`, `new.supplier`, `data.amount`. */
    kept: Type.Record(words, words),
    /** Field → why it is not on record. */
    notKept: Type.Optional(Type.Record(words, Type.String({ minLength: 10 }))),
    /** Test file → the full names of the tests which see it. */
    tests: Type.Record(words, Type.Array(words, { minItems: 1 }), { minProperties: 1 }),
  },
  { additionalProperties: false },
);
const Audited = Type.Object(
  {
    /** Route → what is on record of it. */
    changes: Type.Record(words, Row),
    /** Route that is asked by POST → why nothing is on record. */
    changesNothing: Type.Record(words, Type.String({ minLength: 10 })),
    /** Flag or variable by which the service is started → what it does to the record. */
    options: Type.Record(words, Type.String({ minLength: 10 })),
  },
  { additionalProperties: false },
);
export type AuditedRow = Static<typeof Row>;
export type AuditedList = Static<typeof Audited>;

const form = Compile(Audited);

/** @throws MesolineError `audited-unreadable` */
export function readAudited(file: string, text: string): AuditedList {
  const fault = (problem: string): never => {
    throw mesolineError('audited-unreadable', file, problem, 'Write it as the other rows are.');
  };
  let read: unknown;
  try {
    read = parse(text);
  } catch (error) {
    return fault(String(error));
  }
  if (form.Check(read)) return read;
  const [first] = form.Errors(read);
  return fault(`${first?.instancePath ?? ''} ${first?.message ?? 'It is no such list.'}`);
}

/** The product as it is. */
export type Product = Readonly<{
  /** Every route asked by POST, `x` for each parameter. */
  routes: readonly string[];
  /** The fields of a request by the name of its schema, `signers[].userName`; null where there is none of that name. */
  fieldsOf: (request: string) => readonly string[] | null;
  /** Whether a room writes an event of that action. */
  isWritten: (action: string) => boolean;
  testsOf: (file: string) => readonly NamedTest[] | null;
}>;

export const anyParameter = (route: string): string => route.replaceAll(/:[A-Za-z]+/gu, 'x');

const parametersOf = (route: string): readonly string[] => route.match(/:[A-Za-z]+/gu) ?? [];

/** What the list lacks of the product, or has beyond it, a sentence each. */
export function lackingOf(
  { changes, changesNothing }: Omit<AuditedList, 'options'>,
  product: Product,
): readonly string[] {
  const listed = [...Object.keys(changes), ...Object.keys(changesNothing)];
  const known = new Set(listed.map(anyParameter));
  const there = new Set(product.routes);
  return [
    ...product.routes.filter((route) => !known.has(route)).map((route) => `${route}: it has no row.`),
    ...listed.filter((route) => !there.has(anyParameter(route))).map((route) => `${route}: there is no such route.`),
    ...Object.keys(changes)
      .filter((route) => Object.hasOwn(changesNothing, route))
      .map((route) => `${route}: it changes something and nothing.`),
    ...Object.entries(changes).flatMap(([route, row]) =>
      [...fieldFaults(route, row, product), ...actionFaults(row, product), ...testFaults(row, product)].map(
        (fault) => `${route}: ${fault}`,
      ),
    ),
  ];
}

function fieldFaults(route: string, { request, kept, notKept = {} }: AuditedRow, product: Product): readonly string[] {
  const asked = product.fieldsOf(request);
  if (asked === null) return [`there is no request ${request}.`];
  const fields = [...asked, ...parametersOf(route)];
  const said = [...Object.keys(kept), ...Object.keys(notKept)];
  return [
    ...fields.filter((field) => !said.includes(field)).map((field) => `${field} has no place on record.`),
    ...said.filter((field) => !fields.includes(field)).map((field) => `${request} has no field ${field}.`),
    ...Object.keys(kept)
      .filter((field) => Object.hasOwn(notKept, field))
      .map((field) => `${field} is kept and not kept.`),
  ];
}

const actionFaults = ({ leaves }: AuditedRow, { isWritten }: Product): readonly string[] =>
  leaves.filter((action) => !isWritten(action)).map((action) => `no room writes ${action}.`);

const testFaults = ({ tests }: AuditedRow, { testsOf }: Product): readonly string[] =>
  Object.entries(tests).flatMap(([file, names]) => {
    const there = testsOf(file);
    if (there === null) return [`there is no file ${file}.`];
    return names.flatMap((name) => {
      const found = there.filter((test) => test.name === name);
      if (found.length === 0) return [`${file} has no test "${name}".`];
      return found.some(({ runs }) => runs) ? [] : [`"${name}" of ${file} is skipped.`];
    });
  });
