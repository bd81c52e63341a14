import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { houseTests, houseTrace, pageFile } from './house.ts';
import { testsOf } from './named-tests.ts';
import { lacking, readTrace, traceText, type Trace } from './requirements.ts';

const source = `
describe('a lock', () => {
  it('opens', () => {});
  it.each([1, 2])('holds %i', () => {});
  it.skip('is left out', () => {});
  it.todo('is to come');
  describe.skipIf(away)('in the cold', () => {
    it('opens, too', () => {});
  });
});
for (const store of stores) describe(\`on \${store}\`, () => void it("ends", () => {}));
it(computed, () => {});
`;

const traced = (name: string, file = 'tests/lock.test.ts'): Trace => ({
  references: [
    { reference: '11.10(a)', asks: 'Locks.', statements: [{ id: '11.10a-1', says: 'It opens.', tests: { [file]: [name] } }] }, // prettier-ignore
  ],
});
const tests = testsOf('lock.test.ts', source);
const ofFile = (file: string) => (file === 'tests/lock.test.ts' ? tests : null);

describe('the tests of a file', () => {
  it('are known by their full names, as the source writes them', () => {
    expect(tests.map(({ name }) => name)).toEqual([
      'a lock > opens',
      'a lock > holds %i',
      'a lock > is left out',
      'a lock > is to come',
      'a lock > in the cold > opens, too',
      'on ${store} > ends',
    ]);
  });

  it('are told apart by whether they are sure to run', () => {
    expect(tests.filter(({ runs }) => runs).map(({ name }) => name)).toEqual([
      'a lock > opens',
      'a lock > holds %i',
      'on ${store} > ends',
    ]);
  });
});

describe('the trace from requirement to test', () => {
  it('lacks nothing where the tests are there', () => {
    expect(lacking(traced('a lock > opens'), ofFile)).toEqual([]);
  });

  it.each([
    ['a test that is not there', 'a lock > closes', undefined, 'has no test "a lock > closes"'],
    ['half a name', 'opens', undefined, 'has no test "opens"'],
    ['a test that is skipped', 'a lock > is left out', undefined, 'is skipped'],
    ['a test that is still to be written', 'a lock > is to come', undefined, 'is skipped'],
    ['a test that only some machines run', 'a lock > in the cold > opens, too', undefined, 'is skipped'],
    ['a file that is not there', 'a lock > opens', 'tests/key.test.ts', 'there is no file tests/key.test.ts'],
  ])('says that it lacks %s', (_, name, file, words) => {
    const [first, ...others] = lacking(traced(name, file), ofFile);
    expect(first).toContain(words);
    expect(first).toContain('11.10a-1');
    expect(others).toEqual([]);
  });

  it.each([
    [
      'a statement without a test',
      'references: [{ reference: a, asks: b, statements: [{ id: a-1, says: c, tests: {} }] }]',
    ],
    ['a reference without a statement', 'references: [{ reference: a, asks: b, statements: [] }]'],
    ['a word that nobody knows', 'references: []\npending: true'],
    ['what is no YAML', '{'],
    [
      'one id twice',
      'references: [{ reference: a, asks: b, statements: [{ id: a-1, says: c, tests: {x: [y]} }, { id: a-1, says: d, tests: {x: [y]} }] }]',
    ],
  ])('is refused with %s', (_, text) => {
    expect(() => readTrace('docs/requirements.yaml', text)).toThrow('docs/requirements.yaml');
  });

  it('is written with every statement and test', () => {
    const text = traceText(traced('a lock > opens | closes'));
    expect(text).toContain('| 11.10a-1 | It opens. | `tests/lock.test.ts`: “a lock > opens \\| closes” |');
    expect(text).toContain('1 statements of 1 references, 1 tests.');
  });
});

describe('the trace of this house', () => {
  it('has a test for every statement, and each is there and runs', () => {
    expect(lacking(houseTrace(), houseTests())).toEqual([]);
  });

  it('is in the documentation as the list has it', () => {
    expect(readFileSync(pageFile, 'utf8'), 'run "npm run trace"').toBe(traceText(houseTrace()));
  });

  it('leaves out no reference of records and signatures', () => {
    const references = houseTrace().references.map(({ reference }) => reference);
    for (const letter of 'abcdefghij') expect(references.join('; ')).toContain(`11.10(${letter})`);
    for (const section of ['11.50', '11.70', '11.100', '11.200', '11.300', 'Annex 11'])
      expect(references.join('; ')).toContain(section);
  });
});
