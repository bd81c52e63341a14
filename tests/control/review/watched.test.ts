import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Course } from '../../../control/review/evidence.ts';
import { usable } from '../../../control/review/gather.ts';
import { tagsToRead, watchedOf } from '../../../control/review/watched.ts';
import { lacking } from '../../../plant/recipe/fit.ts';
import { readRecipeFile } from '../../../plant/recipe/read-recipe.ts';
import { skidName, tagName, type TagName } from '../../../plant/sample.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';

const skid = skidName('QD-1');
const types = ['cdse', 'cds', 'cdte', 'cdse-zns'].map((name) => loadSkidType(`plant/skids/${name}.yaml`));
const recipes = globSync('control/recipes/shipped/*.yaml').map(readRecipeFile);
const pairs = recipes.flatMap((recipe) =>
  types.filter((type) => lacking(recipe, type).length === 0).map((type) => ({ name: `${recipe.name} on ${type.type}`, recipe, type })),
); // prettier-ignore

const still = (tag: TagName, value: number, quality = 0): Course => ({
  tag,
  times: Float64Array.of(0),
  values: Float64Array.of(value),
  qualities: Uint32Array.of(quality),
});

describe('the critical parameters of a recipe', () => {
  it('are looked at for every shipped recipe on every skid that it fits', () => {
    expect(new Set(pairs.map(({ recipe }) => recipe.name)).size).toBe(recipes.length);
  });

  it.each(pairs)('are each watched, or said not to be and why: $name', ({ recipe, type }) => {
    const equipment = usable({ name: skid, title: '', type, links: [], twin: true })!;
    const { watched, unwatched } = watchedOf(recipe, { skid, equipment, courses: new Map() });
    const critical = [...recipe.formula.values()].filter((one) => one.critical).map(({ name }) => name);
    expect([...watched, ...unwatched].map(({ name }) => name).sort()).toEqual([...critical].sort());
    expect(unwatched.every(({ why }) => why.length > 10)).toBe(true);
    for (const { low, high, tags } of watched) {
      expect(low !== null || high !== null).toBe(true);
      expect(tags.length).toBeGreaterThan(0);
    }
  });

  it.each(pairs)('are read of the sealed files, with the diverter and every feed: $name', ({ recipe, type }) => {
    const equipment = usable({ name: skid, title: '', type, links: [], twin: true })!;
    const read = tagsToRead(recipe, skid, equipment);
    const { watched } = watchedOf(recipe, { skid, equipment, courses: new Map() });
    for (const tag of watched.flatMap(({ tags }) => tags)) expect(read).toContain(tag);
    const { diverter, chalcogen, cadmium, ligand, flush, collected } = equipment.points;
    for (const { name } of [diverter, chalcogen, cadmium, ligand, flush, collected])
      expect(read).toContain(tagName(skid, name));
    expect(new Set(read).size).toBe(read.length);
  });

  it('have no value where any tag behind them may not be relied on', () => {
    for (const { recipe, type } of pairs) {
      const equipment = usable({ name: skid, title: '', type, links: [], twin: true })!;
      const all = tagsToRead(recipe, skid, equipment);
      const plain = new Map(all.map((tag) => [tag, still(tag, 50)]));
      for (const { name, tags, valueAt } of watchedOf(recipe, { skid, equipment, courses: plain }).watched) {
        expect([name, valueAt(1)]).toEqual([name, expect.any(Number)]);
        const none = new Map(all.map((tag) => [tag, still(tag, 50, tags.includes(tag) ? 0x80000000 : 0)]));
        const of = watchedOf(recipe, { skid, equipment, courses: none }).watched.find((one) => one.name === name)!;
        expect([name, of.valueAt(1)]).toEqual([name, null]);
      }
    }
  });

  it('are none where the skid runs no batches any more', () => {
    expect(watchedOf(recipes[0]!, { skid, equipment: null, courses: new Map() })).toEqual({
      watched: [],
      unwatched: [],
    });
  });
});
