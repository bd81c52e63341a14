/** The trace of this house: where it lies, and the tests that there are. */
import { existsSync, readFileSync } from 'node:fs';
import { testsOf, type NamedTest } from './named-tests.ts';
import { readTrace, type Trace } from './requirements.ts';

const root = new URL('../../', import.meta.url);
export const traceFile = 'docs/requirements.yaml';
export const pageFile = new URL('docs/requirements.md', root);

export const houseTrace = (): Trace => readTrace(traceFile, readFileSync(new URL(traceFile, root), 'utf8'));

/** The tests of a file of this house, read once; null where there is no such file. */
export function houseTests(): (file: string) => readonly NamedTest[] | null {
  const read = new Map<string, readonly NamedTest[] | null>();
  return (file) => {
    const known = read.get(file);
    if (known !== undefined) return known;
    const place = new URL(file, root);
    const tests = existsSync(place) ? testsOf(file, readFileSync(place, 'utf8')) : null;
    read.set(file, tests);
    return tests;
  };
}
