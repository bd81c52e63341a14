import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recipeDifferences } from '../../../plant/recipe/diff.ts';
import { readRecipe } from '../../../plant/recipe/read-recipe.ts';
import { whole } from '../../control/batch/engine/recipes.ts';

const text = whole('continue');
const read = (written: string) => readRecipe(written, 'test');
const lines = text.split('\n');
const between = (from: string, to: string) => recipeDifferences(read(text.replace(from, to)), read(text));

/** One edit each, with a place or a name that its difference has to tell. */
const edits: readonly (readonly [from: string, to: string, told: RegExp])[] = [
  ['160 °C, range: 150', '161 °C, range: 150', /temperature/],
  ['range: 45..60, proven', 'range: 44..60, proven', /residenceTime/],
  ['proven: 145..175, critical: true', 'proven: 145..175', /critical.*temperature|temperature.*critical/],
  ['at least: 95 %', 'at least: 96 %', /conversion/],
  ['target: 120 mL', 'target: 121 mL', /What a batch is/],
  ['name: MPA', 'name: MPA-2', /ligand/],
  ['concentration: 24 mM', 'concentration: 25 mM', /ligand/],
  ['amount: 10 mmol', 'amount: 11 mmol', /TCEP/],
  ['ramp: 15 °C/min', 'ramp: 14 °C/min', /heat-up/],
  ['most: 3 }', 'most: 4 }', /repeat/],
  ["totalFlow > 1 mL/min', most: 3", "totalFlow > 2 mL/min', most: 3", /repeat/],
  ['conversion > 98 %', 'conversion > 97 %', /choose/],
  ['Very good', 'Good', /instruct/],
  ['most: 10 min, else: hold', 'most: 11 min, else: hold', /wait/],
  ['most: 10 min, else: go on', 'most: 10 min, else: hold', /wait/],
  ['most: 60 min', 'most: 61 min', /nmr-31p/],
  ['tests: [pH]', 'tests: [pH, temperature]', /sample/],
  ['resumeAfter: 1 tau', 'resumeAfter: 2 tau', /collect/],
  ['flush: 3 tau', 'flush: 4 tau', /shutdown/],
  ['start batch: [operator, checker]', 'start batch: [operator]', /start batch/],
  ['when a skid fails: continue', 'when a skid fails: replace', /when a skid fails/],
];
const edit = fc.constantFrom(...edits);

describe('how two versions of a recipe differ', () => {
  it('is nothing where they say the same', () => {
    expect(recipeDifferences(read(text), read(`# Another comment\n${text}`))).toEqual([]);
  });

  it('tells every edit, and where it is', () => {
    for (const [from, to, told] of edits) {
      expect(text, from).toContain(from);
      const found = recipeDifferences(read(text), read(text.replace(from, to)));
      expect(found.map((one) => `${one.place}: ${one.text}`).join('\n'), `${from} to ${to}`).toMatch(told);
    }
  });

  it('tells each of several edits, and the other way round the same with old and new exchanged', () => {
    fc.assert(
      fc.property(fc.uniqueArray(edit, { minLength: 1, maxLength: 5, selector: ([from]) => from }), (some) => {
        const edited = some.reduce((sum, [from, to]) => sum.replace(from, to), text);
        const [one, other] = [read(text), read(edited)];
        const forth = recipeDifferences(one, other);
        const back = recipeDifferences(other, one);
        for (const [from, , told] of some)
          if (edited.includes(from)) continue;
          else expect(forth.map(({ place, text: said }) => `${place}: ${said}`).join('\n')).toMatch(told);
        const mirrored = (list: typeof forth, isBack: boolean) =>
          list
            .map(({ place, old, new: now, kind }) => [
              place,
              ...(isBack ? [now, old] : [old, now]),
              swapped(kind, isBack),
            ])
            .map(String)
            .sort();
        expect(mirrored(back, true)).toEqual(mirrored(forth, false));
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['160 °C, range: 150..170, proven: 145..175', '433.15 K, range: 423.15..443.15, proven: 418.15..448.15'],
    ['50 s, range: 45..60, proven: 45..60', '50000 ms, range: 45000..60000, proven: 45000..60000'],
    ['12 bar(g), range: 10..14', '12 bar(g), range: 10..14 bar(g)'],
    ['amount: 10 mmol', 'amount: 0.01 mol'],
    ['target: 120 mL, bounds: 100..140 mL', 'target: 0.12 L, bounds: 0.1..0.14 L'],
    ['for: 20 s }', 'for: 0.3333333333 min }'],
  ])('is nothing where %s is written as %s', (from, to) => {
    expect(text).toContain(from);
    expect(between(from, to)).toEqual([]);
  });

  it('tells a transition that stands between other steps than before', () => {
    const wait = "          - wait: { until: 'reactorTemperature > 100 °C', most: 10 min, else: hold }";
    const at = (phase: string): string =>
      lines.flatMap((line) => (line.trim().startsWith(`- ${phase}`) ? [line, wait] : [line])).join('\n');
    const [early, late] = [read(at('stage-1')), read(at('stage-2'))];
    const [found, ...others] = recipeDifferences(early, late);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ kind: 'moved', text: expect.stringMatching(/reactorTemperature.*behind .*stage-2/) });
  });

  it('calls critical what a limit of the product decides', () => {
    const found = recipeDifferences(read(text), read(text.replace('conversion > 98 %', 'conversion > 97 %')));
    expect(found.filter(({ place }) => place.includes('choose'))).toMatchObject([{ critical: true }]);
    const plain = recipeDifferences(
      read(text),
      read(text.replace('reactorTemperature > 100', 'reactorTemperature > 101')),
    );
    expect(plain).toMatchObject([{ critical: false }]);
  });
});

const swapped = (kind: string, isBack: boolean): string =>
  !isBack ? kind : kind === 'added' ? 'removed' : kind === 'removed' ? 'added' : kind;
