/** The trace from requirement to test: reading it, holding it against the tests that there are, writing it for people. Pure. */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { mesolineError } from '../../plant/errors.ts';
import { didYouMean } from '../../plant/suggest.ts';
import type { NamedTest } from './named-tests.ts';

const words = Type.String({ minLength: 1 });
const Statement = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Za-z0-9.()]+-[0-9]+$' }),
    says: words,
    /** Test file → the full names of the tests in it that prove the statement. */
    tests: Type.Record(words, Type.Array(words, { minItems: 1 }), { minProperties: 1 }),
  },
  { additionalProperties: false },
);
const Reference = Type.Object(
  { reference: words, asks: words, statements: Type.Array(Statement, { minItems: 1 }) },
  { additionalProperties: false },
);
const form = Compile(
  Type.Object({ references: Type.Array(Reference, { minItems: 1 }) }, { additionalProperties: false }),
);
export type Trace = Readonly<{ references: readonly Static<typeof Reference>[] }>;

/** @throws MesolineError `trace-invalid`: no YAML, not of its form, or one id twice */
export function readTrace(file: string, source: string): Trace {
  const fault = (problem: string): never => {
    throw mesolineError('trace-invalid', file, problem, 'Correct it there.');
  };
  let read: unknown;
  try {
    read = parse(source);
  } catch (thrown) {
    return fault(String(thrown));
  }
  if (!form.Check(read)) {
    const [first] = form.Errors(read);
    return fault(`${first?.instancePath ?? ''} ${first?.message ?? 'It is no trace.'}`);
  }
  const ids = read.references.flatMap(({ statements }) => statements.map(({ id }) => id));
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice === undefined ? read : fault(`The id ${twice} is there twice.`);
}

/** What each statement lacks, a sentence each; empty where every test that is named is there and runs. */
export function lacking(trace: Trace, testsOfFile: (file: string) => readonly NamedTest[] | null): readonly string[] {
  return trace.references.flatMap(({ statements }) =>
    statements.flatMap(({ id, tests }) =>
      Object.entries(tests).flatMap(([file, names]) => {
        const there = testsOfFile(file);
        if (there === null) return [`${id}: there is no file ${file}.`];
        return names.flatMap((name) => {
          const found = there.filter((test) => test.name === name);
          if (found.length === 0) {
            const like = didYouMean(name, there.map((test) => test.name), 'See the names in that file.'); // prettier-ignore
            return [`${id}: ${file} has no test "${name}". ${like}`];
          }
          return found.some(({ runs }) => runs) ? [] : [`${id}: "${name}" of ${file} is skipped.`];
        });
      }),
    ),
  );
}

/** The trace as a page of the documentation. */
export function traceText({ references }: Trace): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').trim();
  const all = references.flatMap(({ statements }) => statements);
  const proofs = all.reduce((sum, { tests }) => sum + Object.values(tests).flat().length, 0);
  const sections = references.map(({ reference, asks, statements }) => {
    const rows = statements.map(({ id, says, tests }) => {
      const named = Object.entries(tests).map(
        ([file, names]) => `\`${file}\`: ${names.map((name) => `“${cell(name)}”`).join('; ')}`,
      );
      return `| ${id} | ${cell(says)} | ${named.join('<br>')} |`;
    });
    return [`## ${reference}`, '', asks.trim(), '', '| Id | Statement | Proven by |', '|---|---|---|', ...rows].join(
      '\n',
    );
  });
  return [
    '# Requirements and the tests that prove them',
    '',
    'For QA and validation. Made by `npm run trace` from `docs/requirements.yaml`: do not edit it here. The command fails, and',
    'with it every check of the source, where a test that is named is not there or is skipped, or where this page is not what',
    'the list says. `%s` and `$name` in a name stand for the cases of a table of tests. Mesoline is built to be GMP-ready;',
    'whether an installation is compliant is shown by its validation.',
    '',
    `${all.length} statements of ${references.length} references, ${proofs} tests.`,
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
}
