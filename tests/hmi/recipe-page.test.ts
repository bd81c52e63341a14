import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecipeDifference, RecipeFinding } from '../../plant/recipe-view.ts';
import { recipeMoves } from '../../plant/recipe-view.ts';
import {
  asksReason,
  basedOnRefusal,
  byPlace,
  byWeight,
  lineOf,
  lineSpan,
  nameIn,
  shownMoves,
  versionText,
} from '../../hmi/web/src/recipe/recipe-text.ts';
import { recipeHead, recipeVersion, stored } from './support/batch.ts';

const difference = (place: string, more: Partial<RecipeDifference> = {}): RecipeDifference => ({
  area: 'procedure',
  place,
  kind: 'changed',
  old: '1',
  new: '2',
  critical: false,
  text: `${place} goes from 1 to 2.`,
  ...more,
});

describe('differences of two versions', () => {
  it('are read with what is critical first, then as a recipe reads', () => {
    const all = [
      difference('a'),
      difference('b', { area: 'header' }),
      difference('c', { area: 'signatures', critical: true }),
      difference('d', { area: 'formula', critical: true }),
      difference('e'),
    ];
    expect(byWeight(all).map(({ place }) => place)).toEqual(['d', 'c', 'b', 'a', 'e']);
  });
});

describe('findings', () => {
  const finding = (severity: RecipeFinding['severity'], where: string): RecipeFinding => ({
    severity,
    where,
    problem: '',
    remedy: '',
  });

  it('are read with errors first, then by line', () => {
    const all = [
      finding('review', 'import:2'),
      finding('error', 'import:31'),
      finding('error', 'import:7'),
      finding('review', 'x'),
    ];
    expect(byPlace(all).map(({ where }) => where)).toEqual(['import:7', 'import:31', 'x', 'import:2']);
  });

  it('lead to the line that they name', () => {
    expect([lineOf('import:31'), lineOf('CdSe v2:31:4'), lineOf('text'), lineOf('a:b')]).toEqual([31, 31, null, null]);
    const text = 'one\ntwo\n\nfour';
    expect(lineSpan(text, 2)).toEqual([4, 7]);
    expect(lineSpan(text, 3)).toEqual([8, 8]);
    expect([lineSpan(text, 0), lineSpan(text, 5)]).toEqual([null, null]);
  });

  it('select exactly that line of any text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().map((line) => line.replaceAll('\n', ' ')),
          { minLength: 1 },
        ),
        fc.nat(),
        (lines, at) => {
          const line = (at % lines.length) + 1;
          const [start, end] = lineSpan(lines.join('\n'), line)!;
          expect(lines.join('\n').slice(start, end)).toBe(lines[line - 1]);
        },
      ),
    );
  });
});

describe('a text that is imported', () => {
  it('is known by the name that it gives itself', () => {
    expect(nameIn(stored.recipe.text)).toBe('CdSe-3.6');
    expect(nameIn('title: x\nrecipe: "CdS-4"   # a comment')).toBe('CdS-4');
    expect(nameIn('recipe: CdS-4   # a comment')).toBe('CdS-4');
    expect([nameIn('  recipe: nested'), nameIn('recipe:\ntitle: x'), nameIn('')]).toEqual([null, null, null]);
  });

  it('is made from the newest version of its name, or from none where the name is new', () => {
    const { digest } = recipeVersion;
    expect(basedOnRefusal('recipe: CdSe-3.6', digest, [recipeHead])).toBeNull();
    expect(basedOnRefusal('recipe: CdSe-3.6', null, [recipeHead])).toMatch(/there already/);
    expect(basedOnRefusal('recipe: CdSe-3.6', 'f'.repeat(64), [recipeHead])).toMatch(/v2, imported by PAUL/);
    expect(basedOnRefusal('recipe: other', null, [recipeHead])).toBeNull();
    expect(basedOnRefusal('recipe: other', digest, [recipeHead])).toMatch(/new name/);
    expect(basedOnRefusal('title: x', null, [recipeHead])).toMatch(/recipe: NAME/);
  });

  it('of a shipped recipe is made from no version', () => {
    const shipped = { ...recipeHead, newest: { ...recipeVersion, version: 0 } };
    expect(basedOnRefusal('recipe: CdSe-3.6', null, [shipped])).toBeNull();
    expect(versionText(shipped.newest)).toBe('as shipped, not imported');
    expect(versionText(recipeVersion)).toBe('v2, draft');
  });
});

describe('moves of a version', () => {
  const refused = recipeMoves.map((move) => ({ move, role: 'QA releaser', refusedBy: 'You imported it.' }));

  it('have a button where they may be made, or where they lead on and say why not', () => {
    expect(shownMoves({ status: 'review', moves: refused }).map(({ move }) => move)).toEqual(['review', 'approve']);
    expect(shownMoves({ status: 'retired', moves: refused })).toEqual([]);
    const open = refused.map((one) => (one.move === 'retire' ? { ...one, refusedBy: null } : one));
    expect(shownMoves({ status: 'effective', moves: open }).map(({ move }) => move)).toEqual(['retire']);
  });

  it('that undo something ask a reason', () => {
    expect(recipeMoves.filter(asksReason)).toEqual(['return', 'retire']);
  });
});
