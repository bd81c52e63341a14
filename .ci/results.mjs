/**
 * What the tests of a run came to, out of vitest's JSON. System tests run a whole service beside other tests; on a machine that
 * stood still meanwhile the service rightly doubts its field, and a test that wanted a running skid fails. Such files are run once
 * more, each alone, and it is said that they were. Tests of logic are not: they fail for good.
 *
 *   node results.mjs again FIRST.json              the files to run once more; none where anything else failed, or many did
 *   node results.mjs told FIRST.json [SECOND.json] what failed and where, and last `PASSED FAILED`
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const most = 6;
const ofSystem = /^tests\/(?:bench|e2e|faults|interop)\//u;

const read = (path) =>
  JSON.parse(readFileSync(path, 'utf8')).testResults.map(({ name, status, assertionResults }) => {
    const of = (wanted) => assertionResults.filter((test) => test.status === wanted);
    const file = relative(process.cwd(), name);
    const failed = of('failed').map((test) => `${test.fullName} ${test.failureMessages.join(' ').slice(0, 600)}`);
    // A file that could not be read, or whose hooks failed, has no test that failed; it counts as one.
    if (failed.length === 0 && status === 'failed') failed.push('the file itself, or one of its hooks');
    return { file, passed: of('passed').length, failed };
  });

const [asked, first, second] = process.argv.slice(2);
const files = read(first);
const broken = files.filter(({ failed }) => failed.length > 0);
if (asked === 'again') {
  if (broken.length <= most && broken.every(({ file }) => ofSystem.test(file)))
    for (const { file } of broken) console.log(file);
} else {
  const later = second === undefined ? [] : read(second);
  let [passed, failed] = [0, 0];
  for (const one of files) {
    const again = later.find(({ file }) => file === one.file);
    for (const test of one.failed) console.log(`FAIL ${one.file} ${test}`);
    if (again !== undefined)
      console.log(`${one.file} once more, alone: ${again.passed} passed, ${again.failed.length} failed`);
    for (const test of again?.failed ?? []) console.log(`FAIL ${one.file} alone, too: ${test}`);
    const counted = again ?? one;
    passed += counted.passed;
    failed += counted.failed.length;
  }
  console.log(`${passed} ${failed}`);
}
