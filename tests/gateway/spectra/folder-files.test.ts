import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FolderFiles, type FileSeen } from '../../../gateway/spectra/folder-files.ts';
import { fits } from '../../../gateway/spectra/name-pattern.ts';
import { monotonic } from '../../../plant/clock.ts';

const file = (name: string, size: number, changedAt: number): FileSeen => ({ name, size, changedAt });
const at = monotonic;
const names = (files: readonly FileSeen[]): readonly string[] => files.map(({ name }) => name);

describe('the files of a folder', () => {
  it('may be read when two looks found them alike, the oldest first', () => {
    const files = new FolderFiles(60_000);
    const listed = [file('b', 5, 200), file('a', 5, 300), file('c', 5, 100)];
    expect(files.look(listed, at(0))).toEqual([]);
    expect(names(files.look(listed, at(1000)))).toEqual(['c', 'b', 'a']);
  });

  it('wait again whenever they have changed', () => {
    const files = new FolderFiles(60_000);
    files.look([file('a', 5, 100)], at(0));
    expect(files.look([file('a', 6, 100)], at(1000))).toEqual([]);
    expect(files.look([file('a', 6, 101)], at(2000))).toEqual([]);
    expect(names(files.look([file('a', 6, 101)], at(3000)))).toEqual(['a']);
  });

  it('are read once, and again only when they were written anew', () => {
    const files = new FolderFiles(60_000);
    files.adopt([file('a', 5, 100)], at(0));
    expect(files.look([file('a', 5, 100)], at(1000))).toEqual([]);
    files.look([file('a', 5, 999)], at(2000));
    expect(names(files.look([file('a', 5, 999)], at(3000)))).toEqual(['a']);
    files.done('a');
    expect(files.look([file('a', 5, 999)], at(4000))).toEqual([]);
  });

  it('that are not whole are read once more when they have stood still long enough, and then given up', () => {
    const files = new FolderFiles(10_000);
    const cut = [file('a', 5, 100)];
    files.look(cut, at(0));
    files.look(cut, at(1000));
    expect(files.awaitMore('a', at(1000))).toBe(true);
    expect(files.look(cut, at(9000))).toEqual([]);
    expect(names(files.look(cut, at(10_000)))).toEqual(['a']);
    expect(files.awaitMore('a', at(10_000))).toBe(false);
    expect(files.look(cut, at(99_000))).toEqual([]);
  });

  it('are forgotten when they have gone, so that no more is known than there is', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e')), { maxLength: 20 }), (looks) => {
        const files = new FolderFiles(1000);
        looks.forEach((present, i) => {
          const now = [...new Set(present)];
          files.keep(new Set(now));
          files.look(
            now.map((name) => file(name, 1, i)),
            at(i),
          );
          expect(files.waiting).toBeLessThanOrEqual(now.length);
        });
      }),
    );
  });
});

describe('a pattern of names', () => {
  it.each([
    ['*', 'anything.spc', true],
    ['probe1_*.spc', 'Probe1_0004.SPC', true],
    ['probe1_*.spc', 'probe2_0004.spc', false],
    ['a+b.csv', 'a+b.csv', true],
    ['a.b', 'axb', false],
  ])('%s and %s: %s', (pattern, name, fit) => {
    expect(fits(pattern, name)).toBe(fit);
  });
});
