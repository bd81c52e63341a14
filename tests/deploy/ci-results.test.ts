import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/service.ts';

const folder = temporaryFolder('ci-results');
afterAll(folder.remove);

type File = Readonly<{ file: string; passed?: number; failed?: number; status?: 'passed' | 'failed' }>;
let runs = 0;
function ran(...files: readonly File[]): string {
  const path = join(folder.path, `run-${(runs += 1)}.json`);
  const tests = (count: number, status: string) =>
    Array.from({ length: count }, (_, n) => ({ status, fullName: `test ${n}`, failureMessages: ['why'] }));
  const testResults = files.map(({ file, passed = 1, failed = 0, status = failed > 0 ? 'failed' : 'passed' }) => ({
    name: join(process.cwd(), file),
    status,
    assertionResults: [...tests(passed, 'passed'), ...tests(failed, 'failed')],
  }));
  writeFileSync(path, JSON.stringify({ testResults }));
  return path;
}
const results = (...args: readonly string[]): readonly string[] =>
  execFileSync(process.execPath, ['.ci/results.mjs', ...args], { encoding: 'utf8' }).split('\n').filter((line) => line !== ''); // prettier-ignore

const unit = 'tests/control/a.test.ts';
const system = 'tests/e2e/b.test.ts';

describe('the results of a run', () => {
  it('count what passed and failed, and name it', () => {
    const told = results('told', ran({ file: unit, passed: 3 }, { file: system, passed: 1, failed: 2 }));
    expect(told).toEqual([`FAIL ${system} test 0 why`, `FAIL ${system} test 1 why`, '4 2']);
  });

  it('count a file that could not be read, or whose hooks failed, as failed', () => {
    expect(results('told', ran({ file: unit, passed: 0, status: 'failed' })).at(-1)).toBe('0 1');
  });

  it('ask a few files of the system once more, and say so in both cases', () => {
    const first = ran({ file: unit, passed: 3 }, { file: system, passed: 1, failed: 2 });
    expect(results('again', first)).toEqual([system]);
    const well = results('told', first, ran({ file: system, passed: 3 }));
    expect(well.slice(-2)).toEqual([`${system} once more, alone: 3 passed, 0 failed`, '6 0']);
    const ill = results('told', first, ran({ file: system, passed: 2, failed: 1 }));
    expect(ill.at(-1)).toBe('5 1');
    expect(ill).toContain(`FAIL ${system} alone, too: test 0 why`);
  });

  it('ask nothing once more where a test of logic failed, or many did', () => {
    expect(results('again', ran({ file: unit, failed: 1 }, { file: system, failed: 1 }))).toEqual([]);
    const many = Array.from({ length: 7 }, (_, n) => ({ file: `tests/faults/${n}.test.ts`, failed: 1 }));
    expect(results('again', ran(...many))).toEqual([]);
    expect(results('again', ran({ file: unit }))).toEqual([]);
  });
});
