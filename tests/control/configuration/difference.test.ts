import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf } from '../../../control/configuration/difference.ts';

const told = (old: string | null, now: string | null) =>
  differenceOf(old, now).map(
    ({ kind, text }) => `${{ same: ' ', removed: '-', added: '+', 'left out': '…' }[kind]}${text}`,
  );
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('');

describe('the difference of two texts', () => {
  it('is the lines that went and came, with three around each, and what is left out counted', () => {
    const old = numbered(1, 20);
    expect(told(old, old.replace('10\n', 'ten\n'))).toEqual([
      '…6', ' 7', ' 8', ' 9', '-10', '+ten', ' 11', ' 12', ' 13', '…7',
    ]); // prettier-ignore
  });

  it('names each line by its number in either text', () => {
    const lines = differenceOf('a\nb\nc\n', 'a\nx\ny\nc\n');
    expect(lines.map(({ kind, oldLine, newLine }) => [kind, oldLine, newLine])).toEqual([
      ['same', 1, 1],
      ['removed', 2, null],
      ['added', null, 2],
      ['added', null, 3],
      ['same', 3, 4],
    ]);
  });

  it('of a file that came or went is all of it, and of equal texts nothing', () => {
    expect(told(null, 'a\nb\n')).toEqual(['+a', '+b']);
    expect(told('a\nb\n', null)).toEqual(['-a', '-b']);
    expect(told('a\n', 'a\n')).toEqual(['…1']);
    expect(told('', null)).toEqual([]);
  });

  it('tells an end of line that is missing', () => {
    expect(told('a\n', 'a')).toEqual(['-a', '+a (without an end of line)']);
  });

  it('gives either text back, whatever they are', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 14 }).map((all) => all.map((one) => `${one}\n`).join('')); // prettier-ignore
    fc.assert(
      fc.property(text, text, (old, now) => {
        const lines = differenceOf(old, now);
        const linesOf = (whole: string, which: 'oldLine' | 'newLine'): void => {
          const all = whole.split('\n');
          const seen = new Map(
            lines.flatMap((line) => (line[which] === null ? [] : [[line[which], line.text] as const])),
          );
          for (const [number, said] of seen) expect(said).toBe(all[number - 1]);
        };
        linesOf(old, 'oldLine');
        linesOf(now, 'newLine');
        const count = (kind: string): number => lines.filter((line) => line.kind === kind).length;
        const [before, after] = [old.split('\n').length - 1, now.split('\n').length - 1];
        // What went and what came accounts for the lengths, so that nothing changed is among what is left out.
        expect(count('added') - count('removed')).toBe(after - before);
      }),
    );
  });

  it('of two texts that share nothing and are too long to compare is all of both', () => {
    const lines = differenceOf(numbered(1, 2500), numbered(3001, 5500));
    expect(lines.filter(({ kind }) => kind === 'removed')).toHaveLength(2500);
    expect(lines.filter(({ kind }) => kind === 'added')).toHaveLength(2500);
  });
});
